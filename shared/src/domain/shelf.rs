//! The shelf: the packages of a product that can be fetched, as lists show them.

use super::ids::{PackageId, ReleaseId};
use super::package::Package;
use super::release::ReleaseState;
use super::time::Timestamp;
use super::version::Version;

/// The most packages of a product that lie on its shelf: the newest ones.
pub const MOST_SHELVED: usize = 100;

/// A package that can be fetched, and the release that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// The release.
    pub release: ReleaseId,
    /// Its version.
    pub version: Version,
    /// Since when it can be fetched.
    pub published: Timestamp,
    /// The package.
    pub package: Package,
}

/// The published packages of a product, the newest version first, at most [`MOST_SHELVED`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf(Vec<Shelved>);

impl Shelved {
    /// What lies on the shelf of a release in this state; nothing where it cannot be fetched.
    pub fn of(release: ReleaseId, version: Version, state: ReleaseState) -> Option<Self> {
        match state {
            ReleaseState::Published(published) => Some(Self { release, version, published: published.at, package: published.package }),
            ReleaseState::Planned | ReleaseState::Draft(_) | ReleaseState::Yanked(_) => None,
        }
    }
}

impl Shelf {
    /// A shelf with these packages, of which the newest [`MOST_SHELVED`] versions are kept.
    pub fn of(packages: impl IntoIterator<Item = Shelved>) -> Self {
        let mut packages: Vec<Shelved> = packages.into_iter().collect();
        packages.sort_by(|a, b| b.version.cmp(&a.version).then(b.release.cmp(&a.release)));
        packages.truncate(MOST_SHELVED);
        Self(packages)
    }

    /// The packages, the newest version first.
    pub fn packages(&self) -> &[Shelved] {
        &self.0
    }

    /// The package with this number.
    pub fn package(&self, id: PackageId) -> Option<&Package> {
        self.0.iter().map(|shelved| &shelved.package).find(|package| package.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::Line;
    use super::*;

    fn shelved(number: u32, version: &str) -> Shelved {
        let package = Package {
            id: PackageId::new(number).unwrap(),
            object_key: "packages/x".to_owned(),
            file_name: Line::parse("test-plugin.zip").unwrap(),
            size: 1,
            sha256: "0".repeat(64),
            content_type: Line::parse("application/zip").unwrap(),
            from_version: None,
            to_version: None,
        };
        let (release, version) = (ReleaseId::new(number).unwrap(), Version::parse(version).unwrap());
        Shelved { release, version, published: Timestamp::from_seconds(1_700_000_000).unwrap(), package }
    }

    #[test]
    fn the_newest_version_comes_first_whenever_it_was_made() {
        let shelf = Shelf::of([shelved(1, "1.10.0"), shelved(2, "1.9.0"), shelved(3, "1.10.1")]);
        let versions: Vec<&str> = shelf.packages().iter().map(|shelved| shelved.version.as_str()).collect();
        assert_eq!(versions, ["1.10.1", "1.10.0", "1.9.0"]);
        assert_eq!(shelf.package(PackageId::new(2).unwrap()).map(|package| package.id.get()), Some(2));
        assert_eq!(shelf.package(PackageId::new(4).unwrap()), None);
    }

    #[test]
    fn a_shelf_holds_a_hundred() {
        let shelf = Shelf::of((1..=101).map(|number| shelved(number, &format!("1.{number}"))));
        assert_eq!((shelf.packages().len(), shelf.package(PackageId::new(1).unwrap())), (MOST_SHELVED, None));
    }
}
