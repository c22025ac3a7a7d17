//! Rows that the table gives in one direction, in both.

use latchkey_core::query::{Access, Direction, MOST_EXAMINED, Page};

use super::rows::{Rows, Wanted};
use crate::code::Code;
use crate::error::Error;
use crate::wire::Wire;

/// How many rows are read by one call where all are.
const PAGE: u32 = 500;

/// Rows that come in the order of their keys.
pub(crate) trait Forward: Sync {
    /// A row as it is answered.
    type Row: Wire;
    /// The key of a page's last row.
    type Key: Send;

    /// At most `limit` rows after a key, and the last one's key where there may be more.
    fn forward(
        &self,
        access: &Access,
        after: Option<Self::Key>,
        limit: u32,
    ) -> impl Future<Output = Result<Page<Self::Row, Self::Key>, Error>> + Send;

    /// [`Rows::fill`].
    fn fill(&self, rows: &mut [Self::Row], wanted: &Wanted) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (rows, wanted);
        async { Ok(()) }
    }
}

/// The same from the end as well: where that is asked for, all are read, and turned round.
pub(crate) struct BothWays<F>(pub(crate) F);

/// Where a page ended.
pub(crate) enum After<K, W> {
    /// At this key.
    Key(K),
    /// Before these rows.
    Rest(Vec<W>),
}

impl<F: Forward> BothWays<F> {
    async fn backward(&self, access: &Access) -> Result<Vec<F::Row>, Error> {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = self.0.forward(access, after, PAGE).await?;
            rows.extend(page.rows);
            if rows.len() as u64 > MOST_EXAMINED {
                return Err(Error::new(Code::TooBroad, "There are too many to be listed from the end: please ask in narrower terms."));
            }
            after = page.next;
            if after.is_none() {
                rows.reverse();
                return Ok(rows);
            }
        }
    }
}

impl<F: Forward> Rows for BothWays<F> {
    type Row = F::Row;
    type Cursor = After<F::Key, F::Row>;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> Result<Page<F::Row, Self::Cursor>, Error> {
        let mut rows = match (direction, after) {
            (Direction::Ascending, after) => {
                let after = if let Some(After::Key(key)) = after { Some(key) } else { None };
                let page = self.0.forward(access, after, limit).await?;
                return Ok(Page { rows: page.rows, next: page.next.map(After::Key) });
            }
            (Direction::Descending, Some(After::Rest(rest))) => rest,
            (Direction::Descending, _) => self.backward(access).await?,
        };
        let rest = rows.split_off(rows.len().min(usize::try_from(limit).unwrap_or(usize::MAX)));
        Ok(Page { rows, next: (!rest.is_empty()).then_some(After::Rest(rest)) })
    }

    async fn fill(&self, rows: &mut [F::Row], wanted: &Wanted) -> Result<(), Error> {
        self.0.fill(rows, wanted).await
    }
}
