//! Keys of what belongs to one licence, found by a digest of its key: the grant, the seats, and what is remembered of them.

use crate::domain::ids::{AccountId, LicenseId, TraceId};
use crate::domain::key::KeyDigest;
use crate::domain::seat::SeatDigest;
use crate::domain::site_index::{Part, Place, Touched};

use super::{Key, account_partition};
use crate::table::read::Range;

/// Floating seats lie before the grant: what is read from the grant to the last seat does not meet them.
const FLOAT_PREFIX: &str = "FLOAT#";
/// The sort keys of a licence's partition run from its grant to its last seat, and its traces come after.
pub(in crate::table) const GRANT: &str = "GRANT";
pub(in crate::table) const SEAT_PREFIX: &str = "SEAT#";
/// The least text above every seat's key: `$` follows `#`.
pub(in crate::table) const AFTER_SEATS: &str = "SEAT$";

/// What a licence remembers of the index of sites lies behind its seats.
const MEMORY_PREFIX: &str = "SITE#";
const TRACE_PREFIX: &str = "TRACE#";
pub(in crate::table) const SITE_ENTRY_PREFIX: &str = "LICENSE#";

pub(in crate::table) fn license_partition(key: KeyDigest) -> String {
    format!("LICENSE#{}", key.to_text())
}

fn site_partition(account: AccountId, host: &str) -> String {
    format!("SITE#{:010}#{host}", account.get())
}

fn memory_prefix(place: Place) -> &'static str {
    match place {
        Place::Counted => "SITE#COUNTED#",
        Place::Free => "SITE#FREE#",
    }
}

fn summary_partition(account: AccountId) -> String {
    format!("SUMMARY#{:010}", account.get())
}

pub(in crate::table) fn grant(key: KeyDigest) -> Key {
    Key::new(license_partition(key), GRANT.to_owned())
}

pub(in crate::table) fn seat(key: KeyDigest, seat: SeatDigest) -> Key {
    Key::new(license_partition(key), format!("{SEAT_PREFIX}{seat}"))
}

/// A floating seat, by its holder.
pub(in crate::table) fn lease(key: KeyDigest, seat: SeatDigest) -> Key {
    Key::new(license_partition(key), format!("{FLOAT_PREFIX}{seat}"))
}

/// That a licence has a seat on a host.
pub(in crate::table) fn site_entry(account: AccountId, host: &str, license: LicenseId, seat: SeatDigest) -> Key {
    Key::new(site_partition(account, host), format!("{SITE_ENTRY_PREFIX}{:010}#{seat}", license.get()))
}

/// What a licence remembers of a seat's entry.
pub(in crate::table) fn remembered_seat(key: KeyDigest, place: Place, seat: SeatDigest) -> Key {
    Key::new(license_partition(key), format!("{}{seat}", memory_prefix(place)))
}

/// Which part of a licence lies at a key; nothing where that matters to no index.
pub fn touched(pk: &str, sk: &str) -> Option<Touched> {
    let key = KeyDigest::parse(pk.strip_prefix("LICENSE#")?).ok()?;
    let part = match sk.strip_prefix(SEAT_PREFIX) {
        Some(seat) => Part::Seat(SeatDigest::parse(seat)?),
        None if sk == GRANT => Part::Grant,
        None => return None,
    };
    Some(Touched { key, part })
}

/// A licence's grant and its seats.
pub(in crate::table) fn grant_and_seats(key: KeyDigest) -> Range {
    Range { pk: license_partition(key), from: GRANT.to_owned(), to: AFTER_SEATS.to_owned() }
}

/// A licence's seats.
pub(in crate::table) fn seats(key: KeyDigest) -> Range {
    Range::prefixed(license_partition(key), SEAT_PREFIX)
}

/// A licence's floating seats.
pub(in crate::table) fn leases(key: KeyDigest) -> Range {
    Range::prefixed(license_partition(key), FLOAT_PREFIX)
}

/// What a client did with a licence.
pub(in crate::table) fn trace(key: KeyDigest, trace: TraceId) -> Key {
    Key::new(license_partition(key), format!("{TRACE_PREFIX}{:010}", trace.get()))
}

/// All that clients did with a licence.
pub(in crate::table) fn traces(key: KeyDigest) -> Range {
    Range::prefixed(license_partition(key), TRACE_PREFIX)
}

/// The same by the numbers from `first` to `last`.
pub(in crate::table) fn traces_between(key: KeyDigest, first: u32, last: u32) -> Range {
    let sk = |number: u32| format!("{TRACE_PREFIX}{number:010}");
    Range { pk: license_partition(key), from: sk(first), to: sk(last) }
}

/// That a licence was deleted which had this number.
pub(in crate::table) fn deleted_license(account: AccountId, license: LicenseId) -> Key {
    Key::new(account_partition(account), format!("DELETED_LICENSE#{:010}", license.get()))
}

/// A licence in short.
pub(in crate::table) fn summary(account: AccountId, license: LicenseId) -> Key {
    Key::new(summary_partition(account), format!("{SITE_ENTRY_PREFIX}{:010}", license.get()))
}

/// All licences of an account in short.
pub(in crate::table) fn summaries(account: AccountId) -> Range {
    Range::prefixed(summary_partition(account), SITE_ENTRY_PREFIX)
}

/// All entries of a host.
pub(in crate::table) fn site_entries(account: AccountId, host: &str) -> Range {
    Range::prefixed(site_partition(account, host), SITE_ENTRY_PREFIX)
}

/// The least sort key behind all of a licence's entries.
pub(in crate::table) fn after_license(license: LicenseId) -> String {
    format!("{SITE_ENTRY_PREFIX}{:010}$", license.get())
}

/// The least sort key behind an entry.
pub(in crate::table) fn after_site_entry(license: LicenseId, seat: SeatDigest) -> String {
    format!("{SITE_ENTRY_PREFIX}{:010}#{seat}$", license.get())
}

/// The least sort key behind a floating seat.
pub(in crate::table) fn after_lease(seat: SeatDigest) -> String {
    format!("{FLOAT_PREFIX}{seat}$")
}

/// The least sort key behind a seat.
pub(in crate::table) fn after_seat(seat: SeatDigest) -> String {
    format!("{SEAT_PREFIX}{seat}$")
}

/// All that a licence remembers of the index of sites.
pub(in crate::table) fn remembered(key: KeyDigest) -> Range {
    Range::prefixed(license_partition(key), MEMORY_PREFIX)
}

/// What it remembers of the seats in one place.
pub(in crate::table) fn remembered_at(key: KeyDigest, place: Place) -> Range {
    Range::prefixed(license_partition(key), memory_prefix(place))
}

/// What it remembers of the counted seats after one and up to another, or to the end.
pub(in crate::table) fn remembered_between(key: KeyDigest, after: Option<SeatDigest>, last: Option<SeatDigest>) -> Range {
    let all = remembered_at(key, Place::Counted);
    let from = after.map_or(all.from.clone(), |seat| format!("{}{seat}$", all.from));
    let to = last.map_or(all.to, |seat| format!("{}{seat}", all.from));
    Range { pk: all.pk, from, to }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::LicenseKey;
    use crate::domain::seat::Device;

    #[test]
    fn a_licences_partition_holds_its_grant_then_its_seats_then_the_rest() {
        assert!(
            FLOAT_PREFIX < GRANT
                && GRANT < SEAT_PREFIX
                && SEAT_PREFIX < AFTER_SEATS
                && AFTER_SEATS < MEMORY_PREFIX
                && MEMORY_PREFIX < TRACE_PREFIX
        );
    }

    #[test]
    fn a_change_is_known_by_its_key() {
        let (digest, device) = (LicenseKey::parse("TEST-KEY-0001").unwrap().digest(), Device::parse("example.com").unwrap().digest());
        let account = AccountId::new(7).unwrap();
        let of = |key: Key| touched(&key.pk, &key.sk);
        assert_eq!(of(grant(digest)), Some(Touched { key: digest, part: Part::Grant }));
        assert_eq!(of(seat(digest, device)), Some(Touched { key: digest, part: Part::Seat(device) }));
        for other in [
            remembered_seat(digest, Place::Free, device),
            super::super::license(account, LicenseId::new(1).unwrap()),
            site_entry(account, "example.com", LicenseId::new(1).unwrap(), device),
        ] {
            assert_eq!(of(other), None, "what the index writes would lead to more of it for ever");
        }
    }
}
