//! Which secret an account's sealed secrets are under, for whoever asks whether a secret is the right one. Nothing is written.

use super::webhooks::Sealing;
use crate::core::Core;
use crate::domain::ids::AccountId;
use crate::domain::resource::{Resource, ResourceBody, ResourceContent};
use crate::fault::Fault;
use crate::signing::seal::{Place, SealingKeys, Under};

/// How many resources are read at a time.
const PAGE: u16 = 100;

/// How many of an account's private signature keys and webhooks' present secrets are under which secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SealedUnder {
    /// The present one.
    pub current: usize,
    /// The one before it.
    pub previous: usize,
    /// Neither of the two.
    pub neither: usize,
}

/// Counts them.
pub async fn sealed_under(core: &Core, sealing: &Sealing, keys: &SealingKeys, account: AccountId) -> Result<SealedUnder, Fault> {
    let mut found = SealedUnder::default();
    for webhook in core.table.webhooks(account).await? {
        found.count(sealing.open_under(&webhook.secret, (account, webhook.id)).map(|(_, under)| under));
    }
    let mut after = None;
    loop {
        let page = core.table.records::<Resource>(account, None, after, PAGE).await?;
        for resource in &page.items {
            let place = Place { account, resource: resource.id };
            match resource.content {
                ResourceContent::SignatureKey { .. } => {}
                ResourceContent::Nothing | ResourceContent::Data { .. } => continue,
            }
            // One that was deleted meanwhile is none.
            if let Some(ResourceBody::SignatureKey { sealed, .. }) = core.table.resource_body(account, resource.id).await? {
                let opened = sealed.bytes().and_then(|bytes| keys.unseal(&bytes, place).ok());
                found.count(opened.map(|opened| opened.under));
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(found),
        }
    }
}

impl SealedUnder {
    fn count(&mut self, under: Option<Under>) {
        match under {
            Some(Under::Current) => self.current += 1,
            Some(Under::Previous) => self.previous += 1,
            None => self.neither += 1,
        }
    }
}
