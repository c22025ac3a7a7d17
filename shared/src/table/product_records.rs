//! Products as their vendor's staff keep them: a record beside each product, written together with it.

use aws_sdk_dynamodb::types::{Delete, Update};

use super::call::Loss;
use super::item::{number, text, value};
use super::keys::{self, Kind, PK};
use super::records::{List, Record, holder, stored};
use super::transact::{NotDone, Transaction};
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::product::Product;
use crate::domain::product_record::ProductRecord;
use crate::fault::Fault;

/// Why a product's record was not written.
#[derive(Debug)]
pub enum ProductRecordError {
    /// Another product of the account has the code.
    CodeTaken,
    /// It was changed or deleted since it was read.
    Changed,
    /// A fault of ours.
    Fault(Fault),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Record,
    Code,
    Product,
    Name,
}

impl ProductRecord {
    /// The name under which codes are unique.
    pub const CODE: &'static str = "code";
}

impl Record for ProductRecord {
    const KIND: Kind = Kind::ProductRecord;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn unique(&self) -> Vec<(&'static str, String)> {
        vec![(Self::CODE, self.code.as_str().to_owned())]
    }

    fn lists(&self) -> Vec<List> {
        self.signature_keys.map(List::Resource).into_iter().collect()
    }
}

impl Table {
    /// The record of the product with this number.
    pub async fn product_record(&self, account: AccountId, id: ProductId) -> Result<Option<ProductRecord>, Fault> {
        self.record(account, id.get(), Freshness::Strong).await
    }

    /// Writes `after` where `before` was read, and the product's own copy of what is in both.
    pub async fn replace_product_record(&self, before: &ProductRecord, after: &ProductRecord) -> Result<(), ProductRecordError> {
        let _counts = self.relisting(before.account);
        let mut transaction = Transaction::new("changing a product");
        transaction.revise(self, Condition::Record, &stored(before)?, stored(after)?, before.revision)?;
        if before.code != after.code {
            transaction.create(self, Condition::Code, holder(after, ProductRecord::CODE, after.code.as_str())?)?;
            let former = keys::unique(before.account, Kind::ProductRecord, ProductRecord::CODE, before.code.as_str());
            transaction.delete_if(Condition::Name, Delete::builder().table_name(self.name()).set_key(Some(former.attributes())))?;
        }
        if before.name != after.name || before.url != after.url {
            let update = Update::builder()
                .table_name(self.name())
                .set_key(Some(keys::product(after.account, after.id).attributes()))
                .condition_expression("attribute_exists(#pk)")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_names("#name", "name")
                .expression_attribute_names("#url", "url")
                .expression_attribute_values(":one", number(1))
                .expression_attribute_values(":name", text(after.name.as_str()));
            let update = match after.web_url() {
                Some(url) => update
                    .update_expression("SET #revision = #revision + :one, #name = :name, #url = :url")
                    .expression_attribute_values(":url", text(url.as_str())),
                None => update.update_expression("SET #revision = #revision + :one, #name = :name REMOVE #url"),
            };
            transaction.update(Condition::Product, update)?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                let Some(record) = failed.into_iter().find(|failed| failed.condition != Condition::Code) else {
                    return Err(ProductRecordError::CodeTaken);
                };
                if record.condition != Condition::Record {
                    return Err(ProductRecordError::Changed);
                }
                // An attempt of ours whose answer was lost left it just so.
                let stands = record.item.map(value::<ProductRecord>).transpose()?;
                if loss == Loss::Before && stands.as_ref() == Some(after) { Ok(()) } else { Err(ProductRecordError::Changed) }
            }
        }
    }

    /// Deletes a product and its record as they were read, and frees its slug and its codes.
    pub async fn delete_product(&self, product: &Product, record: &ProductRecord) -> Result<(), ProductRecordError> {
        let delete = |key: keys::Key| Delete::builder().table_name(self.name()).set_key(Some(key.attributes()));
        let (account, id) = (product.account, product.id);
        let _counts = self.relisting(account);
        let seen = |key: keys::Key, revision: u32| {
            delete(key)
                .condition_expression("#revision = :seen")
                .expression_attribute_names("#revision", "revision")
                .expression_attribute_values(":seen", number(revision))
        };
        let mut transaction = Transaction::new("deleting a product");
        transaction.delete_where(Condition::Product, seen(keys::product(account, id), product.revision))?;
        transaction.delete_where(Condition::Record, seen(keys::record(account, Kind::ProductRecord, id.get()), record.revision))?;
        let code = keys::unique(account, Kind::ProductRecord, ProductRecord::CODE, record.code.as_str());
        for key in [code, keys::slug(account, &product.slug), keys::code(&product.code)] {
            transaction.delete_if(Condition::Name, delete(key))?;
        }
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            // Gone after an attempt whose answer was lost: by that attempt, or by somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(()),
            Err(NotDone::Conditions(..)) => Err(ProductRecordError::Changed),
        }
    }
}

impl From<Fault> for ProductRecordError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
