//! Where lists of licenses come from.

use latchkey_core::domain::ids::{AccountId, CustomerId, LicenseId, OrderId, ProductId, TemplateId};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::License as Stored;
use latchkey_core::domain::template::Template;
use latchkey_core::domain::text::Email;
use latchkey_core::query::{Access, Direction, MOST_EXAMINED, Page, Passed, Query, Row as _, RunError};
use latchkey_core::table::{Counted, Freshness, Selection, Since, Span};

use crate::Signing;
use crate::code::Code;
use crate::error::Error;
use crate::licensing::contents::contents;
use crate::licensing::signed::signed;
use crate::list::{Fill as _, Rows, Wanted};
use crate::wire::{License, Lists, number};

/// How many licences are read by one call where each is looked at.
const PAGE: u16 = 500;

/// The most licences that are signed for one answer: each takes some milliseconds.
const MOST_SIGNED: usize = 25;

/// An account's licences, found by number, key, order, customer, template, product and e-mail address.
pub(crate) struct Licenses<'s> {
    signing: &'s Signing,
    account: AccountId,
    /// The customer who asks, where nothing of others is to be seen.
    only: Option<CustomerId>,
    since: Since,
}

/// Where a page ended.
pub(crate) enum Place {
    /// After this licence; how many were looked at and left out on the way.
    After(LicenseId, u64),
    /// Before these.
    Rest(Vec<License>),
}

/// Which licences an access means.
enum Meant {
    One(LicenseId),
    Key(LicenseKey),
    Listed(Selection, Span),
    Template(TemplateId),
    Order(OrderId),
    Anywhere,
    None,
}

impl<'s> Licenses<'s> {
    /// All of the account's. Where `only` one customer's are to be seen, a licence that was moved to somebody else's order shows no order.
    pub(crate) fn of(signing: &'s Signing, account: AccountId, only: Option<CustomerId>) -> Self {
        let core = &signing.service.core;
        Self { signing, account, only, since: core.table.counts().since(account, core.now()) }
    }

    async fn listed(
        &self,
        selection: &Selection,
        span: Span,
        direction: Direction,
        after: Option<Place>,
        most: u32,
    ) -> Result<Page<License, Place>, Error> {
        let after = if let Some(Place::After(id, _)) = after { Some(id) } else { None };
        let limit = u16::try_from(most).unwrap_or(u16::MAX);
        let table = &self.signing.service.core.table;
        let page = table.licenses_in(self.account, selection, span.towards(direction), after, limit).await?;
        Ok(Page { rows: rows(&page.items), next: page.next.map(|after| Place::After(after, 0)) })
    }

    /// All licences of an order at once: no order has many.
    async fn of_order(&self, order: OrderId, direction: Direction, place: Option<Place>, most: u32) -> Result<Page<License, Place>, Error> {
        let mut found = if let Some(Place::Rest(rest)) = place { rest } else { self.all_of_order(order, direction).await? };
        let rest = found.split_off(found.len().min(usize::try_from(most).unwrap_or(usize::MAX)));
        Ok(Page { rows: found, next: (!rest.is_empty()).then_some(Place::Rest(rest)) })
    }

    async fn all_of_order(&self, order: OrderId, direction: Direction) -> Result<Vec<License>, Error> {
        let table = &self.signing.service.core.table;
        let Some(numbers) = table.numbers_of_order(self.account, order).await? else { return Ok(Vec::new()) };
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = table.licenses_of_order(self.account, order, &numbers, after, PAGE).await?;
            found.extend(rows(&page.items));
            if found.len() as u64 > MOST_EXAMINED {
                return Err(Error::from(RunError::TooBroad));
            }
            after = page.next;
            if after.is_none() {
                if direction == Direction::Descending {
                    found.reverse();
                }
                return Ok(found);
            }
        }
    }

    /// At most `most` of all licences, of which those are given that are what the access says.
    async fn looked_at(
        &self,
        access: &Access,
        direction: Direction,
        place: Option<Place>,
        most: u32,
    ) -> Result<Page<License, Place>, Error> {
        let (after, mut left_out) = match place {
            Some(Place::After(after, left_out)) => (Some(after), left_out),
            Some(Place::Rest(_)) | None => (None, 0),
        };
        let table = &self.signing.service.core.table;
        let page = table.licenses_in(self.account, &Selection::All, Span::ALL.towards(direction), after, PAGE).await?;
        let (mut found, mut next) = (Vec::new(), page.next);
        for license in page.items {
            let row = License::from(&license);
            if !matches!(access, Access::Equal(index, value) if row.field(index.path) == *value) {
                left_out += 1;
                continue;
            }
            found.push(row);
            if found.len() as u64 >= u64::from(most) {
                next = Some(license.id);
                break;
            }
        }
        if left_out > MOST_EXAMINED {
            return Err(Error::from(RunError::TooBroad));
        }
        Ok(Page { rows: found, next: next.map(|after| Place::After(after, left_out)) })
    }

    /// What a list's total is remembered under.
    fn counted_as(access: &Access) -> Option<(Counted, Span)> {
        match meant(access) {
            Meant::Listed(selection, span) => Some((Counted::Licenses(selection), span)),
            Meant::One(_) | Meant::Key(_) | Meant::Template(_) | Meant::Order(_) | Meant::Anywhere | Meant::None => None,
        }
    }
}

impl Rows for Licenses<'_> {
    type Row = License;
    type Cursor = Place;

    async fn page(&self, access: &Access, direction: Direction, after: Option<Place>, most: u32) -> Result<Page<License, Place>, Error> {
        let table = &self.signing.service.core.table;
        let one = |license: Option<Stored>| Page { rows: license.iter().map(License::from).collect(), next: None };
        match meant(access) {
            Meant::None => Ok(one(None)),
            Meant::One(id) => Ok(one(table.license(self.account, id).await?)),
            Meant::Key(key) => Ok(one(table.license_of(key.digest()).await?.filter(|license| license.account == self.account))),
            Meant::Listed(selection, span) => self.listed(&selection, span, direction, after, most).await,
            Meant::Template(id) => {
                let template: Option<Template> = table.record(self.account, id.get(), Freshness::Strong).await?;
                let Some(product) = template.and_then(|template| template.product) else { return Ok(one(None)) };
                self.listed(&Selection::Made(product, Some(id)), Span::ALL, direction, after, most).await
            }
            Meant::Order(order) => self.of_order(order, direction, after, most).await,
            Meant::Anywhere => self.looked_at(access, direction, after, most).await,
        }
    }

    async fn fill(&self, rows: &mut [License], wanted: &Wanted) -> Result<(), Error> {
        License::fill(&self.signing.service.core, self.account, rows, wanted).await?;
        if let Some(customer) = self.only.map(|customer| number(customer.get())) {
            for row in rows {
                row.order.take_if(|order| order.customer_id != customer);
            }
        }
        Ok(())
    }

    async fn complete(&self, rows: &mut [License], query: &Query) -> Result<(), Error> {
        let select = &query.select;
        let is_signed = select.names("licenseKey");
        let lists = ["components", "assemblies", "fields", "features", "restrictions"];
        if rows.is_empty() || !is_signed && !lists.iter().any(|list| select.names(list)) {
            return Ok(());
        }
        if is_signed && rows.len() > MOST_SIGNED {
            let message = format!("At most {MOST_SIGNED} licenses are signed at once: select licenseKey with take={MOST_SIGNED}.");
            return Err(Error::new(Code::TooBroad, message));
        }
        let contents = contents(&self.signing.service.core, self.account, rows).await?;
        for row in rows {
            let Some((license, content)) = contents.get(&row.id) else { continue };
            Lists {
                components: row.components,
                assemblies: row.assemblies,
                fields: row.fields,
                features: row.features,
                restrictions: row.restrictions,
            } = Lists::from(content);
            if is_signed {
                row.license_key = signed(self.signing, license, content).await?;
            }
        }
        Ok(())
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Error> {
        let core = &self.signing.service.core;
        let Some((list, span)) = Self::counted_as(access) else { return Ok(None) };
        Ok(core.table.counts().known(self.account, &list, span, core.now()))
    }

    fn counted(&self, access: &Access, total: u64) {
        let core = &self.signing.service.core;
        if let Some((list, span)) = Self::counted_as(access) {
            core.table.counts().learn(self.since, list, span, total, core.now());
        }
    }

    async fn pass(&self, access: &Access, direction: Direction, after: Option<Place>, most: u32) -> Result<Passed<Place>, Error> {
        if let Meant::Listed(selection, span) = meant(access) {
            let after = if let Some(Place::After(id, _)) = after { Some(id) } else { None };
            let table = &self.signing.service.core.table;
            let (count, last) = table.pass_licenses_in(self.account, &selection, span.towards(direction), after, most).await?;
            return Ok(Passed { count, next: last.map(|after| Place::After(after, 0)) });
        }
        let page = self.page(access, direction, after, most.min(u32::from(PAGE))).await?;
        Ok(Passed { count: u32::try_from(page.rows.len()).unwrap_or(u32::MAX), next: page.next })
    }
}

fn rows(licenses: &[Stored]) -> Vec<License> {
    licenses.iter().map(License::from).collect()
}

/// Which licences an access means. What nothing leads to (0, an empty text) is looked for among all.
fn meant(access: &Access) -> Meant {
    let (index, value) = match access {
        Access::All => return Meant::Listed(Selection::All, Span::ALL),
        // Of ranges, that of the key alone is stated.
        Access::Between(_, limits) => {
            return limits.numbers().map_or(Meant::None, |(first, last)| Meant::Listed(Selection::All, Span::between(first, last)));
        }
        Access::Equal(index, value) => (index, value),
    };
    let number = value.as_whole().and_then(|number| u32::try_from(number).ok());
    let listed = |selection: Option<Selection>| selection.map_or(Meant::Anywhere, |selection| Meant::Listed(selection, Span::ALL));
    match index.path {
        ["id"] => number.and_then(LicenseId::new).map_or(Meant::None, Meant::One),
        ["userKey"] => value.as_text().and_then(|key| LicenseKey::parse(key).ok()).map_or(Meant::None, Meant::Key),
        ["orderId"] => number.and_then(OrderId::new).map_or(Meant::Anywhere, Meant::Order),
        ["templateId"] => number.and_then(TemplateId::new).map_or(Meant::Anywhere, Meant::Template),
        ["customerId"] => listed(number.and_then(CustomerId::new).map(Selection::Customer)),
        ["template", "productId"] => listed(number.and_then(ProductId::new).map(Selection::Product)),
        ["licenseeEmail"] => listed(value.as_text().and_then(|email| Email::parse(email).ok()).map(Selection::Email)),
        _ => Meant::Anywhere,
    }
}
