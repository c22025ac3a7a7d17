//! The licences of an order: those with its numbers, and those that came to it from elsewhere.

use std::collections::BTreeMap;

use super::item::Item;
use super::keys::{self, SK};
use super::{Freshness, Page, Selection, Table};
use crate::domain::ids::{AccountId, LicenseId, OrderId};
use crate::domain::license::License;
use crate::domain::order::Block;
use crate::fault::{Fault, FaultKind};

/// Licences in the order of their numbers, and up to which number that is all of them; to the end, where nothing is said.
struct Known {
    licenses: Vec<License>,
    up_to: Option<LicenseId>,
}

impl Table {
    /// The numbers that the licences of an order have, but for those that came to it from elsewhere; nothing where there is no such
    /// order. Two reads side by side.
    pub async fn numbers_of_order(&self, account: AccountId, order: OrderId) -> Result<Option<Vec<Block>>, Fault> {
        let lines = self.order_lines(account, order, Freshness::Strong);
        let (order, lines) = tokio::try_join!(Box::pin(self.order(account, order)), Box::pin(lines))?;
        Ok(order.map(|order| lines.unwrap_or_default().numbers(&order)))
    }

    /// At most `limit` licences of an order after the number `after`, in the order of their numbers. `numbers` are the order's, from
    /// [`Self::numbers_of_order`]. A page may be shorter, and even empty, though there are more. May lag a moment behind what was
    /// written.
    ///
    /// A query for each block of numbers that lie side by side, as far as the page goes, and one for those that came from elsewhere;
    /// where there are any, a batch.
    pub async fn licenses_of_order(
        &self,
        account: AccountId,
        order: OrderId,
        numbers: &[Block],
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Page<License>, Fault> {
        let (issued, came) = tokio::try_join!(
            Box::pin(self.issued_for(account, order, numbers, after, limit)),
            Box::pin(self.came_to(account, order, after, limit)),
        )?;
        let up_to = match (issued.up_to, came.up_to) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let all = issued.licenses.into_iter().chain(came.licenses);
        // One that was issued for the order, left it and came back is in both.
        let all: BTreeMap<LicenseId, License> = all.map(|license| (license.id, license)).collect();
        let mut items: Vec<License> = all.into_values().filter(|license| up_to.is_none_or(|up_to| license.id <= up_to)).collect();
        let is_cut = items.len() > usize::from(limit);
        items.truncate(usize::from(limit));
        let next = if is_cut { items.last().map(|license| license.id) } else { up_to };
        Ok(Page { items, next })
    }

    /// Those with the order's numbers that are still the order's.
    async fn issued_for(
        &self,
        account: AccountId,
        order: OrderId,
        numbers: &[Block],
        after: Option<LicenseId>,
        limit: u16,
    ) -> Result<Known, Fault> {
        let mut licenses: Vec<License> = Vec::new();
        let mut wanted = limit;
        for block in numbers {
            let Some(last) = block.last().filter(|last| after.is_none_or(|after| *last > after)) else { continue };
            let mut after = after;
            loop {
                if wanted == 0 {
                    // All before this block, or before the rest of it, was looked at.
                    let before = after.max(LicenseId::new(block.first.get() - 1));
                    return Ok(Known { licenses, up_to: before });
                }
                let page = self.licenses(account, &Selection::Numbers(block.first, last), after, wanted).await?;
                wanted = wanted.saturating_sub(u16::try_from(page.items.len()).unwrap_or(u16::MAX));
                licenses.extend(page.items.into_iter().filter(|license| license.is_for(order)));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        Ok(Known { licenses, up_to: None })
    }

    /// Those that came from elsewhere and are still the order's.
    async fn came_to(&self, account: AccountId, order: OrderId, after: Option<LicenseId>, limit: u16) -> Result<Known, Fault> {
        let Some(range) = keys::order_licenses(account, order, after) else { return Ok(Known { licenses: Vec::new(), up_to: None }) };
        let (items, more) = self.query(&range, None, i32::from(limit), Freshness::Eventual).await?;
        let ids = items.iter().map(number_of).collect::<Result<Vec<_>, _>>()?;
        let up_to = if more.is_some() { ids.last().copied() } else { None };
        let mut licenses = self.licenses_by_number(account, &ids, Freshness::Eventual).await?;
        licenses.retain(|license| license.is_for(order));
        Ok(Known { licenses, up_to })
    }
}

/// The licence's number in a link's key.
fn number_of(link: &Item) -> Result<LicenseId, Fault> {
    let sk = link.get(SK).and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.rsplit_once('#'));
    let number = sk.and_then(|(_, digits)| digits.parse().ok()).and_then(LicenseId::new);
    number.ok_or_else(|| Fault::new(FaultKind::Corrupt, "an order leads to something without a number"))
}
