//! The release on the wire (seed 004, "GET /v1/products/{productId}/releases").

use latchkey_core::domain::release::Release as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, given, number, shown};

entity! {
    /// A release of a product.
    Release, RELEASE: "Release", key "id", list "releases";
    members {
        /// Its number.
        "id" id: i32,
        /// When it was released.
        "releaseDate" release_date: Option<Moment>,
        /// What it is called, beside its version.
        "name" name: String,
        /// Its version.
        "version" version: String,
        /// What changed: what clients are told with an update.
        "description" description: String,
    }
    one {}
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["version"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
    ]
}

given! {
    /// What may be said of a release.
    ReleaseGiven {
        /// Its number: which release is to be changed.
        "id" id: i32,
        /// When it was released.
        "releaseDate" release_date: Moment,
        /// What it is called, beside its version.
        "name" name: String,
        /// Its version, unique in the product. It stays once a package was published.
        "version" version: String,
        /// What changed.
        "description" description: String,
    }
}

impl From<Stored> for Release {
    fn from(release: Stored) -> Self {
        let released = release.released();
        Self {
            id: number(release.id.get()),
            release_date: Some(released.into()),
            name: shown(release.name),
            version: release.version.as_str().to_owned(),
            description: release.notes.changelog.as_str().to_owned(),
        }
    }
}
