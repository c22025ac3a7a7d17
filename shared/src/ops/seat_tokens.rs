//! A licence's seats as tokens: listed, made for a machine, and taken away, by the rules of its seats.

use std::net::IpAddr;

use super::activate::{Activate, activate_client};
use super::edit_license::{Edit, load};
use super::rejected::{Rejected, Thing};
use super::request_floating::{RequestFloating, request_floating};
use crate::core::Core;
use crate::domain::grant::{Grant, Seats};
use crate::domain::ids::{AccountId, LicenseId, SeatTokenId};
use crate::domain::key::KeyDigest;
use crate::domain::ladder::ProductClaim;
use crate::domain::lease::Client;
use crate::domain::license::{License, LicenseMode};
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Device, SeatDigest};
use crate::domain::seat_token::{Holder, SeatToken};
use crate::domain::summary::Summary;
use crate::domain::text::Line;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::seats::{GiveUp, MAX_SEATS_READ, Release, SeatingError, Snapshot};
use crate::table::{Freshness, Page};

/// How often seats may come and go while they are read.
const ROUNDS: usize = 8;

/// The most seats of a licence that lists show: [`MAX_SEATS_READ`].
const MOST_SHOWN: usize = MAX_SEATS_READ as usize;

/// A seat that is wanted for a machine.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The machine.
    pub machine: Line<200>,
    /// The program's own identifier: floating seats need one.
    pub client: Option<Line<100>>,
    /// What it is to be called.
    pub name: Option<Line<64>>,
    /// The network address that it is for, kept with floating seats.
    pub address: Option<IpAddr>,
}

/// All tokens of a licence, the oldest first; floating seats whose time is over and that nobody needed since are among them. Where it has
/// more than [`MAX_SEATS_READ`] seats it is so many of them: always the same ones, by the digests of their holders.
pub async fn tokens_of_license(core: &Core, account: AccountId, license: LicenseId) -> Result<Vec<SeatToken>, Rejected> {
    let license = load(core, Edit { account, license, seen: None }).await?;
    tokens_of_key(core, license.key.digest()).await
}

/// The tokens of an account's licences after `after`, by licence and age: of `licenses` licences at most, so that a page may be empty and
/// not the last one. It ends, too, with the licence that brings it to [`MAX_SEATS_READ`] tokens, of which it shows so many at most. Which
/// licences have seats is behind by seconds; the seats themselves are as they are, and a licence that is deleted meanwhile has none.
///
/// One query, and for each licence that has seats its grant, and its seats where they are items.
pub async fn tokens_of_account(
    core: &Core,
    account: AccountId,
    after: Option<LicenseId>,
    licenses: u16,
) -> Result<Page<SeatToken>, Rejected> {
    let page = core.table.summaries(account, after, i32::from(licenses)).await?;
    let with_seats: Vec<&Summary> = page.items.iter().filter(|summary| summary.has_seats()).collect();
    let keys: Vec<KeyDigest> = with_seats.iter().map(|summary| summary.key).collect();
    let mut tokens = Vec::new();
    for (summary, grant) in with_seats.iter().zip(core.table.grants(&keys, Freshness::Strong).await?) {
        if tokens.len() >= MOST_SHOWN {
            // The next page begins with this licence.
            let before = page.items.iter().map(|summary| summary.license).take_while(|license| *license < summary.license).last();
            return Ok(Page { items: tokens, next: before });
        }
        match grant {
            Some(grant) if grant.account != account => {}
            Some(Grant { seats: Seats::Items { .. }, .. }) => match tokens_of_key(core, summary.key).await {
                Ok(more) => tokens.extend(more),
                Err(Rejected::NotFound(Thing::License)) => {}
                Err(rejected) => return Err(rejected),
            },
            Some(grant) => tokens.extend(SeatToken::all(&grant, inside(&grant))),
            None => {}
        }
    }
    Ok(Page { items: tokens, next: page.next })
}

/// The token of a licence with this number, whether lists show it or not.
pub async fn token_of_license(core: &Core, account: AccountId, license: LicenseId, id: SeatTokenId) -> Result<SeatToken, Rejected> {
    let key = load(core, Edit { account, license, seen: None }).await?.key.digest();
    let tokens = tokens_of_key(core, key).await?;
    let is_whole = tokens.len() < MOST_SHOWN;
    let token = match tokens.into_iter().find(|token| token.id == id) {
        None if !is_whole => look_through(core, key, id).await?,
        found => found,
    };
    token.ok_or(Rejected::NotFound(Thing::SeatToken))
}

/// Takes a seat for a machine, as the machine itself would: the same rules, the same refusals. A machine that holds one keeps it.
pub async fn create_token(core: &Core, account: AccountId, license: LicenseId, new: NewToken) -> Result<SeatToken, Rejected> {
    let License { key, mode, .. } = load(core, Edit { account, license, seen: None }).await?;
    let (key, product) = (&key, ProductClaim::Any);
    let NewToken { machine, client, name, address } = new;
    match mode {
        LicenseMode::File => Err(Rejected::OtherMode(mode)),
        LicenseMode::Activation => {
            let device = Device::Machine(machine);
            let ask = Activate { key, product, device: &device, label: name.as_ref() };
            let snapshot = activate_client(core, ask, client.as_ref()).await.map_err(rejected)?;
            token_in(snapshot, &device)
        }
        LicenseMode::Floating => {
            let id = client.ok_or(Rejected::NoClient)?;
            let client = Client::new(machine, id).map_err(|_| Rejected::NoClient)?;
            let ask = RequestFloating { key, product, client: &client, name: name.as_ref(), address };
            let lent = request_floating(core, ask).await.map_err(rejected)?;
            only(&lent.grant, Holder::Floating(lent.lease)).ok_or_else(|| not_shown().into())
        }
    }
}

/// The token of the seat that was just taken. A licence's other seats decide on its number only where two of them lead to the same
/// one; where they are items they are not read for that.
fn token_in(snapshot: Snapshot, device: &Device) -> Result<SeatToken, Rejected> {
    let Snapshot { grant, seats } = snapshot;
    let seat = device.digest();
    let mut holders = inside(&grant);
    if let Seats::Items { .. } = grant.seats {
        holders.extend(seats.into_iter().map(|seat| Holder::Activated { seat, is_counted: true }));
    }
    let token = SeatToken::all(&grant, holders).into_iter().find(|token| token.seat == seat);
    token.ok_or_else(|| not_shown().into())
}

fn not_shown() -> Fault {
    Fault::new(FaultKind::Contended, "the seat was given up while it was being shown")
}

/// The token that a seat is by itself.
fn only(grant: &Grant, holder: Holder) -> Option<SeatToken> {
    SeatToken::all(grant, vec![holder]).pop()
}

/// Takes a seat away from whoever holds it. The holder may ask for one again.
pub async fn delete_token(core: &Core, account: AccountId, license: LicenseId, id: SeatTokenId) -> Result<SeatToken, Rejected> {
    let token = token_of_license(core, account, license, id).await?;
    let (key, product, now) = (token.key, ProductClaim::Any, core.now());
    let done = match &token.holder {
        Holder::Activated { seat, .. } => core.table.give_up_seat(GiveUp { key, product, device: &seat.device, now }).await.map(|_| ()),
        Holder::Floating(_) => core.table.take_back_seat(Release { key, product, seat: token.seat, now }).await.map(|_| ()),
    };
    match done {
        Ok(()) => Ok(token),
        Err(Failure::Refused(Refusal::NotActivatedHere)) => Err(Rejected::NotFound(Thing::SeatToken)),
        Err(failure) => Err(rejected(failure)),
    }
}

/// The token with this number among seats that are too many for a list, page by page.
async fn look_through(core: &Core, key: KeyDigest, id: SeatTokenId) -> Result<Option<SeatToken>, Rejected> {
    let grant = core.table.grant(key, Freshness::Strong).await?;
    let grant = grant.ok_or(Rejected::NotFound(Thing::License))?;
    let mut after = None;
    loop {
        let (holders, next) = some(core, &grant, after).await?;
        let found = holders.into_iter().filter_map(|holder| only(&grant, holder)).find(|token| token.id == id);
        match (found, next) {
            (None, Some(last)) => after = Some(last),
            (found, _) => return Ok(found),
        }
    }
}

/// The tokens of a licence as they are; no more than [`MOST_SHOWN`] of seats that are items.
async fn tokens_of_key(core: &Core, key: KeyDigest) -> Result<Vec<SeatToken>, Rejected> {
    for _ in 0..ROUNDS {
        let grant = core.table.grant(key, Freshness::Strong).await?;
        let grant = grant.ok_or(Rejected::NotFound(Thing::License))?;
        let (grant, holders) = match (&grant.seats, grant.mode) {
            (Seats::Map(_), _) => (grant.clone(), inside(&grant)),
            (Seats::Items { .. }, LicenseMode::Floating) => (grant.clone(), first(core, &grant).await?),
            (Seats::Items { taken }, LicenseMode::File | LicenseMode::Activation) if *taken > MAX_SEATS_READ => {
                (grant.clone(), first(core, &grant).await?)
            }
            (Seats::Items { .. }, LicenseMode::File | LicenseMode::Activation) => match core.table.seating(key).await {
                Ok(seating) => {
                    let mut holders = inside(&seating.grant);
                    holders.extend(seating.counted.into_values().map(|seat| Holder::Activated { seat, is_counted: true }));
                    (seating.grant, holders)
                }
                Err(SeatingError::Changed | SeatingError::TooMany { .. }) => continue,
                Err(SeatingError::Fault(fault)) => return Err(fault.into()),
            },
        };
        return Ok(SeatToken::all(&grant, holders));
    }
    Err(Fault::new(FaultKind::Contended, "reading a licence's seats").into())
}

/// The first seats of a licence whose seats are items, as many as lists show.
async fn first(core: &Core, grant: &Grant) -> Result<Vec<Holder>, Fault> {
    let (mut holders, mut after) = (Vec::new(), None);
    loop {
        let (more, next) = some(core, grant, after).await?;
        holders.extend(more);
        match next {
            Some(last) if holders.len() < MOST_SHOWN => after = Some(last),
            Some(_) | None => {
                holders.truncate(MOST_SHOWN);
                return Ok(holders);
            }
        }
    }
}

/// A page of the seats of a licence whose seats are items, and the last one where there may be more. Those inside its grant come first.
async fn some(core: &Core, grant: &Grant, after: Option<SeatDigest>) -> Result<(Vec<Holder>, Option<SeatDigest>), Fault> {
    if grant.mode == LicenseMode::Floating {
        let (leases, next) = core.table.leases(grant.key, after, Freshness::Strong).await?;
        return Ok((leases.into_iter().map(Holder::Floating).collect(), next));
    }
    let mut holders = if after.is_none() { inside(grant) } else { Vec::new() };
    let (seats, next) = core.table.seats_after(grant.key, after).await?;
    holders.extend(seats.into_iter().map(|seat| Holder::Activated { seat, is_counted: true }));
    Ok((holders, next))
}

/// The seats that lie inside a grant.
fn inside(grant: &Grant) -> Vec<Holder> {
    let counted = match &grant.seats {
        Seats::Map(seats) => Some(seats.values()),
        Seats::Items { .. } => None,
    };
    let counted = counted.into_iter().flatten().map(|seat| Holder::Activated { seat: seat.clone(), is_counted: true });
    counted.chain(grant.free.values().map(|seat| Holder::Activated { seat: seat.clone(), is_counted: false })).collect()
}

fn rejected(failure: Failure) -> Rejected {
    match failure {
        Failure::Refused(refusal) => Rejected::Refused(refusal),
        Failure::Fault(fault) => Rejected::Fault(fault),
    }
}

/// Whether a licence in short floats and has seats, some of which may be over.
pub(super) fn may_have_expired(summary: &Summary) -> bool {
    summary.mode == LicenseMode::Floating && summary.taken > 0
}
