//! Going on with a notification: a page of licences, or of one licence's seats, and the sites on it noted.
//!
//! In this order: read the page, note the sites that are to be told, put the jobs that tell them, move the place, put the job that goes
//! on. Whoever is interrupted does the page again: a site that was noted is not noted twice, nor counted twice, and a job that is there
//! twice tells once.

use std::collections::BTreeMap;

use super::notify_sites::{PushJob, Subject};
use crate::core::Core;
use crate::domain::ids::LicenseId;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::holds;
use crate::domain::license::{License, LicenseMode};
use crate::domain::notification::{Cancelled, Notification, NotificationState, Place, Push, PushState, Turn, site_of, sites_within};
use crate::domain::seat::{Layout, SeatDigest};
use crate::domain::site::Site;
use crate::fault::{Fault, FaultKind};
use crate::queue::{Later, Queue};
use crate::table::{Freshness, MOST_NOTED, Selection};

/// How many licences are on a page: at 70 sites each, the most that a grant holds, 18 transactions.
const LICENSES: u16 = 25;

/// How many seats that are items are on a page.
const SEATS: i32 = 99;

/// How often others may note the same sites, or change the notification, at the same time.
const ROUNDS: usize = 8;

/// How long whoever finds somebody else at the same page stands aside, in seconds: two at it would do everything twice.
const ASIDE_SECONDS: u32 = 60;

/// Sites that are to be told, each under the licence that it was found under.
type Sites = Vec<(Site, LicenseId)>;

/// Goes on with a notification by one page. What has ended, or is not there, is left as it is.
///
/// `settling` is for how many seconds after its publication other processes may still take the release before for the current one: a site
/// that was told earlier would ask one of them, and be given that.
pub async fn spread_notification(core: &Core, queue: &Queue<PushJob>, subject: Subject, settling: i64) -> Result<(), Fault> {
    let Subject { account, product, release } = subject;
    let Some(before) = core.table.notification(account, product, release).await?.filter(Notification::is_running) else { return Ok(()) };
    if !is_current(core, subject).await? {
        return supersede(core, subject).await;
    }
    if before.place == Place::Beginning
        && let Some(delay) = unsettled(core, subject, settling).await?
    {
        return queue.put_all(&[Later { job: PushJob::Spread(subject), delay }]).await;
    }
    let (sites, next) = match before.place {
        Place::Beginning => page(core, &before, None).await?,
        Place::After { license } => page(core, &before, Some(license)).await?,
        Place::Within { license, seat } => seats(core, &before, license, seat).await?,
        Place::End => return finish_if_done(core, subject).await,
    };
    let pushes = note(core, &before, sites).await?;
    queue.put_all(&jobs(core, subject, pushes)).await?;
    if core.table.change_notification(&before, &before.at(next)).await?.is_err() {
        // Somebody else is at it. Should that one end halfway, this job goes on.
        return queue.put_all(&[Later { job: PushJob::Spread(subject), delay: ASIDE_SECONDS }]).await;
    }
    if next == Place::End { finish_if_done(core, subject).await } else { queue.put(PushJob::Spread(subject)).await }
}

/// For how many seconds more the release is too new to tell of it.
async fn unsettled(core: &Core, subject: Subject, settling: i64) -> Result<Option<u32>, Fault> {
    if settling == 0 {
        return Ok(None);
    }
    let product = core.table.product(subject.account, subject.product, Freshness::Strong).await?;
    let Some(current) = product.and_then(|product| product.current) else { return Ok(None) };
    let left = current.published.at.plus_seconds(settling).as_seconds() - core.now().as_seconds();
    Ok(u32::try_from(left).ok().filter(|left| *left > 0))
}

/// The next licences, up to one whose seats are items: those are pages of their own.
async fn page(core: &Core, of: &Notification, after: Option<LicenseId>) -> Result<(Sites, Place), Fault> {
    let page = core.table.licenses(of.account, &Selection::Product(of.product), after, LICENSES).await?;
    let now = core.now();
    let has_right = |license: &&License| holds(license.state.standing(), &license.validity, now).is_ok();
    let with_right: Vec<&License> = page.items.iter().filter(has_right).collect();
    let keys: Vec<KeyDigest> = with_right.iter().map(|license| license.key.digest()).collect();
    let mut sites = Vec::new();
    for (license, grant) in with_right.iter().zip(core.table.grants(&keys, Freshness::Strong).await?) {
        let Some(grant) = grant else { continue };
        if grant.seats.layout() == Layout::Items && grant.mode == LicenseMode::Activation && grant.seats.taken() > 0 {
            return Ok((sites, Place::Within { license: license.id, seat: None }));
        }
        sites.extend(sites_within(&grant).into_iter().map(|site| (site, license.id)));
    }
    Ok((sites, page.next.map_or(Place::End, |license| Place::After { license })))
}

/// The next seats of a licence that are items; and at first what lies inside its grant.
async fn seats(core: &Core, of: &Notification, license: LicenseId, after: Option<SeatDigest>) -> Result<(Sites, Place), Fault> {
    let done = Place::After { license };
    let Some(record) = core.table.license(of.account, license).await? else { return Ok((Vec::new(), done)) };
    if holds(record.state.standing(), &record.validity, core.now()).is_err() {
        return Ok((Vec::new(), done));
    }
    let key = record.key.digest();
    let (items, has_more) = core.table.seat_items(key, after, SEATS).await?;
    let Some(grant) = core.table.grant(key, Freshness::Strong).await? else { return Ok((Vec::new(), done)) };
    // Another limit may have moved them all into the grant meanwhile.
    let is_moved = grant.seats.layout() == Layout::Map;
    let within = if after.is_none() || is_moved { sites_within(&grant) } else { Vec::new() };
    let sites = within.into_iter().chain(items.iter().filter_map(|seat| site_of(&seat.device))).map(|site| (site, license)).collect();
    let last = items.last().map(|seat| seat.device.digest()).filter(|_| has_more && !is_moved);
    Ok((sites, last.map_or(done, |seat| Place::Within { license, seat: Some(seat) })))
}

/// Notes the sites that were not noted before; gives the pushes of all that have not ended.
async fn note(core: &Core, of: &Notification, sites: Sites) -> Result<Vec<(SeatDigest, Push)>, Fault> {
    let mut wanted: BTreeMap<SeatDigest, Push> = BTreeMap::new();
    for (site, license) in sites {
        let push = Push::new(site, license);
        // Of two licences the first.
        wanted.entry(push.digest()).or_insert(push);
    }
    let digests: Vec<SeatDigest> = wanted.keys().copied().collect();
    for _ in 0..ROUNDS {
        let there = core.table.pushes(of.account, of.release, &digests).await?;
        let new: Vec<Push> = wanted.iter().filter(|(site, _)| !there.contains_key(site)).map(|(_, push)| push.clone()).collect();
        let mut noted_before = false;
        for pushes in new.chunks(MOST_NOTED) {
            noted_before |= core.table.note_pushes(of.account, of.release, pushes, core.now()).await?.is_err();
        }
        if !noted_before {
            wanted.extend(there);
            wanted.retain(|_, push| push.state == PushState::Pending);
            return Ok(wanted.into_iter().collect());
        }
    }
    Err(Fault::new(FaultKind::Contended, "noting whom to tell"))
}

fn jobs(core: &Core, subject: Subject, pushes: Vec<(SeatDigest, Push)>) -> Vec<Later<PushJob>> {
    let now = core.now();
    let job = |(site, push): (SeatDigest, Push)| {
        let delay = match push.turn(push.attempt, now) {
            Turn::Wait(seconds) => seconds,
            Turn::Now | Turn::Over => 0,
        };
        Later { job: PushJob::Tell { subject, site, attempt: push.attempt }, delay }
    };
    pushes.into_iter().map(job).collect()
}

/// Whether the release is its product's current one. A no is confirmed: what is remembered may be of before it was published.
pub(super) async fn is_current(core: &Core, subject: Subject) -> Result<bool, Fault> {
    let Subject { account, product, release } = subject;
    if core.product_of_license(account, product).await?.current.as_ref().is_some_and(|current| current.id == release) {
        return Ok(true);
    }
    let product = core.table.product(account, product, Freshness::Strong).await?;
    Ok(product.and_then(|product| product.current).is_some_and(|current| current.id == release))
}

/// Stops a notification whose release is not the current one any more.
pub(super) async fn supersede(core: &Core, subject: Subject) -> Result<(), Fault> {
    let state = |at| NotificationState::Cancelled { at, why: Cancelled::Superseded };
    end(core, subject, |_| true, state).await
}

/// Ends a notification whose licences were all gone through, and whose pushes have all ended.
pub(super) async fn finish_if_done(core: &Core, subject: Subject) -> Result<(), Fault> {
    let at_end = |notification: &Notification| notification.place == Place::End;
    let Subject { account, product, release } = subject;
    let Some(found) = core.table.notification(account, product, release).await? else { return Ok(()) };
    if !found.is_running() || !at_end(&found) || core.table.push_counts(account, release).await?.pending() > 0 {
        return Ok(());
    }
    end(core, subject, at_end, |at| NotificationState::Finished { at }).await
}

async fn end(
    core: &Core,
    subject: Subject,
    is_so: impl Fn(&Notification) -> bool,
    state: impl Fn(crate::domain::time::Timestamp) -> NotificationState,
) -> Result<(), Fault> {
    let Subject { account, product, release } = subject;
    for _ in 0..ROUNDS {
        let found = core.table.notification(account, product, release).await?;
        let Some(before) = found.filter(|found| found.is_running() && is_so(found)) else { return Ok(()) };
        if core.table.change_notification(&before, &before.become_state(state(core.now()))).await?.is_ok() {
            return Ok(());
        }
    }
    Err(Fault::new(FaultKind::Contended, "ending a notification"))
}
