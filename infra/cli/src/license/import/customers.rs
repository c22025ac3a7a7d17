//! The customers of what is imported, each once.

use std::collections::{BTreeMap, HashMap, HashSet};

use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::ops::import_customers::{Addresses, ImportCustomer, import_customers};
use sha2::{Digest as _, Sha256};

use crate::problem::Failed;
use crate::session::Session;

/// Customers as they are found or recorded, and as they would be.
#[derive(Default)]
pub(super) struct Customers {
    /// By their codes.
    known: HashMap<Line<64>, CustomerId>,
    addresses: Addresses,
    /// Who has a licence that was imported.
    owners: HashSet<CustomerId>,
    planned: Plan,
}

/// Who would be recorded: one for a code, and one for an address.
#[derive(Default)]
struct Plan {
    codes: HashMap<Line<64>, u64>,
    addresses: HashMap<[u8; 16], u64>,
    count: u64,
}

impl Customers {
    /// Finds or records those that are not known yet, each once.
    pub(super) async fn find<'c>(
        &mut self,
        session: &Session,
        account: AccountId,
        customers: impl Iterator<Item = &'c ImportCustomer>,
    ) -> Result<(), Failed> {
        let (mut unknown, mut wanted) = (BTreeMap::new(), Vec::new());
        for customer in customers {
            wanted.push(&customer.code);
            if !self.known.contains_key(&customer.code) {
                unknown.entry(customer.code.clone()).or_insert_with(|| customer.clone());
            }
        }
        let (codes, unknown): (Vec<_>, Vec<_>) = unknown.into_iter().unzip();
        let found = import_customers(&session.core, account, &mut self.addresses, unknown).await?;
        self.known.extend(codes.into_iter().zip(found));
        self.owners.extend(wanted.into_iter().filter_map(|code| self.known.get(code)));
        Ok(())
    }

    /// Who was found for a licence.
    pub(super) fn of(&self, customer: &ImportCustomer) -> Option<CustomerId> {
        self.known.get(&customer.code).copied()
    }

    /// Notes one whose licence would be imported.
    pub(super) fn plan(&mut self, customer: &ImportCustomer) {
        self.planned.note(&customer.code, customer.new.email.as_ref());
    }

    /// How many have a licence that was imported, or would be.
    pub(super) fn count(&self) -> u64 {
        self.owners.len() as u64 + self.planned.count
    }
}

impl Plan {
    fn note(&mut self, code: &Line<64>, email: Option<&Email>) {
        let email = email.map(digest);
        let known = self.codes.get(code).or_else(|| self.addresses.get(&email?)).copied();
        let number = known.unwrap_or(self.count + 1);
        self.count = self.count.max(number);
        self.codes.entry(code.clone()).or_insert(number);
        if let Some(email) = email {
            self.addresses.entry(email).or_insert(number);
        }
    }
}

fn digest(email: &Email) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(email.as_str().as_bytes())[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_with_one_code_or_one_address_are_one() {
        let mut plan = Plan::default();
        for (code, email) in
            [("1", "a@example.com"), ("2", "A@example.com"), ("1", ""), ("3", "b@example.com"), ("4", ""), ("2", "c@example.com")]
        {
            plan.note(&Line::parse(code).unwrap(), Email::parse(email).ok().as_ref());
        }
        assert_eq!(plan.count, 3);
    }
}
