//! Notifications: how far each is, under its revision.

use super::item::{item, value};
use super::once::Put;
use super::read::Range;
use super::{Changed, Exists, Freshness, Table, keys};
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::key::KeyDigest;
use crate::domain::notification::Notification;
use crate::domain::seat::{Seat, SeatDigest};
use crate::fault::Fault;
use crate::table::grants::seat_from_item;

const WHAT: &str = "changing a notification";

impl Table {
    /// The notification of a release.
    pub async fn notification(&self, account: AccountId, product: ProductId, release: ReleaseId) -> Result<Option<Notification>, Fault> {
        self.get(keys::notification(account, product, release), Freshness::Strong).await?.map(value).transpose()
    }

    /// All notifications of a product, in the order of their releases' numbers.
    pub async fn notifications(&self, account: AccountId, product: ProductId) -> Result<Vec<Notification>, Fault> {
        self.query_all(&keys::notifications(account, product)).await?.into_iter().map(value).collect()
    }

    /// Writes a notification, unless its release has one.
    pub(crate) async fn create_notification(&self, new: &Notification) -> Result<Result<(), Exists>, Fault> {
        let item = item(keys::notification(new.account, new.product, new.release), new)?;
        match self.put_once(item, "beginning a notification").await? {
            Put::Done => Ok(Ok(())),
            Put::Taken => Ok(Err(Exists)),
        }
    }

    /// Writes `after` where `before` was read.
    pub(crate) async fn change_notification(&self, before: &Notification, after: &Notification) -> Result<Result<(), Changed>, Fault> {
        let key = keys::notification(after.account, after.product, after.release);
        let (was, is) = (item(key.clone(), before)?, item(key.clone(), after)?);
        let Err(not) = self.revise(WHAT, key, (&was, is), before.revision).await? else { return Ok(Ok(())) };
        let stands = not.0.map(value::<Notification>).transpose()?;
        Ok(if stands.as_ref() == Some(after) { Ok(()) } else { Err(Changed) })
    }

    /// At most `limit` of a licence's seats that are items, after `after`, and whether there may be more.
    pub(crate) async fn seat_items(&self, key: KeyDigest, after: Option<SeatDigest>, limit: i32) -> Result<(Vec<Seat>, bool), Fault> {
        let range = keys::seats(key);
        let from = after.map_or(range.from.clone(), keys::after_seat);
        let (items, next) = self.query(&Range { from, ..range }, None, limit, Freshness::Strong).await?;
        Ok((items.into_iter().map(seat_from_item).collect::<Result<_, _>>()?, next.is_some()))
    }
}
