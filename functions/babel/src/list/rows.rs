//! Where a list's rows come from.

use std::collections::BTreeSet;

use latchkey_core::query::{Access, Direction, Page, Passed, Path, Query, Source};

use crate::error::Error;
use crate::wire::Wire;

/// The rows of an entity in an account. The promises are those of [`Source`]; what is asked of an index that the entity states must be
/// answered by it.
pub(crate) trait Rows: Sync {
    /// A row as it is answered.
    type Row: Wire;
    /// Where a page ended.
    type Cursor: Send;

    /// At most `limit` rows, and where to go on.
    fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Page<Self::Row, Self::Cursor>, Error>> + Send;

    /// Fills the navigations that are wanted, a page's together: what leads nowhere stays as it is.
    fn fill(&self, rows: &mut [Self::Row], wanted: &Wanted) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (rows, wanted);
        async { Ok(()) }
    }

    /// Fills what is read for the answer alone, of the rows of the answer: what no condition and no order looks at.
    fn complete(&self, rows: &mut [Self::Row], query: &Query) -> impl Future<Output = Result<(), Error>> + Send {
        let _ = (rows, query);
        async { Ok(()) }
    }

    /// How many rows there are, where that is known without counting.
    fn count(&self, access: &Access) -> impl Future<Output = Result<Option<u64>, Error>> + Send {
        let _ = access;
        async { Ok(None) }
    }

    /// Told how many rows there are, once all were counted.
    fn counted(&self, access: &Access, total: u64) {
        let _ = (access, total);
    }

    /// Passes over at most `limit` rows. Rows that can be counted without being read are counted here.
    fn pass(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Passed<Self::Cursor>, Error>> + Send {
        async move {
            let page = self.page(access, direction, after, limit.min(500)).await?;
            Ok(Passed { count: u32::try_from(page.rows.len()).unwrap_or(u32::MAX), next: page.next })
        }
    }
}

/// The navigations that are wanted of some rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted(BTreeSet<Path>);

impl Wanted {
    /// Those that an answer is to show.
    pub(crate) fn included(query: &Query) -> Self {
        Self(query.include.navigations().map(<[&str]>::to_vec).collect())
    }

    /// Whether what `member` leads to is wanted.
    pub(crate) fn has(&self, member: &str) -> bool {
        self.0.iter().any(|path| path.first().is_some_and(|first| *first == member))
    }

    /// What is wanted of the rows that `member` leads to.
    pub(crate) fn below(&self, member: &str) -> Self {
        let behind = self.0.iter().filter_map(|path| path.split_first());
        let behind = behind.filter(|(first, rest)| **first == member && !rest.is_empty());
        Self(behind.map(|(_, rest)| rest.to_vec()).collect())
    }

    /// Whether nothing is.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Rows with what a condition or an order looks behind.
pub(super) struct Filled<'r, R> {
    rows: &'r R,
    reads: Wanted,
}

impl<'r, R: Rows> Filled<'r, R> {
    pub(super) fn new(rows: &'r R, query: &Query) -> Self {
        Self { rows, reads: Wanted(query.reads()) }
    }
}

impl<R: Rows> Source for Filled<'_, R> {
    type Row = R::Row;
    type Cursor = R::Cursor;
    type Error = Error;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<R::Cursor>,
        limit: u32,
    ) -> Result<Page<R::Row, R::Cursor>, Error> {
        let mut page = self.rows.page(access, direction, after, limit).await?;
        if !self.reads.is_empty() && !page.rows.is_empty() {
            self.rows.fill(&mut page.rows, &self.reads).await?;
        }
        Ok(page)
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Error> {
        self.rows.count(access).await
    }

    fn counted(&self, access: &Access, total: u64) {
        self.rows.counted(access, total);
    }

    async fn pass(&self, access: &Access, direction: Direction, after: Option<R::Cursor>, limit: u32) -> Result<Passed<R::Cursor>, Error> {
        self.rows.pass(access, direction, after, limit).await
    }
}
