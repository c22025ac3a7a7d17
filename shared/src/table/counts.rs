//! How long lists are, as this process knows it: so that a page of a long list does not count the whole of it again.
//!
//! A total that was counted is remembered for [`REMEMBERED_SECONDS`], and so may be that much behind what other processes wrote. It is
//! never behind this one: whoever writes what is listed holds a [`Forgetting`] meanwhile, after which every total of that account has to be
//! counted anew. What was counted before a write ended is not remembered after it; nor is what was counted within seconds of it, for lists
//! may be behind.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::records::{List, Record};
use super::{Kind, REMEMBERED_SECONDS, Selection, Span, Table};
use crate::domain::ids::{AccountId, OrderId, ProductId};
use crate::domain::time::Timestamp;

/// The most totals that are remembered, and the most accounts whose writes are. When either is reached, all are forgotten.
const MOST: usize = 10_000;

/// For how long after a write lists may be behind, in seconds: many times what an index takes.
const UNSETTLED_SECONDS: i64 = 5;

/// The totals that a process remembers. Clones share them.
#[derive(Clone, Default)]
pub struct Counts(Arc<Mutex<Known>>);

/// A list of an account that has a total.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// The records of a kind, of one list where one is named.
    Records(Kind, Option<List>),
    /// Licences.
    Licenses(Selection),
    /// The products of an order.
    ProductsOf(OrderId),
    /// The orders that have a product.
    OrdersOf(ProductId),
    /// Another list, under a name that no other has.
    Other(&'static str, u32),
}

/// A moment before a list is read. What is counted from then on may be remembered.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    account: AccountId,
    turn: u64,
    is_settled: bool,
}

/// Held by whoever writes what is listed.
#[must_use]
pub(super) struct Forgetting {
    counts: Counts,
    account: AccountId,
}

#[derive(Default)]
struct Known {
    /// How often anything was written, or all was forgotten.
    turn: u64,
    /// The turn before which nobody knows which accounts were written.
    forgotten: u64,
    totals: HashMap<(AccountId, Counted, (u32, u32)), Total>,
    writes: HashMap<AccountId, Written>,
}

struct Total {
    /// How many there are.
    count: u64,
    until: Timestamp,
    /// The account's last write when it was counted.
    turn: u64,
}

/// When an account was written to last.
struct Written {
    turn: u64,
    /// When lists can be believed to show it: not before somebody has asked since.
    settled: Option<Timestamp>,
}

impl Counted {
    /// The records of a kind, of one list where one is named.
    pub fn records<R: Record>(list: Option<List>) -> Self {
        Self::Records(R::KIND, list)
    }
}

impl Counts {
    /// The present moment, at `now`: to be asked for before an account's list is read.
    pub fn since(&self, account: AccountId, now: Timestamp) -> Since {
        let mut known = self.lock();
        let turn = known.turn;
        let is_settled = known.writes.get_mut(&account).is_none_or(|written| {
            let settled = written.settled.get_or_insert_with(|| now.plus_seconds(UNSETTLED_SECONDS));
            now >= *settled
        });
        Since { account, turn, is_settled }
    }

    /// How many a list has with numbers in `span`, where that is remembered at `now`.
    pub fn known(&self, account: AccountId, list: &Counted, span: Span, now: Timestamp) -> Option<u64> {
        let known = self.lock();
        let total = known.totals.get(&(account, list.clone(), (span.first, span.last)))?;
        (now < total.until && known.written(account) <= total.turn).then_some(total.count)
    }

    /// Remembers, at `now`, how many a list had that was read after `since`.
    pub fn learn(&self, since: Since, list: Counted, span: Span, total: u64, now: Timestamp) {
        let mut known = self.lock();
        if !since.is_settled || known.written(since.account) > since.turn {
            return;
        }
        if known.totals.len() >= MOST {
            known.totals.clear();
        }
        let (until, turn) = (now.plus_seconds(REMEMBERED_SECONDS), since.turn);
        known.totals.insert((since.account, list, (span.first, span.last)), Total { count: total, until, turn });
    }

    fn wrote(&self, account: AccountId) {
        let mut known = self.lock();
        known.turn += 1;
        if known.writes.len() >= MOST && !known.writes.contains_key(&account) {
            known.totals.clear();
            known.writes.clear();
            known.forgotten = known.turn;
        }
        let turn = known.turn;
        known.writes.insert(account, Written { turn, settled: None });
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The turn of an account's last write.
    fn written(&self, account: AccountId) -> u64 {
        self.writes.get(&account).map_or(self.forgotten, |written| written.turn)
    }
}

impl Table {
    /// To be held by whoever writes what is in an account's lists, from before the write is sent until it is answered.
    pub(super) fn relisting(&self, account: AccountId) -> Forgetting {
        Forgetting { counts: self.counts.clone(), account }
    }
}

impl Drop for Forgetting {
    fn drop(&mut self) {
        self.counts.wrote(self.account);
    }
}

/// How much is remembered, and not what: lists are named by e-mail addresses.
impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").field("totals", &self.lock().totals.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    fn account(number: u32) -> AccountId {
        AccountId::new(number).unwrap()
    }

    const LIST: Counted = Counted::Records(Kind::Order, None);

    fn learn(counts: &Counts, number: u32, total: u64, second: i64) {
        counts.learn(counts.since(account(number), at(second)), LIST, Span::ALL, total, at(second));
    }

    fn known(counts: &Counts, number: u32, second: i64) -> Option<u64> {
        counts.known(account(number), &LIST, Span::ALL, at(second))
    }

    #[test]
    fn a_total_is_remembered_for_a_minute_and_for_its_list_alone() {
        let counts = Counts::default();
        learn(&counts, 1, 7, 0);
        assert_eq!([known(&counts, 1, 59), known(&counts, 1, 60), known(&counts, 2, 0)], [Some(7), None, None]);
        assert_eq!(counts.known(account(1), &LIST, Span::between(1, 5), at(0)), None);
        assert_eq!(counts.known(account(1), &Counted::Records(Kind::Contact, None), Span::ALL, at(0)), None);
    }

    #[test]
    fn a_write_forgets_the_accounts_totals_and_what_was_being_counted_meanwhile() {
        let counts = Counts::default();
        learn(&counts, 1, 7, 0);
        learn(&counts, 2, 8, 0);
        let since = counts.since(account(1), at(1));
        counts.wrote(account(1));
        counts.learn(since, LIST, Span::ALL, 7, at(1));
        assert_eq!([known(&counts, 1, 1), known(&counts, 2, 1)], [None, Some(8)]);
    }

    #[test]
    fn what_is_counted_while_lists_may_be_behind_is_not_remembered() {
        let counts = Counts::default();
        counts.wrote(account(1));
        learn(&counts, 1, 7, 100);
        learn(&counts, 1, 7, 104);
        assert_eq!(known(&counts, 1, 104), None);
        learn(&counts, 1, 8, 105);
        assert_eq!(known(&counts, 1, 105), Some(8));
    }

    #[test]
    fn no_more_is_remembered_than_was_said() {
        let counts = Counts::default();
        let since = counts.since(account(1), at(0));
        for number in 0..=u32::try_from(MOST).unwrap() {
            counts.learn(since, Counted::Other("test", number), Span::ALL, 1, at(0));
            counts.wrote(account(number + 2));
        }
        let known = counts.lock();
        assert!(known.totals.len() <= MOST && known.writes.len() <= MOST);
    }
}
