//! One item, from its version to the one that is wanted.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use super::{Step, version_of};
use crate::fault::{Fault, FaultKind};
use crate::table::Table;
use crate::table::call::{Refused, call};
use crate::table::item::{Item, VERSION, number};
use crate::table::keys::{Key, PK};
use crate::table::read::unconditional;

const WHAT: &str = "migrating an item";

/// How often an item is looked at again that others change at the same time.
const ROUNDS: u32 = 10;

impl Table {
    /// Leads an item as it was read to the version `to`; whether anything was written. One that is gone is no matter.
    pub(super) async fn lead(&self, mut item: Item, steps: &[Step], to: u32) -> Result<bool, Fault> {
        let key = Key::of(&item).ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
        let mut has_written = false;
        for _ in 0..ROUNDS {
            let version = version_of(&item)?;
            if version.is_some_and(|version| version >= to) {
                return Ok(has_written);
            }
            if let Some(written) = self.lead_once(&key, &item, version, steps).await? {
                (item, has_written) = (written, true);
                continue;
            }
            match self.read_whole(&key).await? {
                Some(read) => item = read,
                None => return Ok(has_written),
            }
        }
        Err(Fault::new(FaultKind::Contended, WHAT))
    }

    /// Takes one step, where the item is as it was read: what it is then. Nothing where it was not so.
    async fn lead_once(&self, key: &Key, item: &Item, version: Option<u32>, steps: &[Step]) -> Result<Option<Item>, Fault> {
        // An item that says nothing is of the first version, and is told so first.
        let step = version.map(|version| steps.iter().find(|step| step.to == version + 1).ok_or_else(no_step)).transpose()?;
        let patch = step.map(|step| (step.change)(item)).transpose()?.unwrap_or_default();
        let then = step.map_or(1, |step| step.to);
        let mut written = item.clone();
        written.insert(VERSION.to_owned(), number(then));
        let (mut sets, mut removes) = (vec!["#v = :then".to_owned()], Vec::new());
        let mut terms = vec!["attribute_exists(#pk)".to_owned()];
        let mut names = vec![("#v".to_owned(), VERSION), ("#pk".to_owned(), PK)];
        let mut values = vec![(":then".to_owned(), number(then))];
        match version {
            Some(version) => {
                terms.push("#v = :now".to_owned());
                values.push((":now".to_owned(), number(version)));
            }
            None => terms.push("attribute_not_exists(#v)".to_owned()),
        }
        for (place, name) in step.map_or(&[][..], |step| step.reads).iter().enumerate() {
            names.push((format!("#read{place}"), name));
            match item.get(*name) {
                Some(read) => {
                    terms.push(format!("#read{place} = :read{place}"));
                    values.push((format!(":read{place}"), read.clone()));
                }
                None => terms.push(format!("attribute_not_exists(#read{place})")),
            }
        }
        for (place, (name, value)) in patch.set.into_iter().enumerate() {
            written.insert(name.to_owned(), value.clone());
            sets.push(format!("#set{place} = :set{place}"));
            names.push((format!("#set{place}"), name));
            values.push((format!(":set{place}"), value));
        }
        for (place, name) in patch.remove.into_iter().enumerate() {
            written.remove(name);
            removes.push(format!("#gone{place}"));
            names.push((format!("#gone{place}"), name));
        }
        let removes = if removes.is_empty() { String::new() } else { format!(" REMOVE {}", removes.join(", ")) };
        let expression = format!("SET {}{removes}", sets.join(", "));
        let is_written = self.write_step(key, &expression, &terms.join(" AND "), &names, &values).await?;
        Ok(is_written.then_some(written))
    }

    async fn write_step(
        &self,
        key: &Key,
        expression: &str,
        condition: &str,
        names: &[(String, &'static str)],
        values: &[(String, AttributeValue)],
    ) -> Result<bool, Fault> {
        let sent = call(self.patience, &self.random, WHAT, || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression(expression)
                .condition_expression(condition)
                .set_expression_attribute_names(Some(names.iter().map(|(place, name)| (place.clone(), (*name).to_owned())).collect()))
                .set_expression_attribute_values(Some(values.iter().cloned().collect()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(true),
            Err(Refused::Condition(_)) => Ok(false),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// The item at `key` as it is, of whatever version.
    async fn read_whole(&self, key: &Key) -> Result<Option<Item>, Fault> {
        let sent = call(self.patience, &self.random, "reading an item", || {
            let get = self.client.get_item().table_name(&self.name).set_key(Some(key.clone().attributes())).consistent_read(true);
            get.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
        });
        Ok(sent.await.map_err(unconditional)?.value.item)
    }
}

fn no_step() -> Fault {
    Fault::new(FaultKind::Corrupt, "no step leads on from an item's version")
}
