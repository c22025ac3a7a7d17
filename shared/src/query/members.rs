//! Which members an answer's rows have, and which of their navigations are filled.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use winnow::combinator::{cut_err, preceded, repeat};
use winnow::prelude::*;

use super::ast::Name;
use super::parser::{Tokens, kind, name, whole};
use super::path::{Path, unknown};
use super::problem::{Located, Parameter, Problem, QueryError};
use super::schema::{Entity, Kind as FieldKind};
use super::sort::names;
use super::token::{Failure, Kind};

/// The most names of a list.
pub const MOST_NAMES: usize = 100;

/// The members that are asked for: all where none is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    members: Option<BTreeSet<&'static str>>,
}

impl Select {
    /// Parses a list such as `Id, LicenseeName`.
    pub fn parse(entity: &'static Entity, text: &str) -> Result<Self, QueryError> {
        Self::located(entity, text)
            .map_err(|located| located.within(Parameter::Select, text))
            .map(|members| Self { members: Some(members) })
    }

    fn located(entity: &'static Entity, text: &str) -> Result<BTreeSet<&'static str>, Located> {
        let names = whole(text, |input: &mut Tokens<'_>| separated(input, |input| name("a property").parse_next(input)), "',' or the end")?;
        let known = |name: &Name| entity.field(&name.text).map(|field| field.name).ok_or_else(|| unknown(name, entity.name));
        bounded(&names, |name| name.span.start)?.iter().map(known).collect()
    }

    /// Whether an answer has this member.
    pub fn has(&self, member: &str) -> bool {
        self.members.as_ref().is_none_or(|members| members.contains(member))
    }

    /// Whether this member is asked for by its name.
    pub fn names(&self, member: &str) -> bool {
        self.members.as_ref().is_some_and(|members| members.contains(member))
    }

    /// Takes from an object what is not asked for.
    pub fn keep(&self, object: &mut Map<String, Value>) {
        object.retain(|member, _| self.has(member));
    }
}

/// The navigations that are to be filled: none where none is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Include {
    navigations: BTreeSet<Path>,
}

impl Include {
    /// Parses a list such as `Customer, Order.Customer`. What is passed on the way is filled too.
    pub fn parse(entity: &'static Entity, text: &str) -> Result<Self, QueryError> {
        Self::located(entity, text).map_err(|located| located.within(Parameter::Include, text)).map(|navigations| Self { navigations })
    }

    fn located(entity: &'static Entity, text: &str) -> Result<BTreeSet<Path>, Located> {
        let paths = whole(text, |input: &mut Tokens<'_>| separated(input, names), "',' or the end")?;
        let mut navigations = BTreeSet::new();
        for names in bounded(&paths, |names| names.first().map_or(0, |name| name.span.start))? {
            let mut from = entity;
            let mut path = Path::new();
            for name in names {
                let field = from.field(&name.text).ok_or_else(|| unknown(name, from.name))?;
                path.push(field.name);
                match field.kind {
                    FieldKind::One(entity) | FieldKind::Many(entity) => {
                        from = entity;
                        navigations.insert(path.clone());
                    }
                    FieldKind::Embedded(entity) => from = entity,
                    FieldKind::Plain(..) | FieldKind::List => return Err(no_navigation(name)),
                }
            }
            if !navigations.contains(&path) {
                return Err(names.last().map_or_else(|| Located { at: 0, problem: Problem::Malformed("this is empty") }, no_navigation));
            }
        }
        Ok(navigations)
    }

    /// Whether what a path such as `["order", "customer"]` leads to is to be filled.
    pub fn has(&self, path: &[&str]) -> bool {
        self.navigations.iter().any(|navigation| navigation == path)
    }

    /// All of them, in the order of their names: what is passed comes before what lies behind.
    pub fn navigations(&self) -> impl Iterator<Item = &[&'static str]> {
        self.navigations.iter().map(Vec::as_slice)
    }
}

fn no_navigation(name: &Name) -> Located {
    let problem =
        Problem::WrongType { expected: "a property that leads to other rows".to_owned(), found: super::problem::shown(&name.text) };
    Located { at: name.span.start, problem }
}

/// `items`, unless they are too many.
fn bounded<T>(items: &[T], at: impl Fn(&T) -> usize) -> Result<&[T], Located> {
    match items.get(MOST_NAMES) {
        Some(item) => Err(Located { at: at(item), problem: Problem::TooMany { most: MOST_NAMES, what: "names" } }),
        None => Ok(items),
    }
}

/// Items with commas between them.
fn separated<'t, T>(
    input: &mut Tokens<'t>,
    item: impl Fn(&mut Tokens<'t>) -> ModalResult<T, Failure> + Copy,
) -> ModalResult<Vec<T>, Failure> {
    let rest = repeat(0.., preceded(kind(&Kind::Comma, "','"), cut_err(item)));
    (item, rest).map(|(first, rest): (T, Vec<T>)| std::iter::once(first).chain(rest).collect()).parse_next(input)
}
