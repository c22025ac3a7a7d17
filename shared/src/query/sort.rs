//! The order of a list.

use std::collections::BTreeSet;

use winnow::combinator::{cut_err, opt, preceded, repeat};
use winnow::prelude::*;

use super::ast::Name;
use super::condition::passed;
use super::parser::{Tokens, kind, name, whole};
use super::path::{Path, What, find};
use super::problem::{Located, Parameter, Problem, QueryError};
use super::schema::Entity;
use super::token::{Failure, Kind};
use super::value::{Row, Value};

/// The most properties that an order names.
pub const MOST_SORT_KEYS: usize = 10;

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the least on. Null is the least, as in SQL Server.
    Ascending,
    /// From the greatest on.
    Descending,
}

/// The order that is asked for: by the first of these, where that is equal by the second, and so on; where all are equal, and
/// where nothing is asked for, by the entity's key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    keys: Vec<(Path, Direction)>,
}

impl Sort {
    /// Parses a list such as `CreatedAt desc, Id`.
    pub fn parse(entity: &'static Entity, text: &str) -> Result<Self, QueryError> {
        Self::located(entity, text).map_err(|located| located.within(Parameter::Sort, text))
    }

    fn located(entity: &'static Entity, text: &str) -> Result<Self, Located> {
        let mut keys = Vec::new();
        for (names, direction) in whole(text, orderings, "'asc', 'desc', ',' or the end")? {
            let at = names.first().map_or(0, |name| name.span.start);
            if keys.len() == MOST_SORT_KEYS {
                return Err(Located { at, problem: Problem::TooMany { most: MOST_SORT_KEYS, what: "properties" } });
            }
            let found = find(entity, &names)?;
            match (found.what, found.rest) {
                (What::Value(_), []) => keys.push((found.path, direction)),
                (What::Value(kind), [name, ..]) => return Err(super::path::unknown(name, kind.shown())),
                (what, _) => {
                    let problem = Problem::WrongType { expected: "a value".to_owned(), found: what.shown().to_owned() };
                    return Err(Located { at, problem });
                }
            }
        }
        Ok(Self { keys })
    }

    /// The direction, where the list is asked for in the order of its keys alone.
    pub(super) fn by_key(&self, entity: &Entity) -> Option<Direction> {
        match self.keys.first() {
            None => Some(Direction::Ascending),
            Some((path, direction)) => (*path == [entity.key]).then_some(*direction),
        }
    }

    /// What the order goes by, of a row: two rows are in the order of their ranks.
    pub(super) fn rank(&self, entity: &Entity, row: &impl Row) -> Rank {
        let keys = self.keys.iter().map(|(path, direction)| match direction {
            Direction::Ascending => By::Up(row.field(path).into_owned()),
            Direction::Descending => By::Down(std::cmp::Reverse(row.field(path).into_owned())),
        });
        Rank(keys.chain([By::Up(row.field(&[entity.key]).into_owned())]).collect())
    }

    /// What the order passes on the way to its properties.
    pub(super) fn passes(&self, into: &mut BTreeSet<Path>) {
        self.keys.iter().for_each(|(path, _)| passed(path, into));
    }
}

/// Where a row stands in an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(Vec<By>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Up(Value<'static>),
    Down(std::cmp::Reverse<Value<'static>>),
}

fn orderings(input: &mut Tokens<'_>) -> ModalResult<Vec<(Vec<Name>, Direction)>, Failure> {
    let rest = repeat(0.., preceded(kind(&Kind::Comma, "','"), cut_err(ordering)));
    (ordering, rest).map(|(first, rest): (_, Vec<_>)| std::iter::once(first).chain(rest).collect()).parse_next(input)
}

fn ordering(input: &mut Tokens<'_>) -> ModalResult<(Vec<Name>, Direction), Failure> {
    let names = names(input)?;
    let direction = name("'asc' or 'desc'").verify_map(|name| match name.text.to_ascii_lowercase().as_str() {
        "asc" | "ascending" => Some(Direction::Ascending),
        "desc" | "descending" => Some(Direction::Descending),
        _ => None,
    });
    Ok((names, opt(direction).parse_next(input)?.unwrap_or(Direction::Ascending)))
}

/// Names with dots between them.
pub(super) fn names(input: &mut Tokens<'_>) -> ModalResult<Vec<Name>, Failure> {
    let rest = repeat(0.., preceded(kind(&Kind::Dot, "'.'"), cut_err(name("a property"))));
    (name("a property"), rest).map(|(first, rest): (_, Vec<_>)| std::iter::once(first).chain(rest).collect()).parse_next(input)
}
