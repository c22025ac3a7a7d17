//! Pushes: each site of a notification, and how many of them there are.
//!
//! Whatever is written of a push counts in the same transaction, so that the counts cannot count twice. They lie in parts: many who
//! write side by side would be in each other's way at one.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::Update;
use serde::{Deserialize, Serialize};

use super::item::{Item, SCHEMA, VERSION, VERSIONED, attribute, item, number, text, value};
use super::keys::{self, TTL};
use super::transact::{NotDone, Transaction};
use super::work::{MARK, Take};
use super::{Freshness, Page, Table};
use crate::domain::ids::{AccountId, ReleaseId};
use crate::domain::notification::{Counts, FailedPush, Push, PushState};
use crate::domain::seat::SeatDigest;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

/// The most pushes that are noted at once: a transaction has 100 writes, and one of them counts.
pub(crate) const MOST_NOTED: usize = 99;

/// In how many parts pushes are counted.
const PARTS: u8 = 8;

/// For how long it is known which sites were told of a release, in seconds: a year.
const KEPT_SECONDS: i64 = 366 * 24 * 60 * 60;

const NOTING: &str = "noting whom to tell";
const TAKING: &str = "taking a push";
const ENDING: &str = "ending a push";

/// A push that was taken: who else comes waits until it is ended, put off, or its time is over.
#[derive(Clone, Debug)]
pub(crate) struct TakenPush {
    pub(crate) push: Push,
    mark: String,
}

/// What an attempt came to; neither, where none was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempted {
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'static str>,
}

/// Somebody else noted one of them in the meantime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotedBefore;

/// Which push is meant: of which release, to which site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PushName {
    pub(crate) account: AccountId,
    pub(crate) release: ReleaseId,
    pub(crate) site: SeatDigest,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Push,
    Count,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CountItem {
    sites: u32,
    sent: u32,
    failed: u32,
    left_out: u32,
}

impl Table {
    /// How many sites there are of a release's notification, and what became of them, with every write that was acknowledged.
    pub async fn push_counts(&self, account: AccountId, release: ReleaseId) -> Result<Counts, Fault> {
        let mut counts = Counts::default();
        for part in self.query_all(&keys::push_counts(account, release)).await? {
            let CountItem { sites, sent, failed, left_out } = value(part)?;
            counts.sites += sites;
            counts.sent += sent;
            counts.failed += failed;
            counts.left_out += left_out;
        }
        Ok(counts)
    }

    /// At most `limit` of the sites of a release's notification that were not told, after one of them.
    pub(crate) async fn failed_pushes(
        &self,
        account: AccountId,
        release: ReleaseId,
        after: Option<SeatDigest>,
        limit: u16,
    ) -> Result<Page<FailedPush, SeatDigest>, Fault> {
        let range = keys::push_failures(account, release).after(after.map(|site| keys::push_failure(account, release, site)));
        let (items, next) = self.query(&range, None, i32::from(limit), Freshness::Strong).await?;
        let items = items.into_iter().map(value).collect::<Result<Vec<FailedPush>, _>>()?;
        let next = items.last().map(FailedPush::digest).filter(|_| next.is_some());
        Ok(Page { items, next })
    }

    /// Whether a site of a release's notification was not told, and why.
    pub(crate) async fn failed_push(&self, account: AccountId, release: ReleaseId, site: SeatDigest) -> Result<Option<FailedPush>, Fault> {
        self.get(keys::push_failure(account, release, site), Freshness::Strong).await?.map(value).transpose()
    }

    /// A push.
    pub(crate) async fn push(&self, name: PushName) -> Result<Option<Push>, Fault> {
        self.get(name.key(), Freshness::Strong).await?.map(value).transpose()
    }

    /// Those of a release's pushes to these sites that are there.
    pub(crate) async fn pushes(
        &self,
        account: AccountId,
        release: ReleaseId,
        sites: &[SeatDigest],
    ) -> Result<BTreeMap<SeatDigest, Push>, Fault> {
        let wanted: Vec<_> = sites.iter().map(|site| (*site, keys::push(account, release, *site))).collect();
        let mut found = self.get_many(wanted.iter().map(|(_, key)| key.clone()).collect(), Freshness::Strong).await?;
        let there = wanted.into_iter().filter_map(|(site, key)| Some((site, found.take(&key)?)));
        there.map(|(site, item)| Ok((site, value(item)?))).collect()
    }

    /// Notes pushes that are not there, at most [`MOST_NOTED`], and counts them: all of them or none.
    pub(crate) async fn note_pushes(
        &self,
        account: AccountId,
        release: ReleaseId,
        pushes: &[Push],
        now: Timestamp,
    ) -> Result<Result<(), NotedBefore>, Fault> {
        let Some(first) = pushes.first() else { return Ok(Ok(())) };
        let mut transaction = Transaction::new(NOTING);
        for push in pushes {
            transaction.create(self, Condition::Push, stored(PushName { account, release, site: push.digest() }, push, now)?)?;
        }
        let name = PushName { account, release, site: first.digest() };
        transaction.update(Condition::Count, self.count(name, "sites", pushes.len()))?;
        match transaction.run(self).await {
            Ok(()) => Ok(Ok(())),
            Err(NotDone::Fault(fault)) => Err(fault),
            Err(NotDone::Conditions(..)) => Ok(Err(NotedBefore)),
        }
    }

    /// Takes a push for this attempt until `until`; nothing where it is not this attempt's turn at `now`.
    pub(crate) async fn take_push(
        &self,
        name: PushName,
        attempt: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<TakenPush>, Fault> {
        let taken = self.take(TAKING, name.key(), Take { attempt, now, until }, attribute(&PushState::Pending)?).await?;
        taken.map(|(item, mark)| Ok(TakenPush { push: value(item)?, mark })).transpose()
    }

    /// Writes how a push that was taken has ended, and counts it. Where it is not in our hands any more, nothing is written.
    pub(crate) async fn end_push(
        &self,
        name: PushName,
        taken: &TakenPush,
        state: PushState,
        attempted: Attempted,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let counted = match state {
            PushState::Pending => return Err(Fault::new(FaultKind::Corrupt, ENDING)),
            PushState::Sent => "sent",
            PushState::Refused | PushState::Unreached | PushState::NotCalled => "failed",
            PushState::LeftOut => "left_out",
        };
        let ended = Push { state, due: None, ..taken.push.attempted(attempted.status, attempted.error) };
        let mut transaction = Transaction::new(ENDING);
        self.change_ours(&mut transaction, name, taken, &ended, now)?;
        if let Some(failed) = ended.failed(now) {
            let failed = kept(keys::push_failure(name.account, name.release, name.site), &failed, now)?;
            transaction.create(self, Condition::Push, failed)?;
        }
        transaction.update(Condition::Count, self.count(name, counted, 1))?;
        match transaction.run(self).await {
            // An attempt of ours whose answer was lost has ended it, or somebody did when our time was over.
            Ok(()) | Err(NotDone::Conditions(..)) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }

    /// Puts a push that was taken off to its next attempt at `due`. Where it is not in our hands any more, nothing is written.
    pub(crate) async fn put_off_push(
        &self,
        name: PushName,
        taken: &TakenPush,
        due: Timestamp,
        attempted: Attempted,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let attempt = taken.push.attempt.saturating_add(1);
        let next = Push { attempt, due: Some(due), ..taken.push.attempted(attempted.status, attempted.error) };
        let mut transaction = Transaction::new("putting a push off");
        self.change_ours(&mut transaction, name, taken, &next, now)?;
        match transaction.run(self).await {
            Ok(()) | Err(NotDone::Conditions(..)) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }

    /// Writes a push where it is still in the hands of whoever took it.
    fn change_ours(
        &self,
        transaction: &mut Transaction<Condition>,
        name: PushName,
        taken: &TakenPush,
        after: &Push,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (mark, pending) = (text(&taken.mark), attribute(&PushState::Pending)?);
        let mut read = item(name.key(), &taken.push)?;
        // It is in nobody's hands afterwards.
        read.insert(MARK.to_owned(), mark.clone());
        transaction.change(self, Condition::Push, &read, stored(name, after, now)?, |update| {
            update
                .condition_expression("#mark = :mark AND #state = :pending")
                .expression_attribute_names("#mark", MARK)
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":mark", mark)
                .expression_attribute_values(":pending", pending)
        })
    }

    fn count(&self, name: PushName, what: &str, by: usize) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        let part = name.site.as_bytes()[0] % PARTS;
        Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::push_count(name.account, name.release, part).attributes()))
            .update_expression(format!("ADD #what :by SET {VERSIONED}"))
            .expression_attribute_names("#what", what)
            .expression_attribute_names("#v", VERSION)
            .expression_attribute_values(":v", number(SCHEMA))
            .expression_attribute_values(":by", number(by))
    }
}

impl PushName {
    fn key(self) -> keys::Key {
        keys::push(self.account, self.release, self.site)
    }
}

fn stored(name: PushName, push: &Push, now: Timestamp) -> Result<Item, Fault> {
    kept(name.key(), push, now)
}

fn kept<T: Serialize>(key: keys::Key, what: &T, now: Timestamp) -> Result<Item, Fault> {
    let mut item = item(key, what)?;
    item.insert(TTL.to_owned(), number(now.plus_seconds(KEPT_SECONDS).as_seconds()));
    Ok(item)
}
