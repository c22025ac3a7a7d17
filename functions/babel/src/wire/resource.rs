//! The resource on the wire (seed 004, "GET /v1/resources").

use latchkey_core::domain::resource::{Resource as Stored, ResourceContent};
use latchkey_core::query::{Answers, Gives, Index, Kind, Value};
use serde::{Serialize, Serializer};

use super::{Member, Moment, entity, given, number, shown};
use crate::list::Fill;

/// A text that is shown and cannot be named in a condition: for it, it would have to be read of every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heavy {
    /// The text, where it was read.
    pub(crate) text: String,
    /// How many bytes it has that were not.
    pub(crate) unread: u32,
}

impl Serialize for Heavy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Heavy {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Heavy {}

impl Member for Heavy {
    const KIND: Kind = Kind::List;

    fn value(&self) -> Value<'_> {
        Value::Null
    }
}

entity! {
    /// A resource: a signature key, the text of a mail, or whatever else a vendor keeps.
    Resource, RESOURCE: "Resource", key "id", list "resources";
    members {
        /// Its number.
        "id" id: i32,
        /// What it is called.
        "name" name: String,
        /// `RSA` or `Ed25519` for a signature key, `email` for the text of a mail, or anything else.
        "type" sort: String,
        /// The vendor's code for it.
        "code" code: String,
        /// What it is for.
        "description" description: String,
        /// Where it came from.
        "source" source: String,
        /// Always empty: what opened it when it was brought along is not kept.
        "password" password: String,
        /// When it was made.
        "createdAt" created_at: Option<Moment>,
        /// When it was changed last.
        "updatedAt" updated_at: Option<Moment>,
        /// Its data; of a signature key the public part, as PEM.
        "data" data: Heavy,
        /// The form that its data is in.
        "dataFormat" data_format: String,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
    one {}
    many {}
    indexes [Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 }]
}

given! {
    /// What may be said of a resource.
    ResourceGiven {
        /// Its number: which resource is to be changed.
        "id" id: i32,
        /// What it is called.
        "name" name: String,
        /// `RSA` or `Ed25519` for a signature key, `email` for the text of a mail, or anything else. A resource does not become a
        /// signature key, nor stop being one.
        "type" sort: String,
        /// The vendor's code for it.
        "code" code: String,
        /// What it is for.
        "description" description: String,
        /// Where it came from.
        "source" source: String,
        /// What opens `data` where that is a PFX.
        "password" password: String,
        /// Its data, at most 256 KiB. Of a signature key: a private key as PEM, or the base64 of a PEM, PFX or SNK file; where it is
        /// empty, a key is made.
        "data" data: String,
        /// The form that `data` is in. Of a signature key `PEM`, `PFX` or `SNK`; where it is empty, that is told from the data.
        "dataFormat" data_format: String,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
}

/// Without data, unless it is a signature key: that of others is read for the rows of an answer alone.
impl From<Stored> for Resource {
    fn from(resource: Stored) -> Self {
        let updated = resource.updated.map(Moment);
        let Stored { id, name, sort, code, description, source, data_format, meta, content, created, .. } = resource;
        let (data, form) = match content {
            ResourceContent::SignatureKey { public } => (Heavy { text: public, unread: 0 }, Some("PEM".to_owned())),
            ResourceContent::Data { bytes } => (Heavy { text: String::new(), unread: bytes }, None),
            ResourceContent::Nothing => (Heavy::default(), None),
        };
        Self {
            id: number(id.get()),
            name: name.as_str().to_owned(),
            sort: shown(sort),
            code: shown(code),
            description: shown(description),
            source: shown(source),
            password: String::new(),
            created_at: Some(created.into()),
            updated_at: updated,
            data,
            data_format: form.unwrap_or_else(|| shown(data_format)),
            meta: shown(meta),
        }
    }
}

impl Fill for Resource {}
