//! Taking over licences that were sold elsewhere: with their keys, their limits, their ends and the seats that are taken.
//!
//! A key that is in use is left as it is, whoever's it is: the write says so itself, and what was read before only saves writes that
//! would be refused. So an import that broke off is begun again from the top, and makes nothing twice.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::event::{Change, EventKind, can_expire, derive};
use crate::domain::grant::{Grant, Seats};
use crate::domain::ids::{AccountId, CustomerId, LicenseId};
use crate::domain::key::{KeyDigest, LicenseKey};
use crate::domain::license::{License, LicenseMode, LicenseState, Licensee, Standing, Validity};
use crate::domain::product::Product;
use crate::domain::seat::{Layout, Seat, SeatLimit};
use crate::domain::seating::{Seating, seat};
use crate::domain::terms::Terms;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Webhook;
use crate::fault::{Fault, FaultKind};
use crate::table::{Met, NewImport, Written};

/// The most licences that one call imports.
pub const MOST_IMPORTED: usize = 100;

const WHAT: &str = "importing licences";

/// A licence as it was elsewhere.
#[derive(Clone, Debug)]
pub struct ImportLicense {
    /// What it is a licence for, of the account that imports it.
    pub product: Arc<Product>,
    /// Its key.
    pub key: LicenseKey,
    /// Who bought it.
    pub customer: Option<CustomerId>,
    /// Who is named on it.
    pub licensee: Option<Licensee>,
    /// When it was issued; now, where that is not known.
    pub created: Option<Timestamp>,
    /// From when until when it holds.
    pub validity: Validity,
    /// How many seats it has.
    pub seat_limit: SeatLimit,
    /// How they are taken.
    pub mode: LicenseMode,
    /// Whether what clients do with it is to be kept.
    pub trace: bool,
    /// Whether it may be used.
    pub state: LicenseState,
    /// What it says beside. None of it may lie in an item of its own.
    pub terms: Terms,
    /// What holds a seat, in the order in which seats are given while there are any.
    pub seats: Vec<Seat>,
}

/// What became of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was made.
    New {
        /// Its number.
        license: LicenseId,
        /// How many of its seats found no room.
        left_out: usize,
    },
    /// It had been made by an import that broke off before all of its seats were there: now they are.
    Finished {
        /// Its number.
        license: LicenseId,
        /// How many of its seats found no room.
        left_out: usize,
    },
    /// A licence of this account for this product has the key: it was left as it is.
    Exists {
        /// Its number.
        license: LicenseId,
        /// How many of the seats that it would have been imported with it does not hold: they found no room when it was, or were given
        /// back since.
        not_held: usize,
    },
    /// Another licence has the key, or a deleted one had it.
    KeyInUse,
}

/// What would become of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// It would be made.
    New {
        /// How many of its seats would find no room.
        left_out: usize,
        /// How many events endpoints would be sent of it.
        events: usize,
    },
    /// Its key is in use already.
    Known(Imported),
}

/// Licences that have their numbers, and are to be written.
#[derive(Debug)]
pub struct Begun {
    account: AccountId,
    /// What became of those that are there already, and the rest as if their keys were in use.
    outcomes: Vec<Imported>,
    /// The others, by their places.
    new: Vec<(usize, ImportLicense)>,
    /// The number of the first of them.
    first: Option<LicenseId>,
}

/// Imports at most [`MOST_IMPORTED`] licences; says what became of each, in their order.
///
/// One batch for what is there, one write for their numbers, and one transaction for fifty licences with seats inside: 8 write units each,
/// like issuing. A fault leaves some of them done.
pub async fn import_licenses(core: &Core, account: AccountId, licenses: Vec<ImportLicense>) -> Result<Vec<Imported>, Rejected> {
    Ok(begin_import(core, account, licenses).await?.write(core).await?)
}

/// Looks what is there already, finishes what had been begun, and draws the numbers. What is begun one after the other is numbered so, however it is written.
pub async fn begin_import(core: &Core, account: AccountId, licenses: Vec<ImportLicense>) -> Result<Begun, Rejected> {
    if licenses.iter().any(|license| !license.validity.is_ordered()) {
        return Err(Rejected::EndsBeforeItBegins);
    }
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let met = core.table.met(&digests).await?;
    let mut outcomes = vec![Imported::KeyInUse; licenses.len()];
    let mut new = Vec::new();
    for (place, license) in licenses.into_iter().enumerate() {
        match met.get(&license.key.digest()) {
            None => new.push((place, license)),
            Some(met) => outcomes[place] = settle(core, account, &license, met).await?,
        }
    }
    let count = u16::try_from(new.len()).map_err(|error| Fault::corrupt(WHAT, error))?;
    let first = if count == 0 { None } else { Some(core.table.next_imported(account, count).await?) };
    Ok(Begun { account, outcomes, new, first })
}

impl Begun {
    /// The places, in what was given, of those that are to be written: the others are there already, or cannot be.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.new.iter().map(|(place, _)| *place)
    }

    /// The same, made out to the customers of their places: whoever finds them only now records none for a licence that is not written.
    #[must_use]
    pub fn of_customers(mut self, customer: impl Fn(usize) -> Option<CustomerId>) -> Self {
        for (place, license) in &mut self.new {
            license.customer = customer(*place);
        }
        self
    }

    /// Writes them; says what became of each, in their order.
    pub async fn write(self, core: &Core) -> Result<Vec<Imported>, Fault> {
        let Self { account, mut outcomes, new, first } = self;
        let Some(first) = first else { return Ok(outcomes) };
        let (mut places, mut left_out, mut imports) = (Vec::new(), Vec::new(), Vec::new());
        let (mut keys, mut taken) = (HashSet::new(), Vec::new());
        for (number, (place, license)) in (first.get()..).zip(new) {
            let id = LicenseId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
            if keys.insert(license.key.digest()) {
                let (import, without) = import(core, account, license.clone(), id);
                places.push((place, license));
                left_out.push(without);
                imports.push(import);
            } else {
                taken.push((place, license));
            }
        }
        let written = core.table.import_licenses(account, &imports).await?;
        for ((((place, license), left_out), import), written) in places.into_iter().zip(left_out).zip(imports).zip(written) {
            match written {
                Written::New => outcomes[place] = Imported::New { license: import.license.id, left_out },
                Written::KeyTaken => taken.push((place, license)),
            }
        }
        // Somebody else was faster, or the same key comes twice.
        let digests: Vec<_> = taken.iter().map(|(_, license)| license.key.digest()).collect();
        let met = if digests.is_empty() { HashMap::new() } else { core.table.met(&digests).await? };
        for (place, license) in taken {
            if let Some(Met { grant, .. }) = met.get(&license.key.digest())
                && is_same(account, &license, grant)
            {
                outcomes[place] = exists(&license, grant);
            }
        }
        Ok(outcomes)
    }
}

/// What becomes of licences if they are imported, as far as that can be told by reading, and what these endpoints are sent of it. At most
/// [`MOST_IMPORTED`].
pub async fn preview_import(
    core: &Core,
    account: AccountId,
    licenses: Vec<ImportLicense>,
    webhooks: &[Webhook],
) -> Result<Vec<Preview>, Fault> {
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let met: HashMap<KeyDigest, Met> = core.table.met(&digests).await?;
    // Nothing is written under this number.
    let id = LicenseId::new(1).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
    let preview = |license: ImportLicense| {
        if let Some(met) = met.get(&license.key.digest()) {
            return Preview::Known(known(account, &license, met));
        }
        let (import, left_out) = import(core, account, license, id);
        Preview::New { left_out, events: events(&import, webhooks, core.now()) }
    };
    Ok(licenses.into_iter().map(preview).collect())
}

/// How many events endpoints are sent of a licence that is imported at `now`. Seats inside the grant are none: they come with it.
fn events(NewImport { license, grant, seats }: &NewImport, webhooks: &[Webhook], now: Timestamp) -> usize {
    if webhooks.is_empty() {
        return 0;
    }
    let change = Change::Grant { before: None, after: Some(Box::new(grant.clone())) };
    let mut told: Vec<_> = derive(&change, now).into_iter().map(|happened| (happened.kind, now)).collect();
    // An end that is over already is found by the clock.
    told.extend(
        grant.validity.until.filter(|until| *until <= now && can_expire(grant.standing)).map(|end| (EventKind::LicenseExpired, end)),
    );
    if license.layout() == Layout::Items {
        told.extend(seats.iter().map(|_| (EventKind::LicenseActivated, now)));
    }
    told.into_iter().map(|(kind, at)| webhooks.iter().filter(|webhook| webhook.wants(kind, at)).count()).sum()
}

fn known(account: AccountId, license: &ImportLicense, Met { grant, is_unfinished }: &Met) -> Imported {
    if !is_same(account, license, grant) {
        Imported::KeyInUse
    } else if *is_unfinished {
        Imported::Finished { license: grant.license, left_out: seating(license, grant).left_out }
    } else {
        exists(license, grant)
    }
}

/// Whether the licence that has the key is one of this account for this product.
fn is_same(account: AccountId, license: &ImportLicense, grant: &Grant) -> bool {
    (grant.account, grant.product) == (account, license.product.id) && grant.standing != Standing::Deleted
}

fn exists(license: &ImportLicense, grant: &Grant) -> Imported {
    let Seating { counted, free, left_out } =
        seat(license.seats.clone(), &grant.development_sites, SeatLimit::Unlimited, LicenseMode::Activation);
    let counted = match &grant.seats {
        Seats::Map(held) => counted.keys().filter(|digest| !held.contains_key(*digest)).count(),
        // Which they are is not read here.
        Seats::Items { taken } => counted.len().saturating_sub(*taken as usize),
    };
    let free = free.keys().filter(|digest| !grant.free.contains_key(*digest)).count();
    Imported::Exists { license: grant.license, not_held: left_out + counted + free }
}

fn seating(license: &ImportLicense, grant: &Grant) -> Seating {
    seat(license.seats.clone(), &grant.development_sites, grant.seat_limit, grant.mode)
}

async fn settle(core: &Core, account: AccountId, license: &ImportLicense, met: &Met) -> Result<Imported, Fault> {
    let known = known(account, license, met);
    if let Imported::Finished { .. } = known {
        core.table.finish_import(&met.grant, &seating(license, &met.grant).counted).await?;
    }
    Ok(known)
}

/// The licence as it is written, and how many of its seats found no room.
fn import(core: &Core, account: AccountId, import: ImportLicense, id: LicenseId) -> (NewImport, usize) {
    let ImportLicense { product, key, customer, licensee, created, validity, seat_limit, mode, trace, state, terms, seats } = import;
    let Seating { counted, free, left_out } = seat(seats, &product.development_sites, seat_limit, mode);
    let license = License {
        id,
        account,
        product: product.id,
        key,
        customer,
        order_line: None,
        licensee,
        created: created.unwrap_or_else(|| core.now()),
        validity,
        seat_limit,
        mode,
        trace,
        development_sites: product.development_sites.clone(),
        state,
        terms,
        updated: None,
        revision: 1,
    };
    let grant = Grant { free, ..Grant::of(&license, &product) };
    (NewImport { license, grant, seats: counted }, left_out)
}
