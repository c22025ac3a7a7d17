//! The licences of a product: those of each of its templates, which have partitions of their own, and those of none, in the order of
//! their numbers all the same.

use tokio::task::JoinSet;

use super::{Page, Selection, Span, Table};
use crate::domain::ids::{AccountId, LicenseId, ProductId, TemplateId};
use crate::domain::license::License;
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;
use crate::query::Direction;

/// How many licences are asked of a partition beyond its share of the page.
const SPARE: u16 = 8;

impl Table {
    /// At most `limit` licences of a product after the number `after`. A page may be shorter though there are more, for what lies
    /// behind the end of one partition's part is not known to be the next.
    ///
    /// One query where it has no templates, beside the read that tells so; and one more for each template, side by side.
    pub(super) async fn licenses_of_product(
        &self,
        account: AccountId,
        product: ProductId,
        span: Span,
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Page<License>, Fault> {
        let without = Selection::Made(product, None);
        let (plain, templates) = tokio::try_join!(
            Box::pin(self.licenses_of_one(account, &without, span, after, limit)),
            Box::pin(self.product_templates(account, product)),
        )?;
        if templates.is_empty() {
            return Ok(plain);
        }
        let mut pages = vec![plain];
        pages.extend(self.pages_of_templates(account, product, &templates, span, after, limit).await?);
        Ok(merged(pages, span.direction, limit))
    }

    /// Whether a product has templates, so that its licences cannot be counted by one query.
    pub(super) async fn has_templates(&self, account: AccountId, product: ProductId) -> Result<bool, Fault> {
        Ok(!self.product_templates(account, product).await?.is_empty())
    }

    async fn pages_of_templates(
        &self,
        account: AccountId,
        product: ProductId,
        templates: &[TemplateId],
        span: Span,
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Vec<Page<License>>, Fault> {
        let shares = u16::try_from(templates.len()).unwrap_or(u16::MAX).saturating_add(1);
        let share = (limit / shares).saturating_add(SPARE).min(limit);
        let mut tasks = JoinSet::new();
        for template in templates {
            let (table, selection) = (self.clone(), Selection::Made(product, Some(*template)));
            tasks.spawn(along(async move { table.licenses_of_one(account, &selection, span, after, share).await }));
        }
        let mut pages = Vec::with_capacity(templates.len());
        while let Some(page) = tasks.join_next().await {
            let page = page.map_err(|error| Fault::caused(FaultKind::Unavailable, "reading a list", error))?;
            pages.push(page?);
        }
        Ok(pages)
    }
}

/// What comes first of all that was read, up to where it is all there is.
fn merged(pages: Vec<Page<License>>, direction: Direction, limit: u16) -> Page<License> {
    let ends = pages.iter().filter_map(|page| page.next);
    let (up_to, is_in): (_, fn(LicenseId, LicenseId) -> bool) = match direction {
        Direction::Ascending => (ends.min(), |id, end| id <= end),
        Direction::Descending => (ends.max(), |id, end| id >= end),
    };
    let mut items: Vec<License> = pages.into_iter().flat_map(|page| page.items).collect();
    items.retain(|license| up_to.is_none_or(|end| is_in(license.id, end)));
    items.sort_by_key(|license| license.id);
    if direction == Direction::Descending {
        items.reverse();
    }
    let is_cut = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next = if is_cut { items.last().map(|license| license.id) } else { up_to };
    Page { items, next }
}
