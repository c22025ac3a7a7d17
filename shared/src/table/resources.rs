//! Resources, each with what is heavy of it in an item of its own.

use aws_sdk_dynamodb::types::{Delete, Put, ReturnConsumedCapacity};

use super::call::{Loss, Refused, call};
use super::item::{Item, attribute, item, number, value};
use super::keys::{self, Kind, PK};
use super::records::{List, Record, stored};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, ResourceId};
use crate::domain::resource::{Resource, ResourceBody, SealedKey};
use crate::fault::Fault;

/// Why a resource was not written.
#[derive(Debug)]
pub enum ResourceError {
    /// It was changed or deleted since it was read.
    Changed,
    /// It is a key that something was signed with.
    HasSigned,
    /// A fault of ours.
    Fault(Fault),
}

/// What becomes of a resource's body when the resource is changed.
#[derive(Clone, Debug)]
pub enum BodyChange {
    /// It stays.
    Keep,
    /// This one takes its place.
    Put(ResourceBody),
    /// It goes.
    Remove,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Record,
    Body,
}

/// That nothing was signed with what is there.
const UNSIGNED: &str = "attribute_not_exists(#signed)";
const SIGNED: &str = "has_signed";

impl Record for Resource {
    const KIND: Kind = Kind::Resource;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn lists(&self) -> Vec<List> {
        Vec::new()
    }
}

impl Table {
    /// Writes a new resource, whose number is fresh from [`Self::next_record`], and its body.
    pub async fn create_resource(&self, resource: &Resource, body: Option<&ResourceBody>) -> Result<(), Fault> {
        let _counts = self.relisting(resource.account);
        let mut transaction = Transaction::new("creating a resource");
        transaction.create(self, Condition::Record, stored(resource)?)?;
        if let Some(body) = body {
            transaction.create(self, Condition::Body, stored_body(resource, body)?)?;
        }
        match transaction.run(self).await {
            // The number was drawn for this call alone: an attempt whose answer was lost has written all of this.
            Ok(()) | Err(NotDone::Conditions(_, Loss::Before)) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault),
            Err(NotDone::Conditions(_, Loss::None)) => Err(Fault::corrupt("creating a resource", "the number is in use")),
        }
    }

    /// What of a resource is heavy; nothing where there is nothing.
    pub async fn resource_body(&self, account: AccountId, id: ResourceId) -> Result<Option<ResourceBody>, Fault> {
        self.get(keys::resource_body(account, id), Freshness::Strong).await?.map(value).transpose()
    }

    /// The same of several, in their order.
    pub async fn resource_bodies(
        &self,
        account: AccountId,
        ids: &[ResourceId],
        freshness: Freshness,
    ) -> Result<Vec<Option<ResourceBody>>, Fault> {
        let mut found = self.get_many(ids.iter().map(|id| keys::resource_body(account, *id)).collect(), freshness).await?;
        ids.iter().map(|id| found.take(&keys::resource_body(account, *id)).map(value).transpose()).collect()
    }

    /// Writes `after` where `before` was read, and what becomes of the body. A key that something was signed with stays.
    pub async fn replace_resource(&self, before: &Resource, after: &Resource, body: &BodyChange) -> Result<(), ResourceError> {
        let _counts = self.relisting(before.account);
        let mut transaction = Transaction::new("changing a resource");
        transaction.revise(self, Condition::Record, &stored(before)?, stored(after)?, before.revision)?;
        match body {
            BodyChange::Keep => {}
            BodyChange::Put(body) => {
                let put = Put::builder()
                    .table_name(self.name())
                    .set_item(Some(stored_body(after, body)?))
                    .condition_expression(UNSIGNED)
                    .expression_attribute_names("#signed", SIGNED);
                transaction.put(Condition::Body, put)?;
            }
            BodyChange::Remove => transaction.delete_where(Condition::Body, self.unsigned_body(before))?,
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                let record = failed.into_iter().find(|failed| failed.condition == Condition::Record);
                let Some(record) = record else { return Err(ResourceError::HasSigned) };
                // An attempt of ours whose answer was lost left it just so.
                let stands = record.item.map(value::<Resource>).transpose()?;
                if loss == Loss::Before && stands.as_ref() == Some(after) { Ok(()) } else { Err(ResourceError::Changed) }
            }
        }
    }

    /// Deletes what was read, and its body, unless it is a key that something was signed with.
    pub async fn delete_resource(&self, resource: &Resource) -> Result<(), ResourceError> {
        let _counts = self.relisting(resource.account);
        let mut transaction = Transaction::new("deleting a resource");
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::record(resource.account, Kind::Resource, resource.id.get()).attributes()))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(resource.revision));
        transaction.delete_where(Condition::Record, delete)?;
        transaction.delete_where(Condition::Body, self.unsigned_body(resource))?;
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => match failed.iter().find(|failed| failed.condition == Condition::Record) {
                // Gone after an attempt whose answer was lost: by that attempt, or by somebody else with the same wish.
                Some(record) if loss == Loss::Before && record.item.is_none() => Ok(()),
                Some(_) => Err(ResourceError::Changed),
                None => Err(ResourceError::HasSigned),
            },
        }
    }

    /// Notes that something is about to be signed with a key, where it is still sealed as it was read; `sealed` is how it is sealed
    /// from now on. Whether it was so.
    pub async fn note_signing(&self, account: AccountId, id: ResourceId, before: &SealedKey, sealed: &SealedKey) -> Result<bool, Fault> {
        let (before, sealed) = (attribute(before)?, attribute(sealed)?);
        // Repeating it changes nothing, unless it was sealed anew: then the second attempt finds what the first one wrote.
        let sent = call(self.patience, &self.random, "noting that a key signs", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(keys::resource_body(account, id).attributes()))
                .update_expression("SET #signed = :yes, #sealed = :sealed")
                .condition_expression("attribute_exists(#pk) AND (#sealed = :before OR #sealed = :sealed)")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#signed", SIGNED)
                .expression_attribute_names("#sealed", "sealed")
                .expression_attribute_values(":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
                .expression_attribute_values(":before", before.clone())
                .expression_attribute_values(":sealed", sealed.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(true),
            Err(Refused::Condition(_)) => Ok(false),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// Writes how a key is sealed from now on, where it is still sealed as it was read. Whether it was so.
    #[cfg_attr(not(feature = "sealing"), expect(dead_code, reason = "only what keeps or uses secrets seals them anew"))]
    pub(crate) async fn reseal_key(
        &self,
        account: AccountId,
        id: ResourceId,
        before: &SealedKey,
        sealed: &SealedKey,
    ) -> Result<bool, Fault> {
        let (before, sealed) = (attribute(before)?, attribute(sealed)?);
        let sent = call(self.patience, &self.random, "sealing a key anew", || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(keys::resource_body(account, id).attributes()))
                .update_expression("SET #sealed = :sealed")
                // A second attempt finds what the first one wrote.
                .condition_expression("attribute_exists(#pk) AND (#sealed = :before OR #sealed = :sealed)")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sealed", "sealed")
                .expression_attribute_values(":before", before.clone())
                .expression_attribute_values(":sealed", sealed.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) => Ok(true),
            Err(Refused::Condition(_)) => Ok(false),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }

    /// Deletes a resource's body, whether there is one or not, unless something was signed with it.
    fn unsigned_body(&self, of: &Resource) -> aws_sdk_dynamodb::types::builders::DeleteBuilder {
        Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::resource_body(of.account, of.id).attributes()))
            .condition_expression(UNSIGNED)
            .expression_attribute_names("#signed", SIGNED)
    }
}

fn stored_body(of: &Resource, body: &ResourceBody) -> Result<Item, Fault> {
    item(keys::resource_body(of.account, of.id), body)
}

impl From<Fault> for ResourceError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
