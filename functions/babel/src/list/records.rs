//! Rows that are records of the table, from either end: customers, contacts, orders and the like.

use std::marker::PhantomData;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::query::{Access, Direction, Index, MOST_EXAMINED, Page, Passed, RunError, Value};
use latchkey_core::table::records::{List, Record};
use latchkey_core::table::{Counted, Freshness, Since, Span};

use super::rows::{Rows, Wanted};
use crate::error::Error;
use crate::wire::Wire;

/// How many rows are read by one call where each is looked at.
const PAGE: u16 = 500;

/// Where an index leads, asked for a value.
pub(crate) enum Leads {
    /// To the records of a list.
    To(List),
    /// To the one record with a text that is unique among its kind, under the name of its sort.
    Text(&'static str, String),
    /// Nowhere that the table knows: each record is looked at. What is empty is in no list.
    Anywhere,
}

/// Navigations of rows, filled together.
pub(crate) trait Fill: Wire + Sized {
    /// Fills those that are wanted: what leads nowhere stays as it is.
    fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (core, account, rows, wanted);
        async { Ok(()) }
    }
}

/// An account's records of a kind, as rows of an entity whose key is the record's number. Ranges of numbers are answered; what other
/// indexes lead to, says `leads`.
pub(crate) struct Records<'c, R, W> {
    core: &'c Core,
    account: AccountId,
    since: Since,
    leads: fn(&Index, &Value<'static>) -> Leads,
    of: PhantomData<fn() -> (R, W)>,
}

/// Where a page ended.
pub(crate) struct Place {
    after: u32,
    /// How many records were looked at and left out on the way.
    left_out: u64,
}

/// Which records an access means.
enum Meant {
    One(u32),
    Text(&'static str, String),
    All(Option<List>, Span),
    Anywhere,
    None,
}

impl<'c, R: Record, W: Wire + From<R>> Records<'c, R, W> {
    /// The account's records, found by number alone.
    pub(crate) fn new(core: &'c Core, account: AccountId) -> Self {
        Self::led(core, account, |_, _| Leads::Anywhere)
    }

    /// The account's records, found by number and by what `leads` to them.
    pub(crate) fn led(core: &'c Core, account: AccountId, leads: fn(&Index, &Value<'static>) -> Leads) -> Self {
        Self { core, account, since: core.table.counts().since(account, core.now()), leads, of: PhantomData }
    }

    fn meant(&self, access: &Access) -> Meant {
        match access {
            Access::All => Meant::All(None, Span::ALL),
            Access::Equal(index, value) if index.path == [W::ENTITY.key] => {
                value.as_whole().and_then(|number| u32::try_from(number).ok()).map_or(Meant::None, Meant::One)
            }
            Access::Equal(index, value) => match (self.leads)(index, value) {
                Leads::To(list) => Meant::All(Some(list), Span::ALL),
                Leads::Text(name, text) => Meant::Text(name, text),
                Leads::Anywhere => Meant::Anywhere,
            },
            // Of ranges, that of the key alone is stated by any entity of records.
            Access::Between(_, limits) => {
                limits.numbers().map_or(Meant::None, |(first, last)| Meant::All(None, Span::between(first, last)))
            }
        }
    }

    /// What a list's total is remembered under.
    fn counted_as(&self, access: &Access) -> Option<(Counted, Span)> {
        match self.meant(access) {
            Meant::All(list, span) => Some((Counted::records::<R>(list), span)),
            Meant::One(_) | Meant::Text(..) | Meant::Anywhere | Meant::None => None,
        }
    }

    /// At most `most` of all records, of which those are given that are what the access says.
    async fn looked_at(&self, access: &Access, direction: Direction, place: Option<Place>, most: u32) -> Result<Page<W, Place>, Error> {
        let (after, mut left_out) = place.map_or((None, 0), |place| (Some(place.after), place.left_out));
        let page = self.core.table.records_in::<R>(self.account, None, Span::ALL.towards(direction), after, PAGE).await?;
        let (mut rows, mut next) = (Vec::new(), page.next);
        for record in page.items {
            let number = record.number();
            let row = W::from(record);
            if !matches!(access, Access::Equal(index, value) if row.field(index.path) == *value) {
                left_out += 1;
                continue;
            }
            rows.push(row);
            if rows.len() as u64 >= u64::from(most) {
                next = Some(number);
                break;
            }
        }
        if left_out > MOST_EXAMINED {
            return Err(Error::from(RunError::TooBroad));
        }
        Ok(Page { rows, next: next.map(|after| Place { after, left_out }) })
    }
}

impl<R: Record, W: Fill + From<R>> Rows for Records<'_, R, W> {
    type Row = W;
    type Cursor = Place;

    async fn page(&self, access: &Access, direction: Direction, after: Option<Place>, most: u32) -> Result<Page<W, Place>, Error> {
        let one = |record: Option<R>| Page { rows: record.map(W::from).into_iter().collect(), next: None };
        match self.meant(access) {
            Meant::None => Ok(one(None)),
            Meant::One(number) => Ok(one(self.core.table.record(self.account, number, Freshness::Strong).await?)),
            Meant::Text(name, text) => Ok(one(self.core.table.record_with(self.account, name, &text).await?)),
            Meant::Anywhere => self.looked_at(access, direction, after, most).await,
            Meant::All(list, span) => {
                let after = after.map(|place| place.after);
                let span = span.towards(direction);
                let page = self.core.table.records_in::<R>(self.account, list.as_ref(), span, after, limit(most)).await?;
                let next = page.next.map(|after| Place { after, left_out: 0 });
                Ok(Page { rows: page.items.into_iter().map(W::from).collect(), next })
            }
        }
    }

    async fn fill(&self, rows: &mut [W], wanted: &Wanted) -> Result<(), Error> {
        W::fill(self.core, self.account, rows, wanted).await
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Error> {
        let Some((list, span)) = self.counted_as(access) else { return Ok(None) };
        Ok(self.core.table.counts().known(self.account, &list, span, self.core.now()))
    }

    fn counted(&self, access: &Access, total: u64) {
        if let Some((list, span)) = self.counted_as(access) {
            self.core.table.counts().learn(self.since, list, span, total, self.core.now());
        }
    }

    async fn pass(&self, access: &Access, direction: Direction, after: Option<Place>, most: u32) -> Result<Passed<Place>, Error> {
        if let Meant::All(list, span) = self.meant(access) {
            let after = after.map(|place| place.after);
            let span = span.towards(direction);
            let (count, last) = self.core.table.pass_records::<R>(self.account, list.as_ref(), span, after, most).await?;
            return Ok(Passed { count, next: last.map(|after| Place { after, left_out: 0 }) });
        }
        let page = self.page(access, direction, after, most).await?;
        Ok(Passed { count: u32::try_from(page.rows.len()).unwrap_or(u32::MAX), next: page.next })
    }
}

fn limit(most: u32) -> u16 {
    u16::try_from(most).unwrap_or(u16::MAX)
}
