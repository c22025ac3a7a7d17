//! Reading many items at once.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity};
use tokio::time::sleep;

use super::call::{backoff, call};
use super::grants::seat_from_item;
use super::item::{Item, all_known, value};
use super::keys::{self, Key};
use super::read::unconditional;
use super::records::Record;
use super::{Freshness, Table};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::license::{License, Standing};
use crate::domain::seat::{Layout, Seat, SeatDigest};
use crate::fault::{Fault, FaultKind};

/// The most items of one call
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>).
const MOST: usize = 100;

const WHAT: &str = "reading many items";

/// Items by their keys.
pub(super) struct Found(HashMap<Key, Item>);

/// Grants by their keys, and seats that are items.
pub(super) struct GrantsAndSeats {
    pub(super) grants: HashMap<KeyDigest, Grant>,
    pub(super) items: HashMap<(KeyDigest, SeatDigest), Seat>,
}

impl Found {
    /// Takes the item at `key`.
    pub(super) fn take(&mut self, key: &Key) -> Option<Item> {
        self.0.remove(key)
    }
}

impl Table {
    /// The licences with these numbers, in their order; those that are not there are left out. A hundred a call.
    pub async fn licenses_by_number(&self, account: AccountId, ids: &[LicenseId], freshness: Freshness) -> Result<Vec<License>, Fault> {
        let mut found = self.get_many(ids.iter().map(|id| keys::license(account, *id)).collect(), freshness).await?;
        ids.iter().filter_map(|id| found.take(&keys::license(account, *id))).map(value).collect()
    }

    /// The records of a kind with these numbers, in the order in which they are named; those that are not there are left out. A
    /// hundred a call.
    pub async fn records_by_number<R: Record>(&self, account: AccountId, numbers: &[u32], freshness: Freshness) -> Result<Vec<R>, Fault> {
        let mut found = self.get_many(numbers.iter().map(|number| keys::record(account, R::KIND, *number)).collect(), freshness).await?;
        numbers.iter().filter_map(|number| found.take(&keys::record(account, R::KIND, *number))).map(value).collect()
    }

    /// The grants of these keys, in their order; nothing where there is none. A hundred a call.
    pub async fn grants(&self, digests: &[KeyDigest], freshness: Freshness) -> Result<Vec<Option<Grant>>, Fault> {
        let mut found = self.get_many(digests.iter().map(|digest| keys::grant(*digest)).collect(), freshness).await?;
        let items = digests.iter().map(|digest| (*digest, found.take(&keys::grant(*digest))));
        let grants = items.map(|(digest, item)| item.map(|item| Grant::from_item(digest, item)).transpose());
        grants.map(|grant| Ok(grant?.filter(|grant| grant.standing != Standing::Deleted))).collect()
    }

    /// Grants, and the seats of theirs that are items, as they are now: one read, and one more where seats are items.
    pub(super) async fn grants_and_seats(&self, seats: &[(KeyDigest, SeatDigest)]) -> Result<GrantsAndSeats, Fault> {
        let mut digests: Vec<KeyDigest> = seats.iter().map(|(key, _)| *key).collect();
        digests.dedup();
        let grants = self.grants(&digests, Freshness::Strong).await?;
        let grants: HashMap<_, _> = grants.into_iter().flatten().map(|grant| (grant.key, grant)).collect();
        let is_item = |key: &KeyDigest| grants.get(key).is_some_and(|grant| grant.seats.layout() == Layout::Items);
        let wanted: Vec<_> = seats.iter().filter(|(key, _)| is_item(key)).copied().collect();
        let mut found = self.get_many(wanted.iter().map(|(key, seat)| keys::seat(*key, *seat)).collect(), Freshness::Strong).await?;
        let items = wanted.into_iter().filter_map(|(key, seat)| found.take(&keys::seat(key, seat)).map(|item| ((key, seat), item)));
        let items = items.map(|(of, item)| Ok((of, seat_from_item(item)?))).collect::<Result<_, Fault>>()?;
        Ok(GrantsAndSeats { grants, items })
    }

    /// The items at `keys`, each asked for once. What the store leaves out for being too much is asked for again.
    pub(super) async fn get_many(&self, mut keys: Vec<Key>, freshness: Freshness) -> Result<Found, Fault> {
        keys.sort();
        keys.dedup();
        let mut found = HashMap::new();
        for chunk in keys.chunks(MOST) {
            let mut wanted: Vec<_> = chunk.iter().map(|key| key.clone().attributes()).collect();
            let mut attempt = 0;
            while !wanted.is_empty() {
                attempt += 1;
                if attempt > self.patience.attempts {
                    return Err(Fault::new(FaultKind::Throttled, WHAT));
                }
                if attempt > 1 {
                    sleep(backoff(attempt - 1, &self.random)).await;
                }
                let (items, rest) = self.get_some(wanted, freshness).await?;
                found.extend(items.into_iter().filter_map(|item| Some((Key::of(&item)?, item))));
                wanted = rest;
            }
        }
        Ok(Found(found))
    }

    async fn get_some(
        &self,
        keys: Vec<HashMap<String, AttributeValue>>,
        freshness: Freshness,
    ) -> Result<(Vec<Item>, Vec<HashMap<String, AttributeValue>>), Fault> {
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(freshness.is_strong()).build();
        let wanted = wanted.map_err(|error| Fault::corrupt(WHAT, error))?;
        let sent = call(self.patience, &self.random, WHAT, || {
            let request = self.client.batch_get_item().request_items(&self.name, wanted.clone());
            request.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        let answer = sent.await.map_err(unconditional)?.value;
        let items = all_known(answer.responses.and_then(|mut tables| tables.remove(&self.name)))?;
        let rest = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.name));
        Ok((items, rest.map(|rest| rest.keys).unwrap_or_default()))
    }
}
