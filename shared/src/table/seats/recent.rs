//! The grants of licences whose seats are items, as this process knows them: so that a check is one read, of the seat.
//!
//! A grant that was read is remembered for [`REMEMBERED_SECONDS`], and so a yes may be that much behind another process. It is
//! never behind this one: who changes a grant holds a [`Changing`] while doing so, after which the grant is what the change made
//! it, or must be read strongly consistent. What was read before a change ended is not remembered after it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::seat::Layout;
use crate::domain::time::Timestamp;
use crate::table::{Freshness, REMEMBERED_SECONDS, Table};

/// The most grants that are remembered, of at most some 5 KB each. When it is reached, all are forgotten.
const MOST: usize = 1_000;

/// The grants that a process remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// How often something was learnt that a read from before may contradict.
    turn: u64,
    grants: HashMap<KeyDigest, Entry>,
}

#[derive(Debug)]
enum Entry {
    Known {
        grant: Arc<Grant>,
        until: Timestamp,
    },
    /// This process has seen a state that an eventually consistent read may be behind.
    Unsettled,
}

/// A moment in the order of what a process learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn(u64);

/// What is remembered of a grant.
#[derive(Debug)]
pub(super) enum Recalled {
    /// The grant.
    Grant(Arc<Grant>),
    /// Nothing. It may be read like this.
    Nothing(Freshness),
}

/// A grant that is being changed. Dropped, it leaves the grant to be read again.
#[must_use]
#[derive(Debug)]
pub(in crate::table) struct Changing {
    recent: Recent,
    key: KeyDigest,
    layout: Layout,
    since: Turn,
    is_over: bool,
}

impl Recent {
    /// The present moment: to be asked for before a read begins.
    pub(super) fn turn(&self) -> Turn {
        Turn(self.lock().turn)
    }

    /// What is remembered of the licence at `now`.
    pub(super) fn recall(&self, key: &KeyDigest, now: Timestamp) -> Recalled {
        match self.lock().grants.get(key) {
            Some(Entry::Known { grant, until }) if now < *until => Recalled::Grant(Arc::clone(grant)),
            Some(Entry::Known { .. }) | None => Recalled::Nothing(Freshness::Eventual),
            Some(Entry::Unsettled) => Recalled::Nothing(Freshness::Strong),
        }
    }

    /// Remembers a grant that was read as [`Self::recall`] said, at `now`, which was not before `since`.
    pub(super) fn read(&self, since: Turn, grant: &Grant, now: Timestamp) {
        let mut known = self.lock();
        if known.turn == since.0 {
            known.put(grant, Entry::of(grant, now));
        }
    }

    /// Notes a grant that was read strongly consistent, in a read that began at `since`.
    pub(super) fn confirmed(&self, since: Turn, grant: &Grant) {
        let mut known = self.lock();
        let entry = match known.grants.get(&grant.key) {
            Some(Entry::Known { grant: old, .. }) if **old == *grant => return,
            None if grant.seats.layout() == Layout::Map => return,
            Some(Entry::Known { until, .. }) if known.turn == since.0 => Entry::known(grant, *until),
            Some(Entry::Known { .. } | Entry::Unsettled) | None => Entry::Unsettled,
        };
        known.put(grant, entry);
        known.turn += 1;
    }

    /// Begins a change of a grant, whose seats lie in `layout` as far as is known.
    pub(super) fn changing(&self, key: KeyDigest, layout: Layout) -> Changing {
        Changing { recent: self.clone(), key, layout, since: self.turn(), is_over: false }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// To be held by whoever writes to a grant, from before the write is sent until it is answered. `layout` is where its seats lie
    /// before or afterwards: items, if either.
    pub(in crate::table) fn changing(&self, key: KeyDigest, layout: Layout) -> Changing {
        self.hints.recent.changing(key, layout)
    }
}

impl Known {
    /// What is known of `grant` now: nothing, where its seats lie inside.
    fn put(&mut self, grant: &Grant, entry: Entry) {
        match grant.seats.layout() {
            Layout::Items => self.insert(grant.key, entry),
            Layout::Map => {
                self.grants.remove(&grant.key);
            }
        }
    }

    fn insert(&mut self, key: KeyDigest, entry: Entry) {
        if self.grants.len() >= MOST && !self.grants.contains_key(&key) {
            self.grants.clear();
        }
        self.grants.insert(key, entry);
    }
}

impl Entry {
    fn of(grant: &Grant, now: Timestamp) -> Self {
        Self::known(grant, now.plus_seconds(REMEMBERED_SECONDS))
    }

    fn known(grant: &Grant, until: Timestamp) -> Self {
        Self::Known { grant: Arc::new(grant.clone()), until }
    }
}

impl Changing {
    /// The change was made, and `grant` is what it left, read at `now`.
    pub(super) fn left(mut self, grant: &Grant, now: Timestamp) {
        self.is_over = true;
        let mut known = self.recent.lock();
        let entry = if known.turn == self.since.0 { Entry::of(grant, now) } else { Entry::Unsettled };
        known.put(grant, entry);
        known.turn += 1;
    }

    /// Nothing was changed. Gives the moment at which that was to be begun.
    pub(super) fn left_nothing(mut self) -> Turn {
        self.is_over = true;
        self.since
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let mut known = self.recent.lock();
        if self.layout == Layout::Items || known.grants.contains_key(&self.key) {
            known.insert(self.key, Entry::Unsettled);
        }
        known.turn += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grant::Seats;
    use crate::domain::license::Standing;
    use crate::domain::testing;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000 + seconds).unwrap()
    }

    fn grant(taken: u32) -> Grant {
        Grant { seats: Seats::Items { taken }, ..testing::grant() }
    }

    /// The count of the grant that is remembered, or how it is to be read.
    fn recall(recent: &Recent, now: Timestamp) -> Result<u32, Freshness> {
        match recent.recall(&testing::grant().key, now) {
            Recalled::Grant(grant) => Ok(grant.seats.taken()),
            Recalled::Nothing(freshness) => Err(freshness),
        }
    }

    #[test]
    fn a_grant_is_remembered_for_a_minute() {
        let recent = Recent::default();
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Eventual));
        recent.read(recent.turn(), &grant(7), at(0));
        assert_eq!(recall(&recent, at(59)), Ok(7));
        assert_eq!(recall(&recent, at(60)), Err(Freshness::Eventual));
    }

    #[test]
    fn a_grant_with_its_seats_inside_is_not_remembered() {
        let recent = Recent::default();
        recent.read(recent.turn(), &grant(7), at(0));
        recent.read(recent.turn(), &testing::grant(), at(0));
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Eventual));
        recent.changing(testing::grant().key, Layout::Map).left(&testing::grant(), at(0));
        drop(recent.changing(testing::grant().key, Layout::Map));
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Eventual), "nor is a change of it");
    }

    #[test]
    fn a_read_that_began_before_a_change_ended_is_not_remembered() {
        let recent = Recent::default();
        let since = recent.turn();
        drop(recent.changing(grant(7).key, Layout::Items));
        recent.read(since, &grant(7), at(0));
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Strong), "and the next one must see the change");
        recent.read(recent.turn(), &grant(8), at(0));
        assert_eq!(recall(&recent, at(0)), Ok(8));
    }

    #[test]
    fn a_change_leaves_what_it_made_unless_another_one_came_between() {
        let recent = Recent::default();
        recent.changing(grant(8).key, Layout::Items).left(&grant(8), at(0));
        assert_eq!(recall(&recent, at(0)), Ok(8));
        let (one, other) = (recent.changing(grant(8).key, Layout::Items), recent.changing(grant(8).key, Layout::Items));
        one.left(&grant(9), at(1));
        assert_eq!(recall(&recent, at(1)), Ok(9));
        other.left(&grant(9), at(1));
        assert_eq!(recall(&recent, at(1)), Err(Freshness::Strong), "nine or ten: neither knows");
    }

    #[test]
    fn a_change_that_came_to_nothing_leaves_what_was_known_and_one_that_was_lost_does_not() {
        let recent = Recent::default();
        recent.read(recent.turn(), &grant(7), at(0));
        recent.changing(grant(7).key, Layout::Items).left_nothing();
        assert_eq!(recall(&recent, at(0)), Ok(7));
        drop(recent.changing(grant(7).key, Layout::Map));
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Strong));
    }

    #[test]
    fn what_was_confirmed_is_not_contradicted_by_an_older_read() {
        let recent = Recent::default();
        let revoked = Grant { standing: Standing::Revoked, ..grant(7) };
        let older = recent.turn();
        recent.confirmed(recent.turn(), &revoked);
        recent.read(older, &grant(7), at(0));
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Strong));
        // What is remembered is replaced, and lives no longer for it.
        recent.read(recent.turn(), &grant(7), at(0));
        recent.confirmed(recent.turn(), &grant(8));
        assert_eq!((recall(&recent, at(59)), recall(&recent, at(60))), (Ok(8), Err(Freshness::Eventual)));
        let older = recent.turn();
        drop(recent.changing(grant(8).key, Layout::Items));
        recent.confirmed(older, &grant(8));
        assert_eq!(recall(&recent, at(0)), Err(Freshness::Strong));
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let recent = Recent::default();
        for number in 0..=MOST {
            let key = crate::domain::key::LicenseKey::parse(&format!("KEY-{number:08}")).unwrap().digest();
            recent.read(recent.turn(), &Grant { key, ..grant(7) }, at(0));
        }
        assert_eq!(recent.lock().grants.len(), 1);
    }
}
