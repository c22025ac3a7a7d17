//! Taking over licences that were sold elsewhere: with their keys, their limits, their ends and the seats that are taken.
//!
//! A key that is in use is left as it is, whoever's it is: the write says so itself, and what was read before only saves writes that
//! would be refused. So an import that broke off is begun again from the top, and makes nothing twice.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, CustomerId, LicenseId};
use crate::domain::key::{KeyDigest, LicenseKey};
use crate::domain::license::{License, LicenseMode, LicenseState, Licensee, Standing, Validity};
use crate::domain::product::Product;
use crate::domain::seat::{Seat, SeatLimit};
use crate::domain::seating::{Seating, seat};
use crate::domain::terms::Terms;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::table::{Met, Written};

/// The most licences that one call imports.
pub const MOST_IMPORTED: usize = 100;

/// How many are written side by side.
const AT_ONCE: usize = 25;

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
    },
    /// A licence of this account for this product has the key: it was left as it is.
    Exists {
        /// Its number.
        license: LicenseId,
    },
    /// Another licence has the key, or a deleted one had it.
    KeyInUse,
}

/// Imports at most [`MOST_IMPORTED`] licences; says what became of each, in their order.
///
/// One batch for what is there, one write for their numbers, and one transaction a licence, 25 side by side: 8 write units each, like
/// issuing. A fault leaves some of them done.
pub async fn import_licenses(core: &Core, account: AccountId, licenses: Vec<ImportLicense>) -> Result<Vec<Imported>, Rejected> {
    if licenses.iter().any(|license| !license.validity.is_ordered()) {
        return Err(Rejected::EndsBeforeItBegins);
    }
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let mut met = core.table.met(&digests).await?;
    let mut outcomes = vec![Imported::KeyInUse; licenses.len()];
    let (mut new, mut tasks) = (Vec::new(), JoinSet::new());
    for (place, license) in licenses.into_iter().enumerate() {
        match met.remove(&license.key.digest()) {
            None => new.push((place, license)),
            Some(met) => outcomes[place] = settle(core, account, &license, met).await?,
        }
    }
    let count = u16::try_from(new.len()).map_err(|error| Fault::corrupt(WHAT, error))?;
    if count == 0 {
        return Ok(outcomes);
    }
    let first = core.table.next_imported(account, count).await?;
    for (number, (place, license)) in (first.get()..).zip(new) {
        while tasks.len() >= AT_ONCE {
            finish(&mut tasks, &mut outcomes).await?;
        }
        let (core, id) = (core.clone(), LicenseId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?);
        tasks.spawn(along(async move { Ok((place, write(&core, account, license, id).await?)) }));
    }
    while !tasks.is_empty() {
        finish(&mut tasks, &mut outcomes).await?;
    }
    Ok(outcomes)
}

/// What becomes of licences with these keys if they are imported, as far as that can be told by reading. At most [`MOST_IMPORTED`].
pub async fn preview_import(core: &Core, account: AccountId, licenses: &[ImportLicense]) -> Result<Vec<Option<Imported>>, Fault> {
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let met: HashMap<KeyDigest, Met> = core.table.met(&digests).await?;
    let known = |license: &ImportLicense| met.get(&license.key.digest()).map(|met| known(account, license, met));
    Ok(licenses.iter().map(known).collect())
}

type Outcome = Result<(usize, Imported), Fault>;

async fn finish(tasks: &mut JoinSet<Outcome>, outcomes: &mut [Imported]) -> Result<(), Fault> {
    if let Some(done) = tasks.join_next().await {
        let (place, outcome) = done.map_err(|error| Fault::caused(FaultKind::Unavailable, WHAT, error))??;
        outcomes[place] = outcome;
    }
    Ok(())
}

fn known(account: AccountId, license: &ImportLicense, Met { grant, is_unfinished }: &Met) -> Imported {
    if (grant.account, grant.product) != (account, license.product.id) || grant.standing == Standing::Deleted {
        Imported::KeyInUse
    } else if *is_unfinished {
        Imported::Finished { license: grant.license }
    } else {
        Imported::Exists { license: grant.license }
    }
}

async fn settle(core: &Core, account: AccountId, license: &ImportLicense, met: Met) -> Result<Imported, Fault> {
    let known = known(account, license, &met);
    if let Imported::Finished { .. } = known {
        let grant = &met.grant;
        let seating = seat(license.seats.clone(), &grant.development_sites, grant.seat_limit, grant.mode);
        core.table.finish_import(grant, &seating.counted).await?;
    }
    Ok(known)
}

async fn write(core: &Core, account: AccountId, import: ImportLicense, id: LicenseId) -> Result<Imported, Fault> {
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
    Ok(match core.table.import_license(&license, grant, &counted).await? {
        Written::New => Imported::New { license: id, left_out },
        // Somebody else was faster, or the same key comes twice.
        Written::KeyTaken => match core.table.met(&[license.key.digest()]).await?.remove(&license.key.digest()) {
            Some(Met { grant, .. }) if (grant.account, grant.product) == (account, product.id) => {
                Imported::Exists { license: grant.license }
            }
            Some(_) | None => Imported::KeyInUse,
        },
    })
}
