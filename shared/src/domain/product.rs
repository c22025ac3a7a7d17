//! The product: what licences are sold for.

use serde::{Deserialize, Serialize};

use super::development::Patterns;
use super::ids::{AccountId, ProductId};
use super::key::format::KeyFormat;
use super::release::CurrentRelease;
use super::seat::SeatLimit;
use super::text::{Line, ProductCode, Slug, WebUrl};
use super::time::Timestamp;

/// A plugin, a theme or a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its number within the account.
    pub id: ProductId,
    /// The account.
    pub account: AccountId,
    /// The folder name of a plugin or theme, unique in the account. Never changes.
    pub slug: Slug,
    /// The public code, unique in the deployment. Never changes.
    pub code: ProductCode,
    /// What people call it.
    pub name: Line<120>,
    /// Who made it.
    pub author: Line<120>,
    /// Its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<WebUrl>,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs_url: Option<WebUrl>,
    /// What it needs, where a release does not say.
    #[serde(default)]
    pub requirements: Requirements,
    /// What sort of thing it is.
    pub kind: ProductKind,
    /// How its licence keys look.
    pub key_format: KeyFormat,
    /// How many seats a new licence has, unless the issuer says otherwise.
    pub seat_limit: SeatLimit,
    /// Whether development sites take seats.
    #[serde(default)]
    pub development_sites: DevelopmentSites,
    /// The release that update checks answer with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<CurrentRelease>,
    /// When it was made.
    pub created: Timestamp,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What sort of thing a product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// A WordPress plugin: its package is a zip that is checked as one.
    Plugin,
    /// A WordPress theme: the same.
    Theme,
    /// Anything else: its package is a file that is only measured.
    Program,
}

/// The least versions of what a product runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirements {
    /// PHP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub php: Option<Line<20>>,
    /// WordPress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wordpress: Option<Line<20>>,
}

/// Whether local, development and staging sites take seats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DevelopmentSites {
    /// They do not: the sites that [`classify`](super::development::classify) knows, and those that fit these patterns.
    Free(Patterns),
    /// They do, like any other site.
    Counted,
}

impl Default for DevelopmentSites {
    fn default() -> Self {
        Self::Free(Patterns::default())
    }
}

impl ProductKind {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Theme => "theme",
            Self::Program => "program",
        }
    }
}
