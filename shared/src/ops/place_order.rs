//! Placing an order: what was bought is recorded, before licences are issued for its lines.

use super::orders::licensee;
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::order::{MOST_LINES, Order, OrderDetails};
use crate::domain::text::Line;
use crate::table::{CreateOrderError, NewOrder};

/// What a vendor says about a new order.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// Who bought.
    pub customer: Option<CustomerId>,
    /// The number that the vendor's shop gave it; one is drawn where nothing is said.
    pub reference: Option<Line<64>>,
    /// How many lines it has, from 1 to [`MOST_LINES`]: as many licences can be issued for it by their lines.
    pub lines: u16,
}

/// Records an order and reserves the numbers of its licences. Under a shop's number there is one order: asked for again, as a
/// payment's message may be delivered twice, that one is the answer.
pub async fn place_order(core: &Core, account: AccountId, new: PlaceOrder) -> Result<Order, Rejected> {
    let PlaceOrder { customer, reference, lines } = new;
    if !(1..=MOST_LINES).contains(&lines) {
        return Err(Rejected::LineCount { most: MOST_LINES });
    }
    let licensee = licensee(core, account, customer).await?;
    let new = NewOrder { customer, licensee, reference, details: OrderDetails::default(), lines };
    match core.table.create_order(account, new, core.now()).await {
        Ok(order) => Ok(order),
        Err(CreateOrderError::ReferenceInUse(order)) => Ok(*order),
        Err(CreateOrderError::Fault(fault)) => Err(fault.into()),
    }
}
