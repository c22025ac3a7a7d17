//! Rows that are all at hand: few by nature, such as roles and settings.

use std::ops::RangeBounds as _;

use latchkey_core::query::{Access, Direction, Limits, Page};

use super::rows::Rows;
use crate::error::Error;
use crate::wire::Wire;

/// Rows of an entity, in the order of their keys. Every index that the entity states is answered.
pub(crate) struct Memory<W>(Vec<W>);

impl<W: Wire> Memory<W> {
    /// These rows, in whatever order.
    pub(crate) fn new(mut rows: Vec<W>) -> Self {
        rows.sort_by(|a, b| a.field(&[W::ENTITY.key]).cmp(&b.field(&[W::ENTITY.key])));
        Self(rows)
    }

    fn fitting<'m>(&'m self, access: &'m Access) -> impl DoubleEndedIterator<Item = &'m W> {
        self.0.iter().filter(move |row| match access {
            Access::All => true,
            Access::Equal(index, value) => row.field(index.path) == *value,
            Access::Between(index, Limits { from, to }) => (from.as_ref(), to.as_ref()).contains(&row.field(index.path).into_owned()),
        })
    }
}

impl<W: Wire> Rows for Memory<W> {
    type Row = W;
    type Cursor = usize;

    async fn page(&self, access: &Access, direction: Direction, after: Option<usize>, limit: u32) -> Result<Page<W, usize>, Error> {
        let (after, limit) = (after.unwrap_or(0), usize::try_from(limit).unwrap_or(usize::MAX));
        let rows: Vec<W> = match direction {
            Direction::Ascending => self.fitting(access).skip(after).take(limit).cloned().collect(),
            Direction::Descending => self.fitting(access).rev().skip(after).take(limit).cloned().collect(),
        };
        let next = (rows.len() == limit).then_some(after + limit);
        Ok(Page { rows, next })
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Error> {
        Ok(Some(self.fitting(access).count() as u64))
    }
}
