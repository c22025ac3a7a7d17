//! Restoring into the table without telling anybody of what is restored, as though it had just happened.
//!
//! Webhooks are told, and mail is sent, as the table's stream shows new items. Those that a restore writes are new to the stream alone. So a
//! restore notes in the table when it is at work ([`Restore`]), and whoever follows the stream leaves out the items that are new in that time,
//! however late the stream tells of them.

use tokio::sync::OnceCell;

use super::announce::ToldChange;
use crate::core::Core;
use crate::domain::event::Change;
use crate::domain::restore::{RENEWAL_SECONDS, Restore, Skew};
use crate::domain::time::Timestamp;
use crate::fault::Fault;

/// A restore at work.
#[derive(Debug)]
pub struct Restoring {
    noted: Restore,
    skew: Skew,
    /// When its claim was last made longer, by our clock.
    renewed: Timestamp,
}

/// The restores into the table, read once for a batch of changes, and not before something is new: never remembered beyond it, for a restore
/// writes as soon as it has noted itself.
#[derive(Debug, Default)]
pub struct Restores(OnceCell<Vec<Restore>>);

impl Restoring {
    /// Notes a restore, before it writes anything. Those that were begun and have not ended are gone on with by this one.
    pub async fn begin(core: &Core, skew: Skew) -> Result<Self, Fault> {
        let before = core.table.restores().await?;
        let now = core.now();
        let noted = Restore::begin(core.table.restore_id(), now, skew);
        core.table.note_restore(&noted).await?;
        for broken_off in before.iter().filter(|restore| !restore.is_over) {
            core.table.change_restore(&broken_off.broken_off(now, skew)).await?;
        }
        Ok(Self { noted, skew, renewed: now })
    }

    /// Makes its claim longer where that is due. To be called before every write.
    pub async fn go_on(&mut self, core: &Core) -> Result<(), Fault> {
        let now = core.now();
        if now < self.renewed.plus_seconds(RENEWAL_SECONDS) {
            return Ok(());
        }
        let renewed = self.noted.renewed(now, self.skew);
        core.table.change_restore(&renewed).await?;
        (self.noted, self.renewed) = (renewed, now);
        Ok(())
    }

    /// Notes that everything was written.
    pub async fn end(&mut self, core: &Core) -> Result<(), Fault> {
        let ended = self.noted.ended(core.now(), self.skew);
        core.table.change_restore(&ended).await?;
        self.noted = ended;
        Ok(())
    }

    /// Whether what is done from now on is told as ever. For one that has ended.
    pub fn is_past(&self, now: Timestamp) -> bool {
        self.noted.is_past(now, self.skew)
    }
}

impl Restores {
    /// Whether a change is a restore's.
    pub async fn made(&self, core: &Core, told: &ToldChange) -> Result<bool, Fault> {
        if !is_new(&told.change) {
            return Ok(false);
        }
        let restores = self.0.get_or_try_init(|| core.table.restores()).await?;
        Ok(restores.iter().any(|restore| restore.covers(told.at)))
    }
}

/// Whether it is an item that was not there before.
fn is_new(change: &Change) -> bool {
    match change {
        Change::Grant { before, after } => before.is_none() && after.is_some(),
        Change::Seat { before, after, .. } => before.is_none() && after.is_some(),
        Change::Release { before, after } => before.is_none() && after.is_some(),
        Change::Notification { before, after } => before.is_none() && after.is_some(),
        Change::Mail { before, after } => before.is_none() && after.is_some(),
    }
}
