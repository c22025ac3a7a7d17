//! An account's settings: one item, of which each setting is an attribute.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::call::call;
use super::item::{SCHEMA, VERSION, VERSIONED, item, number, value};
use super::read::unconditional;
use super::{Freshness, Table, keys};
use crate::domain::ids::AccountId;
use crate::domain::setting::Settings;
use crate::fault::Fault;

impl Table {
    /// An account's settings.
    pub async fn settings(&self, account: AccountId, freshness: Freshness) -> Result<Settings, Fault> {
        let found = self.get(keys::settings(account), freshness).await?;
        Ok(found.map(value).transpose()?.unwrap_or_default())
    }

    /// Writes those attributes of `settings` that are named, and no other: who sets another one at the same time is not in the way.
    pub(crate) async fn write_settings(&self, account: AccountId, settings: &Settings, attributes: &[&'static str]) -> Result<(), Fault> {
        let stored = item(keys::settings(account), settings)?;
        let (mut sets, mut removes) = (vec![VERSIONED.to_owned()], Vec::new());
        for name in attributes {
            if stored.contains_key(*name) {
                sets.push(format!("#{name} = :{name}"));
            } else {
                removes.push(format!("#{name}"));
            }
        }
        let removes = if removes.is_empty() { String::new() } else { format!(" REMOVE {}", removes.join(", ")) };
        let expression = format!("SET {}{removes}", sets.join(", "));
        let sent = call(self.patience, &self.random, "changing settings", || {
            let mut update = self
                .client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(keys::settings(account).attributes()))
                .update_expression(expression.clone())
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            for name in attributes {
                update = update.expression_attribute_names(format!("#{name}"), *name);
                if let Some(value) = stored.get(*name) {
                    update = update.expression_attribute_values(format!(":{name}"), value.clone());
                }
            }
            update.send()
        });
        sent.await.map(|_| ()).map_err(unconditional)
    }
}
