//! Webhooks: the endpoints of an account, never more than [`MOST_WEBHOOKS`].

use aws_sdk_dynamodb::types::{Delete, ReturnConsumedCapacity, ReturnValue, Update};

use super::call::{Loss, Refused, call};
use super::item::{SCHEMA, VERSION, attribute, item, number, value};
use super::keys::{self, Kind, PK};
use super::transact::{NotDone, Transaction};
use super::{Changed, Freshness, Table};
use crate::domain::ids::{AccountId, WebhookId};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{MOST_WEBHOOKS, Webhook};
use crate::fault::Fault;

const CHANGING: &str = "changing a webhook";
const COUNTING: &str = "ADD #count :one SET #v = if_not_exists(#v, :v)";

/// The account has as many endpoints as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Account,
    Webhook,
    Count,
}

impl Table {
    /// The number for a new endpoint.
    pub(crate) async fn next_webhook(&self, account: AccountId) -> Result<WebhookId, Fault> {
        self.next(Some(account), Kind::Webhook, WebhookId::new).await
    }

    /// Writes a new endpoint, whose number is fresh. Nothing where there is no such account.
    pub(crate) async fn create_webhook(&self, new: &Webhook) -> Result<Option<Result<(), TooMany>>, Fault> {
        let mut transaction = Transaction::new("creating a webhook");
        transaction.require(self, Named::Account, keys::account(new.account))?;
        transaction.create(self, Named::Webhook, item(keys::webhook(new.account, new.id), new)?)?;
        let count = self.webhook_count(new.account, COUNTING);
        let count = count.condition_expression("attribute_not_exists(#count) OR #count < :most");
        transaction.update(Named::Count, count.expression_attribute_values(":most", number(MOST_WEBHOOKS)))?;
        match transaction.run(self).await {
            Ok(()) => Ok(Some(Ok(()))),
            Err(NotDone::Fault(fault)) => Err(fault),
            Err(NotDone::Conditions(failed, loss)) => {
                let has_failed = |named| failed.iter().any(|failed| failed.condition == named);
                match (has_failed(Named::Webhook), loss) {
                    // The number was drawn for this call alone: an attempt whose answer was lost has written it.
                    (true, Loss::Before) => Ok(Some(Ok(()))),
                    (true, Loss::None) => Err(Fault::corrupt("creating a webhook", "the number is in use")),
                    (false, _) if has_failed(Named::Account) => Ok(None),
                    (false, _) => Ok(Some(Err(TooMany))),
                }
            }
        }
    }

    /// All endpoints of an account.
    pub(crate) async fn webhooks(&self, account: AccountId) -> Result<Vec<Webhook>, Fault> {
        self.query_all(&keys::webhooks(account)).await?.into_iter().map(value).collect()
    }

    /// An endpoint.
    pub(crate) async fn webhook(&self, account: AccountId, id: WebhookId) -> Result<Option<Webhook>, Fault> {
        self.get(keys::webhook(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// Writes `after` where `before` was read.
    pub(crate) async fn change_webhook(&self, before: &Webhook, after: &Webhook) -> Result<Result<(), Changed>, Fault> {
        let key = keys::webhook(after.account, after.id);
        let (was, is) = (item(key.clone(), before)?, item(key.clone(), after)?);
        let Err(not) = self.revise(CHANGING, key, (&was, is), before.revision).await? else { return Ok(Ok(())) };
        // Ours, but for a failure that was noted since.
        let stands = not.0.map(value::<Webhook>).transpose()?;
        let is_ours = stands.is_some_and(|stands| Webhook { failing: after.failing, ..stands } == *after);
        Ok(if is_ours { Ok(()) } else { Err(Changed) })
    }

    /// Deletes an endpoint at the revision that was read.
    pub(crate) async fn delete_webhook(&self, before: &Webhook) -> Result<Result<(), Changed>, Fault> {
        let mut transaction = Transaction::new("deleting a webhook");
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(keys::webhook(before.account, before.id).attributes()))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(before.revision));
        transaction.delete_where(Named::Webhook, delete)?;
        let count = self.webhook_count(before.account, COUNTING);
        transaction.update(Named::Count, count.expression_attribute_values(":one", number(-1)))?;
        match transaction.run(self).await {
            Ok(()) => Ok(Ok(())),
            Err(NotDone::Fault(fault)) => Err(fault),
            Err(NotDone::Conditions(failed, loss)) => {
                let is_gone = failed.iter().all(|failed| failed.item.is_none());
                Ok(if loss == Loss::Before && is_gone { Ok(()) } else { Err(Changed) })
            }
        }
    }

    /// Notes that an endpoint failed at `now`, unless it had failed before. Gives it as it is then; nothing where it is gone.
    pub(crate) async fn note_webhook_failing(&self, account: AccountId, id: WebhookId, now: Timestamp) -> Result<Option<Webhook>, Fault> {
        let now = attribute(&now)?;
        self.update_webhook(account, id, "SET #failing = if_not_exists(#failing, :now)", "attribute_exists(#pk)", Some(now)).await
    }

    /// Notes that an endpoint took something: it has no failure any more.
    pub(crate) async fn note_webhook_working(&self, account: AccountId, id: WebhookId) -> Result<(), Fault> {
        let condition = "attribute_exists(#pk) AND attribute_exists(#failing)";
        self.update_webhook(account, id, "REMOVE #failing", condition, None).await.map(|_| ())
    }

    async fn update_webhook(
        &self,
        account: AccountId,
        id: WebhookId,
        update: &str,
        condition: &str,
        now: Option<aws_sdk_dynamodb::types::AttributeValue>,
    ) -> Result<Option<Webhook>, Fault> {
        let sent = call(self.patience, &self.random, "noting how a webhook fares", || {
            let sent = self
                .client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(keys::webhook(account, id).attributes()))
                .update_expression(update)
                .condition_expression(condition)
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#failing", "failing")
                .return_values(ReturnValue::AllNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total);
            match &now {
                Some(now) => sent.expression_attribute_values(":now", now.clone()).send(),
                None => sent.send(),
            }
        });
        match sent.await {
            Ok(answer) => answer.value.attributes.map(value).transpose(),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(_)) => Ok(None),
        }
    }

    fn webhook_count(&self, account: AccountId, update: &str) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::webhook_count(account).attributes()))
            .update_expression(update)
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#v", VERSION)
            .expression_attribute_values(":v", number(SCHEMA))
            .expression_attribute_values(":one", number(1))
    }
}
