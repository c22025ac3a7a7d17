//! The licence template: what licences of one sort have in common.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, ProductId, ReleaseId, ResourceId, TemplateId};
use super::key::format::KeyFormat;
use super::license::LicenseMode;
use super::terms::{Content, Format};
use super::text::{Line, Prose};
use super::time::Timestamp;

/// The most days that a licence or its support may be given: a hundred years.
pub const MOST_DAYS: u32 = 36_525;

/// What licences are made from. A licence is a copy of the day: what is changed here afterwards changes none that was made before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its number within the account.
    pub id: TemplateId,
    /// The account.
    pub account: AccountId,
    /// What staff call it.
    pub name: Line<120>,
    /// The vendor's own code for it, unique in the account.
    pub code: Line<64>,
    /// What its licences are for. Without one, none can be made from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The release that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseId>,
    /// What it gives to its licences.
    pub details: TemplateDetails,
    /// What stands in their signed licences.
    #[serde(default)]
    pub content: Content,
    /// When it was recorded.
    pub created: Timestamp,
    /// When it was changed last, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What a template gives to its licences, beside what stands in their signed licences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateDetails {
    /// What sort of licence it is, in the vendor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Line<64>>,
    /// The form of the signed licence.
    #[serde(default, skip_serializing_if = "Format::is_first")]
    pub format: Format,
    /// How seats are taken.
    #[serde(default, skip_serializing_if = "LicenseMode::is_usual")]
    pub mode: LicenseMode,
    /// What a program calls the file with the signed licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<Line<120>>,
    /// Whether a licence states a day of issue.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub states_issue: bool,
    /// After how many days a licence ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expire_days: Option<u32>,
    /// After how many days support and updates end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_days: Option<u32>,
    /// Whether programs of the vendor's expect the public key in the signature. Kept, and not done: a verifier must not trust it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key_info: bool,
    /// How the licences' keys look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_format: Option<KeyFormat>,
    /// What the staff noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Prose<1_000>>,
    /// A text of the vendor's own tools. Kept, and not interpreted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Prose<20_000>>,
    /// The key that licences are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<ResourceId>,
}
