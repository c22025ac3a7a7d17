//! Lists of licences: each is a range of numbers in one partition, of the table or of an index, so a page costs what the page
//! holds, however many licences there are.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, Select};

use super::call::call;
use super::item::{Item, number, text, value};
use super::keys::{self, BY_CUSTOMER, BY_EMAIL, BY_PRODUCT, CUSTOMER_KEY, EMAIL_KEY, Kind, LICENSE_NUMBER, PK, PRODUCT_KEY, SK};
use super::read::unconditional;
use super::{Page, Table};
use crate::domain::ids::{AccountId, CustomerId, LicenseId, ProductId, TemplateId};
use crate::domain::license::License;
use crate::domain::text::Email;
use crate::fault::{Fault, FaultKind};

/// The licences of an account, or those that one attribute selects. All are in the order of their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selection {
    /// All of them.
    All,
    /// Those with a number from the first to the second.
    Numbers(LicenseId, LicenseId),
    /// Those of a product.
    Product(ProductId),
    /// Those of a product that were made from a template, or from none.
    Made(ProductId, Option<TemplateId>),
    /// Those of a customer.
    Customer(CustomerId),
    /// Those made out to an e-mail address.
    Email(Email),
}

/// The most licences that are passed over by being read.
const MOST_PASSED: u16 = 1_000;

/// A query of one range of numbers.
pub(super) struct Query {
    index: Option<&'static str>,
    partition: (&'static str, String),
    sort: &'static str,
    from: AttributeValue,
    to: AttributeValue,
}

impl Query {
    /// All records of a kind from the number `first` on.
    pub(super) fn of_records(account: AccountId, kind: Kind, first: u32) -> Self {
        let (from, to) = (keys::record(account, kind, first), keys::record(account, kind, i32::MAX.unsigned_abs()));
        Self { index: None, partition: (PK, from.pk), sort: SK, from: text(from.sk), to: text(to.sk) }
    }

    /// What a partition of an index holds from the number `first` on.
    pub(super) fn of_index(index: &'static str, key: &'static str, partition: String, first: u32) -> Self {
        let to = number(i32::MAX.unsigned_abs());
        Self { index: Some(index), partition: (key, partition), sort: LICENSE_NUMBER, from: number(first), to }
    }
}

impl Selection {
    /// The query for what comes after `after`; nothing where nothing can.
    fn query(&self, account: AccountId, after: Option<LicenseId>) -> Option<Query> {
        let next = match after {
            Some(after) => after.get().checked_add(1).and_then(LicenseId::new)?,
            None => LicenseId::new(1)?,
        };
        let last = LicenseId::new(i32::MAX.unsigned_abs())?;
        let (first, last) = match self {
            Self::Numbers(first, last) => (next.max(*first), *last),
            Self::All | Self::Product(_) | Self::Made(..) | Self::Customer(_) | Self::Email(_) => (next, last),
        };
        // The store refuses a range that is the wrong way round.
        if first > last {
            return None;
        }
        let indexed = |index, key, partition| Query::of_index(index, key, partition, first.get());
        Some(match self {
            Self::All | Self::Numbers(..) => {
                let range = keys::licenses_between(account, first, last);
                Query { index: None, partition: (PK, range.pk), sort: SK, from: text(range.from), to: text(range.to) }
            }
            Self::Made(product, Some(template)) => {
                indexed(BY_PRODUCT, PRODUCT_KEY, keys::template_partition(account, *product, *template))
            }
            Self::Product(product) | Self::Made(product, None) => indexed(BY_PRODUCT, PRODUCT_KEY, keys::product_partition(account, *product)),
            Self::Customer(customer) => indexed(BY_CUSTOMER, CUSTOMER_KEY, keys::customer_partition(account, *customer)),
            Self::Email(email) => indexed(BY_EMAIL, EMAIL_KEY, keys::email_partition(account, email)),
        })
    }
}

impl Table {
    /// At most `limit` licences of `selection`, after the number `after`. May lag a moment behind what was written.
    pub async fn licenses(
        &self,
        account: AccountId,
        selection: &Selection,
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Page<License>, Fault> {
        if let Selection::Product(product) = selection {
            return Box::pin(self.licenses_of_product(account, *product, after, limit)).await;
        }
        let Some(query) = selection.query(account, after) else { return Ok(Page { items: Vec::new(), next: None }) };
        let (items, _, has_more) = self.page(&query, u32::from(limit), Select::AllAttributes).await?;
        let items = items.into_iter().map(value).collect::<Result<Vec<License>, _>>()?;
        let next = if has_more.is_some() { items.last().map(|license| license.id) } else { None };
        Ok(Page { items, next })
    }

    /// Passes over `count` licences of `selection` after the number `after`, as far as one call goes: how many it passed, and
    /// the last of them where there may be more.
    pub async fn pass_licenses(
        &self,
        account: AccountId,
        selection: &Selection,
        after: Option<LicenseId>,
        count: u32,
    ) -> Result<(u32, Option<LicenseId>), Fault> {
        if let Selection::Product(product) = selection
            && self.has_templates(account, *product).await?
        {
            let limit = u16::try_from(count).unwrap_or(u16::MAX).min(MOST_PASSED);
            let page = self.licenses(account, selection, after, limit).await?;
            return Ok((u32::try_from(page.items.len()).unwrap_or(u32::MAX), page.next));
        }
        let Some(query) = selection.query(account, after) else { return Ok((0, None)) };
        let (_, passed, last) = self.page(&query, count, Select::Count).await?;
        Ok((passed, last.and_then(LicenseId::new)))
    }

    /// At most `limit` items of one call, and whether there may be more.
    pub(super) async fn record_page(&self, query: &Query, limit: u16) -> Result<(Vec<Item>, bool), Fault> {
        let (items, _, last) = self.page(query, u32::from(limit), Select::AllAttributes).await?;
        Ok((items, last.is_some()))
    }

    /// The items of one call, how many there are, and the number of the last one read where there may be more.
    async fn page(&self, query: &Query, limit: u32, select: Select) -> Result<(Vec<Item>, u32, Option<u32>), Fault> {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let sent = call(self.patience, &self.random, "reading a list", || {
            self.client
                .query()
                .table_name(&self.name)
                .set_index_name(query.index.map(str::to_owned))
                .key_condition_expression("#partition = :partition AND #sort BETWEEN :from AND :to")
                .expression_attribute_names("#partition", query.partition.0)
                .expression_attribute_names("#sort", query.sort)
                .expression_attribute_values(":partition", text(&query.partition.1))
                .expression_attribute_values(":from", query.from.clone())
                .expression_attribute_values(":to", query.to.clone())
                .limit(limit)
                .select(select.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        let last = page.last_evaluated_key.map(|key| number_in(&key)).transpose()?;
        Ok((page.items.unwrap_or_default(), page.count.unsigned_abs(), last))
    }
}

/// The number in a record's key.
fn number_in(key: &Item) -> Result<u32, Fault> {
    let sk = key.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.rsplit_once('#'));
    let number = sk.and_then(|(_, digits)| digits.parse().ok());
    number.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a list went on at something without a number"))
}
