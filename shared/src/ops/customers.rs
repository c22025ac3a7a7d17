//! Customers, as a vendor's staff manage them.
//!
//! A new name or address of a customer changes no licence and no order: who those are made out to is a copy of the day on which
//! they were made. A licence's is changed on its own, an order's when it goes to another customer.

use super::change_record::{Seen, contended, load, not_written, replace};
use super::edit_license::ROUNDS;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::order::Order;
use crate::domain::text::{Email, Line};
use crate::fault::Fault;
use crate::table::records::List;
use crate::table::{NewCustomer, Page, Selection};

/// A customer to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditCustomer {
    /// The account, from the credential.
    pub account: AccountId,
    /// The customer.
    pub customer: CustomerId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

/// How many contacts are deleted by one read of them.
const AT_ONCE: u16 = 100;

/// Records a customer. Without a code one is drawn.
pub async fn create_customer(core: &Core, account: AccountId, new: NewCustomer) -> Result<Customer, Rejected> {
    let created = core.table.record_customer(account, new, core.now()).await;
    created.map_err(|error| not_written(error, Some(Unique::CustomerCode)))
}

/// Changes a customer by `change`; number, account, time of recording and revision are not its to change.
pub async fn change_customer(
    core: &Core,
    edit: EditCustomer,
    change: impl Fn(Customer) -> Result<Customer, Rejected>,
) -> Result<Customer, Rejected> {
    for _ in 0..ROUNDS {
        let before: Customer = load(core, edit.into()).await?;
        let Customer { id, account, created, revision, .. } = before;
        let after = change(before.clone())?;
        let after = Customer { id, account, created, updated: Some(core.now()), revision: revision.saturating_add(1), ..after };
        if let Some(changed) = replace(core, &before, after, Some(Unique::CustomerCode)).await? {
            return Ok(changed);
        }
    }
    Err(contended())
}

/// Deletes a customer and its contacts, unless a licence or an order is the customer's. Contacts go first, so a call that breaks off
/// is to be repeated.
///
/// What comes to refer to the customer in the same instant is left with a number that leads nowhere, as is an order that the customer
/// was the reseller of.
pub async fn delete_customer(core: &Core, edit: EditCustomer) -> Result<(), Rejected> {
    let EditCustomer { account, customer: id, .. } = edit;
    let customer: Customer = load(core, edit.into()).await?;
    let (list, selection) = (List::Customer(id), Selection::Customer(id));
    let (licenses, orders) = tokio::try_join!(
        Box::pin(core.table.licenses(account, &selection, None, 1)),
        Box::pin(core.table.records::<Order>(account, Some(&list), None, 1)),
    )?;
    if !licenses.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::License });
    }
    if !orders.items.is_empty() {
        return Err(Rejected::Referenced { by: Thing::Order });
    }
    let mut after = None;
    loop {
        let page: Page<Contact, u32> = core.table.records(account, Some(&list), after, AT_ONCE).await?;
        for contact in &page.items {
            match core.table.delete_record(contact).await.map_err(|error| not_written(error, None)) {
                // Whoever changed it meanwhile, or deleted it: the next call sees what there is.
                Ok(()) | Err(Rejected::Changed) => {}
                Err(other) => return Err(other),
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    core.table.delete_record(&customer).await.map_err(|error| not_written(error, None))
}

/// The customer with this number.
pub async fn find_customer(core: &Core, account: AccountId, id: CustomerId) -> Result<Customer, Rejected> {
    core.table.customer(account, id).await?.ok_or(Rejected::NotFound(Thing::Customer))
}

/// The customer that has the code `text`.
pub async fn find_customer_by_code(core: &Core, account: AccountId, text: &Line<64>) -> Result<Option<Customer>, Fault> {
    core.table.record_with(account, Customer::CODE, text.as_str()).await
}

/// At most `limit` customers after the number `after`, in the order of their numbers; with an e-mail address, those that have it.
/// May lag a moment behind.
pub async fn list_customers(
    core: &Core,
    account: AccountId,
    email: Option<Email>,
    after: Option<CustomerId>,
    limit: u16,
) -> Result<Page<Customer, CustomerId>, Fault> {
    let list = email.map(List::Email);
    let page = core.table.records::<Customer>(account, list.as_ref(), after.map(CustomerId::get), limit).await?;
    Ok(Page { items: page.items, next: page.next.and_then(CustomerId::new) })
}

impl From<EditCustomer> for Seen {
    fn from(edit: EditCustomer) -> Self {
        Self { account: edit.account, number: edit.customer.get(), revision: edit.seen, thing: Thing::Customer }
    }
}
