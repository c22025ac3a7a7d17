//! What this process remembers of unusual licences, so that its first guess is right.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::floating::Full;
use super::recent::{Recent, Turn};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::product::DevelopmentSites;
use crate::domain::seat::Layout;
use crate::table::Table;

/// The most licences that are remembered. When it is reached, all are forgotten: a wrong guess costs one round trip.
const MOST: usize = 4_096;

/// How a licence is laid out, as far as a write must know in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) layout: Layout,
    pub(super) development: DevelopmentSites,
}

/// What a process knows in advance.
#[derive(Clone, Debug, Default)]
pub(in crate::table) struct Hints {
    layouts: Arc<Mutex<HashMap<KeyDigest, Hint>>>,
    pub(super) recent: Recent,
    pub(super) full: Full,
    traced: Arc<Mutex<HashMap<KeyDigest, (AccountId, LicenseId)>>>,
}

impl Default for Hint {
    fn default() -> Self {
        Self { layout: Layout::Map, development: DevelopmentSites::default() }
    }
}

impl From<&Grant> for Hint {
    fn from(grant: &Grant) -> Self {
        Self { layout: grant.seats.layout(), development: grant.development_sites.clone() }
    }
}

impl Hints {
    /// The best guess for a licence.
    pub(super) fn guess(&self, key: &KeyDigest) -> Hint {
        self.layouts.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned().unwrap_or_default()
    }

    /// Notes a grant as the store had it in a call that began at `turn`.
    pub(super) fn met(&self, turn: Turn, grant: &Grant) {
        self.learn(grant);
        self.recent.confirmed(turn, grant);
    }

    fn learn_whether_traced(&self, grant: &Grant) {
        let mut traced = self.traced.lock().unwrap_or_else(PoisonError::into_inner);
        if !grant.trace {
            traced.remove(&grant.key);
            return;
        }
        if traced.len() >= MOST {
            traced.clear();
        }
        traced.insert(grant.key, (grant.account, grant.license));
    }

    /// Remembers what was seen, where it is unusual.
    pub(super) fn learn(&self, grant: &Grant) {
        self.learn_whether_traced(grant);
        let hint = Hint::from(grant);
        let mut hints = self.layouts.lock().unwrap_or_else(PoisonError::into_inner);
        if hint == Hint::default() {
            hints.remove(&grant.key);
        } else {
            if hints.len() >= MOST {
                hints.clear();
            }
            hints.insert(grant.key, hint);
        }
    }
}

impl Table {
    /// Whose licence a key opens, where its uses are traced: by what this process saw of it last. Every operation sees the grant before it
    /// has an answer about it.
    pub(crate) fn traced(&self, key: &KeyDigest) -> Option<(AccountId, LicenseId)> {
        self.hints.traced.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }
}
