//! Sealing anew what is sealed under the secret of before a rotation: private signature keys and webhooks' secrets.
//!
//! Whoever does it may stop anywhere and begin again: what is under the present secret is left as it is, and what is written is written
//! under the condition that it is still what was read.

use super::edit_license::ROUNDS;
use super::webhooks::Sealing;
use crate::core::Core;
use crate::domain::ids::{AccountId, ResourceId};
use crate::domain::resource::{Resource, ResourceBody, ResourceContent, SealedKey};
use crate::domain::webhook::{FormerSecret, SealedSecret, Webhook};
use crate::fault::{Fault, FaultKind};
use crate::signing::seal::{Place, SealingKeys, Under};

/// How many resources are read at a time.
const PAGE: u16 = 100;

/// What was found, and done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// How many sealed secrets were looked at.
    pub looked_at: usize,
    /// How many of them were sealed anew.
    pub resealed: usize,
    /// How many neither secret opens: they are as good as gone.
    pub lost: usize,
}

/// A webhook's secret under the present secret.
enum Secret {
    Current,
    Anew(SealedSecret),
    Lost,
}

/// Seals everything of an account anew that is not sealed under the present secret.
pub async fn reseal(core: &Core, sealing: &Sealing, keys: &SealingKeys, account: AccountId) -> Result<Resealed, Fault> {
    let mut done = Resealed::default();
    for webhook in core.table.webhooks(account).await? {
        done.add(reseal_webhook(core, sealing, webhook).await?);
    }
    let mut after = None;
    loop {
        let page = core.table.records::<Resource>(account, None, after, PAGE).await?;
        for resource in &page.items {
            match resource.content {
                ResourceContent::SignatureKey { .. } => done.add(reseal_key(core, keys, account, resource.id).await?),
                ResourceContent::Nothing | ResourceContent::Data { .. } => {}
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(done),
        }
    }
}

async fn reseal_webhook(core: &Core, sealing: &Sealing, webhook: Webhook) -> Result<Resealed, Fault> {
    let (account, id) = (webhook.account, webhook.id);
    let mut stands = Some(webhook);
    for _ in 0..ROUNDS {
        let Some(before) = stands else { return Ok(Resealed::default()) };
        let mut done = Resealed::default();
        let secret = done.count(sealing.anew(core, &before, &before.secret)?);
        let previous = match &before.previous {
            // It signs nothing any more: it goes with the next change, and is none that could be lost.
            Some(former) if former.until <= core.now() => None,
            Some(former) => done
                .count(sealing.anew(core, &before, &former.secret)?)
                .map(|secret| FormerSecret { secret, until: former.until })
                .or_else(|| Some(former.clone())),
            None => None,
        };
        let after = Webhook { secret: secret.unwrap_or_else(|| before.secret.clone()), previous, ..before.changed() };
        if done.resealed == 0 || core.table.change_webhook(&before, &after).await?.is_ok() {
            return Ok(done);
        }
        stands = core.table.webhook(account, id).await?;
    }
    Err(Fault::new(FaultKind::Contended, "sealing a webhook's secret anew"))
}

async fn reseal_key(core: &Core, keys: &SealingKeys, account: AccountId, resource: ResourceId) -> Result<Resealed, Fault> {
    let place = Place { account, resource };
    for _ in 0..ROUNDS {
        let Some(ResourceBody::SignatureKey { sealed, .. }) = core.table.resource_body(account, resource).await? else {
            return Ok(Resealed::default());
        };
        let one = Resealed { looked_at: 1, ..Resealed::default() };
        let opened = sealed.bytes().and_then(|bytes| keys.unseal(&bytes, place).ok());
        let Some(opened) = opened else {
            tracing::error!(account = account.get(), resource = resource.get(), "a signature key opens under neither secret");
            return Ok(Resealed { lost: 1, ..one });
        };
        if opened.under == Under::Current {
            return Ok(one);
        }
        let anew = keys.seal(&opened.key, place, &core.random).map_err(|error| Fault::corrupt("sealing a signature key", error))?;
        if core.table.reseal_key(account, resource, &sealed, &SealedKey::new(&anew)).await? {
            return Ok(Resealed { resealed: 1, ..one });
        }
    }
    Err(Fault::new(FaultKind::Contended, "sealing a signature key anew"))
}

impl Sealing {
    /// One of a webhook's secrets under the present secret.
    fn anew(&self, core: &Core, webhook: &Webhook, sealed: &SealedSecret) -> Result<Secret, Fault> {
        let place = (webhook.account, webhook.id);
        match self.open_under(sealed, place) {
            Some((_, Under::Current)) => Ok(Secret::Current),
            Some((secret, Under::Previous)) => self.seal(core, &secret, place).map(Secret::Anew),
            None => {
                tracing::error!(account = place.0.get(), webhook = place.1.get(), "a webhook's secret opens under neither secret");
                Ok(Secret::Lost)
            }
        }
    }
}

impl Resealed {
    /// Counts what was done elsewhere, too.
    pub fn add(&mut self, other: Self) {
        self.looked_at += other.looked_at;
        self.resealed += other.resealed;
        self.lost += other.lost;
    }

    /// Counts a secret; gives it where it was sealed anew.
    fn count(&mut self, secret: Secret) -> Option<SealedSecret> {
        self.looked_at += 1;
        match secret {
            Secret::Current => None,
            Secret::Lost => {
                self.lost += 1;
                None
            }
            Secret::Anew(sealed) => {
                self.resealed += 1;
                Some(sealed)
            }
        }
    }
}
