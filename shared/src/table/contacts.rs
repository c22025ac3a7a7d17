//! Contacts of customers.

use super::keys::Kind;
use super::records::{List, Record};
use crate::domain::contact::Contact;
use crate::domain::ids::AccountId;

impl Record for Contact {
    const KIND: Kind = Kind::Contact;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn lists(&self) -> Vec<List> {
        vec![List::Customer(self.customer)]
    }
}
