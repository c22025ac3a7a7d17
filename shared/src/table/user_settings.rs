//! Users' settings: beside the user's password, so that they are listed by user.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

use super::call::{Refused, call};
use super::item::{item, number, text, value};
use super::keys::{self, Kind};
use super::once;
use super::read::unconditional;
use super::transact::{NotDone, Transaction};
use super::update::GrantUpdate;
use super::{Freshness, Page, Table};
use crate::domain::ids::{AccountId, UserSettingId};
use crate::domain::user::UserId;
use crate::domain::user_setting::{SettingChange, UserSetting};
use crate::fault::{Fault, FaultKind};

impl Table {
    /// The number for a new setting.
    pub async fn next_user_setting(&self, account: AccountId) -> Result<UserSettingId, Fault> {
        self.next(Some(account), Kind::UserSetting, UserSettingId::new).await
    }

    /// Writes a new setting, whose number is fresh.
    pub async fn create_user_setting(&self, setting: &UserSetting) -> Result<(), Fault> {
        let stored = item(keys::user_setting(setting.account, setting.user, setting.id), setting)?;
        match self.put_once(stored, "creating a user's setting").await? {
            once::Put::Done => Ok(()),
            once::Put::Taken => Err(Fault::new(FaultKind::Corrupt, "creating a user's setting: the number is in use")),
        }
    }

    /// Writes a setting where there is one; whether there was.
    pub async fn replace_user_setting(&self, setting: &UserSetting) -> Result<bool, Fault> {
        let UserSetting { id, account, user, content } = setting;
        let content = content.clone();
        let all = SettingChange {
            category: Some(content.category),
            group: Some(content.group),
            name: Some(content.name),
            value: Some(content.value),
            value_type: Some(content.value_type),
            description: Some(content.description),
            read_only: Some(content.read_only),
        };
        self.change_user_setting(*account, *user, *id, &all).await
    }

    /// Says something else in a setting where there is one, whatever else is said in it meanwhile; whether there was.
    pub async fn change_user_setting(
        &self,
        account: AccountId,
        user: UserId,
        id: UserSettingId,
        change: &SettingChange,
    ) -> Result<bool, Fault> {
        let SettingChange { category, group, name, value, value_type, description, read_only } = change;
        let mut update = GrantUpdate::new();
        // Sets something always: an update without an expression is none.
        update.set("id", number(id));
        for (attribute, said) in [("category", category), ("group", group), ("name", name), ("value_type", value_type)] {
            if let Some(said) = said {
                update.set_or_remove(attribute, said.as_ref().map(|line| text(line.as_str())));
            }
        }
        if let Some(value) = value {
            update.set("value", text(value.as_str()));
        }
        if let Some(description) = description {
            update.set("description", text(description.as_str()));
        }
        if let Some(read_only) = read_only {
            update.set("read_only", AttributeValue::Bool(*read_only));
        }
        let mut transaction = Transaction::new("changing a user's setting");
        transaction.update((), update.build(self.name(), keys::user_setting(account, user, id)))?;
        match transaction.run(self).await {
            Ok(()) => Ok(true),
            Err(NotDone::Conditions(..)) => Ok(false),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }

    /// Deletes a setting; whether there was one.
    pub async fn delete_user_setting(&self, account: AccountId, user: UserId, id: UserSettingId) -> Result<bool, Fault> {
        let key = keys::user_setting(account, user, id);
        let sent = call(self.patience, &self.random, "deleting a user's setting", || {
            self.client
                .delete_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .return_values(ReturnValue::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            // Where an attempt's answer was lost, it may have been that one that deleted it.
            Ok(answer) => Ok(answer.value.attributes.is_some() || answer.attempts > 1),
            Err(refused @ (Refused::Condition(_) | Refused::Fault(_))) => Err(unconditional(refused)),
        }
    }

    /// At most `limit` settings of a user after one of them, in the order in which they were made.
    pub async fn user_settings(
        &self,
        account: AccountId,
        user: UserId,
        after: Option<UserSettingId>,
        limit: u16,
    ) -> Result<Page<UserSetting, UserSettingId>, Fault> {
        let range = keys::user_settings(account, user, after);
        let (items, next) = self.query(&range, None, i32::from(limit), Freshness::Strong).await?;
        let items = items.into_iter().map(value).collect::<Result<Vec<UserSetting>, _>>()?;
        let next = if next.is_some() { items.last().map(|setting| setting.id) } else { None };
        Ok(Page { items, next })
    }
}
