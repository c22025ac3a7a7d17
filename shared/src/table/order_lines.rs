//! Taking the next free line of an order, which gives a licence its number.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

use super::call::{Refused, call};
use super::item::{Item, attribute, number, value};
use super::keys::{self, PK};
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, OrderId};
use crate::domain::order::Block;
use crate::domain::order_lines::{MOST_TAKEN, OrderLines, TakenLine};
use crate::fault::{Fault, FaultKind};

/// How often a block is appended again where others were faster.
const ROUNDS: usize = 8;

const WHAT: &str = "taking a line of an order";

/// A line that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The line, and its licence's number.
    pub line: TakenLine,
    /// The order's lines with it.
    pub lines: OrderLines,
}

/// Why no line was taken.
#[derive(Debug)]
pub enum NotTaken {
    /// The account has no such order.
    NoOrder,
    /// As many as [`MOST_TAKEN`] were taken before.
    Full,
    /// A fault of ours.
    Fault(Fault),
}

impl Table {
    /// The lines of an order that were taken, and the numbers for more.
    pub async fn order_lines(&self, account: AccountId, order: OrderId, freshness: Freshness) -> Result<Option<OrderLines>, Fault> {
        self.get(keys::order_lines(account, order), freshness).await?.map(value).transpose()
    }

    /// Takes the next free line of an order: one write, whoever else takes one at the same time. Where no number is left, for more were
    /// wanted at once than `reserve_more` is fast, more are reserved: two writes more. What an attempt took whose answer was lost
    /// stays taken, and empty: gaps are normal.
    pub async fn take_line(&self, account: AccountId, order: OrderId) -> Result<Taken, NotTaken> {
        let mut lines = self.count_line(account, order).await?;
        let index = lines.taken.checked_sub(1).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
        if index >= MOST_TAKEN {
            return Err(NotTaken::Full);
        }
        for _ in 0..ROUNDS {
            if let Some(license) = lines.license_of(index) {
                return Ok(Taken { line: TakenLine { index, license }, lines });
            }
            let count = lines.next_block();
            lines = self.append_block(account, order, &lines, count).await?;
        }
        Err(Fault::new(FaultKind::Contended, WHAT).into())
    }

    /// Reserves the next block of numbers for an order whose lines were `seen`, ahead of whoever will want them: two writes. Where
    /// somebody else has done so meanwhile, that is enough.
    pub(crate) async fn reserve_more(&self, account: AccountId, order: OrderId, seen: &OrderLines) -> Result<(), Fault> {
        self.reserve(account, order, seen, Some(seen.next_block())).await
    }

    /// Reserves numbers so that an order has as many as are `wanted` in all, up to a bound: two writes, or none where it has.
    pub async fn reserve_lines(&self, account: AccountId, order: OrderId, seen: &OrderLines, wanted: u32) -> Result<(), Fault> {
        self.reserve(account, order, seen, seen.block_for(wanted)).await
    }

    async fn reserve(&self, account: AccountId, order: OrderId, seen: &OrderLines, count: Option<u16>) -> Result<(), Fault> {
        let Some(count) = count else { return Ok(()) };
        match self.append_block(account, order, seen, count).await {
            // An order that is gone wants no more.
            Ok(_) | Err(NotTaken::NoOrder | NotTaken::Full) => Ok(()),
            Err(NotTaken::Fault(fault)) => Err(fault),
        }
    }

    /// Counts a line; gives the lines with it.
    async fn count_line(&self, account: AccountId, order: OrderId) -> Result<OrderLines, NotTaken> {
        let key = keys::order_lines(account, order);
        let sent = call(self.patience, &self.random, WHAT, || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("ADD #taken :one")
                .condition_expression("attribute_exists(#pk)")
                .expression_attribute_names("#taken", "taken")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_values(":one", number(1))
                .return_values(ReturnValue::AllNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(answer) => Ok(lines(answer.value.attributes)?),
            Err(Refused::Condition(_)) => Err(NotTaken::NoOrder),
            Err(Refused::Fault(fault)) => Err(NotTaken::Fault(fault)),
        }
    }

    /// Reserves numbers and appends them where nobody else did; gives the lines as they are then. Numbers that come too late are
    /// let go.
    async fn append_block(&self, account: AccountId, order: OrderId, seen: &OrderLines, count: u16) -> Result<OrderLines, NotTaken> {
        let block = Block { first: self.next_licenses(account, count).await?, count };
        let key = keys::order_lines(account, order);
        let added = AttributeValue::L(vec![attribute(&block)?]);
        let sent = call(self.patience, &self.random, "reserving numbers for an order", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("SET #blocks = list_append(#blocks, :added)")
                .condition_expression("size(#blocks) = :seen")
                .expression_attribute_names("#blocks", "blocks")
                .expression_attribute_values(":added", added.clone())
                .expression_attribute_values(":seen", number(seen.blocks.len()))
                .return_values(ReturnValue::AllNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(answer) => Ok(lines(answer.value.attributes)?),
            // Others were faster, or an attempt of ours whose answer was lost: either way there are more now.
            Err(Refused::Condition(_)) => self.order_lines(account, order, Freshness::Strong).await?.ok_or(NotTaken::NoOrder),
            Err(Refused::Fault(fault)) => Err(NotTaken::Fault(fault)),
        }
    }
}

fn lines(item: Option<Item>) -> Result<OrderLines, Fault> {
    value(item.ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?)
}

impl From<Fault> for NotTaken {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
