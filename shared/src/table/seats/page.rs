//! Reading counted seats that are items, page by page.

use crate::domain::key::KeyDigest;
use crate::domain::seat::{Seat, SeatDigest};
use crate::fault::Fault;
use crate::table::grants::seat_from_item;
use crate::table::read::Range;
use crate::table::{Freshness, Table, keys};

/// How many seats are read at a time.
const PAGE: i32 = 1_000;

impl Table {
    /// A page of a licence's counted seats that are items after `after`, and the last one of them where there may be more. Strongly
    /// consistent; a licence whose seats lie in its grant has none.
    pub async fn seats_after(&self, key: KeyDigest, after: Option<SeatDigest>) -> Result<(Vec<Seat>, Option<SeatDigest>), Fault> {
        let all = keys::seats(key);
        let from = after.map_or(all.from.clone(), keys::after_seat);
        let (items, next) = self.query(&Range { from, ..all }, None, PAGE, Freshness::Strong).await?;
        let seats = items.into_iter().map(seat_from_item).collect::<Result<Vec<_>, _>>()?;
        let last = seats.last().map(|seat| seat.device.digest()).filter(|_| next.is_some());
        Ok((seats, last))
    }
}
