//! Licences in short, by account and number: what lists of all seats of an account begin with.
//!
//! Architecture Invariant: a summary is written by who read the grant strongly consistent, and who wrote one reads the grant again
//! afterwards: whoever wrote last has seen what is stored.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::call::call;
use super::item::{item, value};
use super::read::{Range, unconditional};
use super::{Freshness, Page, Table, keys};
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::summary::Summary;
use crate::fault::Fault;

impl Table {
    /// At most `limit` of an account's licences in short, after `after`. As of seconds ago.
    pub async fn summaries(&self, account: AccountId, after: Option<LicenseId>, limit: i32) -> Result<Page<Summary>, Fault> {
        let all = keys::summaries(account);
        let from = after.map_or(all.from.clone(), keys::after_license);
        let (items, next) = self.query(&Range { from, ..all }, None, limit, Freshness::Eventual).await?;
        let items = items.into_iter().map(value).collect::<Result<Vec<Summary>, _>>()?;
        let next = items.last().map(|summary| summary.license).filter(|_| next.is_some());
        Ok(Page { items, next })
    }

    /// A licence in short, as it is entered.
    pub(crate) async fn summary(&self, account: AccountId, license: LicenseId) -> Result<Option<Summary>, Fault> {
        self.get(keys::summary(account, license), Freshness::Strong).await?.map(value).transpose()
    }

    /// Enters a licence.
    pub(crate) async fn write_summary(&self, summary: &Summary) -> Result<(), Fault> {
        let item = item(keys::summary(summary.account, summary.license), summary)?;
        let sent = call(self.patience, &self.random, "entering a licence in short", || {
            let put = self.client.put_item().table_name(&self.name).set_item(Some(item.clone()));
            put.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        Ok(())
    }

    /// Takes a licence out.
    pub(crate) async fn delete_summary(&self, account: AccountId, license: LicenseId) -> Result<(), Fault> {
        let key = keys::summary(account, license);
        let sent = call(self.patience, &self.random, "taking a licence in short out", || {
            let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            delete.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        Ok(())
    }
}
