//! Which seats a licence that was sold elsewhere has taken here.

use super::assignment::{SeatMap, is_counted};
use super::license::LicenseMode;
use super::product::DevelopmentSites;
use super::seat::{DEVELOPMENT_LIMIT, Device, Seat, SeatLimit};

/// The seats of a licence that comes with its activations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seating {
    /// The counted ones.
    pub counted: SeatMap,
    /// The development sites, which are not counted.
    pub free: SeatMap,
    /// How many activations found no room. One that is named twice is none of them.
    pub left_out: usize,
}

/// Sorts activations as an activation is sorted, in their order: what comes after the last seat, or after the last development site that
/// a licence may have, is left out. Where seats are not taken for good, none is taken.
pub fn seat(activations: Vec<Seat>, rule: &DevelopmentSites, limit: SeatLimit, mode: LicenseMode) -> Seating {
    let mut seating = Seating::default();
    for seat in activations {
        let digest = seat.device.digest();
        if seating.counted.contains_key(&digest) || seating.free.contains_key(&digest) {
            continue;
        }
        let counts = match &seat.device {
            Device::Site(site) => is_counted(site, rule),
            Device::Machine(_) => true,
        };
        let (place, has_room) = if counts {
            let taken = u32::try_from(seating.counted.len()).unwrap_or(u32::MAX);
            (&mut seating.counted, limit.has_room(taken))
        } else {
            let has_room = seating.free.len() < DEVELOPMENT_LIMIT;
            (&mut seating.free, has_room)
        };
        if has_room && mode == LicenseMode::Activation {
            place.insert(digest, seat);
        } else {
            seating.left_out += 1;
        }
    }
    seating
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn seats(devices: &[&str]) -> Vec<Seat> {
        let day = Timestamp::parse("2024-02-03").unwrap();
        let seat = |device: &&str| Seat { device: Device::parse(device).unwrap(), since: day, seen: day, label: None, client: None };
        devices.iter().map(seat).collect()
    }

    fn seated(devices: &[&str], limit: SeatLimit, mode: LicenseMode) -> (usize, usize, usize) {
        let Seating { counted, free, left_out } = seat(seats(devices), &DevelopmentSites::default(), limit, mode);
        (counted.len(), free.len(), left_out)
    }

    #[test]
    fn development_sites_take_no_seat_and_one_site_takes_one() {
        let devices = ["https://a.example.com/", "http://www.a.example.com", "shop.test", "#machine", "b.example.com"];
        assert_eq!(seated(&devices, SeatLimit::Limited(3), LicenseMode::Activation), (3, 1, 0));
    }

    #[test]
    fn what_finds_no_room_is_left_out_and_counted() {
        let devices = ["a.example.com", "b.example.com", "c.example.com", "shop.test"];
        assert_eq!(seated(&devices, SeatLimit::Limited(2), LicenseMode::Activation), (2, 1, 1));
        assert_eq!(seated(&devices, SeatLimit::Unlimited, LicenseMode::Floating), (0, 0, 4));
        let many: Vec<_> = (0..25).map(|number| format!("shop-{number}.test")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(seated(&many, SeatLimit::Limited(1), LicenseMode::Activation), (0, DEVELOPMENT_LIMIT, 5));
    }
}
