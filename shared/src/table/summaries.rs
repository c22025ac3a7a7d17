//! Licences in short, by account and number: what lists of all seats of an account begin with.
//!
//! Architecture Invariant: a summary is written by who read the grant strongly consistent, and who wrote one reads the grant again
//! afterwards: whoever wrote last has seen what is stored.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::batch_write::Write;
use super::call::{Refused, call};
use super::item::{attribute, item, value};
use super::read::Range;
use super::{Freshness, Page, Table, keys};
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::key::KeyDigest;
use crate::domain::summary::Summary;
use crate::fault::Fault;

/// A grant, where there is one, and how its licence is entered in short, where it is.
pub(crate) type InShort = (Option<Grant>, Option<Summary>);

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

    /// The grants of these keys (or what is left of them, where a licence was deleted), in their order, each with how the licence is
    /// entered in short: two reads for a hundred, strongly consistent. What cannot be read is a fault of that licence alone.
    pub(crate) async fn grants_in_short(&self, digests: &[KeyDigest]) -> Result<Vec<Result<InShort, Fault>>, Fault> {
        let mut found = self.get_many(digests.iter().map(|digest| keys::grant(*digest)).collect(), Freshness::Strong).await?;
        let stored = digests.iter().map(|digest| (*digest, found.take(&keys::grant(*digest))));
        let grants: Vec<_> = stored.map(|(digest, item)| item.map(|item| Grant::from_item(digest, item)).transpose()).collect();
        let of = |grant: &Grant| keys::summary(grant.account, grant.license);
        let wanted = grants.iter().filter_map(|grant| grant.as_ref().ok()?.as_ref()).map(of).collect();
        let mut found = self.get_many(wanted, Freshness::Strong).await?;
        let mut with_summary = |grant: Option<Grant>| {
            let summary = grant.as_ref().and_then(|grant| found.take(&of(grant))).map(value).transpose()?;
            Ok((grant, summary))
        };
        Ok(grants.into_iter().map(|grant| grant.and_then(&mut with_summary)).collect())
    }

    /// Enters licences, no two of them the same.
    pub(crate) async fn write_summaries(&self, summaries: &[Summary]) -> Result<(), Fault> {
        let put = |summary: &Summary| item(keys::summary(summary.account, summary.license), summary).map(Write::Put);
        self.write_many("entering licences in short", summaries.iter().map(put).collect::<Result<_, _>>()?).await
    }

    /// Takes the licence with this key out. One that has the number and another key stays: it is not the one that is meant.
    pub(crate) async fn delete_summary(&self, account: AccountId, license: LicenseId, digest: KeyDigest) -> Result<(), Fault> {
        let (key, digest) = (keys::summary(account, license), attribute(&digest)?);
        let sent = call(self.patience, &self.random, "taking a licence in short out", || {
            let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            let delete = delete.condition_expression("#key = :key").expression_attribute_names("#key", "key");
            let delete = delete.expression_attribute_values(":key", digest.clone());
            delete.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        match sent.await {
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }
}
