//! What a licence's three endpoints answer with (seed 002, "Response").

pub(crate) mod activate;
pub(crate) mod deactivate;
pub(crate) mod info;

use latchkey_core::domain::ladder::entitled;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::{Device, Seat};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::table::seats::Snapshot;
use serde::Serialize;

/// A licence and the sites that it is activated for.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LicenseBody {
    license: License,
    /// At most 100 counted sites, then the development sites.
    sites: Vec<Site>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct License {
    /// `active`; otherwise why it is not. Only deactivating answers with that, for everything else is refused.
    status: &'static str,
    /// How many seats are taken; development sites are not counted.
    activations: u32,
    /// How many seats there are; 0 is unlimited.
    activation_limit: u32,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct Site {
    #[serde(rename = "site_url")]
    url: String,
    /// In seconds since 1970.
    activation_date: i64,
    /// Ours: `true` for a local, development or staging site, which takes no seat; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    development: Option<bool>,
}

impl LicenseBody {
    pub(crate) fn new(snapshot: &Snapshot, now: Timestamp) -> Self {
        let grant = &snapshot.grant;
        let license = License {
            status: entitled(grant, now).map_or_else(status, |()| "active"),
            activations: grant.seats.taken(),
            activation_limit: grant.seat_limit.number().unwrap_or(0),
        };
        let counted = snapshot.seats.iter().filter_map(|seat| site(seat, None));
        let free = snapshot.development_sites().into_iter().filter_map(|seat| site(seat, Some(true)));
        Self { license, sites: counted.chain(free).collect() }
    }
}

/// A machine that a program was activated on has no address to show; it is counted all the same.
fn site(seat: &Seat, development: Option<bool>) -> Option<Site> {
    match &seat.device {
        Device::Site(site) => Some(Site { url: site.url_https(), activation_date: seat.since.as_seconds(), development }),
        Device::Machine(_) => None,
    }
}

fn status(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Suspended => "suspended",
        Refusal::Revoked => "revoked",
        Refusal::Refunded => "refunded",
        Refusal::NotYetValid => "pending",
        Refusal::Expired => "expired",
        // Not about the licence itself.
        Refusal::UnknownKey
        | Refusal::WrongProduct
        | Refusal::UnknownProduct
        | Refusal::NotActivatedHere
        | Refusal::NoSeatsLeft
        | Refusal::SeatExpired
        | Refusal::OtherMode
        | Refusal::NoRelease
        | Refusal::LinkInvalid
        | Refusal::LinkExpired => "active",
    }
}
