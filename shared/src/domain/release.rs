//! The release: one version of a product.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, PackageId, ProductId, ReleaseId};
use super::package::Package;
use super::product::Requirements;
use super::text::{Line, Prose};
use super::time::Timestamp;
use super::version::Version;

/// The largest package, in bytes: 512 MiB, what a function's temporary disk holds while it verifies one.
pub const MAX_PACKAGE_BYTES: u64 = 512 * 1024 * 1024;

/// A version of a product, from its upload to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its number within the account.
    pub id: ReleaseId,
    /// The account.
    pub account: AccountId,
    /// The product.
    pub product: ProductId,
    /// Its version, unique among the product's releases.
    pub version: Version,
    /// When it was drafted.
    pub created: Timestamp,
    /// What its vendor calls it, beside its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Line<120>>,
    /// When its vendor says that it was released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Timestamp>,
    /// What update answers say about it.
    pub notes: Notes,
    /// How far it is.
    pub state: ReleaseState,
    /// Counts the changes.
    #[serde(default)]
    pub revision: u32,
}

/// What a vendor says about a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// What changed.
    #[serde(default)]
    pub changelog: Prose<60_000>,
    /// The product in a sentence or two.
    #[serde(default)]
    pub description: Prose<2_000>,
}

/// How far a release is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ReleaseState {
    /// Its vendor spoke of it: no package was announced.
    Planned,
    /// Its package is awaited.
    Draft(Upload),
    /// It can be fetched.
    Published(Published),
    /// It was withdrawn.
    Yanked(Yanked),
}

/// A package that a vendor announced and may upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Where it will lie until it is published.
    pub object_key: String,
    /// Its length in bytes, as announced.
    pub size: u64,
    /// Its SHA-256, as announced: 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// The name that it will be downloaded under.
    pub file_name: Line<120>,
    /// What the announcement is called, where it has to be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<PackageId>,
}

/// A release that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Since when.
    pub at: Timestamp,
    /// Its verified package.
    pub package: Package,
    /// What it needs, read from the package, else from the product.
    #[serde(default)]
    pub requirements: Requirements,
    /// Whether the package's `readme.txt` is kept beside it, under the package's number.
    #[serde(default)]
    pub has_readme: bool,
}

/// A release that was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yanked {
    /// Since when.
    pub at: Timestamp,
    /// The reason that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Line<500>>,
    /// What it was before.
    pub published: Published,
}

/// The release that update checks answer with, as a copy inside its product so that one read fetches both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentRelease {
    /// The release.
    pub id: ReleaseId,
    /// Its version.
    pub version: Version,
    /// What is said about it.
    pub notes: Notes,
    /// Since when, its package, what it needs.
    pub published: Published,
}

/// The change is not possible in the state that the release is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the release is {0}")]
pub struct WrongReleaseState(pub &'static str);

impl ReleaseState {
    /// A stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Planned => "without a package",
            Self::Draft(_) => "a draft",
            Self::Published(_) => "published",
            Self::Yanked(_) => "yanked",
        }
    }
}

impl Release {
    /// Draft → published.
    pub fn publish(self, published: Published) -> Result<Self, WrongReleaseState> {
        match self.state {
            ReleaseState::Draft(_) => Ok(Self { state: ReleaseState::Published(published), ..self }),
            ReleaseState::Planned | ReleaseState::Published(_) | ReleaseState::Yanked(_) => Err(WrongReleaseState(self.state.name())),
        }
    }

    /// Published → yanked.
    pub fn yank(self, at: Timestamp, why: Option<Line<500>>) -> Result<Self, WrongReleaseState> {
        match self.state {
            ReleaseState::Published(published) => Ok(Self { state: ReleaseState::Yanked(Yanked { at, why, published }), ..self }),
            ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_) => Err(WrongReleaseState(self.state.name())),
        }
    }

    /// What its product shows where it is the current one; nothing where it is not published.
    pub fn as_current(&self) -> Option<CurrentRelease> {
        match &self.state {
            ReleaseState::Published(published) => {
                Some(CurrentRelease { id: self.id, version: self.version.clone(), notes: self.notes.clone(), published: published.clone() })
            }
            ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_) => None,
        }
    }
}

impl Release {
    /// When it was released: as its vendor says, else when its package was published, else when it was drafted.
    pub fn released(&self) -> Timestamp {
        let published = match &self.state {
            ReleaseState::Published(published) => Some(published.at),
            ReleaseState::Yanked(yanked) => Some(yanked.published.at),
            ReleaseState::Planned | ReleaseState::Draft(_) => None,
        };
        self.dated.or(published).unwrap_or(self.created)
    }

    /// Whether it is one for its vendor: it was not withdrawn.
    pub fn stands(&self) -> bool {
        match self.state {
            ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Published(_) => true,
            ReleaseState::Yanked(_) => false,
        }
    }
}

/// The newest of the published releases but `not`: what becomes current when `not` is yanked.
pub fn newest_published<'a>(releases: impl IntoIterator<Item = &'a Release>, not: ReleaseId) -> Option<CurrentRelease> {
    let published = releases.into_iter().filter(|release| release.id != not && matches!(release.state, ReleaseState::Published(_)));
    published.max_by(|a, b| a.version.cmp(&b.version)).and_then(Release::as_current)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000).unwrap()
    }

    fn published() -> Published {
        let package = Package {
            id: PackageId::new(1).unwrap(),
            object_key: "packages/1/1/1/x.zip".to_owned(),
            file_name: Line::parse("test-plugin.zip").unwrap(),
            size: 1,
            sha256: "0".repeat(64),
            content_type: Line::parse("application/zip").unwrap(),
            from_version: None,
            to_version: None,
        };
        Published { at: moment(), package, requirements: Requirements::default(), has_readme: false }
    }

    fn draft(id: u32, version: &str) -> Release {
        let upload = Upload {
            object_key: "uploads/x".to_owned(),
            size: 1,
            sha256: "0".repeat(64),
            file_name: Line::parse("test-plugin.zip").unwrap(),
            announced: None,
        };
        Release {
            id: ReleaseId::new(id).unwrap(),
            account: AccountId::new(1).unwrap(),
            product: ProductId::new(1).unwrap(),
            version: Version::parse(version).unwrap(),
            created: moment(),
            name: None,
            dated: None,
            notes: Notes::default(),
            state: ReleaseState::Draft(upload),
            revision: 0,
        }
    }

    #[test]
    fn a_release_goes_from_draft_to_published_to_yanked_and_no_other_way() {
        let draft = draft(1, "1.0.0");
        assert!(draft.clone().yank(moment(), None).is_err());
        let release = draft.publish(published()).unwrap();
        assert!(release.clone().publish(published()).is_err());
        let yanked = release.yank(moment(), None).unwrap();
        assert!(yanked.clone().yank(moment(), None).is_err());
        assert!(yanked.publish(published()).is_err());
    }

    #[test]
    fn the_newest_published_release_takes_over_by_version_and_not_by_number() {
        let releases = [
            draft(1, "1.10.0").publish(published()).unwrap(),
            draft(2, "1.9.0").publish(published()).unwrap(),
            draft(3, "3.0.0"),
            draft(4, "2.0.0").publish(published()).unwrap(),
        ];
        let next = newest_published(&releases, ReleaseId::new(4).unwrap()).unwrap();
        assert_eq!(next.version.as_str(), "1.10.0");
        assert_eq!(newest_published(&releases[2..3], ReleaseId::new(9).unwrap()), None);
    }
}
