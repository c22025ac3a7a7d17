//! API keys: what the account lists, and what authentication finds.
//!
//! The admission of a key that is used during a rotation is stored anew, under the new secret, by updates alone: functions need
//! no other permission than for counting failures. The former admission stays for a month, because functions that were deployed
//! before the rotation know the former secret only; the entry remembers it, so that revoking the key stops both.

use aws_sdk_dynamodb::types::Update;
use serde::{Deserialize, Serialize};

use super::call::Loss;
use super::item::{Item, item, number, text, value};
use super::keys::{self, Kind, PK, SK, TTL};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Page, Table};
use crate::credentials::{ApiKeyCheck, ApiKeyDigest, ApiKeyDigests, ClientSecretDigest, SecretId};
use crate::domain::api_key::{Admission, ApiKey, ApiKeyId, Permissions};
use crate::domain::ids::AccountId;
use crate::domain::role::Roles;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::domain::user::UserId;
use crate::fault::{Fault, FaultKind};

/// For how long a key that is too old stays listed, and a former admission stays at all, in seconds: a month.
pub(super) const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The list entry's attribute with the digest that the admission is under.
pub(super) const DIGEST: &str = "digest";
/// The list entry's attribute with the digest that the admission was under before the last rotation.
const FORMER: &str = "former";
/// The list entry's attribute that says which secret the digest is under.
const SECRET: &str = "secret";
/// The list entry's attribute with the digest of the second secret.
const CLIENT: &str = "client";
/// The attributes of an admission that moving it copies; the text is compared with another digest afterwards.
const COPIED: [&str; 8] = ["key", "account", "email", "owner", "roles", "permissions", "expires", "revoked"];

/// A key as its account sees it, and how it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedApiKey {
    /// The key.
    pub key: ApiKey,
    /// The secret that it is digested under.
    pub secret: SecretId,
    /// What its second secret is stored as; keys of before there was one have none.
    pub client: Option<ClientSecretDigest>,
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

/// The conditions of making and moving a key.
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roles: Option<Roles>,
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
    /// The number for a new key.
    pub async fn next_api_key(&self, account: AccountId) -> Result<ApiKeyId, Fault> {
        self.next(Some(account), Kind::ApiKey, ApiKeyId::new).await
    }

    /// Makes a key, whose id is fresh. `former` is what it would be found by under the secret before, where that is accepted.
    pub async fn create_api_key(
        &self,
        key: &ApiKey,
        digests: ApiKeyDigests,
        former: Option<ApiKeyDigest>,
        client: ClientSecretDigest,
    ) -> Result<(), CreateApiKeyError> {
        let mut transaction = Transaction::new("making an API key");
        transaction.require(self, Condition::AccountExists, keys::account(key.account))?;
        transaction.create(self, Condition::IdFree, entry(key, &Place::of(&digests, client))?)?;
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
        let AdmissionItem { key, account, email, owner, roles, permissions, check, expires, revoked } = value(item)?;
        let moment = |micros| Timestamp::from_micros(micros).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an API key's time"));
        let expires = expires.map(moment).transpose()?;
        let admission = Admission { id: key, account, email, owner, roles, permissions, expires, is_revoked: revoked.is_some() };
        Ok(Some(Found { admission, check }))
    }

    /// The account's key with this id.
    pub async fn api_key(&self, account: AccountId, id: ApiKeyId) -> Result<Option<ListedApiKey>, Fault> {
        self.get(keys::api_key(account, id), Freshness::Strong).await?.map(listed).transpose()
    }

    /// All keys of an account, in the order in which they were made: for an operator.
    pub async fn api_keys(&self, account: AccountId) -> Result<Vec<ListedApiKey>, Fault> {
        let items = self.query_all(&keys::api_keys(account, None)).await?;
        items.into_iter().map(listed).collect()
    }

    /// At most `limit` keys of an account after one of them, in the order in which they were made.
    pub async fn api_key_page(
        &self,
        account: AccountId,
        after: Option<ApiKeyId>,
        limit: u16,
        freshness: Freshness,
    ) -> Result<Page<ListedApiKey, ApiKeyId>, Fault> {
        let (items, next) = self.query(&keys::api_keys(account, after), None, i32::from(limit), freshness).await?;
        let items = items.into_iter().map(listed).collect::<Result<Vec<_>, _>>()?;
        let next = if next.is_some() { items.last().map(|listed| listed.key.id) } else { None };
        Ok(Page { items, next })
    }

    /// Stores the admission that was found under `former` anew, under `digests`, unless it was changed, revoked or moved meanwhile: what
    /// is stored anew is what still stands under `former` in the same moment. Otherwise it stays there, for the next use.
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
        let read = item.clone();
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
        let mut old = Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::admission(former).attributes()))
            .update_expression("SET #ttl = :ttl")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":ttl", number(now.plus_seconds(KEPT_SECONDS).as_seconds()));
        let mut stands = Vec::new();
        for name in COPIED {
            old = old.expression_attribute_names(format!("#{name}"), name);
            match read.get(name) {
                Some(value) => {
                    stands.push(format!("#{name} = :{name}"));
                    old = old.expression_attribute_values(format!(":{name}"), value.clone());
                }
                None => stands.push(format!("attribute_not_exists(#{name})")),
            }
        }
        transaction.update(Condition::FormerThere, old.condition_expression(stands.join(" AND ")))?;
        match transaction.run(self).await {
            Ok(()) | Err(NotDone::Conditions(..)) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }
}

/// Where a key's admission is, and what its second secret is stored as.
pub(super) struct Place {
    pub(super) digest: ApiKeyDigest,
    secret: SecretId,
    pub(super) former: Option<ApiKeyDigest>,
    client: Option<ClientSecretDigest>,
}

impl Place {
    fn of(digests: &ApiKeyDigests, client: ClientSecretDigest) -> Self {
        Self { digest: digests.name, secret: digests.secret.clone(), former: None, client: Some(client) }
    }

    pub(super) fn in_entry(entry: &Item) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Attributes {
            digest: ApiKeyDigest,
            secret: SecretId,
            former: Option<ApiKeyDigest>,
            client: Option<ClientSecretDigest>,
        }
        let Attributes { digest, secret, former, client } = value(entry.clone())?;
        Ok(Self { digest, secret, former, client })
    }
}

/// The list entry.
pub(super) fn entry(key: &ApiKey, place: &Place) -> Result<Item, Fault> {
    let mut entry = item(keys::api_key(key.account, key.id), key)?;
    entry.insert(DIGEST.to_owned(), text(place.digest.to_text()));
    entry.insert(SECRET.to_owned(), text(place.secret.as_str()));
    if let Some(former) = place.former {
        entry.insert(FORMER.to_owned(), text(former.to_text()));
    }
    if let Some(client) = &place.client {
        entry.insert(CLIENT.to_owned(), text(client.as_str()));
    }
    tidied(&mut entry, key.expires);
    Ok(entry)
}

fn listed(entry: Item) -> Result<ListedApiKey, Fault> {
    let Place { secret, client, .. } = Place::in_entry(&entry)?;
    Ok(ListedApiKey { key: value(entry)?, secret, client })
}

fn admission_item(admission: &Admission, digests: &ApiKeyDigests) -> Result<Item, Fault> {
    let Admission { id, account, email, owner, roles, permissions, expires, is_revoked: _ } = admission.clone();
    let stored = AdmissionItem {
        key: id,
        account,
        email,
        owner,
        roles,
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
