//! A vendor's endpoints: making, changing, rotating their secrets, disabling and deleting them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::SealingSecrets;
use crate::core::Core;
use crate::domain::destination::{Destination, NotCalled, Reach};
use crate::domain::event::EventKind;
use crate::domain::ids::{AccountId, WebhookId};
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::domain::webhook::{Disabled, MOST_WEBHOOKS, SealedSecret, Webhook, WebhookSecret, WebhookState};
use crate::fault::{Fault, FaultKind};
use crate::sealing::{Seals, Under};

/// How often an endpoint may be changed by others while it is being changed.
const ROUNDS: usize = 8;

const PURPOSE: &[u8] = b"latchkey:sealed-webhook-secret:v1";

/// What the secrets of endpoints are sealed under.
#[derive(Clone, Debug)]
pub struct Sealing(Seals);

/// What a vendor says about an endpoint.
#[derive(Clone, Debug)]
pub struct WebhookFields {
    /// Where events are sent.
    pub url: String,
    /// What it is called.
    pub label: Option<Line<100>>,
    /// The events that are wanted; all, where none is named.
    pub events: BTreeSet<EventKind>,
}

/// Why an endpoint was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such account.
    #[error("there is no such account")]
    NoAccount,
    /// The account has no endpoint with that number.
    #[error("there is no such webhook")]
    NotFound,
    /// The account has as many as it may.
    #[error("an account has at most {MOST_WEBHOOKS} webhooks")]
    TooMany,
    /// Its address is none that is called.
    #[error(transparent)]
    Address(#[from] NotCalled),
    /// Somebody else changed it since it was read.
    #[error("it was changed by somebody else in the meantime: read it again")]
    Changed,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Sealing {
    /// The keys for these secrets.
    pub fn new(secrets: &SealingSecrets) -> Self {
        Self(Seals::new(secrets, PURPOSE))
    }

    pub(super) fn seal(&self, core: &Core, secret: &WebhookSecret, place: (AccountId, WebhookId)) -> Result<SealedSecret, Fault> {
        let sealed = self.0.seal(secret.expose(), &bytes(place), &core.random);
        let sealed = sealed.map_err(|error| Fault::caused(FaultKind::Corrupt, "a webhook's secret was not sealed", error))?;
        Ok(SealedSecret(STANDARD.encode(sealed)))
    }

    /// A secret, and what it is sealed under; nothing where neither secret opens it.
    pub(super) fn open_under(&self, sealed: &SealedSecret, place: (AccountId, WebhookId)) -> Option<(WebhookSecret, Under)> {
        let (plain, under) = self.0.open(&STANDARD.decode(&sealed.0).ok()?, &bytes(place))?;
        Some((WebhookSecret::from_bytes(&plain)?, under))
    }

    /// Every secret that signs for an endpoint at `now`. One that does not open is a fault of ours.
    pub(super) fn open_all(&self, webhook: &Webhook, now: Timestamp) -> Result<Vec<WebhookSecret>, Fault> {
        let corrupt = || Fault::new(FaultKind::Corrupt, "a webhook's secret does not open");
        let open = |sealed| self.open_under(sealed, (webhook.account, webhook.id)).map(|(secret, _)| secret);
        webhook.signing(now).map(|sealed| open(sealed).ok_or_else(corrupt)).collect()
    }
}

fn bytes((account, webhook): (AccountId, WebhookId)) -> Vec<u8> {
    [account.get().to_be_bytes(), webhook.get().to_be_bytes()].concat()
}

/// Makes an endpoint. Its secret is shown this once.
pub async fn create_webhook(
    core: &Core,
    sealing: &Sealing,
    account: AccountId,
    fields: WebhookFields,
    reach: Reach,
) -> Result<(Webhook, WebhookSecret), WebhookError> {
    let url = Destination::parse(&fields.url, reach)?.as_str().to_owned();
    let id = core.table.next_webhook(account).await?;
    let secret = WebhookSecret::draw(&core.random);
    let webhook = Webhook {
        account,
        id,
        url,
        label: fields.label,
        events: fields.events,
        secret: sealing.seal(core, &secret, (account, id))?,
        previous: None,
        state: WebhookState::Active,
        failing: None,
        created: core.now(),
        revision: 1,
    };
    match core.table.create_webhook(&webhook).await? {
        Some(Ok(())) => Ok((webhook, secret)),
        Some(Err(_)) => Err(WebhookError::TooMany),
        None => Err(WebhookError::NoAccount),
    }
}

/// All endpoints of an account, in the order of their numbers.
pub async fn list_webhooks(core: &Core, account: AccountId) -> Result<Vec<Webhook>, Fault> {
    core.table.webhooks(account).await
}

/// An endpoint.
pub async fn find_webhook(core: &Core, account: AccountId, id: WebhookId) -> Result<Webhook, WebhookError> {
    core.table.webhook(account, id).await?.ok_or(WebhookError::NotFound)
}

/// Changes what a vendor says about an endpoint, at the revision that was seen where one is stated.
pub async fn change_webhook(
    core: &Core,
    account: AccountId,
    id: WebhookId,
    seen: Option<u32>,
    fields: WebhookFields,
    reach: Reach,
) -> Result<Webhook, WebhookError> {
    let url = Destination::parse(&fields.url, reach)?.as_str().to_owned();
    let WebhookFields { label, events, .. } = fields;
    change(core, account, id, seen, |before| Webhook { url, label, events, ..before.changed() }).await
}

/// Changes an endpoint by `by`, which is given what its vendor says of it as it stands, and whether it is told anything: whoever else
/// changes it meanwhile, it is their change that is changed.
pub async fn edit_webhook<E: From<WebhookError>>(
    core: &Core,
    account: AccountId,
    id: WebhookId,
    reach: Reach,
    by: impl Fn(WebhookFields, bool) -> Result<(WebhookFields, bool), E>,
) -> Result<Webhook, E> {
    for _ in 0..ROUNDS {
        let before = find_webhook(core, account, id).await?;
        let stands = WebhookFields { url: before.url.clone(), label: before.label.clone(), events: before.events.clone() };
        let is_told = before.state == WebhookState::Active;
        let (WebhookFields { url, label, events }, is_to_be_told) = by(stands, is_told)?;
        let url = if url == before.url { url } else { Destination::parse(&url, reach).map_err(WebhookError::from)?.as_str().to_owned() };
        let changed = if is_told == is_to_be_told {
            before.changed()
        } else if is_to_be_told {
            before.become_state(WebhookState::Active)
        } else {
            before.become_state(WebhookState::Disabled { at: core.now(), why: Disabled::Asked })
        };
        let after = Webhook { url, label, events, ..changed };
        if core.table.change_webhook(&before, &after).await.map_err(WebhookError::from)?.is_ok() {
            return Ok(after);
        }
    }
    Err(WebhookError::from(Fault::new(FaultKind::Contended, "changing a webhook")).into())
}

/// Gives an endpoint another secret, which is shown this once. The one before signs too, for a day.
pub async fn rotate_webhook(
    core: &Core,
    sealing: &Sealing,
    account: AccountId,
    id: WebhookId,
) -> Result<(Webhook, WebhookSecret), WebhookError> {
    let secret = WebhookSecret::draw(&core.random);
    let sealed = sealing.seal(core, &secret, (account, id))?;
    let webhook = change(core, account, id, None, |before| before.rotated(sealed, core.now())).await?;
    Ok((webhook, secret))
}

/// Has an endpoint be told again, from now on. What happened meanwhile is not made up for.
pub async fn enable_webhook(core: &Core, account: AccountId, id: WebhookId) -> Result<Webhook, WebhookError> {
    change(core, account, id, None, |before| before.become_state(WebhookState::Active)).await
}

/// Has an endpoint be told nothing more. What was to be sent to it is left out.
pub async fn disable_webhook(core: &Core, account: AccountId, id: WebhookId) -> Result<Webhook, WebhookError> {
    let state = WebhookState::Disabled { at: core.now(), why: Disabled::Asked };
    change(core, account, id, None, |before| before.become_state(state)).await
}

/// Deletes an endpoint. The log of what was sent to it stays until its days are over.
pub async fn delete_webhook(core: &Core, account: AccountId, id: WebhookId) -> Result<(), WebhookError> {
    let before = find_webhook(core, account, id).await?;
    core.table.delete_webhook(&before).await?.map_err(|_| WebhookError::Changed)
}

async fn change(
    core: &Core,
    account: AccountId,
    id: WebhookId,
    seen: Option<u32>,
    by: impl FnOnce(&Webhook) -> Webhook,
) -> Result<Webhook, WebhookError> {
    let before = find_webhook(core, account, id).await?;
    if seen.is_some_and(|seen| seen != before.revision) {
        return Err(WebhookError::Changed);
    }
    let after = by(&before);
    match core.table.change_webhook(&before, &after).await? {
        Ok(()) => Ok(after),
        Err(_) => Err(WebhookError::Changed),
    }
}
