//! Taking over licences that were sold elsewhere: with their keys, their limits, their ends and the seats that are taken.
//!
//! A key that is in use is left as it is, whoever's it is: the write says so itself, and what was read before only saves writes that
//! would be refused. So an import that broke off is begun again from the top, and makes nothing twice.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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
    },
    /// A licence of this account for this product has the key: it was left as it is.
    Exists {
        /// Its number.
        license: LicenseId,
    },
    /// Another licence has the key, or a deleted one had it.
    KeyInUse,
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

/// Looks what is there already, and draws the numbers. What is begun one after the other is numbered so, however it is written.
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
    /// Writes them; says what became of each, in their order.
    pub async fn write(self, core: &Core) -> Result<Vec<Imported>, Fault> {
        let Self { account, mut outcomes, new, first } = self;
        let Some(first) = first else { return Ok(outcomes) };
        let (mut places, mut left_out, mut imports) = (Vec::new(), Vec::new(), Vec::new());
        let (mut keys, mut taken) = (HashSet::new(), Vec::new());
        for (number, (place, license)) in (first.get()..).zip(new) {
            let id = LicenseId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
            if keys.insert(license.key.digest()) {
                let (import, without) = import(core, account, license, id);
                places.push(place);
                left_out.push(without);
                imports.push(import);
            } else {
                taken.push((place, license.key.digest(), license.product.id));
            }
        }
        let written = core.table.import_licenses(account, &imports).await?;
        for (((place, left_out), import), written) in places.into_iter().zip(left_out).zip(imports).zip(written) {
            match written {
                Written::New => outcomes[place] = Imported::New { license: import.license.id, left_out },
                Written::KeyTaken => taken.push((place, import.grant.key, import.grant.product)),
            }
        }
        // Somebody else was faster, or the same key comes twice.
        let digests: Vec<_> = taken.iter().map(|(_, key, _)| *key).collect();
        let met = if digests.is_empty() { HashMap::new() } else { core.table.met(&digests).await? };
        for (place, key, product) in taken {
            if let Some(Met { grant, .. }) = met.get(&key)
                && (grant.account, grant.product) == (account, product)
                && grant.standing != Standing::Deleted
            {
                outcomes[place] = Imported::Exists { license: grant.license };
            }
        }
        Ok(outcomes)
    }
}

/// What becomes of licences with these keys if they are imported, as far as that can be told by reading. At most [`MOST_IMPORTED`].
pub async fn preview_import(core: &Core, account: AccountId, licenses: &[ImportLicense]) -> Result<Vec<Option<Imported>>, Fault> {
    let digests: Vec<_> = licenses.iter().map(|license| license.key.digest()).collect();
    let met: HashMap<KeyDigest, Met> = core.table.met(&digests).await?;
    let known = |license: &ImportLicense| met.get(&license.key.digest()).map(|met| known(account, license, met));
    Ok(licenses.iter().map(known).collect())
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

async fn settle(core: &Core, account: AccountId, license: &ImportLicense, met: &Met) -> Result<Imported, Fault> {
    let known = known(account, license, met);
    if let Imported::Finished { .. } = known {
        let grant = &met.grant;
        let seating = seat(license.seats.clone(), &grant.development_sites, grant.seat_limit, grant.mode);
        core.table.finish_import(grant, &seating.counted).await?;
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
