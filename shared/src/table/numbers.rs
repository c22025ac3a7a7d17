//! Numbers, given out once. Gaps are normal: a number is taken before what it is for is written, and some are taken ahead.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};

use super::call::call;
use super::item::{SCHEMA, VERSION, VERSIONED, number};
use super::keys::{self, Kind};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, CustomerId, LicenseId, TraceId};
use crate::fault::{Fault, FaultKind};

/// The most numbers that are taken at once.
const LARGEST_BLOCK: u32 = 16;

/// The most accounts whose numbers are kept. When it is reached, all are let go: gaps are normal.
const MOST_ACCOUNTS: usize = 1_000;

/// Numbers of one kind that this process has taken ahead, by account.
///
/// The first number is taken alone, the next two together, then four, up to 16: who issues one licence leaves no gap, and who
/// issues many pays for a write in sixteen.
#[derive(Clone, Debug, Default)]
pub(super) struct Ahead(Arc<Mutex<HashMap<AccountId, Block>>>);

#[derive(Clone, Debug, Default)]
struct Block {
    left: Range<u32>,
    size: u32,
}

impl Table {
    /// The number for a new licence.
    pub async fn next_license(&self, account: AccountId) -> Result<LicenseId, Fault> {
        self.next_ahead(&self.ahead, account, Kind::License, LicenseId::new).await
    }

    /// The number for a new trace.
    pub(crate) async fn next_trace(&self, account: AccountId) -> Result<TraceId, Fault> {
        self.next_ahead(&self.traces_ahead, account, Kind::Trace, TraceId::new).await
    }

    async fn next_ahead<T>(&self, ahead: &Ahead, account: AccountId, kind: Kind, id: fn(u32) -> Option<T>) -> Result<T, Fault> {
        let size = match ahead.take(account) {
            Ok(number) => return id(number).ok_or_else(used_up),
            Err(size) => size,
        };
        let last = self.add(Some(account), kind, size).await?;
        let first = last.checked_sub(size - 1).ok_or_else(used_up)?;
        ahead.keep(account, Block { left: first + 1..last + 1, size });
        id(first).ok_or_else(used_up)
    }

    /// The first of `count` numbers for licences that are wanted side by side.
    pub(super) async fn next_licenses(&self, account: AccountId, count: u16) -> Result<LicenseId, Fault> {
        let count = u32::from(count);
        let last = self.add(Some(account), Kind::License, count).await?;
        last.checked_sub(count).and_then(|before| LicenseId::new(before + 1)).ok_or_else(used_up)
    }

    /// The first of `count` numbers for customers that are wanted together.
    pub(super) async fn next_customers(&self, account: AccountId, count: u16) -> Result<CustomerId, Fault> {
        let count = u32::from(count);
        let last = self.add(Some(account), Kind::Customer, count).await?;
        last.checked_sub(count).and_then(|before| CustomerId::new(before + 1)).ok_or_else(used_up)
    }

    /// The last number that an account was given; nothing where there is none yet.
    pub async fn last_account(&self) -> Result<Option<AccountId>, Fault> {
        let counter = self.get(keys::counter(None, Kind::Account), Freshness::Strong).await?;
        let last = counter.and_then(|counter| counter.get("last")?.as_n().ok()?.parse().ok());
        Ok(last.and_then(AccountId::new))
    }

    /// The next number of `kind` in `account` (per deployment where that is nothing), made an id by `id`.
    pub(super) async fn next<T>(&self, account: Option<AccountId>, kind: Kind, id: impl Fn(u32) -> Option<T>) -> Result<T, Fault> {
        id(self.add(account, kind, 1).await?).ok_or_else(used_up)
    }

    /// Takes `count` numbers; gives the last of them.
    async fn add(&self, account: Option<AccountId>, kind: Kind, count: u32) -> Result<u32, Fault> {
        let key = keys::counter(account, kind);
        let sent = call(self.patience, &self.random, "taking a number", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression(format!("ADD #last :count SET {VERSIONED}"))
                .expression_attribute_names("#last", "last")
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .expression_attribute_values(":count", number(count))
                .return_values(ReturnValue::UpdatedNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let answer = sent.await.map_err(unconditional)?.value;
        let last = answer.attributes.as_ref().and_then(|item| item.get("last")).and_then(|last| last.as_n().ok());
        last.and_then(|last| last.parse().ok()).filter(|last| *last < u32::MAX).ok_or_else(used_up)
    }
}

impl Ahead {
    /// A number that was taken ahead, or how many to take now.
    fn take(&self, account: AccountId) -> Result<u32, u32> {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(block) = blocks.get_mut(&account) else { return Err(1) };
        block.left.next().ok_or((block.size * 2).min(LARGEST_BLOCK))
    }

    fn keep(&self, account: AccountId, block: Block) {
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if blocks.len() >= MOST_ACCOUNTS {
            blocks.clear();
        }
        blocks.insert(account, block);
    }
}

fn used_up() -> Fault {
    Fault::new(FaultKind::Corrupt, "the numbers are used up")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_grow_with_what_is_taken() {
        let (ahead, account) = (Ahead::default(), AccountId::new(1).unwrap());
        let mut last = 0;
        let mut sizes = Vec::new();
        for _ in 0..60 {
            if let Err(size) = ahead.take(account) {
                sizes.push(size);
                ahead.keep(account, Block { left: last + 2..last + size + 1, size });
                last += size;
            }
        }
        assert_eq!(sizes, [1, 2, 4, 8, 16, 16, 16]);
    }
}
