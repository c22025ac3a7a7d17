//! API keys: what the account lists, and what authentication finds.

use aws_sdk_dynamodb::types::{Put, Update};
use serde::{Deserialize, Serialize};

use super::call::Loss;
use super::item::{Item, item, number, text, value};
use super::keys::{self, PK, TTL};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::credentials::{ApiKeyCheck, ApiKeyDigest, ApiKeyDigests};
use crate::domain::api_key::{Admission, ApiKey, ApiKeyId, ApiKeyState, Permissions};
use crate::domain::ids::AccountId;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// For how long a key that is too old stays listed, in seconds: a month.
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The list entry's attribute with the digest that the admission is under.
const DIGEST: &str = "digest";
/// The admission's attribute that says that the key was revoked.
const REVOKED: &str = "revoked";

/// What a key's text leads to.
#[derive(Clone, Debug)]
pub struct Found {
    /// What authentication needs.
    pub admission: Admission,
    /// What the text has to be compared with.
    pub check: ApiKeyCheck,
}

/// Why an API key was not made.
#[derive(Debug)]
pub enum CreateApiKeyError {
    /// There is no such account.
    NoAccount,
    /// A key of the deployment, perhaps a revoked one, has this text.
    KeyTaken,
    /// A fault of ours.
    Fault(Fault),
}

/// Why an API key was not revoked.
#[derive(Debug)]
pub enum RevokeApiKeyError {
    /// Somebody else changed it since it was read.
    Changed,
    /// A fault of ours.
    Fault(Fault),
}

/// The conditions of making, revoking and moving a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    AccountExists,
    IdFree,
    KeyFree,
    Unchanged,
}

#[derive(Serialize, Deserialize)]
struct AdmissionItem {
    key: ApiKeyId,
    account: AccountId,
    email: Email,
    permissions: Permissions,
    check: ApiKeyCheck,
    /// Microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    /// When, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<i64>,
}

impl Table {
    /// Makes a key, whose id is fresh. `former` is what it would be found by under the secret before, where that is accepted.
    pub async fn create_api_key(
        &self,
        key: &ApiKey,
        digests: ApiKeyDigests,
        former: Option<ApiKeyDigest>,
    ) -> Result<(), CreateApiKeyError> {
        let mut transaction = Transaction::new("making an API key");
        transaction.require(self, Condition::AccountExists, keys::account(key.account))?;
        transaction.create(self, Condition::IdFree, entry(key, digests.name)?)?;
        transaction.create(self, Condition::KeyFree, admission_item(&key.admission(), digests)?)?;
        if let Some(former) = former {
            transaction.forbid(self, Condition::KeyFree, keys::admission(former))?;
        }
        let (failed, loss) = match transaction.run(self).await {
            Ok(()) => return Ok(()),
            Err(NotDone::Fault(fault)) => return Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => (failed, loss),
        };
        let has_failed = |condition| failed.iter().any(|failed| failed.condition == condition);
        // The id was drawn for this call alone: an attempt whose answer was lost has written all of this.
        if loss == Loss::Before && has_failed(Condition::IdFree) {
            Ok(())
        } else if has_failed(Condition::AccountExists) {
            Err(CreateApiKeyError::NoAccount)
        } else if has_failed(Condition::KeyFree) {
            Err(CreateApiKeyError::KeyTaken)
        } else {
            Err(Fault::new(FaultKind::Corrupt, "making an API key: the id is in use").into())
        }
    }

    /// What is stored under a key's digest.
    pub async fn admission(&self, name: ApiKeyDigest, freshness: Freshness) -> Result<Option<Found>, Fault> {
        let Some(item) = self.get(keys::admission(name), freshness).await? else { return Ok(None) };
        let AdmissionItem { key, account, email, permissions, check, expires, revoked } = value(item)?;
        let moment = |micros| Timestamp::from_micros(micros).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an API key's time"));
        let expires = expires.map(moment).transpose()?;
        let admission = Admission { id: key, account, email, permissions, expires, is_revoked: revoked.is_some() };
        Ok(Some(Found { admission, check }))
    }

    /// The account's key with this id.
    pub async fn api_key(&self, account: AccountId, id: ApiKeyId) -> Result<Option<ApiKey>, Fault> {
        self.get(keys::api_key(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// All keys of an account, in the order in which they were made.
    pub async fn api_keys(&self, account: AccountId) -> Result<Vec<ApiKey>, Fault> {
        let items = self.query_all(&keys::api_keys(account)).await?;
        items.into_iter().map(value).collect()
    }

    /// Revokes the account's key with this id, where `change` makes of it a key that is revoked; gives what it is afterwards,
    /// or nothing where there is no such key. A key that was revoked before stays as it was.
    pub async fn revoke_api_key(
        &self,
        account: AccountId,
        id: ApiKeyId,
        change: impl FnOnce(ApiKey) -> ApiKey,
    ) -> Result<Option<ApiKey>, RevokeApiKeyError> {
        let Some(before) = self.get(keys::api_key(account, id), Freshness::Strong).await? else { return Ok(None) };
        let name = digest_of(&before)?;
        let key: ApiKey = value(before)?;
        if key.state != ApiKeyState::Active {
            return Ok(Some(key));
        }
        let after = change(key);
        let ApiKeyState::Revoked(since) = &after.state else { return Ok(Some(after)) };
        let mut transaction = Transaction::new("revoking an API key");
        let put = Put::builder()
            .table_name(self.name())
            .set_item(Some(entry(&after, name)?))
            .condition_expression("#digest = :digest AND #state.#is = :active")
            .expression_attribute_names("#digest", DIGEST)
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#is", "is")
            .expression_attribute_values(":digest", text(name.to_text()))
            .expression_attribute_values(":active", text("active"));
        transaction.put(Condition::Unchanged, put)?;
        let update = Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::admission(name).attributes()))
            .update_expression("SET #revoked = :at")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#revoked", REVOKED)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":at", number(since.at.as_micros()));
        transaction.update(Condition::Unchanged, update)?;
        match transaction.run(self).await {
            Ok(()) => Ok(Some(after)),
            Err(NotDone::Conditions(..)) => Err(RevokeApiKeyError::Changed),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
        }
    }
}

/// The list entry.
fn entry(key: &ApiKey, name: ApiKeyDigest) -> Result<Item, Fault> {
    let mut entry = item(keys::api_key(key.account, key.id), key)?;
    entry.insert(DIGEST.to_owned(), text(name.to_text()));
    tidied(&mut entry, key.expires);
    Ok(entry)
}

fn admission_item(admission: &Admission, digests: ApiKeyDigests) -> Result<Item, Fault> {
    let Admission { id, account, email, permissions, expires, is_revoked: _ } = admission.clone();
    let stored = AdmissionItem {
        key: id,
        account,
        email,
        permissions,
        check: digests.check,
        expires: expires.map(Timestamp::as_micros),
        revoked: None,
    };
    let mut item = item(keys::admission(digests.name), &stored)?;
    tidied(&mut item, expires);
    Ok(item)
}

/// A key that is too old is swept away when nobody will look for it any more.
fn tidied(item: &mut Item, expires: Option<Timestamp>) {
    if let Some(expires) = expires {
        item.insert(TTL.to_owned(), number(expires.plus_seconds(KEPT_SECONDS).as_seconds()));
    }
}

fn digest_of(entry: &Item) -> Result<ApiKeyDigest, Fault> {
    let digest = entry.get(DIGEST).and_then(|digest| digest.as_s().ok()).cloned().unwrap_or_default();
    ApiKeyDigest::try_from(digest).map_err(|error| Fault::corrupt("an API key's entry", error))
}

impl From<Fault> for CreateApiKeyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Fault> for RevokeApiKeyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
