//! How often somebody failed to authenticate.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};

use super::call::{Answer, Refused, call};
use super::item::{Item, SCHEMA, VERSION, VERSIONED, number};
use super::keys::{self, TTL};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::credentials::AskerDigest;
use crate::domain::failure_window::FailureWindow;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

const COUNT: &str = "count";

/// How often a count may be found over.
const ROUNDS: usize = 4;

impl Table {
    /// How often `asker` has failed in `window`. Not strongly consistent: one failure more or less is no matter.
    pub async fn failures(&self, asker: AskerDigest, window: FailureWindow) -> Result<u32, Fault> {
        let item = self.get(keys::failures(asker, window), Freshness::Eventual).await?;
        Ok(counted(item.as_ref()))
    }

    /// How many attempts of `asker` are counted, in a count that may be over.
    pub async fn attempts(&self, asker: AskerDigest) -> Result<u32, Fault> {
        Ok(counted(self.get(keys::attempts(asker), Freshness::Eventual).await?.as_ref()))
    }

    /// Counts an attempt of `asker`, unless `most` are counted already: then nothing is, and the answer is until when. A count lasts
    /// for `seconds` from the last attempt in it. Attempts side by side are told apart by the condition. One whose answer was lost may
    /// count twice, which errs on the careful side.
    pub async fn take_attempt(&self, asker: AskerDigest, now: Timestamp, seconds: i64, most: u32) -> Result<Option<Timestamp>, Fault> {
        let ends = now.plus_seconds(seconds);
        for _ in 0..ROUNDS {
            let Some(item) = self.count_attempt(asker, now, ends, most).await? else { return Ok(None) };
            let until = item.get(TTL).and_then(|until| until.as_n().ok()?.parse().ok()).and_then(Timestamp::from_seconds);
            match until.filter(|until| *until > now) {
                Some(until) => return Ok(Some(until)),
                // A count that is over, which the store has not tidied up yet.
                None => self.forget_attempts(asker, now).await?,
            }
        }
        Err(Fault::new(FaultKind::Contended, "counting an attempt"))
    }

    /// Takes a count that is over away.
    async fn forget_attempts(&self, asker: AskerDigest, now: Timestamp) -> Result<(), Fault> {
        let key = keys::attempts(asker);
        let sent = call(self.patience, &self.random, "forgetting attempts", || {
            self.client
                .delete_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .condition_expression("#ttl <= :now")
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":now", number(now.as_seconds()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// Counts an attempt in a count that goes on, or begins one; otherwise gives the count as it is.
    async fn count_attempt(&self, asker: AskerDigest, now: Timestamp, ends: Timestamp, most: u32) -> Result<Option<Item>, Fault> {
        let key = keys::attempts(asker);
        let sent = call(self.patience, &self.random, "counting an attempt", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression(format!("ADD #count :one SET #ttl = :ends, {VERSIONED}"))
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .condition_expression("attribute_not_exists(#count) OR (#ttl > :now AND #count < :most)")
                .expression_attribute_names("#count", COUNT)
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":most", number(most))
                .expression_attribute_values(":now", number(now.as_seconds()))
                .expression_attribute_values(":ends", number(ends.as_seconds()))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(None),
            Err(Refused::Condition(Answer { value: UpdateItemError::ConditionalCheckFailedException(failed), .. })) => {
                Ok(Some(failed.item.unwrap_or_default()))
            }
            Err(Refused::Condition(answer)) => Err(Fault::corrupt("counting an attempt", answer.value)),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// Takes back an attempt that was none to count.
    pub async fn give_attempt_back(&self, asker: AskerDigest) -> Result<(), Fault> {
        let key = keys::attempts(asker);
        let sent = call(self.patience, &self.random, "taking an attempt back", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("ADD #count :less")
                .condition_expression("#count > :none")
                .expression_attribute_names("#count", COUNT)
                .expression_attribute_values(":less", number(-1))
                .expression_attribute_values(":none", number(0))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// Counts a failure of `asker`. An attempt whose answer was lost may count twice, which errs on the careful side.
    pub async fn note_failure(&self, asker: AskerDigest, window: FailureWindow) -> Result<(), Fault> {
        let key = keys::failures(asker, window);
        let sent = call(self.patience, &self.random, "counting a failure", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression(format!("ADD #count :one SET #ttl = :ends, {VERSIONED}"))
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .expression_attribute_names("#count", COUNT)
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":ends", number(window.ends()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        sent.await.map(|_| ()).map_err(unconditional)
    }
}

fn counted(item: Option<&Item>) -> u32 {
    item.and_then(|item| item.get(COUNT)?.as_n().ok()?.parse().ok()).unwrap_or(0)
}
