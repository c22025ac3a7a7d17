//! Contacts of customers, as a vendor's staff manage them.

use super::change_record::{Seen, contended, load, not_written, replace};
use super::edit_license::ROUNDS;
use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::contact::{Contact, ContactPerson};
use crate::domain::ids::{AccountId, ContactId, CustomerId};
use crate::fault::{Fault, FaultKind};
use crate::table::records::List;
use crate::table::{Freshness, Page};

/// A contact to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditContact {
    /// The account, from the credential.
    pub account: AccountId,
    /// The contact.
    pub contact: ContactId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

/// Records a contact of a customer. Where the customer is deleted in the same instant, the contact may be left without one.
pub async fn create_contact(core: &Core, account: AccountId, customer: CustomerId, person: ContactPerson) -> Result<Contact, Rejected> {
    let (number, ()) = tokio::try_join!(
        Box::pin(async { Ok(core.table.next_record::<Contact>(account).await?) }),
        Box::pin(require_customer(core, account, customer)),
    )?;
    let id = ContactId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, "recording a contact"))?;
    let contact = Contact { id, account, customer, person, revision: 1 };
    core.table.create_record(&contact).await.map_err(|error| not_written(error, None))?;
    Ok(contact)
}

/// Changes whose contact it is, and what is known of the person.
pub async fn change_contact(core: &Core, edit: EditContact, customer: CustomerId, person: ContactPerson) -> Result<Contact, Rejected> {
    edit_contact(core, edit, |_| (customer, person.clone())).await
}

/// The same, where that follows from what the contact is.
pub async fn edit_contact(
    core: &Core,
    edit: EditContact,
    change: impl Fn(&Contact) -> (CustomerId, ContactPerson),
) -> Result<Contact, Rejected> {
    for _ in 0..ROUNDS {
        let before: Contact = load(core, edit.into()).await?;
        let (customer, person) = change(&before);
        if before.customer != customer {
            require_customer(core, before.account, customer).await?;
        }
        let after = Contact { customer, person, revision: before.revision.saturating_add(1), ..before.clone() };
        if let Some(changed) = replace(core, &before, after, None).await? {
            return Ok(changed);
        }
    }
    Err(contended())
}

/// Deletes a contact.
pub async fn delete_contact(core: &Core, edit: EditContact) -> Result<(), Rejected> {
    let contact: Contact = load(core, edit.into()).await?;
    core.table.delete_record(&contact).await.map_err(|error| not_written(error, None))
}

/// The contact with this number.
pub async fn find_contact(core: &Core, account: AccountId, id: ContactId) -> Result<Contact, Rejected> {
    core.table.record(account, id.get(), Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Contact))
}

/// At most `limit` contacts after the number `after`, in the order of their numbers: of a customer, or of all. May lag a moment
/// behind.
pub async fn list_contacts(
    core: &Core,
    account: AccountId,
    customer: Option<CustomerId>,
    after: Option<ContactId>,
    limit: u16,
) -> Result<Page<Contact, ContactId>, Fault> {
    let list = customer.map(List::Customer);
    let page = core.table.records::<Contact>(account, list.as_ref(), after.map(ContactId::get), limit).await?;
    Ok(Page { items: page.items, next: page.next.and_then(ContactId::new) })
}

async fn require_customer(core: &Core, account: AccountId, id: CustomerId) -> Result<(), Rejected> {
    core.table.customer(account, id).await?.map(|_| ()).ok_or(Rejected::NotFound(Thing::Customer))
}

impl From<EditContact> for Seen {
    fn from(edit: EditContact) -> Self {
        Self { account: edit.account, number: edit.contact.get(), revision: edit.seen, thing: Thing::Contact }
    }
}
