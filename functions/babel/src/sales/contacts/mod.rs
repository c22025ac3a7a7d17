//! Contacts of customers.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::core::Core;
use latchkey_core::domain::contact::{Contact, ContactPerson};
use latchkey_core::domain::ids::AccountId;

use super::customers::of_customer;
use crate::changes::Changes;
use crate::error::Error;
use crate::list::Records;
use crate::wire::{Contact as ContactRow, ContactGiven};

/// What a request says of a contact, but for whose it is.
fn parse(given: ContactGiven) -> Result<Changes<ContactPerson>, Error> {
    let mut changes = Changes::of("contact");
    changes.text("title", given.title, |person: &mut ContactPerson| &mut person.title)?;
    changes.text("firstName", given.first_name, |person| &mut person.given_name)?;
    changes.text("lastName", given.last_name, |person| &mut person.family_name)?;
    changes.text("email", given.email, |person| &mut person.email)?;
    changes.text("phone", given.phone, |person| &mut person.phone)?;
    changes.text("mobile", given.mobile, |person| &mut person.mobile)?;
    changes.text("fax", given.fax, |person| &mut person.fax)?;
    changes.text("details", given.details, |person| &mut person.details)?;
    changes.set(given.notify.said(), |person| &mut person.notify);
    changes.text("meta", given.meta, |person| &mut person.meta)?;
    Ok(changes)
}

/// The account's contacts.
pub(super) fn rows(core: &Core, account: AccountId) -> Records<'_, Contact, ContactRow> {
    Records::led(core, account, of_customer)
}
