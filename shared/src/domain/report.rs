//! The report: what a licensed program told its vendor, of an error or of its licence.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, LicenseId, ReportId};
use super::text::{Line, Prose};
use super::time::Timestamp;

/// The most bytes of a report's content.
pub const MOST_CONTENT: usize = 256 * 1_024;

/// The most properties of a report.
pub const MOST_PROPERTIES: usize = 50;

/// A report, without what is heavy in it, which lies in an item of its own ([`ReportBody`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its number within the account.
    pub id: ReportId,
    /// The account.
    pub account: AccountId,
    /// The licence that the program proved itself by. Its key is not kept a second time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<LicenseId>,
    /// When it came.
    pub at: Timestamp,
    /// The first moment at which it is kept no longer.
    pub until: Timestamp,
    /// The network address that it came from, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// What the program says of it.
    #[serde(flatten)]
    pub card: ReportCard,
    /// How many bytes its content has.
    pub bytes: u32,
    /// How many properties it has.
    pub properties: u16,
    /// Counts the changes, from 1. A report never changes.
    pub revision: u32,
}

/// What a program says of its report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCard {
    /// What the program calls the report by, to know it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Line<100>>,
    /// What sort it is, such as `ExceptionReport` (contracts §5).
    pub name: Line<120>,
    /// The program's version, as it says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Line<64>>,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<Line<200>>,
    /// The program's own identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Line<100>>,
    /// What the program calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<Line<64>>,
    /// The form of the content, such as `text/plain`. It is never served as that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<Line<120>>,
}

/// What is heavy in a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportBody {
    /// At most [`MOST_CONTENT`] bytes.
    #[serde(default)]
    pub content: String,
    /// At most [`MOST_PROPERTIES`].
    #[serde(default)]
    pub properties: Vec<ReportProperty>,
}

/// Something that a report tells beside its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportProperty {
    /// What it is.
    pub name: Line<120>,
    /// Its value.
    pub value: Prose<1000>,
}
