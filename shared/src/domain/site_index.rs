//! The index of sites: which of an account's licences are used on a host.
//!
//! An activation does not touch it: it is brought up to date afterwards, from what is stored and not from what happened, so that it
//! does not matter how often, in which order or how late it is told that something changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::grant::{Grant, Seats};
use super::ids::{AccountId, LicenseId};
use super::key::KeyDigest;
use super::seat::{Device, Seat, SeatDigest};

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Touched {
    /// The licence, by the digest of its key.
    pub key: KeyDigest,
    /// What of it.
    pub part: Part,
}

/// The part of a licence that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The grant, and the seats in it.
    Grant,
    /// A seat that is, or was, an item.
    Seat(SeatDigest),
}

/// A seat that a site holds, as the index has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The account.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// The seat.
    pub seat: SeatDigest,
    /// Where the seat lies.
    pub place: Place,
    /// The site's host, as [`Site::host`](super::site::Site::host) gives it.
    pub host: String,
}

/// Where a site's seat lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Among the counted seats.
    Counted,
    /// Among the development sites.
    Free,
}

/// What has to be written so that the index has a seat as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The site holds the seat.
    Held {
        /// What the index has to say.
        entry: Entry,
        /// What it was remembered as.
        former: Vec<Entry>,
    },
    /// No site holds it any more.
    Gone {
        /// What it was remembered as: at least one.
        former: Vec<Entry>,
    },
}

impl Change {
    /// The seat that it is about.
    pub fn seat(&self) -> Option<SeatDigest> {
        match self {
            Self::Held { entry, .. } => Some(entry.seat),
            Self::Gone { former } => former.first().map(|entry| entry.seat),
        }
    }
}

/// What the index has to say of one seat; nothing of a machine's.
pub fn entry(grant: &Grant, place: Place, digest: SeatDigest, seat: &Seat) -> Option<Entry> {
    let Device::Site(site) = &seat.device else { return None };
    Some(Entry { account: grant.account, license: grant.license, seat: digest, place, host: site.host().to_owned() })
}

/// What the index has to say of the seats that lie inside a grant.
pub fn entries(grant: &Grant) -> Vec<Entry> {
    let counted = match &grant.seats {
        Seats::Map(seats) => Some(seats),
        Seats::Items { .. } => None,
    };
    let counted = counted.into_iter().flatten().filter_map(|(digest, seat)| entry(grant, Place::Counted, *digest, seat));
    counted.chain(grant.free.iter().filter_map(|(digest, seat)| entry(grant, Place::Free, *digest, seat))).collect()
}

/// What has to be written where `remembered` is what the index has, and `held` what it has to have.
pub fn changes(held: Vec<Entry>, remembered: Vec<Entry>) -> Vec<Change> {
    let mut former: BTreeMap<SeatDigest, Vec<Entry>> = BTreeMap::new();
    for entry in remembered {
        former.entry(entry.seat).or_default().push(entry);
    }
    let mut seen = BTreeSet::new();
    let mut changes = Vec::new();
    for entry in held {
        // A seat that is in both places for a moment is one.
        if !seen.insert(entry.seat) {
            continue;
        }
        let former = former.remove(&entry.seat).unwrap_or_default();
        if former != [entry.clone()] {
            changes.push(Change::Held { entry, former });
        }
    }
    changes.extend(former.into_values().map(|former| Change::Gone { former }));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::grant;
    use crate::domain::time::Timestamp;

    fn seat(device: &str) -> (SeatDigest, Seat) {
        let device = Device::parse(device).unwrap();
        let at = Timestamp::from_seconds(1).unwrap();
        (device.digest(), Seat { device, since: at, seen: at, label: None, client: None })
    }

    fn entry_of(device: &str, place: Place) -> Entry {
        let (digest, seat) = seat(device);
        entry(&grant(), place, digest, &seat).unwrap()
    }

    #[test]
    fn sites_are_entered_by_their_host_and_machines_are_not() {
        let mut grant = grant();
        grant.seats = Seats::Map([seat("example.com:8080/shop"), seat("#machine")].into());
        grant.free = [seat("shop.test")].into();
        let mut hosts: Vec<_> = entries(&grant).into_iter().map(|entry| (entry.place, entry.host)).collect();
        hosts.sort();
        assert_eq!(hosts, [(Place::Counted, "example.com".to_owned()), (Place::Free, "shop.test".to_owned())]);
    }

    #[test]
    fn only_what_differs_is_written() {
        let [kept, new, gone] = ["kept.com", "new.com", "gone.com"].map(|site| entry_of(site, Place::Counted));
        let found = changes(vec![kept.clone(), new.clone()], vec![gone.clone(), kept.clone()]);
        assert_eq!(found, [Change::Held { entry: new, former: vec![] }, Change::Gone { former: vec![gone] }]);
        assert!(changes(vec![kept.clone()], vec![kept]).is_empty());
    }

    #[test]
    fn a_seat_that_changes_its_place_stays_in_the_index() {
        let (counted, free) = (entry_of("shop.test", Place::Counted), entry_of("shop.test", Place::Free));
        let found = changes(vec![counted.clone()], vec![free.clone()]);
        assert_eq!(found, [Change::Held { entry: counted.clone(), former: vec![free.clone()] }]);
        let twice = changes(vec![counted.clone()], vec![counted.clone(), free.clone()]);
        assert_eq!(twice, [Change::Held { entry: counted.clone(), former: vec![counted, free] }]);
    }
}
