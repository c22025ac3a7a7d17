//! Changing, revoking and deleting API keys: the account's entry and the admission together, the former admission too.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{Delete, Update};

use super::api_keys::{DIGEST, KEPT_SECONDS, Place, entry};
use super::call::Loss;
use super::item::{Item, attribute, number, text, value};
use super::keys::{self, PK, TTL};
use super::transact::{Failed, NotDone, Transaction};
use super::{Freshness, Table};
use crate::credentials::ApiKeyDigest;
use crate::domain::api_key::{ApiKey, ApiKeyId, ApiKeyState};
use crate::domain::ids::AccountId;
use crate::domain::time::Timestamp;
use crate::fault::Fault;

/// Why an API key was not changed.
#[derive(Debug)]
pub enum ChangeApiKeyError {
    /// There is no such key.
    NotFound,
    /// Somebody else changed it since it was read.
    Changed,
    /// A fault of ours.
    Fault(Fault),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Unchanged,
    FormerThere,
}

/// Under which secret an admission lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Admits {
    Now,
    Formerly,
}

impl Table {
    /// Makes of the account's key with this id what `change` says, which keeps id and account; gives what it is afterwards. A
    /// `change` that changes nothing writes nothing.
    pub async fn change_api_key(
        &self,
        account: AccountId,
        id: ApiKeyId,
        change: impl FnOnce(&ApiKey) -> ApiKey,
    ) -> Result<ApiKey, ChangeApiKeyError> {
        let read = self.get(keys::api_key(account, id), Freshness::Strong).await?.ok_or(ChangeApiKeyError::NotFound)?;
        let mut place = Place::in_entry(&read)?;
        let before: ApiKey = value(read)?;
        let stored = entry(&before, &place)?;
        let after = change(&before);
        if after == before {
            return Ok(before);
        }
        let after = ApiKey { revision: before.revision.saturating_add(1), ..after };
        loop {
            let mut transaction = Transaction::new("changing an API key");
            transaction.change(self, Condition::Unchanged, &stored, entry(&after, &place)?, |update| {
                update
                    .condition_expression(UNCHANGED)
                    .expression_attribute_names("#digest", DIGEST)
                    .expression_attribute_names("#revision", "revision")
                    .expression_attribute_values(":digest", text(place.digest.to_text()))
                    .expression_attribute_values(":seen", number(before.revision))
            })?;
            transaction.update(Condition::Unchanged, self.changed_admission(place.digest, &after, Admits::Now)?)?;
            if let Some(former) = place.former {
                transaction.update(Condition::FormerThere, self.changed_admission(former, &after, Admits::Formerly)?)?;
            }
            match transaction.run(self).await {
                Ok(()) => return Ok(after),
                Err(NotDone::Fault(fault)) => return Err(fault.into()),
                Err(NotDone::Conditions(failed, _)) if was_swept(&failed) => place.former = None,
                Err(NotDone::Conditions(failed, _)) => {
                    // An attempt of ours whose answer was lost left the entry just so.
                    let stands = failed.into_iter().find_map(|failed| failed.item).map(value::<ApiKey>).and_then(Result::ok);
                    return if stands.as_ref() == Some(&after) { Ok(after) } else { Err(ChangeApiKeyError::Changed) };
                }
            }
        }
    }

    /// Deletes the account's key with this id from its list. Its admission stays, revoked: the text opens nothing any more, and
    /// nobody can bring it along again.
    pub async fn delete_api_key(&self, account: AccountId, id: ApiKeyId, now: Timestamp) -> Result<(), ChangeApiKeyError> {
        let read = self.get(keys::api_key(account, id), Freshness::Strong).await?.ok_or(ChangeApiKeyError::NotFound)?;
        let (mut place, key) = (Place::in_entry(&read)?, value::<ApiKey>(read)?);
        loop {
            let mut transaction = Transaction::new("deleting an API key");
            let delete = Delete::builder()
                .table_name(self.name())
                .set_key(Some(keys::api_key(account, id).attributes()))
                .condition_expression(UNCHANGED)
                .expression_attribute_names("#digest", DIGEST)
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_values(":digest", text(place.digest.to_text()))
                .expression_attribute_values(":seen", number(key.revision));
            transaction.delete_where(Condition::Unchanged, delete)?;
            transaction.update(Condition::Unchanged, self.stopped_admission(place.digest, now))?;
            if let Some(former) = place.former {
                transaction.update(Condition::FormerThere, self.stopped_admission(former, now))?;
            }
            match transaction.run(self).await {
                Ok(()) => return Ok(()),
                Err(NotDone::Fault(fault)) => return Err(fault.into()),
                Err(NotDone::Conditions(failed, _)) if was_swept(&failed) => place.former = None,
                // Gone after an attempt whose answer was lost: it was that attempt, or somebody else with the same wish.
                Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => return Ok(()),
                Err(NotDone::Conditions(..)) => return Err(ChangeApiKeyError::Changed),
            }
        }
    }

    /// What authentication is told of `key`. A former admission goes at its time, whenever the key itself does.
    fn changed_admission(&self, name: ApiKeyDigest, key: &ApiKey, place: Admits) -> Result<UpdateBuilder, Fault> {
        let mut sets = vec!["#permissions = :permissions".to_owned(), "#email = :email".to_owned()];
        let mut removes = Vec::new();
        let mut values =
            Item::from([(":permissions".to_owned(), attribute(&key.permissions)?), (":email".to_owned(), text(key.email.as_str()))]);
        let mut update =
            Update::builder().expression_attribute_names("#permissions", "permissions").expression_attribute_names("#email", "email");
        let revoked = match &key.state {
            ApiKeyState::Active => None,
            ApiKeyState::Revoked(since) => Some(number(since.at.as_micros())),
        };
        let mut optional = vec![
            ("owner", key.owner.map(text)),
            ("roles", key.roles.map(|roles| attribute(&roles)).transpose()?),
            ("expires", key.expires.map(|expires| number(expires.as_micros()))),
            ("revoked", revoked),
        ];
        if place == Admits::Now {
            optional.push((TTL, key.expires.map(|expires| number(expires.plus_seconds(KEPT_SECONDS).as_seconds()))));
        }
        for (name, value) in optional {
            update = update.expression_attribute_names(format!("#{name}"), name);
            match value {
                Some(value) => {
                    sets.push(format!("#{name} = :{name}"));
                    values.insert(format!(":{name}"), value);
                }
                None => removes.push(format!("#{name}")),
            }
        }
        let mut expression = format!("SET {}", sets.join(", "));
        if !removes.is_empty() {
            expression = format!("{expression} REMOVE {}", removes.join(", "));
        }
        Ok(update
            .table_name(self.name())
            .set_key(Some(keys::admission(name).attributes()))
            .update_expression(expression)
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .set_expression_attribute_values(Some(values)))
    }

    /// An admission that admits nobody any more, and stays.
    fn stopped_admission(&self, name: ApiKeyDigest, at: Timestamp) -> UpdateBuilder {
        Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::admission(name).attributes()))
            .update_expression("SET #revoked = if_not_exists(#revoked, :at)")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#revoked", "revoked")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":at", number(at.as_micros()))
    }
}

/// That the entry is the one that was read. Keys of before there were revisions have none.
const UNCHANGED: &str = "#digest = :digest AND (#revision = :seen OR attribute_not_exists(#revision))";

/// Whether nothing is wrong but that the former admission was swept away.
fn was_swept(failed: &[Failed<Condition>]) -> bool {
    failed.iter().all(|failed| failed.condition == Condition::FormerThere)
}

impl From<Fault> for ChangeApiKeyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
