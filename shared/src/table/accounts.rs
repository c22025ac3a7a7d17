//! Accounts, their customers and orders.

use std::collections::BTreeMap;

use super::call::Loss;
use super::item::{item, value};
use super::keys::{self, Kind};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::account::Account;
use crate::domain::country::Country;
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, CustomerId, OrderId};
use crate::domain::license::Licensee;
use crate::domain::order::Order;
use crate::domain::text::{Email, Line};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

impl Table {
    /// Makes an account.
    pub async fn create_account(&self, name: Line<120>, now: Timestamp) -> Result<Account, Fault> {
        let id = self.next(None, Kind::Account, AccountId::new).await?;
        let account = Account { id, name, created: now };
        let mut transaction = Transaction::new("making an account");
        transaction.create(self, (), item(keys::account(id), &account)?)?;
        number_is_new(transaction.run(self).await)?;
        Ok(account)
    }

    /// The account with this number.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        self.get(keys::account(id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Records a customer of an account of whom nothing more is known.
    pub async fn create_customer(
        &self,
        account: AccountId,
        name: Line<120>,
        email: Option<Email>,
        now: Timestamp,
    ) -> Result<Customer, Fault> {
        self.record_customer(account, NewCustomer { email, ..NewCustomer::named(name) }, now).await
    }

    /// Records a customer of an account.
    pub async fn record_customer(&self, account: AccountId, new: NewCustomer, now: Timestamp) -> Result<Customer, Fault> {
        let id = self.next(Some(account), Kind::Customer, CustomerId::new).await?;
        let NewCustomer { name, email, email_verified, given_name, family_name, country } = new;
        let customer = Customer { id, account, name, email, email_verified, given_name, family_name, country, created: now };
        let mut transaction = Transaction::new("recording a customer");
        transaction.create(self, (), item(keys::customer(account, id), &customer)?)?;
        number_is_new(transaction.run(self).await)?;
        Ok(customer)
    }

    /// The customer with this number.
    pub async fn customer(&self, account: AccountId, id: CustomerId) -> Result<Option<Customer>, Fault> {
        self.get(keys::customer(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Records an order of an account with numbers for its licences. A shop's number has one order: where it has one already,
    /// that one is the answer.
    pub async fn create_order(&self, account: AccountId, new: NewOrder, now: Timestamp) -> Result<Order, Fault> {
        let NewOrder { customer, licensee, reference, lines } = new;
        let (id, first) =
            tokio::try_join!(Box::pin(self.next(Some(account), Kind::Order, OrderId::new)), Box::pin(self.next_licenses(account, lines)))?;
        let order = Order { id, account, customer, licensee, reference, placed: now, first_license: first, lines };
        let mut transaction = Transaction::new("recording an order");
        transaction.create(self, OrderCondition::NumberFree, item(keys::order(account, id), &order)?)?;
        if let Some(reference) = &order.reference {
            let holder = BTreeMap::from([("order", id.get())]);
            transaction.create(self, OrderCondition::ReferenceFree, item(keys::order_reference(account, reference), &holder)?)?;
        }
        let (failed, loss) = match transaction.run(self).await {
            Ok(()) => return Ok(order),
            Err(NotDone::Fault(fault)) => return Err(fault),
            Err(NotDone::Conditions(failed, loss)) => (failed, loss),
        };
        if failed.iter().any(|failed| failed.condition == OrderCondition::NumberFree) {
            return if loss == Loss::Before { Ok(order) } else { Err(Fault::corrupt("recording an order", "the number is in use")) };
        }
        let holder = failed.into_iter().find_map(|failed| failed.item);
        let number = holder.and_then(|item| item.get("order")?.as_n().ok().and_then(|number| OrderId::parse(number)));
        let missing = || Fault::new(FaultKind::Corrupt, "a shop's number leads to no order");
        self.order(account, number.ok_or_else(missing)?).await?.ok_or_else(missing)
    }

    /// The order with this number.
    pub async fn order(&self, account: AccountId, id: OrderId) -> Result<Option<Order>, Fault> {
        self.get(keys::order(account, id), Freshness::Strong).await?.map(value).transpose()
    }
}

/// What is said about a new customer.
#[derive(Clone, Debug)]
pub struct NewCustomer {
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
}

impl NewCustomer {
    /// Somebody of whom nothing but the name is known.
    pub fn named(name: Line<120>) -> Self {
        Self { name, email: None, email_verified: false, given_name: None, family_name: None, country: None }
    }
}

/// What is said about a new order.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Who bought.
    pub customer: Option<CustomerId>,
    /// Who its licences are made out to.
    pub licensee: Option<Licensee>,
    /// The number that the vendor's shop gave it.
    pub reference: Option<Line<64>>,
    /// How many lines it has.
    pub lines: u16,
}

/// The conditions of recording an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OrderCondition {
    NumberFree,
    ReferenceFree,
}

/// The number was drawn for this call alone: where an item has it, an attempt whose answer was lost has written it.
fn number_is_new(run: Result<(), NotDone<()>>) -> Result<(), Fault> {
    match run {
        Ok(()) | Err(NotDone::Conditions(_, Loss::Before)) => Ok(()),
        Err(NotDone::Fault(fault)) => Err(fault),
        Err(NotDone::Conditions(_, Loss::None)) => Err(Fault::corrupt("writing under a new number", "the number is in use")),
    }
}
