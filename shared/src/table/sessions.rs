//! Logins that go on: of each, who it is, and the digest of the one refresh token that counts.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};
use serde::{Deserialize, Serialize};

use super::call::{Answer, Refused, call};
use super::item::{Item, item, number, text, value};
use super::keys::{self, PK, TTL};
use super::once::Put;
use super::{Freshness, Table};
use crate::domain::ids::AccountId;
use crate::domain::time::Timestamp;
use crate::domain::user::UserId;
use crate::fault::{Fault, FaultKind};
use crate::tokens::{RefreshDigest, SessionId};

/// For how long after its end a login is remembered, in seconds: functions' clocks may be apart, but not by an hour.
const KEPT_SECONDS: i64 = 60 * 60;

/// A login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The account.
    pub account: AccountId,
    /// The user.
    pub user: UserId,
    /// The user's era when it began: it ends with it.
    pub era: u32,
    /// The token that counts.
    pub current: RefreshDigest,
    /// The first moment at which that one is too old.
    pub expires: Timestamp,
    /// The first moment at which no other takes its place.
    pub ends: Timestamp,
    /// Whether it was ended before its time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
}

/// What came of putting a new token in the place of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotated {
    /// It counts.
    Done,
    /// The former one did not count any more.
    TooLate,
}

impl Table {
    /// Begins a login, whose name is fresh.
    pub async fn begin_session(&self, id: SessionId, session: &Session) -> Result<(), Fault> {
        let mut stored = item(keys::session(id), session)?;
        stored.insert(TTL.to_owned(), ttl(session));
        match self.put_once(stored, "beginning a login").await? {
            Put::Done => Ok(()),
            Put::Taken => Err(Fault::new(FaultKind::Corrupt, "beginning a login: the name is in use")),
        }
    }

    /// The login with this name.
    pub async fn session(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        self.get(keys::session(id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Puts the token of `after` in the place of that of `before`, where that one still counts. Of all who try, one is told that
    /// it is done.
    pub async fn rotate_session(&self, id: SessionId, before: &Session, after: &Session) -> Result<Rotated, Fault> {
        let key = keys::session(id);
        let sent = call(self.patience, &self.random, "refreshing a login", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("SET #current = :new, #expires = :expires, #ttl = :ttl")
                .condition_expression("#current = :seen AND attribute_not_exists(#revoked)")
                .expression_attribute_names("#current", "current")
                .expression_attribute_names("#expires", "expires")
                .expression_attribute_names("#revoked", "revoked")
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":new", text(after.current.as_str()))
                .expression_attribute_values(":expires", text(after.expires))
                .expression_attribute_values(":ttl", ttl(after))
                .expression_attribute_values(":seen", text(before.current.as_str()))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(Rotated::Done),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(Answer { value: UpdateItemError::ConditionalCheckFailedException(failed), .. })) => {
                // The new token was drawn for this call alone: where it is there, an attempt whose answer was lost put it there.
                let is_ours = failed.item.is_some_and(|there| is_as(&there, after));
                Ok(if is_ours { Rotated::Done } else { Rotated::TooLate })
            }
            Err(Refused::Condition(Answer { value, .. })) => Err(Fault::corrupt("refreshing a login", value)),
        }
    }

    /// Ends a login before its time. Doing it again, or to one that there is not, changes nothing.
    pub async fn revoke_session(&self, id: SessionId) -> Result<(), Fault> {
        let key = keys::session(id);
        let sent = call(self.patience, &self.random, "ending a login", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("SET #revoked = :true")
                .condition_expression("attribute_exists(#pk)")
                .expression_attribute_names("#revoked", "revoked")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_values(":true", AttributeValue::Bool(true))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }
}

fn ttl(session: &Session) -> AttributeValue {
    number(session.expires.as_seconds().saturating_add(KEPT_SECONDS))
}

fn is_as(there: &Item, after: &Session) -> bool {
    value::<Session>(there.clone()).is_ok_and(|there| there == *after)
}
