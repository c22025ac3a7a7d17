//! What a vendor's complete list of sites makes of a licence's seats.
//!
//! A site on the list keeps the seat that it holds, wherever that lies, with its date and its label; any other takes a new one, sorted
//! by the licence's rule for development sites. A site that is not on the list loses its seat. Machines are no sites: they keep
//! theirs, and count.

use std::collections::{BTreeMap, BTreeSet};

use super::development::{Deployment, classify};
use super::grant::Grant;
use super::product::DevelopmentSites;
use super::seat::{DEVELOPMENT_LIMIT, Device, Seat, SeatDigest};
use super::site::Site;
use super::time::Timestamp;

/// The seats of a licence by their digests.
pub type SeatMap = BTreeMap<SeatDigest, Seat>;

/// What has to change, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Counted seats that are new.
    pub taken: SeatMap,
    /// Counted seats that are freed.
    pub freed: SeatMap,
    /// All development sites afterwards.
    pub free: SeatMap,
    /// The sites' seats afterwards, counted or not, in the list's order.
    pub sites: Vec<Seat>,
}

/// Why a list cannot be assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// More seats than there are.
    Seats {
        /// Sites on the list that take a seat.
        sites: usize,
        /// Machines that hold one.
        machines: usize,
        /// How many seats there are.
        limit: u32,
    },
    /// More development sites than a licence may have.
    Development {
        /// Development sites on the list.
        sites: usize,
    },
}

impl Assignment {
    /// Whether the list is what holds seats already.
    pub fn is_nothing(&self, grant: &Grant) -> bool {
        self.changes() == 0 && self.free == grant.free
    }

    /// How many counted seats change hands.
    pub fn changes(&self) -> usize {
        self.taken.len() + self.freed.len()
    }
}

/// Decides what `list` makes of a licence whose counted seats are `counted`, all of them, in whichever layout.
pub fn assign(grant: &Grant, counted: &SeatMap, list: &[Site], now: Timestamp) -> Result<Assignment, NoRoom> {
    let mut assignment = Assignment { taken: SeatMap::new(), freed: SeatMap::new(), free: SeatMap::new(), sites: Vec::new() };
    let mut listed = BTreeSet::new();
    for site in list {
        let device = Device::Site(site.clone());
        let digest = device.digest();
        if !listed.insert(digest) {
            continue;
        }
        let seat = match (counted.get(&digest), grant.free.get(&digest)) {
            (Some(seat), _) => seat.clone(),
            (None, Some(seat)) => assignment.free.entry(digest).or_insert_with(|| seat.clone()).clone(),
            (None, None) => {
                let since = Timestamp::from_seconds(now.as_seconds()).unwrap_or(now);
                let seat = Seat { device, since, seen: since, label: None, client: None };
                let place = if is_counted(site, &grant.development_sites) { &mut assignment.taken } else { &mut assignment.free };
                place.entry(digest).or_insert(seat).clone()
            }
        };
        assignment.sites.push(seat);
    }
    let (machines, others): (Vec<_>, Vec<_>) = counted.iter().partition(|(_, seat)| matches!(seat.device, Device::Machine(_)));
    let kept = others.iter().filter(|(digest, _)| listed.contains(digest)).count();
    let others = others.into_iter().filter(|(digest, _)| !listed.contains(digest));
    assignment.freed = others.map(|(digest, seat)| (*digest, seat.clone())).collect();
    let (sites, machines) = (kept + assignment.taken.len(), machines.len());
    if let Some(limit) = grant.seat_limit.number()
        && u32::try_from(sites + machines).unwrap_or(u32::MAX) > limit
    {
        return Err(NoRoom::Seats { sites, machines, limit });
    }
    if assignment.free.len() > DEVELOPMENT_LIMIT {
        return Err(NoRoom::Development { sites: assignment.free.len() });
    }
    Ok(assignment)
}

/// Whether a site takes a seat, under a licence's rule.
pub(super) fn is_counted(site: &Site, rule: &DevelopmentSites) -> bool {
    match rule {
        DevelopmentSites::Counted => true,
        DevelopmentSites::Free(patterns) => classify(site, patterns) == Deployment::Production,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::seat::SeatLimit;
    use crate::domain::testing::grant;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    fn seats(devices: &[&str]) -> SeatMap {
        let seat = |device: &&str| {
            let device = Device::parse(device).unwrap();
            (device.digest(), Seat { device, since: at(1), seen: at(1), label: None, client: None })
        };
        devices.iter().map(seat).collect()
    }

    fn list(sites: &[&str]) -> Vec<Site> {
        sites.iter().map(|site| Site::parse(site).unwrap()).collect()
    }

    fn devices(seats: &SeatMap) -> BTreeSet<String> {
        seats.values().map(|seat| seat.device.to_string()).collect()
    }

    fn texts(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn grant_of(limit: u32) -> Grant {
        Grant { seat_limit: SeatLimit::Limited(limit), development_sites: DevelopmentSites::default(), ..grant() }
    }

    #[test]
    fn who_stays_keeps_the_seat_who_is_new_takes_one_and_who_is_missing_loses_it() {
        let counted = seats(&["stays.com", "goes.com", "#machine"]);
        let sites = list(&["https://www.new.com/", "stays.com", "new.com"]);
        let assigned = assign(&grant_of(3), &counted, &sites, at(9)).unwrap();
        assert_eq!(devices(&assigned.taken), texts(&["new.com"]));
        assert_eq!(devices(&assigned.freed), texts(&["goes.com"]));
        let since: Vec<i64> = assigned.sites.iter().map(|seat| seat.since.as_seconds()).collect();
        assert_eq!(since, [9, 1], "in the list's order, each once");
    }

    #[test]
    fn machines_keep_their_seats_and_count() {
        let counted = seats(&["#one", "#two"]);
        let full = assign(&grant_of(3), &counted, &list(&["a.com", "b.com"]), at(9));
        assert_eq!(full, Err(NoRoom::Seats { sites: 2, machines: 2, limit: 3 }));
        assert!(assign(&grant_of(3), &counted, &list(&["a.com"]), at(9)).is_ok());
        assert!(assign(&grant_of(3), &counted, &[], at(9)).unwrap().freed.is_empty());
    }

    #[test]
    fn development_sites_are_sorted_by_the_licences_rule_and_are_bounded() {
        let sites: Vec<Site> = (0..=DEVELOPMENT_LIMIT).map(|number| Site::parse(&format!("shop-{number}.test")).unwrap()).collect();
        assert_eq!(assign(&grant_of(1), &SeatMap::new(), &sites, at(9)), Err(NoRoom::Development { sites: DEVELOPMENT_LIMIT + 1 }));
        let assigned = assign(&grant_of(1), &SeatMap::new(), &sites[..DEVELOPMENT_LIMIT], at(9)).unwrap();
        assert!(assigned.taken.is_empty() && assigned.free.len() == DEVELOPMENT_LIMIT);
        let counting = Grant { development_sites: DevelopmentSites::Counted, ..grant_of(1) };
        assert_eq!(devices(&assign(&counting, &SeatMap::new(), &sites[..1], at(9)).unwrap().taken), texts(&["shop-0.test"]));
    }

    #[test]
    fn a_seat_stays_where_it_lies() {
        let mut grant = grant_of(1);
        grant.free = seats(&["now-counted.com"]);
        let assigned = assign(&grant, &seats(&["counted.test"]), &list(&["now-counted.com", "counted.test"]), at(9)).unwrap();
        assert!(assigned.is_nothing(&grant));
    }

    #[test]
    fn the_empty_list_frees_all() {
        let mut grant = grant_of(2);
        grant.free = seats(&["shop.test"]);
        let assigned = assign(&grant, &seats(&["a.com", "b.com"]), &[], at(9)).unwrap();
        assert_eq!((assigned.freed.len(), assigned.free.len(), assigned.is_nothing(&grant)), (2, 0, false));
    }
}
