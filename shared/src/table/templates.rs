//! Licence templates, and which of them a product has.
//!
//! The licences of a template lie in a partition of its own in the index by product ([`keys::template_partition`]): so they are
//! listed as cheaply as a customer's, and making one costs nothing more. A product's licences are those of its templates and those of
//! none ([`licenses`](super::product_licenses)). So it has to be known which templates a product has, before they have licences: an item
//! beside the product says so. A template that was deleted, or went to another product, is taken out of it when nobody can be
//! making a licence from it any more; one that is said to have left and is there all the same, because its making ended in a fault, stays.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};
use serde::{Deserialize, Serialize};

use super::call::{Refused, call};
use super::item::{Item, SCHEMA, VERSION, VERSIONED, number, value};
use super::keys::{self, Kind};
use super::read::unconditional;
use super::records::{List, Record};
use super::{Freshness, Selection, Table};
use crate::domain::ids::{AccountId, ProductId, TemplateId};
use crate::domain::template::Template;
use crate::domain::time::Timestamp;
use crate::fault::Fault;

/// The most templates of a product, those included that left it within the last hour.
pub const MOST_TEMPLATES: usize = 50;

/// For how long a template that left a product is still looked at, in seconds: long after any request that had read it has ended.
const LEFT_SECONDS: i64 = 60 * 60;

/// Why a template was not noted with its product.
#[derive(Debug)]
pub enum NotNoted {
    /// The product has as many as [`MOST_TEMPLATES`].
    Full,
    /// A fault of ours.
    Fault(Fault),
}

/// The templates of a product, by number, and since when they are its no longer, in seconds; 0 for those that are.
#[derive(Default, Serialize, Deserialize)]
struct Noted {
    #[serde(default)]
    templates: BTreeMap<String, i64>,
}

impl Template {
    /// The name under which codes are unique.
    pub const CODE: &'static str = "code";
}

impl Record for Template {
    const KIND: Kind = Kind::Template;

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
        let product = self.product.map(List::Product);
        let release = self.release.map(List::Release);
        [product, release, self.details.signer.map(List::Resource)].into_iter().flatten().collect()
    }
}

impl Table {
    /// The templates in whose partitions a product may have licences. May lag a moment behind, but not behind a licence's listing.
    pub(super) async fn product_templates(&self, account: AccountId, product: ProductId) -> Result<Vec<TemplateId>, Fault> {
        let item = self.get(keys::product_templates(account, product), Freshness::Eventual).await?;
        let noted: Noted = item.map(value).transpose()?.unwrap_or_default();
        Ok(noted.templates.keys().filter_map(|number| TemplateId::parse(number)).collect())
    }

    /// Notes that a product has a template, before a licence is made from it.
    pub async fn note_template(
        &self,
        account: AccountId,
        product: ProductId,
        template: TemplateId,
        now: Timestamp,
    ) -> Result<(), NotNoted> {
        let noted = self.set_template(account, product, template, 0).await?;
        let over = now.plus_seconds(-LEFT_SECONDS).as_seconds();
        let mut count = noted.templates.len();
        for (number, left) in &noted.templates {
            let Some(id) = TemplateId::parse(number).filter(|_| *left > 0 && *left < over) else { continue };
            let template: Option<Template> = self.record(account, id.get(), Freshness::Strong).await?;
            let is_there = template.is_some_and(|template| template.product == Some(product));
            if !is_there && self.licenses(account, &Selection::Made(product, Some(id)), None, 1).await?.items.is_empty() {
                self.forget_template(account, product, id).await?;
                count -= 1;
            }
        }
        if count <= MOST_TEMPLATES {
            return Ok(());
        }
        self.leave_template(account, product, template, now).await?;
        Err(NotNoted::Full)
    }

    /// Notes that a product has a template no longer.
    pub async fn leave_template(&self, account: AccountId, product: ProductId, template: TemplateId, now: Timestamp) -> Result<(), Fault> {
        self.set_template(account, product, template, now.as_seconds()).await.map(|_| ())
    }

    async fn set_template(&self, account: AccountId, product: ProductId, template: TemplateId, left: i64) -> Result<Noted, Fault> {
        const WHAT: &str = "noting a template";
        let key = keys::product_templates(account, product);
        // The map has to be there before an entry of it can be set.
        let make = call(self.patience, &self.random, WHAT, || {
            let update = self.client.update_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            update
                .update_expression(format!("SET #templates = if_not_exists(#templates, :none), {VERSIONED}"))
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .expression_attribute_names("#templates", "templates")
                .expression_attribute_values(":none", aws_sdk_dynamodb::types::AttributeValue::M(Item::new()))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        make.await.map_err(unconditional)?;
        let set = call(self.patience, &self.random, WHAT, || {
            let update = self.client.update_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            update
                .update_expression(format!("SET #templates.#template = :left, {VERSIONED}"))
                .expression_attribute_names("#v", VERSION)
                .expression_attribute_values(":v", number(SCHEMA))
                .expression_attribute_names("#templates", "templates")
                .expression_attribute_names("#template", template.to_string())
                .expression_attribute_values(":left", number(left))
                .return_values(ReturnValue::AllNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let item = set.await.map_err(unconditional)?.value.attributes;
        item.map(value).transpose().map(Option::unwrap_or_default)
    }

    /// Takes a template out that left, unless it came back.
    async fn forget_template(&self, account: AccountId, product: ProductId, template: TemplateId) -> Result<(), Fault> {
        let key = keys::product_templates(account, product);
        let sent = call(self.patience, &self.random, "forgetting a template", || {
            let update = self.client.update_item().table_name(&self.name).set_key(Some(key.clone().attributes()));
            update
                .update_expression("REMOVE #templates.#template")
                .condition_expression("#templates.#template > :none")
                .expression_attribute_names("#templates", "templates")
                .expression_attribute_names("#template", template.to_string())
                .expression_attribute_values(":none", number(0))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(_) | Err(Refused::Condition(_)) => Ok(()),
            Err(Refused::Fault(fault)) => Err(fault),
        }
    }
}

impl From<Fault> for NotNoted {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
