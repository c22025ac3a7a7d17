//! The API key on the wire (seed 004, "GET /v1/api-keys").

use latchkey_core::domain::api_key::{ApiKey as Key, ApiKeyState};
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, given};

/// What stands in the place of a key's text and its second secret, which are shown once and stored nowhere.
pub(crate) const MASK: &str = "********";

entity! {
    /// An API key.
    ApiKey, API_KEY: "ApiKey", key "id", list "apiKeys";
    members {
        /// Its number.
        "id" id: i32,
        /// What staff call it.
        "name" name: String,
        /// Masked: its text is shown once, by the operation that makes it.
        "key" key: String,
        /// Masked, as the text is.
        "clientSecret" client_secret: String,
        /// When it was made.
        "createdDate" created_date: Option<Moment>,
        /// The first moment at which it is too old.
        "expireDate" expire_date: Option<Moment>,
        /// The user that it belongs to.
        "ownerId" owner_id: String,
        /// Whether it was revoked.
        "revoked" revoked: bool,
        /// The sum of 1 for reading, 2 for writing, 4 for deleting and 8 for creating.
        "permissions" permissions: i32,
        /// What it is for.
        "description" description: String,
    }
    one {}
    many {}
    indexes [Index { path: &["id"], answers: Answers::Equality, gives: Gives::Exactly, rank: 0 }]
}

given! {
    /// What may be said of an API key. Its text may be brought along when it is made.
    ApiKeyGiven {
        /// Its number: which key is to be changed.
        "id" id: i32,
        /// What staff call it.
        "name" name: String,
        /// Its text, where it is brought along.
        "key" key: String,
        /// The first moment at which it is too old.
        "expireDate" expire_date: Moment,
        /// The user that it is to belong to.
        "ownerId" owner_id: String,
        /// Whether it is to be revoked, which it stays.
        "revoked" revoked: bool,
        /// The sum of 1 for reading, 2 for writing, 4 for deleting and 8 for creating.
        "permissions" permissions: i32,
        /// What it is for.
        "description" description: String,
        /// Names of the roles that it is bounded to, with commas; without, it has those of its owner. Ours.
        "roles" roles: String,
    }
}

impl From<&Key> for ApiKey {
    fn from(key: &Key) -> Self {
        Self {
            id: super::number(key.id.get()),
            name: key.name.as_str().to_owned(),
            key: MASK.to_owned(),
            client_secret: MASK.to_owned(),
            created_date: Some(key.created.into()),
            expire_date: key.expires.map(Moment),
            owner_id: key.owner.map(|owner| owner.to_string()).unwrap_or_default(),
            revoked: key.state != ApiKeyState::Active,
            permissions: key.permissions.bits().into(),
            description: key.description.as_str().to_owned(),
        }
    }
}
