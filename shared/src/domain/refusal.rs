//! Why a copy in the field is told no.

use serde::{Deserialize, Serialize};

/// A definite no: a fact read from the table, never a fault of ours.
///
/// Each dialect maps this by a `match` without a wildcard, so that a new refusal breaks the build until every dialect has
/// an answer for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No licence has this key.
    UnknownKey,
    /// The key is of another product.
    WrongProduct,
    /// No product has this code. Only where a client asks by code: a key that is not found is otherwise [`Self::UnknownKey`].
    UnknownProduct,
    /// The vendor took the licence back for good.
    Revoked,
    /// The purchase was refunded.
    Refunded,
    /// The vendor stopped the licence for now.
    Suspended,
    /// The licence begins in the future.
    NotYetValid,
    /// The licence has ended.
    Expired,
    /// The site or machine holds no seat.
    NotActivatedHere,
    /// Every seat is taken.
    NoSeatsLeft,
    /// The floating seat was held, and its time is over: it may be asked for again.
    SeatExpired,
    /// The licence's seats are taken otherwise: they float, or there are none to be taken, or they do not float.
    OtherMode,
    /// There is nothing to fetch: the product has no published release, or the one asked for was yanked.
    NoRelease,
    /// The update token or link is not one of ours, was changed, or is for something else.
    LinkInvalid,
    /// The update token or link is too old.
    LinkExpired,
}

impl Refusal {
    /// A stable name for logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::WrongProduct => "wrong_product",
            Self::UnknownProduct => "unknown_product",
            Self::Revoked => "revoked",
            Self::Refunded => "refunded",
            Self::Suspended => "suspended",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::NotActivatedHere => "not_activated_here",
            Self::NoSeatsLeft => "no_seats_left",
            Self::SeatExpired => "seat_expired",
            Self::OtherMode => "other_mode",
            Self::NoRelease => "no_release",
            Self::LinkInvalid => "link_invalid",
            Self::LinkExpired => "link_expired",
        }
    }
}
