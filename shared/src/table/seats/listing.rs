//! What an answer shows after a change of a licence whose seats are items, from a read that went out beside the change.
//!
//! A transaction tells nothing of what it wrote, and to read afterwards would be to wait twice. So the read goes out with it, and
//! nobody knows which of the two came first. The change itself is known: it is laid over what was read, which then shows it either
//! way. Changes of others that were made within the same milliseconds may be in the answer or not.

use super::mark::Mark;
use super::snapshot::Snapshot;
use super::take::Done;
use crate::domain::grant::{Grant, Seats};
use crate::domain::key::KeyDigest;
use crate::domain::seat::{Device, Seat};
use crate::fault::Fault;
use crate::table::Table;

/// A grant, its first seats, and what tells how they were read.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) snapshot: Snapshot,
    /// Whether the seats are all there are.
    pub(super) is_whole: bool,
    /// The mark of the last seat that was taken.
    pub(super) took: Option<Mark>,
    /// The mark of the last seat that was given up.
    pub(super) freed: Option<Mark>,
}

/// A listing that was read beside a write: nothing where none was.
pub(super) type Beside = Result<Option<Listing>, Fault>;

/// A change of one counted seat that is an item.
#[derive(Clone, Debug)]
pub(super) enum Counted {
    Taken(Box<Seat>),
    GivenUp(Device),
}

impl Listing {
    /// The licence with what was done, or nothing where that cannot be made out and must be read.
    fn after(self, done: &Done) -> Option<Snapshot> {
        match done {
            // The write told the grant as it left it.
            Done::Told(grant) => {
                let grant = Grant::clone(grant);
                let counted = u32::try_from(self.snapshot.seats.len()).ok()?;
                let taken = if self.is_whole { counted } else { grant.seats.taken() };
                self.with_grant(grant)?.counting(taken)
            }
            Done::Counted(change, mark) => self.with_change(change, *mark),
            Done::Untold => None,
        }
    }

    fn with_grant(mut self, grant: Grant) -> Option<Self> {
        let are_items = |grant: &Grant| matches!(grant.seats, Seats::Items { .. });
        if !are_items(&grant) || !are_items(&self.snapshot.grant) {
            return None;
        }
        self.snapshot.grant = grant;
        Some(self)
    }

    fn with_change(mut self, change: &Counted, mark: Mark) -> Option<Snapshot> {
        let Snapshot { grant, seats } = &mut self.snapshot;
        let Seats::Items { taken } = grant.seats else { return None };
        // The counter is read where the seats are too many to be counted.
        let taken = match change {
            Counted::Taken(seat) => {
                grant.free.remove(&seat.device.digest());
                seats.retain(|other| other.device != seat.device);
                seats.push(Seat::clone(seat));
                if self.took == Some(mark) { taken } else { taken.checked_add(1)? }
            }
            Counted::GivenUp(device) => {
                seats.retain(|other| other.device != *device);
                if self.freed == Some(mark) { taken } else { taken.checked_sub(1)? }
            }
        };
        let taken = if self.is_whole { u32::try_from(seats.len()).ok()? } else { taken };
        self.counting(taken)
    }

    /// The licence with a seat that was there before, and may have come after the seats were read.
    pub(super) fn holding(mut self, seat: &Seat) -> Option<Snapshot> {
        let Seats::Items { taken } = self.snapshot.grant.seats else { return None };
        let seats = &mut self.snapshot.seats;
        if !seats.iter().any(|other| other.device == seat.device) {
            seats.push(seat.clone());
        }
        let taken = if self.is_whole { u32::try_from(seats.len()).ok()? } else { taken };
        self.counting(taken)
    }

    /// A number that cannot be is a sign that the read is too old.
    fn counting(self, taken: u32) -> Option<Snapshot> {
        let Self { mut snapshot, is_whole, .. } = self;
        let is_within = snapshot.grant.seat_limit.number().is_none_or(|limit| taken <= limit);
        let is_enough = is_whole || u32::try_from(snapshot.seats.len()).is_ok_and(|shown| shown <= taken);
        if !is_within || !is_enough {
            return None;
        }
        snapshot.grant.seats = Seats::Items { taken };
        Some(snapshot.sorted())
    }
}

impl Table {
    /// The licence after a write, from what that told and what was read beside it; read again where the two do not tell.
    pub(super) async fn snapshot_after(&self, key: KeyDigest, done: Done, beside: Beside) -> Result<Snapshot, Fault> {
        if let Some(snapshot) = beside?.and_then(|listing| listing.after(&done)) {
            return Ok(snapshot);
        }
        match done {
            Done::Told(grant) => self.snapshot_of(*grant).await,
            Done::Counted(..) | Done::Untold => self.snapshot_now(key).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::seat::{Layout, SeatLimit};
    use crate::domain::testing;
    use crate::domain::time::Timestamp;
    use crate::random::Random;

    fn seat(number: u32) -> Seat {
        let since = Timestamp::from_seconds(1_700_000_000 + i64::from(number)).unwrap();
        Seat { device: Device::parse(&format!("site-{number}.example.com")).unwrap(), since, seen: since, label: None, client: None }
    }

    fn mark(seed: u64) -> Mark {
        Mark::draw(&Random::seeded(seed), Timestamp::from_seconds(1_700_000_000).unwrap())
    }

    /// A licence with seats `from..to` on the list, and `taken` by the counter.
    fn listing(limit: SeatLimit, list: std::ops::Range<u32>, taken: u32, is_whole: bool) -> Listing {
        let mut grant = testing::grant();
        grant.seat_limit = limit;
        grant.seats = Seats::Items { taken };
        Listing { snapshot: Snapshot { grant, seats: list.map(seat).collect() }, is_whole, took: None, freed: None }
    }

    fn taken(snapshot: Option<Snapshot>) -> Option<(u32, usize)> {
        snapshot.map(|snapshot| (snapshot.grant.seats.taken(), snapshot.seats.len()))
    }

    fn take(number: u32) -> Done {
        Done::Counted(Counted::Taken(Box::new(seat(number))), mark(1))
    }

    fn give_up(number: u32) -> Done {
        Done::Counted(Counted::GivenUp(seat(number).device), mark(1))
    }

    #[test]
    fn where_all_seats_are_listed_the_answer_is_the_same_from_before_and_from_after() {
        let limit = SeatLimit::Limited(200);
        let (before, after) = (listing(limit, 0..5, 5, true), listing(limit, 0..6, 6, true));
        assert_eq!(taken(before.after(&take(5))), Some((6, 6)));
        assert_eq!(taken(after.after(&take(5))), Some((6, 6)));
        let (before, after) = (listing(limit, 0..5, 5, true), listing(limit, 0..4, 4, true));
        assert_eq!(taken(before.after(&give_up(4))), Some((4, 4)));
        assert_eq!(taken(after.after(&give_up(4))), Some((4, 4)));
    }

    #[test]
    fn half_of_a_change_is_read_as_all_of_it() {
        // A query is not of one moment: the counter may be of before and the seat of after.
        let limit = SeatLimit::Limited(200);
        assert_eq!(taken(listing(limit, 0..6, 5, true).after(&take(5))), Some((6, 6)));
        assert_eq!(taken(listing(limit, 0..5, 6, true).after(&take(5))), Some((6, 6)));
        assert_eq!(taken(listing(limit, 0..4, 5, true).after(&give_up(4))), Some((4, 4)));
    }

    #[test]
    fn where_the_list_is_cut_off_the_mark_tells_whether_the_counter_includes_the_change() {
        let before = listing(SeatLimit::Unlimited, 0..100, 300, false);
        let after = Listing { took: Some(mark(1)), ..listing(SeatLimit::Unlimited, 0..100, 301, false) };
        assert_eq!(taken(before.after(&take(300))), Some((301, 101)));
        assert_eq!(taken(after.after(&take(300))), Some((301, 101)));
        let before = Listing { freed: Some(mark(2)), ..listing(SeatLimit::Unlimited, 0..100, 300, false) };
        let after = Listing { freed: Some(mark(1)), ..listing(SeatLimit::Unlimited, 1..100, 299, false) };
        assert_eq!(taken(before.after(&give_up(0))), Some((299, 99)));
        assert_eq!(taken(after.after(&give_up(0))), Some((299, 99)));
    }

    #[test]
    fn a_number_that_cannot_be_is_read_again() {
        assert_eq!(taken(listing(SeatLimit::Limited(60), 0..60, 60, true).after(&take(60))), None, "above the limit");
        assert_eq!(taken(listing(SeatLimit::Limited(300), 0..100, 300, false).after(&take(300))), None, "above the limit");
        assert_eq!(taken(listing(SeatLimit::Unlimited, 0..100, 100, false).after(&give_up(500))), None, "fewer than are listed");
        let mut moved = listing(SeatLimit::Unlimited, 0..5, 5, true);
        moved.snapshot.grant.seats = Seats::none(Layout::Map);
        assert_eq!(taken(moved.after(&take(5))), None, "in the other layout");
        assert_eq!(taken(listing(SeatLimit::Unlimited, 0..5, 5, true).after(&Done::Untold)), None, "sent more than once");
    }

    #[test]
    fn a_seat_that_was_there_is_counted_once() {
        assert_eq!(taken(listing(SeatLimit::Unlimited, 0..5, 5, true).holding(&seat(3))), Some((5, 5)));
        assert_eq!(taken(listing(SeatLimit::Unlimited, 0..5, 5, true).holding(&seat(7))), Some((6, 6)));
        assert_eq!(taken(listing(SeatLimit::Unlimited, 0..100, 300, false).holding(&seat(200))), Some((300, 101)));
    }

    #[test]
    fn the_seats_are_shown_the_oldest_first() {
        let snapshot = listing(SeatLimit::Unlimited, 1..4, 3, true).after(&take(0)).unwrap();
        assert_eq!(snapshot.seats, (0..4).map(seat).collect::<Vec<_>>());
    }
}
