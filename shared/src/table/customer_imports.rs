//! Customers that come from elsewhere, many at once.
//!
//! A customer is its record and the holder of its code, made together where nobody has the code: that is the condition of the write, so
//! two who import the same customers make each once.

use std::collections::HashMap;

use super::customers::NewCustomer;
use super::keys::{self, Kind};
use super::records::{holder, stored};
use super::together::{Made, NewThing};
use super::{Freshness, Table};
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

const WHAT: &str = "importing customers";

impl Table {
    /// Who has these codes as it is now; those that nobody has are not named. A hundred a call.
    pub(crate) async fn customers_with(&self, account: AccountId, codes: &[Line<64>]) -> Result<HashMap<Line<64>, CustomerId>, Fault> {
        let key = |code: &Line<64>| keys::unique(account, Kind::Customer, Customer::CODE, code.as_str());
        let mut found = self.get_many(codes.iter().map(key).collect(), Freshness::Strong).await?;
        let mut known = HashMap::new();
        for code in codes {
            let Some(holder) = found.take(&key(code)) else { continue };
            let number = holder.get("number").and_then(|number| number.as_n().ok()?.parse().ok()).and_then(CustomerId::new);
            known.insert(code.clone(), number.ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?);
        }
        Ok(known)
    }

    /// Records customers under these codes, no two the same; gives their numbers, in their order, and nothing where somebody has the
    /// code. A fault leaves some of them recorded.
    pub(crate) async fn import_customers(
        &self,
        account: AccountId,
        customers: Vec<(Line<64>, NewCustomer)>,
        now: Timestamp,
    ) -> Result<Vec<Option<CustomerId>>, Fault> {
        let count = u16::try_from(customers.len()).map_err(|error| Fault::corrupt(WHAT, error))?;
        if count == 0 {
            return Ok(Vec::new());
        }
        let _counts = self.relisting(account);
        let first = self.next_customers(account, count).await?;
        let (mut ids, mut things) = (Vec::with_capacity(customers.len()), Vec::with_capacity(customers.len()));
        for (number, (code, new)) in (first.get()..).zip(customers) {
            let id = CustomerId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
            let customer = new.under(account, id, code, now);
            ids.push(id);
            let others = vec![holder(&customer, Customer::CODE, customer.code.as_str())?];
            things.push(NewThing { own: stored(&customer)?, others });
        }
        let made = self.create_together(WHAT, things).await?;
        Ok(ids.into_iter().zip(made).map(|(id, made)| (made == Made::New).then_some(id)).collect())
    }
}
