//! The query language of lists: a subset of Dynamic LINQ (`System.Linq.Dynamic.Core`), as the seeds' management interface
//! has it (seed 004). `shared/README.md` says what was decided about its meaning.
//!
//! A text becomes tokens, these a tree, that a condition on an [`Entity`]'s rows, of which a [`Plan`] says what indexes answer;
//! [`Query::run`] reads, compares, counts and orders.
//!
//! Architecture Invariant: nothing here knows the table or an entity of ours. A function states its entities, and a [`Source`]
//! for each.
//! Architecture Invariant: all work is bounded: a text's characters, levels and values; the rows that are looked at. What is
//! beyond a bound is refused, never cut short.

mod ast;
mod bounds;
mod check;
mod condition;
mod decimal;
mod evaluate;
mod members;
mod moment;
mod parser;
mod path;
mod period;
mod plan;
mod problem;
mod run;
mod schema;
mod sort;
#[cfg(test)]
mod tests;
mod token;
mod value;

use std::collections::BTreeSet;

use serde::Deserialize;

pub use ast::Comparison;
pub use bounds::{MOST_ROLES, MOST_SKIPPED, MOST_TAKEN, TAKEN, Window, count_only, roles};
pub use decimal::Decimal;
pub use members::{Include, MOST_NAMES, Select};
pub use parser::{MOST_CHARACTERS, MOST_LEVELS, MOST_VALUES};
pub use path::Path;
pub use period::{Intervals, MOST_INTERVALS, Period, intervals};
pub use plan::{Access, Limits, Plan};
pub use problem::{Parameter, Problem, QueryError};
pub use run::{Answer, MOST_EXAMINED, MOST_PASSED, Page, Passed, RunError, Source};
pub use schema::{Answers, Entity, Field, Gives, Index, Kind, Presence, Type};
pub use sort::{Direction, MOST_SORT_KEYS, Sort};
pub use value::{Row, Value};

use condition::{Condition, Operand, passed};

/// A list's parameters as a request has them. An empty one counts as none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Parameters {
    /// A condition, such as `LicenseeName = "Mustermann" and Id > 10`.
    pub filter: Option<String>,
    /// An order, such as `CreatedAt desc, Id`.
    pub sort: Option<String>,
    /// The members that are answered, such as `Id, LicenseeName`.
    pub select: Option<String>,
    /// The navigations that are filled, such as `Customer`.
    pub include: Option<String>,
    /// The most rows that are answered.
    pub take: Option<String>,
    /// How many rows are left out first.
    pub skip: Option<String>,
    /// `true` where the count alone is wanted.
    pub count_only: Option<String>,
}

/// A list that is asked for, of which everything is known to be right.
#[derive(Clone, Debug)]
pub struct Query {
    entity: &'static Entity,
    condition: Option<Condition>,
    sort: Sort,
    /// Which members are answered.
    pub select: Select,
    /// Which navigations are filled.
    pub include: Include,
    /// Which part is answered.
    pub window: Window,
    /// Whether the count alone is.
    pub counts_only: bool,
}

impl Query {
    /// Parses a list's parameters for an entity.
    pub fn parse(entity: &'static Entity, parameters: &Parameters) -> Result<Self, QueryError> {
        let said = |text: &Option<String>| text.as_deref().filter(|text| bounds::said(Some(text)).is_some()).map(str::to_owned);
        let Parameters { filter, sort, select, include, take, skip, count_only } = parameters;
        Ok(Self {
            entity,
            condition: said(filter).map(|text| condition(entity, &text)).transpose()?,
            sort: said(sort).map(|text| Sort::parse(entity, &text)).transpose()?.unwrap_or_default(),
            select: said(select).map(|text| Select::parse(entity, &text)).transpose()?.unwrap_or_default(),
            include: said(include).map(|text| Include::parse(entity, &text)).transpose()?.unwrap_or_default(),
            window: Window::parse(take.as_deref(), skip.as_deref())?,
            counts_only: bounds::count_only(count_only.as_deref())?,
        })
    }

    /// The same list, of those rows alone whose field compares so with a value: a customer's orders, for example.
    #[must_use]
    pub fn only(mut self, path: &[&'static str], comparison: Comparison, value: impl Into<Value<'static>>) -> Self {
        let also = Condition::Compare(comparison, Operand::Field(path.to_vec()), Operand::Constant(value.into()));
        self.condition = Some(match self.condition {
            Some(condition) => Condition::All(vec![also, condition]),
            None => also,
        });
        self
    }

    /// The same list, of those rows alone whose field lies in a period.
    #[must_use]
    pub fn within(self, path: &[&'static str], period: &Period) -> Self {
        let from = period.start.map(|start| (Comparison::GreaterOrEqual, start));
        let to = period.end.map(|end| (Comparison::LessOrEqual, end));
        [from, to].into_iter().flatten().fold(self, |query, (comparison, moment)| query.only(path, comparison, moment))
    }

    /// The navigations, and the objects, that the condition and the order look behind: what a [`Source`]'s rows have to know.
    pub fn reads(&self) -> BTreeSet<Path> {
        let mut reads = BTreeSet::new();
        self.sort.passes(&mut reads);
        if let Some(condition) = &self.condition {
            condition.paths(&mut |path| {
                passed(path, &mut reads);
                // A navigation by itself is compared with null: what it leads to has to be looked for.
                reads.extend(self.is_navigation(path).then(|| path.clone()));
            });
        }
        reads
    }

    /// Whether a row is one of the list's.
    pub fn fits(&self, row: &impl Row) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds(row))
    }

    /// How the list's rows are come by.
    pub fn plan(&self) -> Plan {
        Plan::of(self.entity, self.condition.as_ref())
    }

    /// The list, from where its rows are.
    pub async fn run<S: Source>(&self, source: &S) -> Result<Answer<S::Row>, RunError<S::Error>> {
        let Self { entity, condition, sort, window, counts_only, .. } = self;
        let (condition, window, counts_only) = (condition.as_ref(), *window, *counts_only);
        run::Run { entity, condition, sort, window, counts_only, source, calls: 0 }.answer().await
    }

    fn is_navigation(&self, path: &Path) -> bool {
        let mut fields = self.entity.fields;
        path.iter().all(|name| {
            let Some(Kind::One(entity) | Kind::Embedded(entity)) = fields.iter().find(|field| field.name == *name).map(|field| &field.kind)
            else {
                return false;
            };
            fields = entity.fields;
            true
        })
    }
}

fn condition(entity: &'static Entity, text: &str) -> Result<Condition, QueryError> {
    let checked = parser::condition(text).and_then(|expr| check::check(entity, &expr));
    checked.map_err(|located| located.within(Parameter::Filter, text))
}
