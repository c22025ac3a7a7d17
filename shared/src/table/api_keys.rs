//! API keys: what the account lists, and what authentication finds.
//!
//! The admission of a key that is used during a rotation is stored anew, under the new secret, by updates alone: functions need
//! no other permission than for counting failures. The former admission stays for a month, because functions that were deployed
//! before the rotation know the former secret only; the entry remembers it, so that revoking the key stops both.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Put, Update};
use serde::{Deserialize, Serialize};

use super::call::Loss;
use super::item::{Item, item, number, text, value};
use super::keys::{self, PK, SK, TTL};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::credentials::{ApiKeyCheck, ApiKeyDigest, ApiKeyDigests, SecretId};
use crate::domain::api_key::{Admission, ApiKey, ApiKeyId, ApiKeyState, Permissions};
use crate::domain::ids::AccountId;
use crate::domain::license::Since;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// For how long a key that is too old stays listed, and a former admission stays at all, in seconds: a month.
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The list entry's attribute with the digest that the admission is under.
const DIGEST: &str = "digest";
/// The list entry's attribute with the digest that the admission was under before the last rotation.
const FORMER: &str = "former";
/// The list entry's attribute that says which secret the digest is under.
const SECRET: &str = "secret";
/// The admission's attribute that says that the key was revoked.
const REVOKED: &str = "revoked";

/// A key as its account sees it, and how it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedApiKey {
    /// The key.
    pub key: ApiKey,
    /// The secret that it is digested under.
    pub secret: SecretId,
}

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
    FormerThere,
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
        transaction.create(self, Condition::IdFree, entry(key, &Place::of(&digests))?)?;
        transaction.create(self, Condition::KeyFree, admission_item(&key.admission(), &digests)?)?;
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
    pub async fn api_key(&self, account: AccountId, id: ApiKeyId) -> Result<Option<ListedApiKey>, Fault> {
        self.get(keys::api_key(account, id), Freshness::Strong).await?.map(listed).transpose()
    }

    /// All keys of an account, in the order in which they were made.
    pub async fn api_keys(&self, account: AccountId) -> Result<Vec<ListedApiKey>, Fault> {
        let items = self.query_all(&keys::api_keys(account)).await?;
        items.into_iter().map(listed).collect()
    }

    /// Revokes the account's key with this id; gives what it is afterwards, or nothing where there is no such key. A key that was
    /// revoked before stays as it was.
    pub async fn revoke_api_key(&self, account: AccountId, id: ApiKeyId, since: Since) -> Result<Option<ApiKey>, RevokeApiKeyError> {
        let Some(before) = self.get(keys::api_key(account, id), Freshness::Strong).await? else { return Ok(None) };
        let mut place = Place::in_entry(&before)?;
        let before: ApiKey = value(before)?;
        if before.state != ApiKeyState::Active {
            return Ok(Some(before));
        }
        let after = ApiKey { state: ApiKeyState::Revoked(since.clone()), ..before };
        loop {
            let mut transaction = Transaction::new("revoking an API key");
            let put = Put::builder()
                .table_name(self.name())
                .set_item(Some(entry(&after, &place)?))
                .condition_expression("#digest = :digest AND #state.#is = :active")
                .expression_attribute_names("#digest", DIGEST)
                .expression_attribute_names("#state", "state")
                .expression_attribute_names("#is", "is")
                .expression_attribute_values(":digest", text(place.digest.to_text()))
                .expression_attribute_values(":active", text("active"));
            transaction.put(Condition::Unchanged, put)?;
            transaction.update(Condition::Unchanged, self.stop(place.digest, since.at))?;
            if let Some(former) = place.former {
                transaction.update(Condition::FormerThere, self.stop(former, since.at))?;
            }
            match transaction.run(self).await {
                Ok(()) => return Ok(Some(after)),
                // It was swept away.
                Err(NotDone::Conditions(failed, _)) if failed.iter().all(|failed| failed.condition == Condition::FormerThere) => {
                    place.former = None;
                }
                Err(NotDone::Conditions(..)) => return Err(RevokeApiKeyError::Changed),
                Err(NotDone::Fault(fault)) => return Err(fault.into()),
            }
        }
    }

    fn stop(&self, name: ApiKeyDigest, at: Timestamp) -> UpdateBuilder {
        Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::admission(name).attributes()))
            .update_expression("SET #revoked = :at")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#revoked", REVOKED)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":at", number(at.as_micros()))
    }

    /// Stores the admission that was found under `former` anew, under `digests`, unless it was revoked or moved meanwhile.
    pub async fn move_admission(
        &self,
        admission: &Admission,
        former: ApiKeyDigest,
        digests: &ApiKeyDigests,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mut transaction = Transaction::new("moving an API key");
        let mut sets = Vec::new();
        let mut new = Update::builder().table_name(self.name()).set_key(Some(keys::admission(digests.name).attributes()));
        let item = admission_item(admission, digests)?;
        for (name, value) in item.into_iter().filter(|(name, _)| name != PK && name != SK) {
            sets.push(format!("#{name} = :{name}"));
            new = new.expression_attribute_names(format!("#{name}"), &name).expression_attribute_values(format!(":{name}"), value);
        }
        let new = new.update_expression(format!("SET {}", sets.join(", ")));
        let new = new.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK);
        transaction.update(Condition::KeyFree, new)?;
        let entry = Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::api_key(admission.account, admission.id).attributes()))
            .update_expression("SET #digest = :digest, #secret = :secret, #former = :former")
            .condition_expression("#digest = :former AND #state.#is = :active")
            .expression_attribute_names("#digest", DIGEST)
            .expression_attribute_names("#secret", SECRET)
            .expression_attribute_names("#former", FORMER)
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#is", "is")
            .expression_attribute_values(":digest", text(digests.name.to_text()))
            .expression_attribute_values(":secret", text(digests.secret.as_str()))
            .expression_attribute_values(":former", text(former.to_text()))
            .expression_attribute_values(":active", text("active"));
        transaction.update(Condition::Unchanged, entry)?;
        let old = Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::admission(former).attributes()))
            .update_expression("SET #ttl = :ttl")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":ttl", number(now.plus_seconds(KEPT_SECONDS).as_seconds()));
        transaction.update(Condition::FormerThere, old)?;
        match transaction.run(self).await {
            Ok(()) | Err(NotDone::Conditions(..)) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }
}

/// Where a key's admission is.
struct Place {
    digest: ApiKeyDigest,
    secret: SecretId,
    former: Option<ApiKeyDigest>,
}

impl Place {
    fn of(digests: &ApiKeyDigests) -> Self {
        Self { digest: digests.name, secret: digests.secret.clone(), former: None }
    }

    fn in_entry(entry: &Item) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Attributes {
            digest: ApiKeyDigest,
            secret: SecretId,
            former: Option<ApiKeyDigest>,
        }
        let Attributes { digest, secret, former } = value(entry.clone())?;
        Ok(Self { digest, secret, former })
    }
}

/// The list entry.
fn entry(key: &ApiKey, place: &Place) -> Result<Item, Fault> {
    let mut entry = item(keys::api_key(key.account, key.id), key)?;
    entry.insert(DIGEST.to_owned(), text(place.digest.to_text()));
    entry.insert(SECRET.to_owned(), text(place.secret.as_str()));
    if let Some(former) = place.former {
        entry.insert(FORMER.to_owned(), text(former.to_text()));
    }
    tidied(&mut entry, key.expires);
    Ok(entry)
}

fn listed(entry: Item) -> Result<ListedApiKey, Fault> {
    let secret = Place::in_entry(&entry)?.secret;
    Ok(ListedApiKey { key: value(entry)?, secret })
}

fn admission_item(admission: &Admission, digests: &ApiKeyDigests) -> Result<Item, Fault> {
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
