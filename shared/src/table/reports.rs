//! Reports: records whose content lies in items of its own, which lists do not read.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::call::call;
use super::item::{item, number, value};
use super::keys::{self, Kind, TTL};
use super::read::unconditional;
use super::records::{Record, RecordError};
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, ReportId};
use crate::domain::report::{Report, ReportBody};
use crate::domain::time::Timestamp;
use crate::fault::Fault;

impl Record for Report {
    const KIND: Kind = Kind::Report;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn ends(&self) -> Option<Timestamp> {
        Some(self.until)
    }
}

impl Table {
    /// Writes a report whose number is fresh: its content first, so that no list shows one without. Where it breaks off in between, the
    /// content lies there until its time is over.
    pub(crate) async fn write_report(&self, report: &Report, body: &ReportBody) -> Result<(), Fault> {
        let mut stored = item(keys::report_body(report.account, report.id), body)?;
        stored.insert(TTL.to_owned(), number(report.until.as_seconds()));
        let sent = call(self.patience, &self.random, "writing a report", || {
            let put = self.client.put_item().table_name(&self.name).set_item(Some(stored.clone()));
            put.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        match self.create_record(report).await {
            Ok(()) => Ok(()),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(error @ (RecordError::NotUnique(_) | RecordError::Changed)) => Err(Fault::corrupt("writing a report", error)),
        }
    }

    /// What is heavy in reports of an account, in the order of the numbers given; nothing where it is gone.
    pub async fn report_bodies(&self, account: AccountId, ids: &[ReportId]) -> Result<Vec<Option<ReportBody>>, Fault> {
        let keys = ids.iter().map(|id| keys::report_body(account, *id)).collect();
        let mut found = self.get_many(keys, Freshness::Eventual).await?;
        ids.iter().map(|id| found.take(&keys::report_body(account, *id)).map(value).transpose()).collect()
    }

    /// Deletes a report and what is heavy in it, the latter first: what breaks off halfway is repeated and goes on. Whether it was there.
    pub(crate) async fn delete_report(&self, account: AccountId, id: ReportId) -> Result<bool, Fault> {
        let key = keys::report_body(account, id);
        let sent = call(self.patience, &self.random, "deleting a report", || {
            let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            delete.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        let Some(report) = self.record::<Report>(account, id.get(), Freshness::Strong).await? else { return Ok(false) };
        match self.delete_record(&report).await {
            Ok(()) => Ok(true),
            Err(RecordError::Changed) => Ok(false),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(error @ RecordError::NotUnique(_)) => Err(Fault::corrupt("deleting a report", error)),
        }
    }
}
