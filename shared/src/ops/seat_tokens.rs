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
use crate::domain::seat::Device;
use crate::domain::seat_token::{Holder, SeatToken};
use crate::domain::summary::Summary;
use crate::domain::text::Line;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::seats::{GiveUp, MAX_SEATS_READ, Release, SeatingError, Snapshot};
use crate::table::{Freshness, Page};

/// How often seats may come and go while they are read.
const ROUNDS: usize = 8;

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

/// All tokens of a licence, the oldest first; floating seats whose time is over and that nobody needed since are among them. Up to
/// [`MAX_SEATS_READ`] seats.
pub async fn tokens_of_license(core: &Core, account: AccountId, license: LicenseId) -> Result<Vec<SeatToken>, Rejected> {
    let license = load(core, Edit { account, license, seen: None }).await?;
    tokens_of_key(core, license.key.digest()).await
}

/// The tokens of an account's licences after `after`, by licence and age: of `licenses` licences at most, so that a page may be empty and
/// not the last one. Which licences have seats is behind by seconds; the seats themselves are as they are.
///
/// One query, and for each licence that has seats its grant, and its seats where they are items.
pub async fn tokens_of_account(
    core: &Core,
    account: AccountId,
    after: Option<LicenseId>,
    licenses: u16,
) -> Result<Page<SeatToken>, Rejected> {
    let page = core.table.summaries(account, after, i32::from(licenses)).await?;
    let keys: Vec<KeyDigest> = page.items.iter().filter(|summary| summary.has_seats()).map(|summary| summary.key).collect();
    let mut tokens = Vec::new();
    for (key, grant) in keys.iter().zip(core.table.grants(&keys, Freshness::Strong).await?) {
        match grant {
            Some(grant) if grant.account != account => {}
            Some(Grant { seats: Seats::Items { .. }, .. }) => tokens.extend(tokens_of_key(core, *key).await?),
            Some(grant) => tokens.extend(SeatToken::all(&grant, inside(&grant))),
            None => {}
        }
    }
    Ok(Page { items: tokens, next: page.next })
}

/// The token of a licence with this number.
pub async fn token_of_license(core: &Core, account: AccountId, license: LicenseId, id: SeatTokenId) -> Result<SeatToken, Rejected> {
    let tokens = tokens_of_license(core, account, license).await?;
    tokens.into_iter().find(|token| token.id == id).ok_or(Rejected::NotFound(Thing::SeatToken))
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

/// The tokens of a licence as they are.
async fn tokens_of_key(core: &Core, key: KeyDigest) -> Result<Vec<SeatToken>, Rejected> {
    for _ in 0..ROUNDS {
        let grant = core.table.grant(key, Freshness::Strong).await?;
        let grant = grant.ok_or(Rejected::NotFound(Thing::License))?;
        if grant.seats.taken() > MAX_SEATS_READ {
            return Err(Rejected::TooManySeats { taken: grant.seats.taken(), most: MAX_SEATS_READ });
        }
        let (grant, holders) = match (&grant.seats, grant.mode) {
            (Seats::Map(_), _) => (grant.clone(), inside(&grant)),
            (Seats::Items { .. }, LicenseMode::Floating) => {
                let holders = floating(core, key).await?;
                (grant, holders)
            }
            (Seats::Items { .. }, LicenseMode::File | LicenseMode::Activation) => match core.table.seating(key).await {
                Ok(seating) => {
                    let mut holders = inside(&seating.grant);
                    holders.extend(seating.counted.into_values().map(|seat| Holder::Activated { seat, is_counted: true }));
                    (seating.grant, holders)
                }
                Err(SeatingError::Changed) => continue,
                Err(SeatingError::TooMany { taken }) => return Err(Rejected::TooManySeats { taken, most: MAX_SEATS_READ }),
                Err(SeatingError::Fault(fault)) => return Err(fault.into()),
            },
        };
        return Ok(SeatToken::all(&grant, holders));
    }
    Err(Fault::new(FaultKind::Contended, "reading a licence's seats").into())
}

async fn floating(core: &Core, key: KeyDigest) -> Result<Vec<Holder>, Fault> {
    let (mut holders, mut after) = (Vec::new(), None);
    loop {
        let (leases, next) = core.table.leases(key, after, Freshness::Strong).await?;
        holders.extend(leases.into_iter().map(Holder::Floating));
        match next {
            Some(last) => after = Some(last),
            None => return Ok(holders),
        }
    }
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
