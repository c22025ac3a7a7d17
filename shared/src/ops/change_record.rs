//! Changing and deleting what staff manage: what all of it has in common.

use super::rejected::{Rejected, Thing, Unique};
use crate::core::Core;
use crate::domain::ids::AccountId;
use crate::fault::{Fault, FaultKind};
use crate::table::Freshness;
use crate::table::records::{Record, RecordError};

/// A record to be changed or deleted, by who owns it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The account, from the credential.
    pub(super) account: AccountId,
    /// Its number.
    pub(super) number: u32,
    /// The revision that was seen, where only that may be changed.
    pub(super) revision: Option<u32>,
    /// What it is.
    pub(super) thing: Thing,
}

/// Writes `after` where `before` was read; nothing where somebody else wrote it in between: then it is to be read again, up to
/// [`ROUNDS`](super::edit_license::ROUNDS) times. `unique` is what no other record of its kind may have.
pub(super) async fn replace<R: Record>(core: &Core, before: &R, after: R, unique: Option<Unique>) -> Result<Option<R>, Rejected> {
    match core.table.replace_record(before, &after).await {
        Ok(()) => Ok(Some(after)),
        Err(RecordError::Changed) => Ok(None),
        Err(error @ (RecordError::NotUnique(_) | RecordError::Fault(_))) => Err(not_written(error, unique)),
    }
}

/// Others were faster each time.
pub(super) fn contended() -> Rejected {
    Fault::new(FaultKind::Contended, "changing a record").into()
}

/// The record as it is, where it is at the revision that was seen.
pub(super) async fn load<R: Record>(core: &Core, seen: Seen) -> Result<R, Rejected> {
    let record: Option<R> = core.table.record(seen.account, seen.number, Freshness::Strong).await?;
    let record = record.ok_or(Rejected::NotFound(seen.thing))?;
    if seen.revision.is_some_and(|revision| revision != record.revision()) { Err(Rejected::Changed) } else { Ok(record) }
}

/// Why a record was not written, for whoever asked.
pub(super) fn not_written(error: RecordError, unique: Option<Unique>) -> Rejected {
    match (error, unique) {
        (RecordError::Changed, _) => Rejected::Changed,
        (RecordError::Fault(fault), _) => fault.into(),
        (RecordError::NotUnique(_), Some(unique)) => Rejected::InUse(unique),
        (error @ RecordError::NotUnique(_), None) => Fault::corrupt("writing a record that has nothing unique", error).into(),
    }
}
