//! The assembly: a file of a program as a protection tool knows it.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, AssemblyId, ProductId, ReleaseId, ResourceId};
use super::text::Line;

/// An assembly, of a release or of none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assembly {
    /// Its number within the account.
    pub id: AssemblyId,
    /// The account.
    pub account: AccountId,
    /// The release that it is part of. An assembly is part of one, or of none; that never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<OfRelease>,
    /// What is said of it.
    pub card: AssemblyCard,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// A release, by the product that it is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfRelease {
    /// The product.
    pub product: ProductId,
    /// The release.
    pub release: ReleaseId,
}

/// What a vendor says of an assembly. None of it is interpreted here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssemblyCard {
    /// What it is called.
    pub name: Line<200>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Line<64>>,
    /// For which language it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub culture: Option<Line<64>>,
    /// The token of the public key that it is signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key_token: Option<Line<64>>,
    /// The resource that tells its names before they were made unreadable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping_file: Option<ResourceId>,
    /// By what its debug symbols are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debug_symbols_key: Option<Line<500>>,
}
