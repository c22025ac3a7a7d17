//! Reading floating seats.

use super::item::lease;
use crate::domain::key::KeyDigest;
use crate::domain::lease::Lease;
use crate::domain::seat::SeatDigest;
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::table::read::Range;
use crate::table::{Freshness, Table, keys};

/// How many seats are read at a time.
const PAGE: i32 = 250;

impl Table {
    /// A page of a licence's floating seats after `after`, those whose time is over included, and the last one of them where there may
    /// be more.
    pub async fn leases(
        &self,
        key: KeyDigest,
        after: Option<SeatDigest>,
        freshness: Freshness,
    ) -> Result<(Vec<Lease>, Option<SeatDigest>), Fault> {
        let all = keys::leases(key);
        let from = after.map_or(all.from.clone(), keys::after_lease);
        let (items, next) = self.query(&Range { from, ..all }, None, PAGE, freshness).await?;
        let leases = items.into_iter().map(lease).collect::<Result<Vec<_>, _>>()?;
        let last = leases.last().map(|lease| lease.client.digest()).filter(|_| next.is_some());
        Ok((leases, last))
    }

    /// A seat whose time is over at `now`, if any: looked for from a random place on, so that those who look at the same time seldom
    /// find the same one. Where there is none, every seat was seen to be held, and until when is remembered.
    pub(super) async fn seat_that_is_over(&self, key: KeyDigest, now: Timestamp) -> Result<Option<SeatDigest>, Fault> {
        let begin = SeatDigest::from_bytes(self.random.bytes());
        let mut after = Some(begin);
        let mut is_second_half = false;
        let (mut count, mut first) = (0_u32, None::<Timestamp>);
        loop {
            let (mut leases, next) = self.leases(key, after, Freshness::Strong).await?;
            if is_second_half {
                // Texts are in the order of the keys; digests need not be.
                leases.retain(|lease| lease.client.digest().to_string() <= begin.to_string());
            }
            let over: Vec<&Lease> = leases.iter().filter(|lease| lease.is_over(now)).collect();
            if !over.is_empty() {
                let chosen = usize::try_from(self.random.below(over.len() as u64)).unwrap_or(0);
                return Ok(over.get(chosen).map(|lease| lease.client.digest()));
            }
            count = count.saturating_add(u32::try_from(leases.len()).unwrap_or(u32::MAX));
            first = leases.iter().map(|lease| lease.expires).chain(first).min();
            let has_passed = is_second_half && next.is_none_or(|last| last.to_string() >= begin.to_string());
            match next {
                Some(last) if !has_passed => after = Some(last),
                None if !is_second_half => (after, is_second_half) = (None, true),
                Some(_) | None => break,
            }
        }
        if let Some(until) = first {
            self.hints.full.seen(key, count, until);
        }
        Ok(None)
    }
}
