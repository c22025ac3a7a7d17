//! A grant for the tests of this module.

use std::collections::BTreeMap;

use super::grant::{Grant, Seats};
use super::ids::{AccountId, LicenseId, ProductId};
use super::key::LicenseKey;
use super::license::{LicenseMode, Standing, Validity};
use super::product::DevelopmentSites;
use super::seat::SeatLimit;
use super::text::{ProductCode, Slug};
use super::time::Timestamp;

/// A licence of two seats, none taken, that is valid always.
pub(crate) fn grant() -> Grant {
    Grant {
        key: LicenseKey::parse("TEST-KEY-0001").unwrap().digest(),
        account: AccountId::new(1).unwrap(),
        license: LicenseId::new(1).unwrap(),
        product: ProductId::new(1).unwrap(),
        slug: Slug::parse("test-plugin").unwrap(),
        code: ProductCode::parse("jJPUX40f").unwrap(),
        standing: Standing::Active,
        validity: Validity::ALWAYS,
        created: Timestamp::from_seconds(1_600_000_000).unwrap(),
        licensee: None,
        seat_limit: SeatLimit::Limited(2),
        mode: LicenseMode::Activation,
        trace: false,
        development_sites: DevelopmentSites::default(),
        seats: Seats::Map(BTreeMap::new()),
        free: BTreeMap::new(),
    }
}
