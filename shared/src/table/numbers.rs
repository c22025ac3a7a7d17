//! Numbers, given out once. Gaps are normal: a number is taken before what it is for is written.

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};

use super::Table;
use super::call::call;
use super::item::number;
use super::keys::{self, Kind};
use super::read::unconditional;
use crate::domain::ids::AccountId;
use crate::fault::{Fault, FaultKind};

impl Table {
    /// The next number of `kind` in `account` (per deployment where that is nothing), made an id by `id`.
    pub(super) async fn next<T>(&self, account: Option<AccountId>, kind: Kind, id: impl Fn(u32) -> Option<T>) -> Result<T, Fault> {
        let key = keys::counter(account, kind);
        let sent = call(self.patience, &self.random, "taking a number", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("ADD #last :one")
                .expression_attribute_names("#last", "last")
                .expression_attribute_values(":one", number(1))
                .return_values(ReturnValue::UpdatedNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let answer = sent.await.map_err(unconditional)?.value;
        let last = answer.attributes.as_ref().and_then(|item| item.get("last")).and_then(|last| last.as_n().ok());
        last.and_then(|last| last.parse().ok()).and_then(id).ok_or_else(|| Fault::new(FaultKind::Corrupt, "the numbers are used up"))
    }
}
