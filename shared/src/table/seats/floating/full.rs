//! Licences of which this process knows that every seat is held, and until when that is so.
//!
//! A seat that is held can only be held longer, and one that is given back shows in the grant's counter. So while the counter says
//! that none is left, none can be over before the first of those that were seen. Clients that are refused ask again and again, and
//! reading a thousand seats each time would be dear.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::time::Timestamp;

/// The most licences that are remembered. When it is reached, all are forgotten: that costs a look at the seats.
const MOST: usize = 1_000;

/// How many seats were counted, and when the first one of them is over unless its holder is heard.
#[derive(Clone, Copy, Debug)]
struct Seen {
    taken: u32,
    until: Timestamp,
}

/// What a process remembers of full licences. Clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::table::seats) struct Full(Arc<Mutex<HashMap<KeyDigest, Seen>>>);

impl Full {
    /// Whether no seat of this grant, which has no room left, can be over at `now`.
    pub(super) fn is_full(&self, grant: &Grant, now: Timestamp) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&grant.key).copied();
        seen.is_some_and(|seen| seen.taken == grant.seats.taken() && now < seen.until)
    }

    /// Notes that all seats were seen, `taken` of them, and that none is over before `until`.
    pub(super) fn seen(&self, key: KeyDigest, taken: u32, until: Timestamp) {
        let mut full = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if full.len() >= MOST {
            full.clear();
        }
        full.insert(key, Seen { taken, until });
    }
}
