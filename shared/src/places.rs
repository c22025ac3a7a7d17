//! Where the pages of lists begin, as far as this process has seen them.
//!
//! APIs that ask for page 700 of a list are served by a store that only knows "after this one". Who reads page after page finds
//! the next one's beginning here, so that a page costs the same wherever it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::time::Timestamp;
use crate::ops::search_licenses::Search;

/// For how long a place is remembered, in seconds: what is added, changed or deleted meanwhile may shift pages by as much.
const SECONDS: i64 = 60;

/// The most searches that are remembered. When it is reached, all are forgotten.
const MOST_SEARCHES: usize = 64;

/// The most places of one search. When it is reached, that search is forgotten.
const MOST_PLACES: usize = 1_024;

/// Before which entry of a list which licence lies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<(AccountId, Search), Known>>>);

#[derive(Debug, Default)]
struct Known(BTreeMap<u64, (LicenseId, Timestamp)>);

impl Places {
    /// The nearest known place at or before the entry `offset`: its own offset, and the licence before it.
    pub(crate) fn before(&self, account: AccountId, search: &Search, offset: u64, now: Timestamp) -> Option<(u64, LicenseId)> {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = places.get(&(account, search.clone()))?;
        let fresh = |(_, (_, until)): &(&u64, &(LicenseId, Timestamp))| now < *until;
        known.0.range(..=offset).rev().find(fresh).map(|(offset, (license, _))| (*offset, *license))
    }

    /// Remembers that the entry `offset` is the first one after `license`.
    pub(crate) fn learn(&self, account: AccountId, search: &Search, offset: u64, license: LicenseId, now: Timestamp) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account, search.clone());
        if places.len() >= MOST_SEARCHES && !places.contains_key(&key) {
            places.clear();
        }
        let known = places.entry(key).or_default();
        if known.0.len() >= MOST_PLACES {
            known.0.clear();
        }
        known.0.insert(offset, (license, now.plus_seconds(SECONDS)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn the_nearest_place_before_is_found_for_a_minute() {
        let (places, account, search) = (Places::default(), AccountId::new(1).unwrap(), Search::default());
        let license = |number| LicenseId::new(number).unwrap();
        places.learn(account, &search, 10, license(17), at(0));
        places.learn(account, &search, 20, license(31), at(30));
        assert_eq!(places.before(account, &search, 9, at(1)), None);
        assert_eq!(places.before(account, &search, 15, at(1)), Some((10, license(17))));
        assert_eq!(places.before(account, &search, 20, at(59)), Some((20, license(31))));
        assert_eq!(places.before(account, &search, 15, at(60)), None);
        assert_eq!(places.before(AccountId::new(2).unwrap(), &search, 15, at(1)), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (places, account) = (Places::default(), AccountId::new(1).unwrap());
        for number in 1..10_000 {
            places.learn(account, &Search::default(), u64::from(number), LicenseId::new(number).unwrap(), at(0));
        }
        let held = places.0.lock().unwrap().values().map(|known| known.0.len()).sum::<usize>();
        assert!(held <= MOST_PLACES, "{held}");
    }
}
