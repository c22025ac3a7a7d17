//! How often somebody failed to authenticate.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::call::{Refused, call};
use super::item::number;
use super::keys::{self, TTL};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::credentials::AskerDigest;
use crate::domain::failure_window::FailureWindow;
use crate::fault::Fault;

const COUNT: &str = "count";

impl Table {
    /// How often `asker` has failed in `window`. Not strongly consistent: one failure more or less is no matter.
    pub async fn failures(&self, asker: AskerDigest, window: FailureWindow) -> Result<u32, Fault> {
        let item = self.get(keys::failures(asker, window), Freshness::Eventual).await?;
        let count = item.as_ref().and_then(|item| item.get(COUNT)?.as_n().ok()?.parse().ok());
        Ok(count.unwrap_or(0))
    }

    /// Counts an attempt of `asker`, unless `most` are counted already; whether it was counted. Attempts side by side are told
    /// apart by the condition. One whose answer was lost may count twice, which errs on the careful side.
    pub async fn take_attempt(&self, asker: AskerDigest, window: FailureWindow, most: u32) -> Result<bool, Fault> {
        let key = keys::failures(asker, window);
        let sent = call(self.patience, &self.random, "counting an attempt", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("ADD #count :one SET #ttl = :ends")
                .condition_expression("attribute_not_exists(#count) OR #count < :most")
                .expression_attribute_names("#count", COUNT)
                .expression_attribute_names("#ttl", TTL)
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":most", number(most))
                .expression_attribute_values(":ends", number(window.ends()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(true),
            Err(Refused::Condition(_)) => Ok(false),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// Takes back an attempt that was none to count.
    pub async fn give_attempt_back(&self, asker: AskerDigest, window: FailureWindow) -> Result<(), Fault> {
        let key = keys::failures(asker, window);
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
                .update_expression("ADD #count :one SET #ttl = :ends")
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
