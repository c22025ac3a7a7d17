//! Rows that are records of the table: customers, orders, templates and the like.

use std::marker::PhantomData;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::query::{Access, Index, Page, Value};
use latchkey_core::table::Freshness;
use latchkey_core::table::records::{List, Record};

use super::both_ways::Forward;
use crate::error::Error;
use crate::wire::Wire;

/// An account's records of a kind, as rows of an entity whose key is the record's number.
///
/// The index of the key is answered by number, ranges of it too. What another index stands for says `lists`: one of `customerId`, for
/// example, is the table's list of a customer.
pub(crate) struct Numbered<'c, R, W> {
    core: &'c Core,
    account: AccountId,
    lists: fn(&Index, &Value<'static>) -> Option<List>,
    of: PhantomData<fn() -> (R, W)>,
}

/// Which records an access means.
struct Meant {
    list: Option<List>,
    first: u32,
    last: u32,
}

impl<'c, R: Record, W: Wire + From<R>> Numbered<'c, R, W> {
    /// The account's records, found by number alone.
    pub(crate) fn new(core: &'c Core, account: AccountId) -> Self {
        Self::listed(core, account, |_, _| None)
    }

    /// The account's records, found by number and in lists.
    pub(crate) fn listed(core: &'c Core, account: AccountId, lists: fn(&Index, &Value<'static>) -> Option<List>) -> Self {
        Self { core, account, lists, of: PhantomData }
    }

    /// Which records `access` means; nothing where there can be none.
    fn meant(&self, access: &Access) -> Option<Meant> {
        let all = |list| Meant { list, first: 0, last: u32::MAX };
        let held = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        match access {
            Access::All => Some(all(None)),
            Access::Equal(index, value) if index.path == [W::ENTITY.key] => {
                let number = u32::try_from(value.as_whole()?).ok()?;
                Some(Meant { list: None, first: number, last: number })
            }
            Access::Equal(index, value) => Some(all(Some((self.lists)(index, value)?))),
            Access::Between(_, limits) => {
                let (from, to) = limits.numbers()?;
                (to >= 0).then(|| Meant { list: None, first: held(from), last: held(to) })
            }
        }
    }
}

impl<R: Record, W: Wire + From<R>> Forward for Numbered<'_, R, W> {
    type Row = W;
    type Key = u32;

    async fn forward(&self, access: &Access, after: Option<u32>, limit: u32) -> Result<Page<W, u32>, Error> {
        let Some(Meant { list, first, last }) = self.meant(access) else { return Ok(Page { rows: Vec::new(), next: None }) };
        if first == last {
            let record = self.core.table.record::<R>(self.account, first, Freshness::Eventual).await?;
            return Ok(Page { rows: record.map(W::from).into_iter().collect(), next: None });
        }
        let after = after.or(first.checked_sub(1));
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let page = self.core.table.records::<R>(self.account, list.as_ref(), after, limit).await?;
        let next = page.next.filter(|next| *next < last);
        let rows = page.items.into_iter().filter(|record| record.number() <= last).map(W::from).collect();
        Ok(Page { rows, next })
    }
}
