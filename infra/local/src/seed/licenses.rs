//! The demo vendor's licences: each product has one in every state.

use std::fmt;

use latchkey_core::core::Core;
use latchkey_core::domain::license::Validity;
use latchkey_core::domain::product::Product;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::refund_license::refund_license;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_core::ops::suspend_license::suspend_license;
use serde::{Deserialize, Serialize};

use super::{DemoLicense, SeedError};

const DAY: i64 = 24 * 60 * 60;

/// What a licence is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Active, with the product's number of seats.
    Active,
    /// Active, with one seat.
    OneSeat,
    /// Active, with seats without end.
    Unlimited,
    /// It ended yesterday.
    Expired,
    /// Stopped for now.
    Suspended,
    /// Taken back.
    Revoked,
    /// Refunded.
    Refunded,
    /// It begins in 30 days.
    NotYetValid,
}

const VARIANTS: [Variant; 8] = [
    Variant::Active,
    Variant::OneSeat,
    Variant::Unlimited,
    Variant::Expired,
    Variant::Suspended,
    Variant::Revoked,
    Variant::Refunded,
    Variant::NotYetValid,
];

/// Issues one licence of each sort.
pub(super) async fn issue(core: &Core, product: &Product) -> Result<Vec<DemoLicense>, SeedError> {
    let mut licenses = Vec::new();
    for variant in VARIANTS {
        let license = issue_license(core, product.account, variant.terms(product, core.now())).await?;
        let edit = Edit { account: product.account, license: license.id, seen: None };
        let why = Some(Line::parse("An example")?);
        let license = match variant {
            Variant::Suspended => suspend_license(core, edit, why).await?,
            Variant::Revoked => revoke_license(core, edit, why).await?,
            Variant::Refunded => refund_license(core, edit, why).await?,
            Variant::Active | Variant::OneSeat | Variant::Unlimited | Variant::Expired | Variant::NotYetValid => license,
        };
        licenses.push(DemoLicense { variant, key: license.key.expose().to_owned() });
    }
    Ok(licenses)
}

impl Variant {
    fn terms(self, product: &Product, now: Timestamp) -> NewLicense {
        let new = NewLicense::of(product.id);
        let in_days = |days: i64| Some(now.plus_seconds(days * DAY));
        match self {
            Self::Active | Self::Suspended | Self::Revoked | Self::Refunded => new,
            Self::OneSeat => NewLicense { seat_limit: Some(SeatLimit::Limited(1)), ..new },
            Self::Unlimited => NewLicense { seat_limit: Some(SeatLimit::Unlimited), ..new },
            Self::Expired => NewLicense { validity: Validity { from: in_days(-366), until: in_days(-1) }, ..new },
            Self::NotYetValid => NewLicense { validity: Validity { from: in_days(30), until: None }, ..new },
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Active => "active",
            Self::OneSeat => "one seat",
            Self::Unlimited => "unlimited",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Refunded => "refunded",
            Self::NotYetValid => "not yet valid",
        })
    }
}
