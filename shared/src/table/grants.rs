//! The grant's stored form, and reading it.
//!
//! Ten seats and all else must fit into 1 KB, which is what one write unit pays for: so the seats' attributes have
//! one-letter names, times are numbers, and what has its usual value is left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::item::{self, Item, item, value};
use super::{Freshness, Table, keys};
use crate::domain::grant::{Grant, Seats};
use crate::domain::ids::{AccountId, LicenseId, ProductId};
use crate::domain::key::KeyDigest;
use crate::domain::license::{LicenseMode, Licensee, Standing, Validity};
use crate::domain::product::DevelopmentSites;
use crate::domain::seat::{Device, Seat, SeatDigest, SeatLimit};
use crate::domain::text::{Email, Line, ProductCode, Slug};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// The names of the grant's attributes that writes mention.
pub(super) mod names {
    pub(in crate::table) const STANDING: &str = "standing";
    pub(in crate::table) const STARTS: &str = "starts";
    pub(in crate::table) const ENDS: &str = "ends";
    pub(in crate::table) const LIMIT: &str = "limit";
    pub(in crate::table) const MODE: &str = "mode";
    pub(in crate::table) const TRACE: &str = "trace";
    pub(in crate::table) const SLUG: &str = "slug";
    pub(in crate::table) const CODE: &str = "code";
    pub(in crate::table) const PRODUCT: &str = "product";
    pub(in crate::table) const LICENSEE: &str = "licensee";
    pub(in crate::table) const DEVELOPMENT: &str = "dev";
    pub(in crate::table) const SEATS: &str = "seats";
    pub(in crate::table) const TAKEN: &str = "taken";
    pub(in crate::table) const FREE: &str = "free";
    pub(in crate::table) const FREED: &str = "freed";
    pub(in crate::table) const TOOK: &str = "took";
    pub(in crate::table) const SEEN: &str = "l";
    /// In a seat that is an item: under which mark it came out of the grant.
    pub(in crate::table) const MOVED: &str = "m";
}

#[derive(Serialize, Deserialize)]
struct GrantItem {
    account: AccountId,
    license: LicenseId,
    product: ProductId,
    slug: Slug,
    code: ProductCode,
    standing: Standing,
    /// Microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    starts: Option<i64>,
    /// Microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<i64>,
    /// Seconds.
    created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    licensee: Option<LicenseeItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(default, skip_serializing_if = "LicenseMode::is_usual")]
    mode: LicenseMode,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    trace: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dev: Option<DevelopmentSites>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seats: Option<BTreeMap<SeatDigest, SeatItem>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken: Option<u32>,
    #[serde(default)]
    free: BTreeMap<SeatDigest, SeatItem>,
}

#[derive(Serialize, Deserialize)]
struct LicenseeItem {
    n: Line<120>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<Email>,
}

/// A seat, inside the grant or as an item.
#[derive(Serialize, Deserialize)]
pub(super) struct SeatItem {
    d: Device,
    /// Taken at, in seconds.
    t: i64,
    /// Last seen, in seconds, where that is later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<i64>,
    /// Label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<Line<64>>,
    /// Client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c: Option<Line<100>>,
}

impl From<&Seat> for SeatItem {
    fn from(seat: &Seat) -> Self {
        let (taken, seen) = (seat.since.as_seconds(), seat.seen.as_seconds());
        Self { d: seat.device.clone(), t: taken, l: (seen > taken).then_some(seen), n: seat.label.clone(), c: seat.client.clone() }
    }
}

impl TryFrom<SeatItem> for Seat {
    type Error = Fault;

    fn try_from(item: SeatItem) -> Result<Self, Fault> {
        let SeatItem { d, t, l, n, c } = item;
        Ok(Self { device: d, since: seconds(t)?, seen: seconds(l.unwrap_or(t))?, label: n, client: c })
    }
}

impl From<&Licensee> for LicenseeItem {
    fn from(licensee: &Licensee) -> Self {
        Self { n: licensee.name.clone(), e: licensee.email.clone() }
    }
}

impl Grant {
    /// The grant's item.
    pub(super) fn to_item(&self) -> Result<Item, Fault> {
        let (seats, taken) = match &self.seats {
            Seats::Map(seats) => (Some(seats.iter().map(|(digest, seat)| (*digest, seat.into())).collect()), None),
            Seats::Items { taken } => (None, Some(*taken)),
        };
        let stored = GrantItem {
            account: self.account,
            license: self.license,
            product: self.product,
            slug: self.slug.clone(),
            code: self.code.clone(),
            standing: self.standing,
            starts: self.validity.from.map(Timestamp::as_micros),
            ends: self.validity.until.map(Timestamp::as_micros),
            created: self.created.as_seconds(),
            licensee: self.licensee.as_ref().map(Into::into),
            limit: self.seat_limit.number(),
            mode: self.mode,
            trace: self.trace,
            dev: stored_development(&self.development_sites),
            seats,
            taken,
            free: self.free.iter().map(|(digest, seat)| (*digest, seat.into())).collect(),
        };
        item(keys::grant(self.key), &stored)
    }

    /// The grant in an item whose partition is that of `key`.
    pub(super) fn from_item(key: KeyDigest, item: Item) -> Result<Self, Fault> {
        let stored: GrantItem = value(item)?;
        let seat_limit = match stored.limit {
            None => SeatLimit::Unlimited,
            Some(limit) => SeatLimit::limited(limit).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a grant's limit is out of range"))?,
        };
        let seats = match (stored.seats, stored.taken) {
            (Some(seats), None) => Seats::Map(map(seats)?),
            (None, Some(taken)) => Seats::Items { taken },
            (Some(_), Some(_)) | (None, None) => {
                return Err(Fault::new(FaultKind::Corrupt, "a grant's seats are in two layouts or in none"));
            }
        };
        Ok(Self {
            key,
            account: stored.account,
            license: stored.license,
            product: stored.product,
            slug: stored.slug,
            code: stored.code,
            standing: stored.standing,
            validity: Validity { from: stored.starts.map(micros).transpose()?, until: stored.ends.map(micros).transpose()? },
            created: seconds(stored.created)?,
            licensee: stored.licensee.map(|licensee| Licensee { name: licensee.n, email: licensee.e }),
            seat_limit,
            mode: stored.mode,
            trace: stored.trace,
            development_sites: stored.dev.unwrap_or_default(),
            seats,
            free: map(stored.free)?,
        })
    }
}

impl Table {
    /// The grant that the key with this digest opens.
    pub async fn grant(&self, key: KeyDigest, freshness: Freshness) -> Result<Option<Grant>, Fault> {
        Ok(self.grant_or_remains(key, freshness).await?.filter(|grant| grant.standing != Standing::Deleted))
    }

    /// The same; or what is left of it, where the licence was deleted.
    pub(crate) async fn grant_or_remains(&self, key: KeyDigest, freshness: Freshness) -> Result<Option<Grant>, Fault> {
        self.get(keys::grant(key), freshness).await?.map(|item| Grant::from_item(key, item)).transpose()
    }
}

/// The rule as it is stored: nothing for the usual one.
pub(super) fn stored_development(rule: &DevelopmentSites) -> Option<DevelopmentSites> {
    (*rule != DevelopmentSites::default()).then(|| rule.clone())
}

/// The licensee's attribute.
pub(super) fn licensee_attribute(licensee: &Licensee) -> Result<aws_sdk_dynamodb::types::AttributeValue, Fault> {
    item::attribute(&LicenseeItem::from(licensee))
}

/// Seats as a map inside the grant.
pub(super) fn seat_map(seats: &BTreeMap<SeatDigest, Seat>) -> Result<aws_sdk_dynamodb::types::AttributeValue, Fault> {
    let seats: BTreeMap<SeatDigest, SeatItem> = seats.iter().map(|(digest, seat)| (*digest, seat.into())).collect();
    item::attribute(&seats)
}

/// A seat that is an item.
pub(super) fn seat_from_item(item: Item) -> Result<Seat, Fault> {
    value::<SeatItem>(item)?.try_into()
}

fn map(stored: BTreeMap<SeatDigest, SeatItem>) -> Result<BTreeMap<SeatDigest, Seat>, Fault> {
    stored.into_iter().map(|(digest, seat)| Ok((digest, seat.try_into()?))).collect()
}

fn seconds(seconds: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_seconds(seconds).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a stored time is out of range"))
}

fn micros(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_micros(micros).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a stored time is out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::grant;

    /// The size that DynamoDB charges for, by its published rules.
    fn size(item: &Item) -> usize {
        use aws_sdk_dynamodb::types::AttributeValue as A;
        fn of(value: &A) -> usize {
            if let Ok(text) = value.as_s() {
                text.len()
            } else if let Ok(number) = value.as_n() {
                number.trim_start_matches('-').len().div_ceil(2) + 1
            } else if let Ok(map) = value.as_m() {
                3 + map.iter().map(|(name, value)| name.len() + of(value) + 1).sum::<usize>()
            } else {
                panic!("no grant of these tests has {value:?}")
            }
        }
        item.iter().map(|(name, value)| name.len() + of(value)).sum()
    }

    fn seat(number: usize) -> (SeatDigest, Seat) {
        let device = Device::parse(&format!("shop-{number}.customer-site.com")).unwrap();
        let since = Timestamp::from_seconds(1_700_000_000).unwrap();
        (device.digest(), Seat { device, since, seen: since.plus_seconds(86_400 * 9), label: None, client: None })
    }

    #[test]
    fn a_grant_comes_back_as_it_was_stored() {
        let mut grant = grant();
        grant.validity.until = Timestamp::from_micros(1_700_000_000_000_001);
        grant.licensee = Some(Licensee { name: Line::parse("Sam").unwrap(), email: None });
        grant.development_sites = DevelopmentSites::Counted;
        grant.seats = Seats::Map((0..3).map(seat).collect());
        grant.free = (7..9).map(seat).collect();
        assert_eq!(Grant::from_item(grant.key, grant.to_item().unwrap()).unwrap(), grant);
        grant.seats = Seats::Items { taken: 3 };
        grant.seat_limit = SeatLimit::Unlimited;
        assert_eq!(Grant::from_item(grant.key, grant.to_item().unwrap()).unwrap(), grant);
    }

    #[test]
    fn ten_seats_fit_into_one_write_unit() {
        let mut grant = grant();
        grant.seats = Seats::Map((0..10).map(seat).collect());
        grant.licensee = Some(Licensee {
            name: Line::parse("Erika Mustermann").unwrap(),
            email: Some(Email::parse("erika@customer-site.com").unwrap()),
        });
        grant.validity.until = Timestamp::from_micros(1_900_000_000_000_000);
        let size = size(&grant.to_item().unwrap());
        assert!(size <= 1_000, "{size} bytes");
    }

    #[test]
    fn a_grant_in_two_layouts_at_once_is_a_fault_and_no_answer() {
        let mut item = grant().to_item().unwrap();
        item.insert("taken".to_owned(), item::number(1));
        let fault = Grant::from_item(grant().key, item).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Corrupt);
    }
}
