//! Customers.

use super::item::value;
use super::keys::{self, Kind};
use super::records::{List, Record, RecordError};
use super::{Freshness, Table};
use crate::domain::country::Country;
use crate::domain::customer::{Customer, CustomerProfile, draw_code};
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::text::{Email, Line};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// How often a code is drawn: that one is in use by chance is as good as impossible, and that three are is a fault.
pub(super) const DRAWS: usize = 3;

const WHAT: &str = "recording a customer";

/// What is said about a new customer.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// The vendor's own code for the customer; one is drawn where nothing is said.
    pub code: Option<Line<64>>,
    /// The name as the customer gave it.
    pub name: Line<120>,
    /// Where the customer is written to.
    pub email: Option<Email>,
    /// Whether it is known that the address is the customer's.
    pub email_verified: bool,
    /// The given name.
    pub given_name: Option<Line<120>>,
    /// The family name.
    pub family_name: Option<Line<120>>,
    /// Where the customer is at home.
    pub country: Option<Country>,
    /// What else is known.
    pub profile: CustomerProfile,
}

impl NewCustomer {
    /// Somebody of whom nothing but the name is known.
    pub fn named(name: Line<120>) -> Self {
        Self {
            code: None,
            name,
            email: None,
            email_verified: false,
            given_name: None,
            family_name: None,
            country: None,
            profile: CustomerProfile::default(),
        }
    }

    /// The customer that this is with a number and a code.
    pub(super) fn under(self, account: AccountId, id: CustomerId, code: Line<64>, now: Timestamp) -> Customer {
        let Self { code: _, name, email, email_verified, given_name, family_name, country, profile } = self;
        Customer {
            id,
            account,
            code,
            name,
            email,
            email_verified,
            given_name,
            family_name,
            country,
            profile,
            created: now,
            updated: None,
            revision: 1,
        }
    }
}

impl Customer {
    /// The name under which codes are unique.
    pub const CODE: &'static str = "code";
}

impl Record for Customer {
    const KIND: Kind = Kind::Customer;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn unique(&self) -> Vec<(&'static str, String)> {
        vec![(Self::CODE, self.code.as_str().to_owned())]
    }

    fn lists(&self) -> Vec<List> {
        self.email.iter().cloned().map(List::Email).collect()
    }
}

impl Table {
    /// Records a customer of an account of whom nothing more is known.
    pub async fn create_customer(
        &self,
        account: AccountId,
        name: Line<120>,
        email: Option<Email>,
        now: Timestamp,
    ) -> Result<Customer, Fault> {
        match self.record_customer(account, NewCustomer { email, ..NewCustomer::named(name) }, now).await {
            Ok(customer) => Ok(customer),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(error @ (RecordError::NotUnique(_) | RecordError::Changed)) => Err(Fault::caused(FaultKind::Corrupt, WHAT, error)),
        }
    }

    /// Records a customer of an account. Only a code that was given can be in use.
    pub async fn record_customer(&self, account: AccountId, new: NewCustomer, now: Timestamp) -> Result<Customer, RecordError> {
        let given = new.code.clone();
        let id = self.next(Some(account), Kind::Customer, CustomerId::new).await?;
        let code = match &given {
            Some(code) => code.clone(),
            None => self.draw_customer_code()?,
        };
        let mut customer = new.under(account, id, code, now);
        for _ in 1..DRAWS {
            match self.create_record(&customer).await {
                Ok(()) => return Ok(customer),
                Err(RecordError::NotUnique(_)) if given.is_none() => customer.code = self.draw_customer_code()?,
                Err(error @ (RecordError::NotUnique(_) | RecordError::Changed | RecordError::Fault(_))) => return Err(error),
            }
        }
        self.create_record(&customer).await.map(|()| customer)
    }

    /// The customer with this number.
    pub async fn customer(&self, account: AccountId, id: CustomerId) -> Result<Option<Customer>, Fault> {
        self.get(keys::customer(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    fn draw_customer_code(&self) -> Result<Line<64>, Fault> {
        draw_code(&self.random).map_err(|error| Fault::corrupt(WHAT, error))
    }
}
