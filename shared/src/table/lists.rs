//! Lists of licences: each is a range of numbers in one partition, of the table or of an index, so a page costs what the page
//! holds, however many licences there are.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, Select};

use super::call::call;
use super::item::{Item, all_known, number, text};
use super::keys::{self, BY_CUSTOMER, BY_EMAIL, BY_PRODUCT, CUSTOMER_KEY, EMAIL_KEY, Kind, LICENSE_NUMBER, PK, PRODUCT_KEY, SK};
use super::read::unconditional;
use super::{Page, Span, Table};
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
    is_forward: bool,
}

impl Query {
    /// The records of a kind with these numbers.
    pub(super) fn of_records(account: AccountId, kind: Kind, span: Span) -> Self {
        let (from, to) = (keys::record(account, kind, span.first), keys::record(account, kind, span.last));
        Self::of_keys(from.pk, from.sk, to.sk, span)
    }

    /// The items of a partition from one sort key to another, which end in the numbers of `span`.
    pub(super) fn of_keys(pk: String, from: String, to: String, span: Span) -> Self {
        Self { index: None, partition: (PK, pk), sort: SK, from: text(from), to: text(to), is_forward: span.is_forward() }
    }

    /// What a partition of an index holds with these numbers.
    pub(super) fn of_index(index: &'static str, key: &'static str, partition: String, span: Span) -> Self {
        let (from, to) = (number(span.first), number(span.last));
        Self { index: Some(index), partition: (key, partition), sort: LICENSE_NUMBER, from, to, is_forward: span.is_forward() }
    }
}

impl Selection {
    /// The query for what of `span` comes after `after`; nothing where nothing can.
    fn query(&self, account: AccountId, span: Span, after: Option<LicenseId>) -> Option<Query> {
        let span = match self {
            Self::Numbers(first, last) => span.within(first.get(), last.get()),
            Self::All | Self::Product(_) | Self::Made(..) | Self::Customer(_) | Self::Email(_) => span,
        };
        let span = span.rest(after.map(LicenseId::get))?;
        let indexed = |index, key, partition| Query::of_index(index, key, partition, span);
        Some(match self {
            Self::All | Self::Numbers(..) => Query::of_records(account, Kind::License, span),
            Self::Made(product, Some(template)) => indexed(BY_PRODUCT, PRODUCT_KEY, keys::template_partition(account, *product, *template)),
            Self::Product(product) | Self::Made(product, None) => {
                indexed(BY_PRODUCT, PRODUCT_KEY, keys::product_partition(account, *product))
            }
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
        self.licenses_in(account, selection, Span::ALL, after, limit).await
    }

    /// The same of those with a number in `span`, which way round that says.
    pub async fn licenses_in(
        &self,
        account: AccountId,
        selection: &Selection,
        span: Span,
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Page<License>, Fault> {
        match selection {
            Selection::Product(product) => self.licenses_of_product(account, *product, span, after, limit).await,
            Selection::All | Selection::Numbers(..) | Selection::Made(..) | Selection::Customer(_) | Selection::Email(_) => {
                self.licenses_of_one(account, selection, span, after, limit).await
            }
        }
    }

    /// The same of what lies in one partition: of a product's those that were made from no template.
    pub(super) async fn licenses_of_one(
        &self,
        account: AccountId,
        selection: &Selection,
        span: Span,
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Page<License>, Fault> {
        let Some(query) = selection.query(account, span, after) else { return Ok(Page::end()) };
        let (items, has_more) = self.record_page(&query, limit).await?;
        Page::of(items, has_more, |license: &License| license.id)
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
        self.pass_licenses_in(account, selection, Span::ALL, after, count).await
    }

    /// The same of those with a number in `span`, which way round that says.
    pub async fn pass_licenses_in(
        &self,
        account: AccountId,
        selection: &Selection,
        span: Span,
        after: Option<LicenseId>,
        count: u32,
    ) -> Result<(u32, Option<LicenseId>), Fault> {
        if let Selection::Product(product) = selection
            && self.has_templates(account, *product).await?
        {
            let limit = u16::try_from(count).unwrap_or(u16::MAX).min(MOST_PASSED);
            let page = self.licenses_of_product(account, *product, span, after, limit).await?;
            return Ok((u32::try_from(page.items.len()).unwrap_or(u32::MAX), page.next));
        }
        let Some(query) = selection.query(account, span, after) else { return Ok((0, None)) };
        let (passed, last) = self.pass(&query, count).await?;
        Ok((passed, last.and_then(LicenseId::new)))
    }

    /// Passes over `count` items, as far as one call goes: how many it passed, and the number of the last of them where there may be
    /// more. What it costs is their size, and none of it is sent.
    pub(super) async fn pass(&self, query: &Query, count: u32) -> Result<(u32, Option<u32>), Fault> {
        let (_, passed, last) = self.page(query, count, Select::Count).await?;
        Ok((passed, last))
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
                .scan_index_forward(query.is_forward)
                .limit(limit)
                .select(select.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let page = sent.await.map_err(unconditional)?.value;
        let last = page.last_evaluated_key.map(|key| number_in(&key, query.sort)).transpose()?;
        Ok((all_known(page.items)?, page.count.unsigned_abs(), last))
    }
}

/// The number by which a list is in order, in the key of one of its items: an attribute of it, or what its sort key ends in.
fn number_in(key: &Item, sort: &str) -> Result<u32, Fault> {
    let digits = match key.get(sort) {
        Some(AttributeValue::N(digits)) => Some(digits.as_str()),
        Some(AttributeValue::S(sk)) => sk.rsplit_once('#').map(|(_, digits)| digits),
        Some(_) | None => None,
    };
    let number = digits.and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a list went on at something without a number"))
}
