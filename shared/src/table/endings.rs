//! The ends of licences by the hour, and which hour is looked at first.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use serde::{Deserialize, Serialize};

use super::call::{Refused, call};
use super::item::{attribute, item, value};
use super::keys::{self, PK};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::domain::ending::{Ending, Hour};
use crate::fault::Fault;

#[derive(Serialize, Deserialize)]
struct First {
    hour: Hour,
}

impl Table {
    /// Enters an end, however often.
    pub(crate) async fn note_ending(&self, ending: &Ending) -> Result<(), Fault> {
        let item = item(keys::ending(ending), ending)?;
        let sent = call(self.patience, &self.random, "entering a licence's end", || {
            let put = self.client.put_item().table_name(&self.name).set_item(Some(item.clone()));
            put.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        Ok(())
    }

    /// Takes an end out.
    pub(crate) async fn delete_ending(&self, ending: &Ending) -> Result<(), Fault> {
        let key = keys::ending(ending);
        let sent = call(self.patience, &self.random, "taking a licence's end out", || {
            let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            delete.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        sent.await.map_err(unconditional)?;
        Ok(())
    }

    /// At most `limit` ends in an hour after one of them, and whether there may be more.
    pub(crate) async fn endings(&self, hour: Hour, after: Option<&Ending>, limit: i32) -> Result<(Vec<Ending>, bool), Fault> {
        let range = keys::endings(hour).after(after.map(keys::ending));
        let (items, next) = self.query(&range, None, limit, Freshness::Strong).await?;
        Ok((items.into_iter().map(value).collect::<Result<_, _>>()?, next.is_some()))
    }

    /// Which hour is looked at first; nothing where none was yet.
    pub(crate) async fn ending_hour(&self) -> Result<Option<Hour>, Fault> {
        let first: Option<First> = self.get(keys::ending_hour(), Freshness::Strong).await?.map(value).transpose()?;
        Ok(first.map(|first| first.hour))
    }

    /// Begins with `after` from now on, where it was `before`: of two who are at it one moves it, and never back.
    pub(crate) async fn move_ending_hour(&self, before: Option<Hour>, after: Hour) -> Result<(), Fault> {
        let item = item(keys::ending_hour(), &First { hour: after })?;
        let seen = before.map(|before| attribute(&before)).transpose()?;
        let sent = call(self.patience, &self.random, "leaving an hour behind", || {
            let put = self.client.put_item().table_name(&self.name).set_item(Some(item.clone()));
            let put = put.return_consumed_capacity(ReturnConsumedCapacity::Total);
            // One fact, put whole: what newer code might add to it would be about the hour that is left behind.
            match &seen {
                Some(seen) => put
                    .condition_expression("#hour = :seen")
                    .expression_attribute_names("#hour", "hour")
                    .expression_attribute_values(":seen", seen.clone())
                    .send(),
                None => put.condition_expression("attribute_not_exists(#pk)").expression_attribute_names("#pk", PK).send(),
            }
        });
        match sent.await {
            // Somebody else moved it, or an attempt of ours whose answer was lost.
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }
}
