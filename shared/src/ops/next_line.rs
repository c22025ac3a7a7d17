//! The next free line of an order.

use super::rejected::{Rejected, Thing};
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, OrderId};
use crate::domain::order::{Order, OrderLine};
use crate::domain::order_lines::MOST_TAKEN;
use crate::sink::Noted;
use crate::table::{NotTaken, Taken};

/// Takes the next free line of an order: its licence's number, the order, and the line. The order is read beside it. Whoever finds that few
/// numbers are left has more reserved, for which nobody waits.
pub(super) async fn next_line(core: &Core, account: AccountId, order: OrderId) -> Result<(LicenseId, Order, OrderLine), Rejected> {
    let (taken, order) = tokio::join!(Box::pin(core.table.take_line(account, order)), Box::pin(core.table.order(account, order)));
    let order = order?.ok_or(Rejected::NotFound(Thing::Order))?;
    let Taken { line, lines } = match taken {
        Ok(taken) => taken,
        Err(NotTaken::NoOrder) => return Err(Rejected::NotFound(Thing::Order)),
        Err(NotTaken::Full) => return Err(Rejected::OrderFull { most: MOST_TAKEN }),
        Err(NotTaken::Fault(fault)) => return Err(fault.into()),
    };
    if lines.runs_low() {
        core.sink.note(&core.table, Noted::Lines(account, order.id, lines));
    }
    let license = line.license;
    let line = line.of(&order).ok_or(Rejected::OrderFull { most: MOST_TAKEN })?;
    Ok((license, order, line))
}
