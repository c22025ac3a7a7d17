//! The licence as its vendor sees it, and the changes of its state.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::customer::Customer;
use super::ids::{AccountId, CustomerId, LicenseId, OrderId, ProductId};
use super::key::LicenseKey;
use super::order::OrderLine;
use super::product::DevelopmentSites;
use super::seat::{Layout, SeatLimit};
use super::terms::Terms;
use super::text::{Email, Line};
use super::time::Timestamp;

/// A licence. Whether it may be used, and by whom it is used, is decided from its [grant](super::grant), which is derived
/// from this and written together with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// Its number within the account.
    pub id: LicenseId,
    /// The account.
    pub account: AccountId,
    /// What it is a licence for.
    pub product: ProductId,
    /// The key that opens it, unique in the deployment.
    pub key: LicenseKey,
    /// Who bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The line of the order that it is for: that it was issued for, or that it was moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_line: Option<OrderLine>,
    /// Who is named on it. Taken from the customer when it is issued; may be changed on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee: Option<Licensee>,
    /// When it was issued.
    pub created: Timestamp,
    /// From when until when it holds.
    pub validity: Validity,
    /// How many seats it has.
    pub seat_limit: SeatLimit,
    /// How they are taken.
    #[serde(default, skip_serializing_if = "LicenseMode::is_usual")]
    pub mode: LicenseMode,
    /// Whether what clients do with it is kept as [traces](super::trace).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trace: bool,
    /// Whether development sites take seats: the product's rule on the day of issue.
    #[serde(default)]
    pub development_sites: DevelopmentSites,
    /// Whether it may be used at all.
    pub state: LicenseState,
    /// What it says beside.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// When it was changed last, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Counts the changes, from 1: who changes a licence says which revision was seen.
    pub revision: u32,
}

/// How a licence's seats are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenseMode {
    /// Not at all: a copy in the field is content with the signed licence that it was given.
    File,
    /// For good: a site or machine holds its seat until it gives it up.
    #[default]
    Activation,
    /// For a while: a program holds its seat as long as it says that it is there ([`lease`](super::lease)).
    Floating,
}

/// Who a licence is made out to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licensee {
    /// The name.
    pub name: Line<120>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
}

/// From when until when a licence holds. The end itself is outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The first moment, or nothing where it held from its issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The first moment after, or nothing where it never ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Whether a licence may be used, apart from time and seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum LicenseState {
    /// It may.
    Active,
    /// Not for now.
    Suspended(Since),
    /// Never again.
    Revoked(Since),
    /// Never again: the money went back.
    Refunded(Since),
}

/// When a licence was stopped, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// When.
    pub at: Timestamp,
    /// The reason that was given, for the vendor's staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Line<500>>,
}

/// [`LicenseState`] without when and why: all that a check needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It may be used.
    Active,
    /// Stopped for now.
    Suspended,
    /// Taken back.
    Revoked,
    /// Refunded.
    Refunded,
    /// Not there any more: what is left of a licence so that its key opens nothing ever again, and is nobody else's.
    Deleted,
}

/// The change is not possible from the state that the licence is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the licence is {}", .0.name())]
pub struct WrongState(pub Standing);

impl LicenseMode {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Activation => "activation",
            Self::Floating => "floating",
        }
    }

    /// Whether it is what a licence has that nothing is said of.
    pub fn is_usual(&self) -> bool {
        *self == Self::Activation
    }

    /// Where the seats of such a licence lie: floating ones are always items of their own.
    pub fn layout(self, limit: SeatLimit) -> Layout {
        match self {
            Self::File | Self::Activation => limit.layout(),
            Self::Floating => Layout::Items,
        }
    }
}

impl Standing {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Refunded => "refunded",
            Self::Deleted => "deleted",
        }
    }
}

impl License {
    /// When it was changed last; when it was issued, where it never was.
    pub fn last_change(&self) -> Timestamp {
        self.updated.unwrap_or(self.created)
    }

    /// A name for all that is stored of it: another one after each change. 32 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        // Texts, numbers and lists of them are always JSON.
        let stored = serde_json::to_vec(self).unwrap_or_default();
        let hash = Sha256::new().chain_update(b"latchkey:license:v1\0").chain_update(stored).finalize();
        let mut name = [0; 16];
        name.copy_from_slice(&hash[..16]);
        format!("{:032x}", u128::from_be_bytes(name))
    }

    /// Whether it is an order's.
    pub fn is_for(&self, order: OrderId) -> bool {
        self.order_line.is_some_and(|line| line.order == order)
    }
}

impl LicenseState {
    /// The state without when and why.
    pub fn standing(&self) -> Standing {
        match self {
            Self::Active => Standing::Active,
            Self::Suspended(_) => Standing::Suspended,
            Self::Revoked(_) => Standing::Revoked,
            Self::Refunded(_) => Standing::Refunded,
        }
    }

    /// Active → suspended.
    pub fn suspend(self, since: Since) -> Result<Self, WrongState> {
        match self {
            Self::Active => Ok(Self::Suspended(since)),
            Self::Suspended(_) | Self::Revoked(_) | Self::Refunded(_) => Err(WrongState(self.standing())),
        }
    }

    /// Suspended → active.
    pub fn resume(self) -> Result<Self, WrongState> {
        match self {
            Self::Suspended(_) => Ok(Self::Active),
            Self::Active | Self::Revoked(_) | Self::Refunded(_) => Err(WrongState(self.standing())),
        }
    }

    /// Active or suspended → revoked.
    pub fn revoke(self, since: Since) -> Result<Self, WrongState> {
        match self {
            Self::Active | Self::Suspended(_) => Ok(Self::Revoked(since)),
            Self::Revoked(_) | Self::Refunded(_) => Err(WrongState(self.standing())),
        }
    }

    /// Active or suspended → refunded.
    pub fn refund(self, since: Since) -> Result<Self, WrongState> {
        match self {
            Self::Active | Self::Suspended(_) => Ok(Self::Refunded(since)),
            Self::Revoked(_) | Self::Refunded(_) => Err(WrongState(self.standing())),
        }
    }
}

impl License {
    /// Where its seats lie.
    pub fn layout(&self) -> Layout {
        self.mode.layout(self.seat_limit)
    }
}

impl Validity {
    /// From the issue, without end.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// Whether the end comes after the beginning.
    pub fn is_ordered(&self) -> bool {
        match (self.from, self.until) {
            (Some(from), Some(until)) => from < until,
            (None, _) | (_, None) => true,
        }
    }
}

impl From<&Customer> for Licensee {
    fn from(customer: &Customer) -> Self {
        Self { name: customer.name.clone(), email: customer.email.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn since() -> Since {
        Since { at: Timestamp::from_seconds(1_700_000_000).unwrap(), why: None }
    }

    #[test]
    fn only_a_suspension_can_be_taken_back() {
        assert_eq!(LicenseState::Suspended(since()).resume(), Ok(LicenseState::Active));
        assert_eq!(LicenseState::Active.resume(), Err(WrongState(Standing::Active)));
        assert_eq!(LicenseState::Revoked(since()).resume(), Err(WrongState(Standing::Revoked)));
        assert_eq!(LicenseState::Refunded(since()).resume(), Err(WrongState(Standing::Refunded)));
    }

    #[test]
    fn the_end_states_are_final() {
        for end in [LicenseState::Revoked(since()), LicenseState::Refunded(since())] {
            assert!(end.clone().suspend(since()).is_err());
            assert!(end.clone().revoke(since()).is_err());
            assert!(end.refund(since()).is_err());
        }
    }

    #[test]
    fn a_validity_must_end_after_it_begins() {
        let at = |seconds| Timestamp::from_seconds(seconds);
        assert!(Validity::ALWAYS.is_ordered());
        assert!(Validity { from: at(1), until: at(2) }.is_ordered());
        assert!(!Validity { from: at(2), until: at(2) }.is_ordered());
    }
}
