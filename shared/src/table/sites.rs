//! The index of sites, and what each licence remembers of having in it.
//!
//! For every seat that a site holds there are two items: the entry, found by account and host, and the memory of it in the licence's
//! partition, found by the licence and the seat. The memory tells which entry belongs to a seat that is gone.
//!
//! Architecture Invariant: an entry is there exactly where a memory of it is. Both come and go in one transaction, whoever else is at it.

use aws_sdk_dynamodb::types::{Delete, Put};
use serde::{Deserialize, Serialize};

use super::item::{Item, item, value};
use super::keys::{self, Key, SITE_ENTRY_PREFIX, SK};
use super::read::Range;
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::grant::{Grant, Seats};
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::seat::{Device, Seat, SeatDigest};
use crate::domain::site_index::{Change, Entry, Place, entry};
use crate::fault::{Fault, FaultKind};
use crate::table::grants::seat_from_item;

/// The most seats that one transaction brings up to date: each takes at most four of its 100 writes.
const AT_ONCE: usize = 25;

/// How many items are read at a time.
const PAGE: i32 = 500;

/// An entry as it was found by its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteEntry {
    /// The licence's number.
    pub license: LicenseId,
    /// The digest of the licence's key.
    pub key: KeyDigest,
    /// The seat.
    pub seat: SeatDigest,
}

/// Where a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// At the beginning.
    Nothing,
    /// After all entries of a licence.
    License(LicenseId),
    /// After this one entry.
    Entry(LicenseId, SeatDigest),
}

#[derive(Serialize, Deserialize)]
struct EntryItem {
    /// The digest of the licence's key.
    key: KeyDigest,
}

impl Table {
    /// At most `limit` entries of a host in the order of the licences' numbers, and whether there may be more.
    pub async fn site_entries(&self, account: AccountId, host: &str, after: After, limit: i32) -> Result<(Vec<SiteEntry>, bool), Fault> {
        let range = keys::site_entries(account, host);
        let range = match after {
            After::Nothing => range,
            After::License(license) => Range { from: keys::after_license(license), ..range },
            After::Entry(license, seat) => Range { from: keys::after_site_entry(license, seat), ..range },
        };
        let (items, next) = self.query(&range, None, limit, Freshness::Eventual).await?;
        let entries = items.into_iter().map(site_entry).collect::<Result<_, _>>()?;
        Ok((entries, next.is_some()))
    }

    /// Which of these entries tell the truth: a site of `host` holds the seat now.
    pub async fn true_entries(&self, account: AccountId, host: &str, entries: Vec<SiteEntry>) -> Result<Vec<SiteEntry>, Fault> {
        let seats: Vec<_> = entries.iter().map(|entry| (entry.key, entry.seat)).collect();
        let found = self.grants_and_seats(&seats).await?;
        let is_true = |entry: &SiteEntry| {
            let Some(grant) = found.grants.get(&entry.key) else { return false };
            let seat = grant.seat(&entry.seat).or_else(|| found.items.get(&(entry.key, entry.seat)));
            let is_here = seat.is_some_and(|seat| matches!(&seat.device, Device::Site(site) if site.host() == host));
            is_here && grant.account == account && grant.license == entry.license
        };
        Ok(entries.into_iter().filter(is_true).collect())
    }

    /// What a licence remembers of the seats inside its grant: of all, or of the development sites where the others are items.
    pub(crate) async fn remembered(&self, key: KeyDigest, grant: Option<&Grant>) -> Result<Vec<Entry>, Fault> {
        let range = match grant.map(|grant| &grant.seats) {
            Some(Seats::Items { .. }) => keys::remembered_at(key, Place::Free),
            Some(Seats::Map(_)) | None => keys::remembered(key),
        };
        self.query_all(&range).await?.into_iter().map(value).collect()
    }

    /// A seat as it is, wherever it lies, and what is remembered of it.
    pub(crate) async fn seat_and_memory(&self, key: KeyDigest, seat: SeatDigest) -> Result<(Option<Entry>, Vec<Entry>), Fault> {
        let places = [Place::Counted, Place::Free];
        let memories = places.map(|place| keys::remembered_seat(key, place, seat));
        let wanted = [keys::grant(key), keys::seat(key, seat)].into_iter().chain(memories.clone()).collect();
        let mut found = self.get_many(wanted, Freshness::Strong).await?;
        let remembered = memories.into_iter().filter_map(|key| found.take(&key)).map(value).collect::<Result<_, _>>()?;
        let Some(grant) = found.take(&keys::grant(key)).map(|item| Grant::from_item(key, item)).transpose()? else {
            return Ok((None, remembered));
        };
        let item = found.take(&keys::seat(key, seat)).map(seat_from_item).transpose()?;
        let (place, held) = match (&grant.seats, item) {
            (Seats::Items { .. }, Some(item)) => (Place::Counted, Some(item)),
            (Seats::Map(seats), _) if seats.contains_key(&seat) => (Place::Counted, seats.get(&seat).cloned()),
            (Seats::Items { .. } | Seats::Map(_), _) => (Place::Free, grant.free.get(&seat).cloned()),
        };
        Ok((held.and_then(|held| entry(&grant, place, seat, &held)), remembered))
    }

    /// A page of the seats that are items after `after`, what is remembered up to the last of them, and that last one where there may
    /// be more.
    pub(crate) async fn seats_and_memories(
        &self,
        grant: &Grant,
        after: Option<SeatDigest>,
    ) -> Result<(Vec<Entry>, Vec<Entry>, Option<SeatDigest>), Fault> {
        let range = keys::seats(grant.key);
        let from = after.map_or(range.from.clone(), keys::after_seat);
        let (items, next) = self.query(&Range { from, ..range }, None, PAGE, Freshness::Strong).await?;
        let seats = items.into_iter().map(seat_from_item).collect::<Result<Vec<Seat>, _>>()?;
        let last = seats.last().map(|seat| seat.device.digest()).filter(|_| next.is_some());
        let entries = seats.iter().filter_map(|seat| entry(grant, Place::Counted, seat.device.digest(), seat)).collect();
        let remembered = self.query_all(&keys::remembered_between(grant.key, after, last)).await?;
        Ok((entries, remembered.into_iter().map(value).collect::<Result<_, _>>()?, last))
    }

    /// Writes what changes: the entry and the memory of it together.
    pub(crate) async fn write_site_changes(&self, key: KeyDigest, changes: &[Change]) -> Result<(), Fault> {
        for changes in changes.chunks(AT_ONCE) {
            let mut transaction = Transaction::new("indexing sites");
            for change in changes {
                self.write_site_change(&mut transaction, key, change)?;
            }
            match transaction.run(self).await {
                Ok(()) => {}
                Err(NotDone::Fault(fault)) => return Err(fault),
                Err(NotDone::Conditions(..)) => {
                    return Err(Fault::new(FaultKind::Corrupt, "indexing sites: a condition where none was stated"));
                }
            }
        }
        Ok(())
    }

    fn write_site_change(&self, transaction: &mut Transaction<()>, key: KeyDigest, change: &Change) -> Result<(), Fault> {
        let put = |item: Item| Put::builder().table_name(self.name()).set_item(Some(item));
        let delete = |key: Key| Delete::builder().table_name(self.name()).set_key(Some(key.attributes()));
        match change {
            Change::Held { entry, former } => {
                transaction.put((), put(item(entry_key(entry), &EntryItem { key })?))?;
                transaction.put((), put(item(memory_key(key, entry), entry)?))?;
                for former in former.iter().filter(|former| former.place != entry.place) {
                    transaction.delete_if((), delete(memory_key(key, former)))?;
                }
            }
            Change::Gone { former } => {
                // Wherever the seat lay, it had one entry; and where a memory is left, there is one.
                for entry in former.iter().take(1) {
                    transaction.delete_if((), delete(entry_key(entry)))?;
                    for place in [Place::Counted, Place::Free] {
                        transaction.delete_if((), delete(keys::remembered_seat(key, place, entry.seat)))?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn entry_key(entry: &Entry) -> Key {
    keys::site_entry(entry.account, &entry.host, entry.license, entry.seat)
}

fn memory_key(key: KeyDigest, entry: &Entry) -> Key {
    keys::remembered_seat(key, entry.place, entry.seat)
}

fn site_entry(item: Item) -> Result<SiteEntry, Fault> {
    let wrong = || Fault::new(FaultKind::Corrupt, "an entry of the index of sites could not be read");
    let sort_key = item.get(SK).and_then(|sk| sk.as_s().ok()).ok_or_else(wrong)?;
    let (license, seat) = sort_key.strip_prefix(SITE_ENTRY_PREFIX).and_then(|rest| rest.split_once('#')).ok_or_else(wrong)?;
    let license = license.parse().ok().and_then(LicenseId::new).ok_or_else(wrong)?;
    let seat = SeatDigest::parse(seat).ok_or_else(wrong)?;
    Ok(SiteEntry { license, key: value::<EntryItem>(item)?.key, seat })
}
