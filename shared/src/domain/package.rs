//! The package: the file that a release carries.

use serde::{Deserialize, Serialize};

use super::ids::PackageId;
use super::text::Line;
use super::version::Version;

/// A stored file whose length and digest have been verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its number within the account.
    pub id: PackageId,
    /// Where it lies in the bucket. Never sent to anybody.
    pub object_key: String,
    /// The name that it is downloaded under, such as `test-plugin.zip`.
    pub file_name: Line<120>,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its media type.
    pub content_type: Line<120>,
    /// For an upgrade package: the version that it upgrades from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_version: Option<Version>,
    /// For an upgrade package: the version that it upgrades to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_version: Option<Version>,
}
