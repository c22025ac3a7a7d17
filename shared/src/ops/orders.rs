//! Orders, as a vendor's staff manage them: recorded before it is known how many licences there will be.

use super::change_record::{Seen, contended, load, not_written, replace};
use super::edit_license::ROUNDS;
use super::order_licenses::order_licenses;
use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId, LicenseId, OrderId};
use crate::domain::license::Licensee;
use crate::domain::order::{Order, OrderDetails};
use crate::domain::text::Line;
use crate::fault::Fault;
use crate::table::records::List;
use crate::table::{CreateOrderError, NewOrder, Page};

/// What staff say about an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFields {
    /// Who bought.
    pub customer: Option<CustomerId>,
    /// The order's number, unique in the account; where nothing is said, one is drawn for a new order, and another one keeps its own.
    pub reference: Option<Line<64>>,
    /// What else is known.
    pub details: OrderDetails,
}

/// An order to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditOrder {
    /// The account, from the credential.
    pub account: AccountId,
    /// The order.
    pub order: OrderId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

/// How many of an order's licences are looked at by one call that looks for any.
const LOOKED_AT: u16 = 100;

/// Records an order that licences are issued for later, one by one. A number that is in use is refused.
pub async fn create_order(core: &Core, account: AccountId, fields: OrderFields) -> Result<Order, Rejected> {
    let OrderFields { customer, reference, details } = fields;
    let (licensee, ()) =
        tokio::try_join!(Box::pin(licensee(core, account, customer)), Box::pin(require_reseller(core, account, details.reseller)),)?;
    let new = NewOrder { customer, licensee, reference, details, lines: 0 };
    match core.table.create_order(account, new, core.now()).await {
        Ok(order) => Ok(order),
        Err(CreateOrderError::ReferenceInUse(_)) => Err(Rejected::InUse(Unique::OrderReference)),
        Err(CreateOrderError::Fault(fault)) => Err(fault.into()),
    }
}

/// Changes an order. With another customer, licences that are issued from then on are made out to that one; those that there are stay
/// as they are. The total is what is said, whatever products the order has.
pub async fn change_order(core: &Core, edit: EditOrder, fields: OrderFields) -> Result<Order, Rejected> {
    edit_order(core, edit, |_| fields.clone()).await
}

/// The same, where what is said follows from what the order is.
pub async fn edit_order(core: &Core, edit: EditOrder, change: impl Fn(&Order) -> OrderFields) -> Result<Order, Rejected> {
    for _ in 0..ROUNDS {
        let before: Order = load(core, edit.into()).await?;
        let OrderFields { customer, reference, details } = change(&before);
        if details.reseller != before.details.reseller {
            require_reseller(core, before.account, details.reseller).await?;
        }
        let licensee = if customer == before.customer { before.licensee.clone() } else { licensee(core, before.account, customer).await? };
        let after = Order {
            customer,
            licensee,
            reference: reference.unwrap_or_else(|| before.reference.clone()),
            details,
            updated: Some(core.now()),
            revision: before.revision.saturating_add(1),
            ..before.clone()
        };
        if let Some(changed) = replace(core, &before, after, Some(Unique::OrderReference)).await? {
            return Ok(changed);
        }
    }
    Err(contended())
}

/// Deletes an order and its products, unless a licence is the order's. Products go first, so a call that breaks off is to be repeated;
/// where the order is gone already, what is left of its products goes all the same.
///
/// A licence that is issued for the order in the same instant is left with a number that leads nowhere.
pub async fn delete_order(core: &Core, edit: EditOrder) -> Result<(), Rejected> {
    let EditOrder { account, order: id, .. } = edit;
    let order: Order = match load(core, edit.into()).await {
        Ok(order) => order,
        Err(Rejected::NotFound(thing)) => {
            core.table.clear_order_products(account, id).await?;
            return Err(Rejected::NotFound(thing));
        }
        Err(other) => return Err(other),
    };
    let mut after: Option<LicenseId> = None;
    loop {
        let page = order_licenses(core, account, id, after, LOOKED_AT).await?;
        if !page.items.is_empty() {
            return Err(Rejected::Referenced { by: Thing::License });
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    core.table.clear_order_products(account, id).await?;
    core.table.delete_order(&order).await.map_err(|error| not_written(error, None))?;
    // Without the order none can be added any more, so this is the last of them.
    core.table.clear_order_products(account, id).await?;
    Ok(())
}

/// The order with this number.
pub async fn find_order(core: &Core, account: AccountId, id: OrderId) -> Result<Order, Rejected> {
    core.table.order(account, id).await?.ok_or(Rejected::NotFound(Thing::Order))
}

/// The order that has a number of the shop's.
pub async fn find_order_by_reference(core: &Core, account: AccountId, reference: &Line<64>) -> Result<Option<Order>, Fault> {
    core.table.record_with(account, Order::REFERENCE, reference.as_str()).await
}

/// At most `limit` orders after the number `after`, in the order of their numbers: of a customer, or of all. May lag a moment behind.
pub async fn list_orders(
    core: &Core,
    account: AccountId,
    customer: Option<CustomerId>,
    after: Option<OrderId>,
    limit: u16,
) -> Result<Page<Order, OrderId>, Fault> {
    let list = customer.map(List::Customer);
    let page = core.table.records::<Order>(account, list.as_ref(), after.map(OrderId::get), limit).await?;
    Ok(Page { items: page.items, next: page.next.and_then(OrderId::new) })
}

/// Who the licences of a customer's orders are made out to.
pub(super) async fn licensee(core: &Core, account: AccountId, customer: Option<CustomerId>) -> Result<Option<Licensee>, Rejected> {
    let Some(id) = customer else { return Ok(None) };
    let customer = core.table.customer(account, id).await?.ok_or(Rejected::NotFound(Thing::Customer))?;
    Ok(Some(Licensee::from(&customer)))
}

async fn require_reseller(core: &Core, account: AccountId, reseller: Option<CustomerId>) -> Result<(), Rejected> {
    let Some(id) = reseller else { return Ok(()) };
    core.table.customer(account, id).await?.map(|_| ()).ok_or(Rejected::NotFound(Thing::Customer))
}

impl From<EditOrder> for Seen {
    fn from(edit: EditOrder) -> Self {
        Self { account: edit.account, number: edit.order.get(), revision: edit.seen, thing: Thing::Order }
    }
}
