//! Assigning sites: a vendor states which sites hold a licence's seats, and until when it holds.

use super::edit_license::{Edit, ROUNDS, edit_license, load};
use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::assignment::assign;
use crate::domain::license::{License, LicenseMode, Validity};
use crate::domain::seat::{Layout, Seat};
use crate::domain::site::Site;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::table::seats::{AssignError, MAX_CHANGES, MAX_SEATS_READ, SeatingError};

/// What is to be changed. What is nothing stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSites {
    /// The end.
    pub ends: Option<Ends>,
    /// All sites that are to hold a seat, development sites included; a site that is listed twice counts once. The empty list frees
    /// all. Machines' seats are not touched.
    pub sites: Option<Vec<Site>>,
}

/// When a licence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It does not.
    Never,
    /// At this moment, which is outside.
    At(Timestamp),
}

/// The licence as it was written.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// The vendor's record.
    pub license: License,
    /// The listed sites' seats in the list's order; nothing where no list was given.
    pub sites: Option<Vec<Seat>>,
}

/// Writes the end and the sites together or not at all. The revision rises, whether or not anything was otherwise before.
///
/// The list is all there is at the moment of the write: an activation that was acknowledged before it and is not on the list is undone,
/// one that comes after it stands. One at the same moment makes the write be decided anew, up to eight times.
///
/// With sites: the record, the grant, and one transaction, each after the other: the number does not tell the key. Above 50 seats,
/// the seats are read too, and at most [`MAX_CHANGES`] may change.
pub async fn assign_sites(core: &Core, edit: Edit, new: NewSites) -> Result<Assigned, Rejected> {
    let NewSites { ends, sites } = new;
    let change = |license: License| {
        let until = match ends {
            None => license.validity.until,
            Some(Ends::Never) => None,
            Some(Ends::At(at)) => Some(at),
        };
        License { validity: Validity { until, ..license.validity }, ..license }
    };
    match sites {
        None => Ok(Assigned { license: edit_license(core, edit, |license| Ok(change(license))).await?, sites: None }),
        Some(sites) => with_sites(core, edit, &sites, change).await,
    }
}

async fn with_sites(core: &Core, edit: Edit, sites: &[Site], change: impl Fn(License) -> License) -> Result<Assigned, Rejected> {
    let mut unclear = None;
    for _ in 0..ROUNDS {
        let before = match load(core, edit).await {
            // The revision that was seen is gone, and it may have been this very call that changed it.
            Err(Rejected::Changed) if unclear.is_some() => load(core, Edit { seen: None, ..edit }).await?,
            before => before?,
        };
        if before.mode != LicenseMode::Activation {
            return Err(Rejected::OtherMode(before.mode));
        }
        let seating = match core.table.seating(before.key.digest()).await {
            Ok(seating) => seating,
            Err(SeatingError::Changed) => continue,
            Err(SeatingError::TooMany { taken }) => return Err(Rejected::TooManySeats { taken, most: MAX_SEATS_READ }),
            Err(SeatingError::Fault(fault)) => return Err(fault.into()),
        };
        let assignment = assign(&seating.grant, &seating.counted, sites, core.now())?;
        if let Some(written) = unclear.take() {
            // An attempt's answer was lost, and the record is as that attempt leaves it. Are the sites, too?
            if before == written && assignment.is_nothing(&seating.grant) {
                return Ok(Assigned { license: before, sites: Some(assignment.sites) });
            }
            if edit.seen.is_some() {
                return Err(Fault::new(FaultKind::Unavailable, "assigning sites: an answer was lost").into());
            }
        }
        if seating.grant.seats.layout() == Layout::Items && assignment.changes() > MAX_CHANGES {
            return Err(Rejected::TooManyChanges { changes: assignment.changes(), most: MAX_CHANGES });
        }
        let after = License { revision: before.revision.saturating_add(1), ..change(before.clone()) };
        if !after.validity.is_ordered() {
            return Err(Rejected::EndsBeforeItBegins);
        }
        match core.table.assign_sites(&before, &after, &seating, &assignment).await {
            Ok(()) => return Ok(Assigned { license: after, sites: Some(assignment.sites) }),
            Err(AssignError::Changed) => {}
            Err(AssignError::Unclear) => unclear = Some(after),
            Err(AssignError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Fault::new(FaultKind::Contended, "assigning sites").into())
}
