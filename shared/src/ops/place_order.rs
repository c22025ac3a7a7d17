//! Placing an order: what was bought is recorded, before licences are issued for its lines.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::license::Licensee;
use crate::domain::order::{MOST_LINES, Order};
use crate::domain::text::Line;
use crate::table::NewOrder;

/// What a vendor says about a new order.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// Who bought.
    pub customer: Option<CustomerId>,
    /// The number that the vendor's shop gave it.
    pub reference: Option<Line<64>>,
    /// How many lines it has, from 1 to [`MOST_LINES`]: as many licences can be issued for it.
    pub lines: u16,
}

/// Records an order and reserves the numbers of its licences. Under a shop's number there is one order: asked for again, as a
/// payment's message may be delivered twice, that one is the answer.
pub async fn place_order(core: &Core, account: AccountId, new: PlaceOrder) -> Result<Order, Rejected> {
    let PlaceOrder { customer, reference, lines } = new;
    if !(1..=MOST_LINES).contains(&lines) {
        return Err(Rejected::LineCount { most: MOST_LINES });
    }
    let licensee = match customer {
        Some(id) => {
            let customer = core.table.customer(account, id).await?.ok_or(Rejected::NotFound(Thing::Customer))?;
            Some(Licensee::from(&customer))
        }
        None => None,
    };
    Ok(core.table.create_order(account, NewOrder { customer, licensee, reference, lines }, core.now()).await?)
}
