//! Lists: rows that fit, in their order, a part of them, and how many there are.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;

use super::bounds::Window;
use super::condition::Condition;
use super::plan::{Access, Plan};
use super::schema::Entity;
use super::sort::{Direction, Rank, Sort};
use super::value::{Row, Value};

/// The most rows that are looked at for one list. They are compared, counted and put in order in memory.
pub const MOST_EXAMINED: u64 = 20_000;
/// The most rows that are passed over and counted for one list, without being looked at.
pub const MOST_PASSED: u64 = 200_000;
/// The most calls of a source for one list.
const MOST_CALLS: u32 = 1_000;
/// How many rows are asked for at once where all are looked at.
const PAGE: u32 = 500;

/// Where rows come from.
///
/// The answers of one access hold every row that [`Access`] describes, once, in the order that it states (the other way round
/// where the direction says so), and no other; where the index gives [`super::Gives::AtLeast`], others may be among them.
pub trait Source: Sync {
    /// A row.
    type Row: Row + Send;
    /// Where a page ended.
    type Cursor: Send;
    /// Why rows could not be read.
    type Error: Send;

    /// At most `limit` rows, and where to go on. A page may be short, even empty, and not the last.
    fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Page<Self::Row, Self::Cursor>, Self::Error>> + Send;

    /// How many rows there are, where that is known without counting. It may be of a moment ago: a page that ends the list has the last
    /// word.
    fn count(&self, access: &Access) -> impl Future<Output = Result<Option<u64>, Self::Error>> + Send {
        let _ = access;
        async { Ok(None) }
    }

    /// Told how many rows there are, once all were counted: for [`Self::count`] to know.
    fn counted(&self, access: &Access, total: u64) {
        let _ = (access, total);
    }

    /// Passes over at most `limit` rows: how many, and where to go on. A source that can count without reading does so here.
    fn pass(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> impl Future<Output = Result<Passed<Self::Cursor>, Self::Error>> + Send {
        async move {
            let page = self.page(access, direction, after, limit.min(PAGE)).await?;
            Ok(Passed { count: u32::try_from(page.rows.len()).unwrap_or(u32::MAX), next: page.next })
        }
    }
}

/// Some rows of a source.
#[derive(Clone, Debug)]
pub struct Page<R, C> {
    /// The rows.
    pub rows: Vec<R>,
    /// Where to go on; nothing after the last.
    pub next: Option<C>,
}

/// Rows that were passed over.
#[derive(Clone, Debug)]
pub struct Passed<C> {
    /// How many.
    pub count: u32,
    /// Where to go on; nothing after the last.
    pub next: Option<C>,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<R> {
    /// The rows of the part that was asked for.
    pub rows: Vec<R>,
    /// How many rows fit, in this part or not.
    pub total: u64,
}

/// Why there is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError<E> {
    /// More rows would have to be looked at than are: the caller has to ask in narrower terms.
    TooBroad,
    /// The rows could not be read.
    Source(E),
}

impl<E> fmt::Display for RunError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooBroad => write!(
                f,
                "this list would take looking at more than {MOST_EXAMINED} rows, or passing over more than {MOST_PASSED}: \
                 narrow the filter by an indexed property"
            ),
            Self::Source(_) => f.write_str("the rows could not be read"),
        }
    }
}

impl<E: fmt::Debug> std::error::Error for RunError<E> {}

/// What a list is made by.
pub(super) struct Run<'q, S> {
    pub(super) entity: &'static Entity,
    pub(super) condition: Option<&'q Condition>,
    pub(super) sort: &'q Sort,
    pub(super) window: Window,
    /// Whether the count alone is wanted.
    pub(super) counts_only: bool,
    pub(super) source: &'q S,
    /// How many calls were made.
    pub(super) calls: u32,
}

impl<S: Source> Run<'_, S> {
    /// The list.
    pub(super) async fn answer(mut self) -> Result<Answer<S::Row>, RunError<S::Error>> {
        let plan = Plan::of(self.entity, self.condition);
        let direction = self.sort.by_key(self.entity).or(self.counts_only.then_some(Direction::Ascending));
        match (plan.accesses.as_slice(), direction) {
            ([access], Some(direction)) if plan.is_exact && (self.counts_only || access.is_ordered(self.entity)) => {
                self.exact(access, direction).await
            }
            _ => self.compared(&plan).await,
        }
    }

    /// A part of rows that all fit and come in their order: what is not answered is not read. How many there are is known where they end
    /// with this part, and asked for or counted only where they go on.
    async fn exact(&mut self, access: &Access, direction: Direction) -> Result<Answer<S::Row>, RunError<S::Error>> {
        let (skip, take) = if self.counts_only { (0, 0) } else { (u64::from(self.window.skip), u64::from(self.window.take)) };
        let (mut total, mut place) = self.passed(access, direction, Place::Start, skip, 0).await?;
        let mut rows = Vec::new();
        while (rows.len() as u64) < take {
            let Some(after) = std::mem::replace(&mut place, Place::End).after() else { break };
            self.call()?;
            let wanted = u32::try_from(take - rows.len() as u64).unwrap_or(PAGE).min(PAGE);
            let page = self.source.page(access, direction, after, wanted).await.map_err(RunError::Source)?;
            total += page.rows.len() as u64;
            rows.extend(page.rows);
            place = page.next.map_or(Place::End, Place::After);
        }
        if !matches!(place, Place::End) {
            self.call()?;
            if let Some(known) = self.source.count(access).await.map_err(RunError::Source)? {
                return Ok(Answer { rows, total: known.max(total) });
            }
            total += self.passed(access, direction, place, u64::MAX, total).await?.0;
        }
        self.source.counted(access, total);
        Ok(Answer { rows, total })
    }

    /// Passes over `count` rows, where `begun` have been passed before.
    async fn passed(
        &mut self,
        access: &Access,
        direction: Direction,
        mut place: Place<S::Cursor>,
        count: u64,
        begun: u64,
    ) -> Result<(u64, Place<S::Cursor>), RunError<S::Error>> {
        let mut passed = 0;
        while passed < count {
            let Some(after) = place.after() else { return Ok((passed, Place::End)) };
            self.call()?;
            // One more than may be passed tells whether there are more.
            let limit = u32::try_from((count - passed).min(MOST_PASSED + 1)).unwrap_or(u32::MAX);
            let some = self.source.pass(access, direction, after, limit).await.map_err(RunError::Source)?;
            passed += u64::from(some.count);
            if begun + passed > MOST_PASSED {
                return Err(RunError::TooBroad);
            }
            place = some.next.map_or(Place::End, Place::After);
        }
        Ok((passed, place))
    }

    /// A part of rows of which each is looked at.
    async fn compared(&mut self, plan: &Plan) -> Result<Answer<S::Row>, RunError<S::Error>> {
        let mut kept = Kept::new(if self.counts_only { 0 } else { self.window.skip as usize + self.window.take as usize });
        let mut seen = plan.may_repeat().then(BTreeSet::new);
        let (mut examined, mut total) = (0, 0);
        for access in &plan.accesses {
            let mut place = Place::Start;
            while let Some(after) = place.after() {
                self.call()?;
                let page = self.source.page(access, Direction::Ascending, after, PAGE).await.map_err(RunError::Source)?;
                examined += page.rows.len() as u64;
                if examined > MOST_EXAMINED {
                    return Err(RunError::TooBroad);
                }
                for row in page.rows {
                    let is_new = seen.as_mut().is_none_or(|seen: &mut BTreeSet<Value<'static>>| seen.insert(self.key(&row)));
                    if is_new && (plan.is_exact || self.condition.is_none_or(|condition| condition.holds(&row))) {
                        total += 1;
                        kept.add(row, |row| self.sort.rank(self.entity, row));
                    }
                }
                place = page.next.map_or(Place::End, Place::After);
            }
        }
        Ok(Answer { rows: kept.rows().skip(self.window.skip as usize).collect(), total })
    }

    fn key(&self, row: &S::Row) -> Value<'static> {
        row.field(&[self.entity.key]).into_owned()
    }

    fn call(&mut self) -> Result<(), RunError<S::Error>> {
        self.calls += 1;
        if self.calls > MOST_CALLS { Err(RunError::TooBroad) } else { Ok(()) }
    }
}

/// Where a reader of pages is.
enum Place<C> {
    Start,
    After(C),
    End,
}

impl<C> Place<C> {
    /// What the next page comes after; nothing where there is none.
    #[expect(clippy::option_option, reason = "the outer says whether there is a page, the inner is what a source is asked")]
    fn after(self) -> Option<Option<C>> {
        match self {
            Self::Start => Some(None),
            Self::After(cursor) => Some(Some(cursor)),
            Self::End => None,
        }
    }
}

/// The first rows in their order, of all that were added.
struct Kept<R> {
    most: usize,
    rows: Vec<(Rank, R)>,
}

impl<R> Kept<R> {
    fn new(most: usize) -> Self {
        Self { most, rows: Vec::new() }
    }

    fn add(&mut self, row: R, rank: impl FnOnce(&R) -> Rank) {
        if self.most == 0 {
            return;
        }
        self.rows.push((rank(&row), row));
        // Twice as many, so that putting them in order is seldom.
        if self.rows.len() >= 2 * self.most.max(PAGE as usize) {
            self.trim();
        }
    }

    fn trim(&mut self) {
        self.rows.sort_by(|(one, _), (two, _)| one.cmp(two));
        self.rows.truncate(self.most);
    }

    fn rows(mut self) -> impl Iterator<Item = R> {
        self.trim();
        self.rows.into_iter().map(|(_, row)| row)
    }
}
