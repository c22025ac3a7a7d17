//! From one version of the table to the next: goes over every item, and can be stopped and begun again at any moment.
//!
//! How far it is stands in an item of its own, which is written by condition: who begins takes over from whoever was at it, and who was
//! taken over from notices with its next page. What is done to an item is stated in the write, so that doing it twice, or side by side,
//! comes to the same.

mod item;
mod kinds;
mod steps;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

pub use self::kinds::{KINDS, kind_of};
pub use self::steps::{Patch, STEPS, Step};
use super::call::{Answer, Refused, call};
use super::item::{Item, SCHEMA, VERSION, number, text, value};
use super::keys::{self, Key};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;

/// The version of the table that this code writes.
pub const WRITTEN: u32 = SCHEMA;

/// The most items of one page: after each, it is noted how far it is.
const PAGE: i32 = 500;

/// How many items are written at once.
const AT_ONCE: usize = 16;

const NOTING: &str = "noting how far the migration is";

/// What the table says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableVersion {
    /// Every item is of this version at least; nothing while that was never found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// When that was found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// A migration that was begun and has not ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
    /// Counts the changes of this item.
    revision: u32,
    /// Whose the last change was: tells an attempt of one's own, whose answer was lost, from somebody else's.
    by: String,
}

/// A migration that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The version that it leads to.
    pub to: u32,
    /// When it was begun first.
    pub begun: Timestamp,
    /// The items that were gone over, by all who were at it.
    pub seen: u64,
    /// The items of these that were written.
    pub changed: u64,
    /// The last of them; nothing where none was yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<(String, String)>,
}

/// What items were found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Census {
    /// How many.
    pub items: u64,
    /// How many of each kind, by the names of the chart (`table/mod.rs`).
    pub kinds: BTreeMap<&'static str, u64>,
    /// How many of each version; those that do not say are under 0.
    pub versions: BTreeMap<u32, u64>,
    /// How many are of no kind that this code knows.
    pub unknown: u64,
    /// How many were written, or would be.
    pub changed: u64,
}

/// Why a migration does not go on.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// There are items of a newer version: newer code is at work.
    #[error("the table has items of version {0}, which is newer than this program's")]
    Newer(u32),
    /// Another process has taken it over.
    #[error("another process goes on with the migration")]
    TakenOver,
    /// A fault of ours; what was done stays done.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A migration at work.
#[derive(Debug)]
pub struct Migration<'a> {
    table: &'a Table,
    steps: &'a [Step],
    state: TableVersion,
    run: Run,
    census: Census,
}

/// Where to go on: after this item, or at the beginning.
type After = Option<(String, String)>;

impl Table {
    /// What the table says of itself; nothing where nobody has looked yet.
    pub async fn version(&self) -> Result<Option<TableVersion>, Fault> {
        self.get(keys::table_version(), Freshness::Strong).await?.map(value).transpose()
    }

    /// Notes of a table that has no item that it is of the version that this code writes; whether that was noted just now. For who made
    /// the table, or begins a deployment in it: there is nothing that would have to be looked over.
    pub async fn note_empty(&self, now: Timestamp) -> Result<bool, Fault> {
        if !self.is_empty().await? {
            return Ok(false);
        }
        let run = Run { to: WRITTEN, begun: now, seen: 0, changed: 0, after: None };
        let state = TableVersion { version: Some(WRITTEN), since: Some(now), run: None, revision: 0, by: self.by() };
        let mut noting = Migration { table: self, steps: STEPS, state, run, census: Census::default() };
        match noting.note().await {
            Ok(()) => Ok(true),
            // Somebody else has said something of it meanwhile, and is right.
            Err(MigrationError::TakenOver | MigrationError::Newer(_)) => Ok(false),
            Err(MigrationError::Fault(fault)) => Err(fault),
        }
    }

    /// Who this is, for an item that many may write.
    fn by(&self) -> String {
        self.random.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 20)
    }

    /// Begins to lead the table to the version that `steps` end at, or goes on with that.
    pub async fn migrate<'a>(&'a self, steps: &'a [Step], now: Timestamp) -> Result<Migration<'a>, MigrationError> {
        let to = target(steps);
        let before = self.version().await?;
        let newest = before.as_ref().and_then(|state| state.version.max(state.run.as_ref().map(|run| run.to)));
        if let Some(newer) = newest.filter(|newest| *newest > to) {
            return Err(MigrationError::Newer(newer));
        }
        let run = before.as_ref().and_then(|state| state.run.clone()).filter(|run| run.to == to);
        let run = run.unwrap_or(Run { to, begun: now, seen: 0, changed: 0, after: None });
        let by = self.by();
        let (version, since) = before.as_ref().map_or((None, None), |state| (state.version, state.since));
        let seen = before.map_or(0, |state| state.revision);
        let state = TableVersion { version, since, run: Some(run.clone()), revision: seen, by };
        let mut migration = Migration { table: self, steps, state, run, census: Census::default() };
        migration.note().await?;
        Ok(migration)
    }

    /// Goes over a page of the table after `after` and writes nothing: what is there is added to `census`. Where to go on is the answer.
    pub async fn look_over(&self, steps: &[Step], after: After, census: &mut Census) -> Result<After, MigrationError> {
        let (items, next) = self.scan(after).await?;
        for item in &items {
            if census.count(item, target(steps))? {
                census.changed += 1;
            }
        }
        Ok(next)
    }

    /// A page of all there is, of whatever version.
    async fn scan(&self, after: After) -> Result<(Vec<Item>, After), Fault> {
        let start = after.map(|(pk, sk)| Key { pk, sk }.attributes());
        let sent = call(self.patience, &self.random, "going over the table", || {
            let scan = self.client.scan().table_name(&self.name).set_exclusive_start_key(start.clone()).limit(PAGE);
            scan.consistent_read(true).return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        let next = page.last_evaluated_key.as_ref().and_then(Key::of).map(|key| (key.pk, key.sk));
        Ok((page.items.unwrap_or_default(), next))
    }
}

impl Migration<'_> {
    /// Goes over the next page; whether there may be another one. After the last, the table says that it is of the version.
    pub async fn go_on(&mut self, now: Timestamp) -> Result<bool, MigrationError> {
        let to = self.run.to;
        let (items, next) = self.table.scan(self.run.after.clone()).await?;
        let mut due = Vec::new();
        for item in items {
            self.run.seen += 1;
            if self.census.count(&item, to)? {
                due.push(item);
            }
        }
        let changed = self.write(due).await?;
        self.run.changed += changed;
        self.census.changed += changed;
        if next.is_some() {
            self.run.after = next;
            self.state.run = Some(self.run.clone());
        } else {
            self.state = TableVersion { version: Some(to), since: Some(now), run: None, ..self.state.clone() };
        }
        self.note().await?;
        Ok(self.state.run.is_some())
    }

    /// How far it is.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// What this process has gone over.
    pub fn census(&self) -> &Census {
        &self.census
    }

    async fn write(&self, items: Vec<Item>) -> Result<u64, Fault> {
        let (mut tasks, mut items, mut changed) = (JoinSet::new(), items.into_iter(), 0);
        loop {
            while tasks.len() < AT_ONCE
                && let Some(item) = items.next()
            {
                let (table, steps, to) = (self.table.clone(), self.steps.to_vec(), self.run.to);
                tasks.spawn(along(async move { table.lead(item, &steps, to).await }));
            }
            match tasks.join_next().await {
                None => return Ok(changed),
                Some(done) => changed += u64::from(done.map_err(|error| Fault::corrupt("migrating an item", error))??),
            }
        }
    }

    /// Writes how far it is, where nobody else has taken over.
    async fn note(&mut self) -> Result<(), MigrationError> {
        let seen = self.state.revision;
        self.state.revision = seen.saturating_add(1);
        let mut item = super::item::item(keys::table_version(), &self.state)?;
        item.insert(VERSION.to_owned(), number(self.run.to));
        let sent = call(self.table.patience, &self.table.random, NOTING, || {
            let put = self.table.client.put_item().table_name(&self.table.name).set_item(Some(item.clone()));
            let put = put
                .condition_expression(if seen == 0 { "attribute_not_exists(#revision)" } else { "#revision = :seen" })
                .expression_attribute_names("#revision", "revision")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            if seen == 0 { put.send() } else { put.expression_attribute_values(":seen", number(seen)).send() }
        });
        match sent.await {
            Ok(_) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault.into()),
            Err(Refused::Condition(Answer { value: error, .. })) => {
                use aws_sdk_dynamodb::operation::put_item::PutItemError;
                let PutItemError::ConditionalCheckFailedException(failed) = error else {
                    return Err(Fault::corrupt(NOTING, error).into());
                };
                // An attempt of ours whose answer was lost left it just so.
                let is_ours = failed.item.as_ref().and_then(|there| there.get("by")) == Some(&text(&self.state.by))
                    && failed.item.as_ref().and_then(|there| there.get("revision")) == Some(&number(self.state.revision));
                if is_ours { Ok(()) } else { Err(MigrationError::TakenOver) }
            }
        }
    }
}

impl Census {
    /// Counts an item; whether it has to be written.
    fn count(&mut self, item: &Item, to: u32) -> Result<bool, MigrationError> {
        let key = Key::of(item).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an item has no key of ours"))?;
        let version = version_of(item)?;
        self.items += 1;
        *self.versions.entry(version.unwrap_or(0)).or_default() += 1;
        match kind_of(&key.pk, &key.sk) {
            Some(kind) => *self.kinds.entry(kind).or_default() += 1,
            None => self.unknown += 1,
        }
        match version {
            Some(newer) if newer > to => Err(MigrationError::Newer(newer)),
            Some(version) => Ok(version < to),
            None => Ok(true),
        }
    }
}

/// The version that `steps` lead to: that of before the first ever, where there are none.
fn target(steps: &[Step]) -> u32 {
    steps.last().map_or(1, |step| step.to)
}

/// The version that an item says it is of.
fn version_of(item: &Item) -> Result<Option<u32>, Fault> {
    let Some(version) = item.get(VERSION) else { return Ok(None) };
    let version = version.as_n().ok().and_then(|version| version.parse().ok());
    version.map(Some).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an item's version is no number"))
}
