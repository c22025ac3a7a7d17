//! Opening a signature key, to sign with it.

use std::sync::Arc;

use super::edit_license::ROUNDS;
use super::rejected::{Rejected, Thing};
use crate::config::SealingSecrets;
use crate::core::Core;
use crate::domain::ids::{AccountId, ResourceId};
use crate::domain::resource::{ResourceBody, SealedKey};
use crate::fault::{Fault, FaultKind};
use crate::remembered::Remembered;
use crate::signing::SigningKey;
use crate::signing::seal::{Place, SealingKeys, Under};
use crate::table::REMEMBERED_SECONDS;

/// The most keys that are remembered.
const KEYS: usize = 100;

/// What operations need that sign, or that keep signature keys. Clones share what they remember.
#[derive(Clone, Debug)]
pub struct SignatureKeys {
    pub(super) sealing: Arc<SealingKeys>,
    opened: Remembered<(AccountId, ResourceId), SigningKey>,
}

impl SignatureKeys {
    /// Those that are sealed under these secrets.
    pub fn new(secrets: &SealingSecrets) -> Self {
        SealingKeys::new(secrets).into()
    }
}

impl From<SealingKeys> for SignatureKeys {
    fn from(sealing: SealingKeys) -> Self {
        Self { sealing: Arc::new(sealing), opened: Remembered::at_most(KEYS) }
    }
}

/// The account's signature key with this number, to sign with; at most [`REMEMBERED_SECONDS`] old.
///
/// The first time it is noted that something is signed with it: from then on it can neither be replaced nor deleted, because what
/// was signed is verified with it wherever it lies. So a key that is remembered is still the one that is stored. A key that is
/// sealed under the secret of before a rotation is sealed anew.
///
/// Errors: [`Rejected::NotFound`] where there is no such resource, [`Rejected::NoSignatureKey`] where it is none.
pub async fn signing_key(core: &Core, keys: &SignatureKeys, account: AccountId, resource: ResourceId) -> Result<Arc<SigningKey>, Rejected> {
    let name = (account, resource);
    if let Some(key) = keys.opened.get(&name, core.now()) {
        return Ok(key);
    }
    let place = Place { account, resource };
    for _ in 0..ROUNDS {
        let body = core.table.resource_body(account, resource).await?;
        let (sealed, has_signed) = match body {
            Some(ResourceBody::SignatureKey { sealed, has_signed }) => (sealed, has_signed),
            Some(ResourceBody::Data { .. }) => return Err(Rejected::NoSignatureKey),
            None => return Err(missing(core, account, resource).await?),
        };
        let bytes = sealed.bytes().ok_or_else(|| Fault::new(FaultKind::Corrupt, "a sealed signature key is no base64"))?;
        let opened = keys.sealing.unseal(&bytes, place)?;
        let anew = match opened.under {
            Under::Current => sealed.clone(),
            Under::Previous => seal(core, keys, &opened.key, place)?,
        };
        if !has_signed || anew != sealed {
            let is_noted = core.table.note_signing(account, resource, &sealed, &anew).await?;
            if !is_noted {
                continue;
            }
        }
        let key = Arc::new(opened.key);
        keys.opened.put(name, Arc::clone(&key), 1, core.now().plus_seconds(REMEMBERED_SECONDS));
        return Ok(key);
    }
    Err(Fault::new(FaultKind::Contended, "opening a signature key").into())
}

/// A key as it is kept.
pub(super) fn seal(core: &Core, keys: &SignatureKeys, key: &SigningKey, place: Place) -> Result<SealedKey, Fault> {
    let sealed = keys.sealing.seal(key, place, &core.random).map_err(|error| Fault::corrupt("sealing a signature key", error))?;
    Ok(SealedKey::new(&sealed))
}

/// Why there is no body: there is no resource, or it holds nothing.
async fn missing(core: &Core, account: AccountId, id: ResourceId) -> Result<Rejected, Fault> {
    let resource: Option<crate::domain::resource::Resource> = core.table.record(account, id.get(), crate::table::Freshness::Strong).await?;
    Ok(if resource.is_some() { Rejected::NoSignatureKey } else { Rejected::NotFound(Thing::Resource) })
}
