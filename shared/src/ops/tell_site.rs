//! Telling one site of a release: what has to be known for it, and what comes of it.
//!
//! [`begin`] takes the push, the caller makes the call, [`end`] writes what came of it. A push is in one's hands for
//! [`HELD_SECONDS`]: whoever comes meanwhile waits. A process that dies in between has told the site or not, nobody knows; the site
//! is told again then, and counted once.
//!
//! What failed is put into the queue for its next attempt before that is written, so an attempt that was written has its next job; a job
//! of an attempt that is over does nothing.

use std::sync::Arc;

use super::notify_sites::{PushJob, Subject};
use super::spread_notification::{finish_if_done, is_current, supersede};
use crate::core::Core;
use crate::domain::ids::LicenseId;
use crate::domain::key::LicenseKey;
use crate::domain::ladder::{ProductClaim, SeatClaim, judge};
use crate::domain::notification::{Notification, PushState, Turn};
use crate::domain::product::Product;
use crate::domain::release::CurrentRelease;
use crate::domain::retry::{self, Verdict};
use crate::domain::seat::SeatDigest;
use crate::domain::site::Site;
use crate::fault::{Fault, FaultKind};
use crate::queue::{Later, Queue};
use crate::table::{Attempted, Freshness, PushName, TakenPush};

/// For how long a push is in the hands of whoever took it, in seconds: longer than a function runs, shorter than a message that was not
/// answered for stays hidden.
pub const HELD_SECONDS: i64 = 90;

/// A site that is to be told now.
#[derive(Debug)]
pub struct Telling {
    /// The product.
    pub product: Arc<Product>,
    /// The release.
    pub release: CurrentRelease,
    /// The key of the licence that the site is told by.
    pub key: LicenseKey,
    /// The site.
    pub site: Site,
    subject: Subject,
    name: PushName,
    taken: TakenPush,
}

/// What came of calling a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It answered.
    Answered {
        /// With this HTTP status.
        status: u16,
        /// And asked to be left alone for so many seconds.
        retry_after: Option<i64>,
    },
    /// It did not answer, or not in time, for this reason.
    Unanswered(&'static str),
    /// It must not be called, for this reason: its address is none of a public host.
    NotCalled(&'static str),
}

/// A message's job of telling a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tell {
    /// Of what.
    pub subject: Subject,
    /// Which site.
    pub site: SeatDigest,
    /// Which attempt.
    pub attempt: u32,
}

/// Takes a site to tell it now; nothing where there is nothing to do, or not yet: then the message is done with.
pub async fn begin(core: &Core, queue: &Queue<PushJob>, tell: Tell) -> Result<Option<Telling>, Fault> {
    let Tell { subject, attempt, .. } = tell;
    let Subject { account, product, release } = subject;
    let (notification, push) = tokio::join!(core.table.notification(account, product, release), core.table.push(tell.name()));
    let (notification, push) = (notification?, push?);
    let Some(push) = push.filter(|_| notification.as_ref().is_some_and(Notification::is_running)) else { return Ok(None) };
    let now = core.now();
    match push.turn(attempt, now) {
        Turn::Over => {
            // Whoever ended it may not have come to look whether it was the last.
            finish_if_done(core, subject).await?;
            return Ok(None);
        }
        Turn::Wait(delay) => return put_back(queue, tell, delay).await.map(|()| None),
        Turn::Now => {}
    }
    if !is_current(core, subject).await? {
        return supersede(core, subject).await.map(|()| None);
    }
    let key = right(core, push.license, tell).await?;
    let Some(taken) = core.table.take_push(tell.name(), attempt, now, now.plus_seconds(HELD_SECONDS)).await? else {
        // Somebody else was faster: whether it is still to be done is seen later.
        return put_back(queue, tell, 1).await.map(|()| None);
    };
    let Some(key) = key else {
        core.table.end_push(tell.name(), &taken, PushState::LeftOut, Attempted::default(), now).await?;
        return finish_if_done(core, subject).await.map(|()| None);
    };
    let product = current(core, subject).await?;
    let wrong = || Fault::new(FaultKind::Contended, "the current release changed while its sites were told");
    let release = product.current.clone().filter(|current| current.id == release).ok_or_else(wrong)?;
    Ok(Some(Telling { product, release, key, site: taken.push.site.clone(), subject, name: tell.name(), taken }))
}

/// The key by which the site may be told: the licence has a right to the release, and the site a seat.
async fn right(core: &Core, license: LicenseId, tell: Tell) -> Result<Option<LicenseKey>, Fault> {
    let Subject { account, product, .. } = tell.subject;
    let Some(license) = core.table.license(account, license).await? else { return Ok(None) };
    let look = core.table.look(license.key.digest(), tell.site).await?;
    let claim = (ProductClaim::Id(product), SeatClaim::Needed(look.occupancy()));
    Ok(judge(look.grant.as_ref(), claim.0, claim.1, core.now()).is_ok().then_some(license.key))
}

/// The product with its current release; read again where what is remembered is of before it was published.
async fn current(core: &Core, subject: Subject) -> Result<Arc<Product>, Fault> {
    let remembered = core.product_of_license(subject.account, subject.product).await?;
    if remembered.current.as_ref().is_some_and(|current| current.id == subject.release) {
        return Ok(remembered);
    }
    let product = core.table.product(subject.account, subject.product, Freshness::Strong).await?;
    product.map(Arc::new).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a notification leads to no product"))
}

/// Puts a message back, to be told after `delay` seconds, and so that it counts as told for the first time.
pub async fn put_back(queue: &Queue<PushJob>, tell: Tell, delay: u32) -> Result<(), Fault> {
    queue.put_all(&[later(tell, delay)]).await
}

/// Writes what came of telling a site.
pub async fn end(core: &Core, queue: &Queue<PushJob>, telling: Telling, told: Told) -> Result<PushState, Fault> {
    let Telling { subject, name, taken, .. } = telling;
    let now = core.now();
    let (attempted, retry_after) = match told {
        Told::Answered { status, retry_after } => (Attempted { status: Some(status), error: None }, retry_after),
        Told::Unanswered(why) | Told::NotCalled(why) => (Attempted { status: None, error: Some(why) }, None),
    };
    let verdict = match told {
        Told::Answered { status, .. } => Verdict::of(status),
        Told::Unanswered(_) => Verdict::Again,
        Told::NotCalled(_) => Verdict::Final,
    };
    let state = match verdict {
        Verdict::Done => PushState::Sent,
        Verdict::Final if matches!(told, Told::NotCalled(_)) => PushState::NotCalled,
        Verdict::Final => PushState::Refused,
        Verdict::Again => {
            let first = taken.push.first.unwrap_or(now);
            let next = retry::next(first, now, taken.push.attempt, retry_after, |below| core.random.below(below));
            match next {
                Some(due) => {
                    let attempt = taken.push.attempt.saturating_add(1);
                    queue.put_all(&[later(Tell { subject, site: name.site, attempt }, retry::seconds_until(due, now))]).await?;
                    core.table.put_off_push(name, &taken, due, attempted, now).await?;
                    return Ok(PushState::Pending);
                }
                None => PushState::Unreached,
            }
        }
    };
    core.table.end_push(name, &taken, state, attempted, now).await?;
    finish_if_done(core, subject).await?;
    Ok(state)
}

fn later(tell: Tell, delay: u32) -> Later<PushJob> {
    let Tell { subject, site, attempt } = tell;
    Later { job: PushJob::Tell { subject, site, attempt }, delay }
}

impl Tell {
    fn name(&self) -> PushName {
        PushName { account: self.subject.account, release: self.subject.release, site: self.site }
    }
}
