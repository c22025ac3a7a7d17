//! The trace: what a client did with a licence.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, LicenseId};
use super::refusal::Refusal;
use super::seat::Device;
use super::time::Timestamp;

/// One use of a licence, kept only for licences whose vendor asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The licence's account.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// When it happened.
    pub at: Timestamp,
    /// What was asked.
    pub act: Act,
    /// On what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<Device>,
    /// Why it was refused, or nothing where it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// What a client can do with a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Take a seat.
    Activate,
    /// Give a seat back.
    Deactivate,
    /// Ask whether the licence is valid.
    Check,
    /// Ask for the current release.
    LookUpUpdate,
    /// Fetch a package.
    Download,
}
