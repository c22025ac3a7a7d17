//! Resources, as a vendor's staff manage them: signature keys, texts of mails, and whatever else its programs keep.
//!
//! Architecture Invariant: of a signature key nothing but the public part leaves here; what is private goes in and is sealed.

use super::change_record::{Seen, contended, load};
use super::edit_license::ROUNDS;
use super::import_key::{KeyFile, signature_key};
use super::rejected::{Rejected, Thing};
use super::signing_key::{SignatureKeys, seal};
use crate::core::Core;
use crate::domain::ids::{AccountId, ResourceId};
use crate::domain::resource::{KeyType, MOST_DATA, Resource, ResourceBody, ResourceContent};
use crate::domain::text::{Line, Prose};
use crate::fault::Fault;
use crate::signing::seal::Place;
use crate::table::{BodyChange, Freshness, ResourceError};

/// What a vendor says of a resource, but for its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceCard {
    /// What it is called.
    pub name: Line<120>,
    /// What sort of thing it is.
    pub sort: Option<Line<64>>,
    /// The vendor's code for it.
    pub code: Option<Line<64>>,
    /// What it is for.
    pub description: Option<Prose<2000>>,
    /// Where it came from.
    pub source: Option<Line<2000>>,
    /// The form of its data. Of a signature key: the form that it is handed in in.
    pub data_format: Option<Line<64>>,
    /// Whatever the vendor's programs keep.
    pub meta: Option<Prose<4000>>,
}

/// Data as it is handed in. Not shown, for it may be a private key.
#[derive(Clone, Default)]
pub struct ResourceData {
    /// The data; of a signature key a PEM text or the base64 of a file.
    pub data: String,
    /// What opens it, where it is a PFX. Never kept.
    pub password: String,
}

/// A resource to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditResource {
    /// The account, from the credential.
    pub account: AccountId,
    /// The resource.
    pub resource: ResourceId,
    /// The revision that was seen, where only that may be changed.
    pub seen: Option<u32>,
}

/// Makes a resource. One whose type is a signature key's, and that comes without data, has a key made for it.
pub async fn create_resource(
    core: &Core,
    keys: &SignatureKeys,
    account: AccountId,
    card: ResourceCard,
    data: &ResourceData,
) -> Result<Resource, Rejected> {
    // What may be refused comes before a number is drawn for it, but a key is sealed under the number.
    let given = take(core, &card, data).await?;
    let id = core.table.next_record::<Resource>(account).await?;
    let id = ResourceId::new(id).ok_or_else(|| Fault::corrupt("making a resource", "its number is out of range"))?;
    let (content, body) = given.keep(core, keys, Place { account, resource: id })?;
    let resource = card.fill(Resource {
        id,
        account,
        name: card.name.clone(),
        sort: None,
        code: None,
        description: None,
        source: None,
        data_format: None,
        meta: None,
        content,
        created: core.now(),
        updated: None,
        revision: 1,
    });
    core.table.create_resource(&resource, body.as_ref()).await?;
    Ok(resource)
}

/// Changes a resource by `change`. Where `data` is nothing, or empty and the resource a signature key, or the public part that is
/// shown, what it holds stays.
///
/// A resource does not become a signature key, nor stop being one; a key that something was signed with is not replaced.
pub async fn change_resource(
    core: &Core,
    keys: &SignatureKeys,
    edit: EditResource,
    change: impl Fn(ResourceCard) -> Result<ResourceCard, Rejected>,
    data: Option<&ResourceData>,
) -> Result<Resource, Rejected> {
    for _ in 0..ROUNDS {
        let before: Resource = load(core, edit.into()).await?;
        let card = change(ResourceCard::of(&before))?;
        if card.key_type() != ResourceCard::of(&before).key_type() {
            return Err(Rejected::ResourceType);
        }
        let (content, body) = match data.filter(|data| replaces(&before, data)) {
            None => (before.content.clone(), BodyChange::Keep),
            Some(data) => {
                let given = take(core, &card, data).await?;
                let (content, body) = given.keep(core, keys, Place { account: before.account, resource: before.id })?;
                (content, body.map_or(BodyChange::Remove, BodyChange::Put))
            }
        };
        let revision = before.revision.saturating_add(1);
        let after = card.fill(Resource { content, updated: Some(core.now()), revision, ..before.clone() });
        match core.table.replace_resource(&before, &after, &body).await {
            Ok(()) => return Ok(after),
            Err(ResourceError::Changed) => {}
            Err(error @ (ResourceError::HasSigned | ResourceError::Fault(_))) => return Err(not_written(error)),
        }
    }
    Err(contended())
}

/// What a resource's data is for whoever may read it: of a signature key the public part.
pub async fn resource_data(core: &Core, resource: &Resource) -> Result<String, Fault> {
    match &resource.content {
        ResourceContent::Nothing => Ok(String::new()),
        ResourceContent::SignatureKey { public } => Ok(public.clone()),
        ResourceContent::Data { .. } => Ok(shown(core.table.resource_body(resource.account, resource.id).await?)),
    }
}

/// The data of several resources of an account that are no signature keys, in their order. May lag a moment behind.
pub async fn data_of(core: &Core, account: AccountId, ids: &[ResourceId]) -> Result<Vec<String>, Fault> {
    let bodies = core.table.resource_bodies(account, ids, Freshness::Eventual).await?;
    Ok(bodies.into_iter().map(shown).collect())
}

/// The resource with this number.
pub async fn find_resource(core: &Core, account: AccountId, id: ResourceId) -> Result<Resource, Rejected> {
    core.table.record(account, id.get(), Freshness::Strong).await?.ok_or(Rejected::NotFound(Thing::Resource))
}

/// What was handed in, looked at.
enum Given {
    Nothing,
    Data(String),
    Key(crate::signing::SigningKey),
}

impl Given {
    /// What a resource holds of it, at the place where it is kept.
    fn keep(self, core: &Core, keys: &SignatureKeys, place: Place) -> Result<(ResourceContent, Option<ResourceBody>), Fault> {
        Ok(match self {
            Self::Nothing => (ResourceContent::Nothing, None),
            Self::Data(data) => {
                let bytes = u32::try_from(data.len()).unwrap_or(u32::MAX);
                (ResourceContent::Data { bytes }, Some(ResourceBody::Data { data }))
            }
            Self::Key(key) => {
                let sealed = seal(core, keys, &key, place)?;
                let public = key.public().to_pem();
                (ResourceContent::SignatureKey { public }, Some(ResourceBody::SignatureKey { sealed, has_signed: false }))
            }
        })
    }
}

impl ResourceCard {
    /// What is said of a resource.
    pub fn of(resource: &Resource) -> Self {
        let Resource { name, sort, code, description, source, data_format, meta, .. } = resource.clone();
        Self { name, sort, code, description, source, data_format, meta }
    }

    fn key_type(&self) -> Option<KeyType> {
        self.sort.as_ref().and_then(|sort| KeyType::parse(sort.as_str()))
    }

    /// `resource` with this said of it.
    fn fill(&self, resource: Resource) -> Resource {
        let Self { name, sort, code, description, source, data_format, meta } = self.clone();
        Resource { name, sort, code, description, source, data_format, meta, ..resource }
    }
}

/// Whether data that was handed in is other than what is shown of the resource.
fn replaces(resource: &Resource, data: &ResourceData) -> bool {
    match &resource.content {
        ResourceContent::SignatureKey { public } => !data.data.trim().is_empty() && data.data.trim() != public.trim(),
        ResourceContent::Nothing | ResourceContent::Data { .. } => true,
    }
}

async fn take(core: &Core, card: &ResourceCard, data: &ResourceData) -> Result<Given, Rejected> {
    if data.data.len() > MOST_DATA {
        return Err(Rejected::TooMuchData { bytes: data.data.len(), most: MOST_DATA });
    }
    let Some(of) = card.key_type() else {
        return Ok(if data.data.is_empty() { Given::Nothing } else { Given::Data(data.data.clone()) });
    };
    let format = card.data_format.as_ref().map(Line::as_str);
    signature_key(core, KeyFile { of, data: &data.data, format, password: &data.password }).await.map(Given::Key)
}

/// What is shown of a body. A signature key's is not read for this.
fn shown(body: Option<ResourceBody>) -> String {
    match body {
        Some(ResourceBody::Data { data }) => data,
        Some(ResourceBody::SignatureKey { .. }) | None => String::new(),
    }
}

pub(super) fn not_written(error: ResourceError) -> Rejected {
    match error {
        ResourceError::Changed => Rejected::Changed,
        ResourceError::HasSigned => Rejected::KeyHasSigned,
        ResourceError::Fault(fault) => fault.into(),
    }
}

/// Neither data nor password reaches a log line.
impl std::fmt::Debug for ResourceData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ResourceData({} bytes)", self.data.len())
    }
}

impl From<EditResource> for Seen {
    fn from(edit: EditResource) -> Self {
        Self { account: edit.account, number: edit.resource.get(), revision: edit.seen, thing: Thing::Resource }
    }
}
