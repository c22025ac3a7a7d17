//! The grant: what a licence's key opens, with the seats that are taken.
//!
//! It holds just what a copy in the field needs to be answered: the vendor's whole record is the
//! [licence](super::license). Both are written together; only the seats are the grant's own.

use std::collections::BTreeMap;

use super::ids::{AccountId, LicenseId, ProductId};
use super::key::KeyDigest;
use super::license::{License, LicenseMode, Licensee, Standing, Validity};
use super::product::{DevelopmentSites, Product};
use super::seat::{Layout, Seat, SeatDigest, SeatLimit};
use super::text::{ProductCode, Slug};
use super::time::Timestamp;

/// A licence as its key opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The digest of the key.
    pub key: KeyDigest,
    /// The account.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// What it is a licence for.
    pub product: ProductId,
    /// The product's folder name: some dialects ask by it. It never changes.
    pub slug: Slug,
    /// The product's public code: others ask by that. It never changes.
    pub code: ProductCode,
    /// Whether the licence may be used.
    pub standing: Standing,
    /// From when until when.
    pub validity: Validity,
    /// When the licence was issued.
    pub created: Timestamp,
    /// Who is named on it.
    pub licensee: Option<Licensee>,
    /// How many seats there are.
    pub seat_limit: SeatLimit,
    /// How they are taken.
    pub mode: LicenseMode,
    /// Whether what clients do with it is traced.
    pub trace: bool,
    /// Whether development sites take seats.
    pub development_sites: DevelopmentSites,
    /// The counted seats that are taken.
    pub seats: Seats,
    /// The development sites, which are not counted.
    pub free: BTreeMap<SeatDigest, Seat>,
}

/// The counted seats, in either layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seats {
    /// All of them, inside the grant.
    Map(BTreeMap<SeatDigest, Seat>),
    /// How many there are; each is an item beside the grant.
    Items {
        /// How many. Of floating seats those too whose time is over, until somebody else takes them.
        taken: u32,
    },
}

impl Seats {
    /// No seats, in this layout.
    pub fn none(layout: Layout) -> Self {
        match layout {
            Layout::Map => Self::Map(BTreeMap::new()),
            Layout::Items => Self::Items { taken: 0 },
        }
    }

    /// How many seats are taken.
    pub fn taken(&self) -> u32 {
        match self {
            Self::Map(seats) => u32::try_from(seats.len()).unwrap_or(u32::MAX),
            Self::Items { taken } => *taken,
        }
    }

    /// The layout they are in.
    pub fn layout(&self) -> Layout {
        match self {
            Self::Map(_) => Layout::Map,
            Self::Items { .. } => Layout::Items,
        }
    }
}

impl Grant {
    /// The grant of a licence that was just issued for `product`.
    pub fn of(license: &License, product: &Product) -> Self {
        Self {
            key: license.key.digest(),
            account: license.account,
            license: license.id,
            product: license.product,
            slug: product.slug.clone(),
            code: product.code.clone(),
            standing: license.state.standing(),
            validity: license.validity,
            created: license.created,
            licensee: license.licensee.clone(),
            seat_limit: license.seat_limit,
            mode: license.mode,
            trace: license.trace,
            development_sites: license.development_sites.clone(),
            seats: Seats::none(license.layout()),
            free: BTreeMap::new(),
        }
    }

    /// The seat with this digest, as far as it lies inside the grant: a seat that is an item of its own is not seen here.
    pub fn seat(&self, digest: &SeatDigest) -> Option<&Seat> {
        let counted = match &self.seats {
            Seats::Map(seats) => seats.get(digest),
            Seats::Items { .. } => None,
        };
        counted.or_else(|| self.free.get(digest))
    }

    /// Whether a counted seat is left.
    pub fn has_room(&self) -> bool {
        self.seat_limit.has_room(self.seats.taken())
    }
}
