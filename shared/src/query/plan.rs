//! What an entity's indexes can answer of a condition.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::ast::Comparison;
use super::condition::{Condition, Operand};
use super::parser::MOST_VALUES;
use super::schema::{Answers, Entity, Gives, Index};
use super::value::Value;
use crate::domain::time::Timestamp;

/// A way to rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// All rows, in the order of their keys.
    All,
    /// The rows with this value, in the order of their keys. The value is not null, and a number is whole.
    Equal(&'static Index, Value<'static>),
    /// The rows with a value in a range: in the order of their keys where the index is the key's, and in any order otherwise.
    Between(&'static Index, Limits),
}

/// A range of values, of which at least one end is stated. Numbers and moments are stated as included, always.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Where it begins.
    pub from: Bound<Value<'static>>,
    /// Where it ends.
    pub to: Bound<Value<'static>>,
}

/// How rows are come by.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is asked, one after another. A row that comes of two of them is one row. With none, no row can fit.
    pub accesses: Vec<Access>,
    /// Whether every row that comes of them fits, and none has to be compared.
    pub is_exact: bool,
}

/// Values that a field has to have one of.
struct Points {
    index: &'static Index,
    values: Vec<Value<'static>>,
}

impl Plan {
    /// Whether a row can come of two accesses: not where each gives one value's rows and no other.
    pub(super) fn may_repeat(&self) -> bool {
        let is_exact = |access: &Access| matches!(access, Access::Equal(index, _) if index.gives == Gives::Exactly);
        self.accesses.len() > 1 && !self.accesses.iter().all(is_exact)
    }

    /// The plan for a condition, the best there is: the values of the most selective index, fewer before more; then a range.
    pub(super) fn of(entity: &Entity, condition: Option<&Condition>) -> Self {
        let conjuncts = condition.map(conjuncts).unwrap_or_default();
        let exactly = |index: &Index| index.gives == Gives::Exactly;
        let points = conjuncts.iter().filter_map(|conjunct| points(entity, conjunct)).filter(|points| points.values.len() <= MOST_VALUES);
        if let Some(Points { index, values }) = points.min_by_key(|points| (points.index.rank, points.values.len())) {
            let accesses = values.into_iter().map(|value| Access::Equal(index, value)).collect();
            return Self { accesses, is_exact: conjuncts.len() == 1 && exactly(index) };
        }
        let ranges: Vec<_> = conjuncts.iter().filter_map(|conjunct| range(entity, conjunct)).collect();
        let Some(index) = ranges.iter().map(|(index, ..)| *index).min_by_key(|index| index.rank) else {
            return Self { accesses: vec![Access::All], is_exact: conjuncts.is_empty() };
        };
        let of_index: Vec<_> = ranges.into_iter().filter(|(other, ..)| *other == index).collect();
        let is_exact = of_index.len() == conjuncts.len() && exactly(index);
        match Limits::all(of_index.into_iter().map(|(_, comparison, value)| (comparison, value))) {
            Some(limits) => Self { accesses: vec![Access::Between(index, limits)], is_exact },
            None => Self { accesses: Vec::new(), is_exact: true },
        }
    }
}

impl Access {
    /// Whether its rows come in the order of their keys.
    pub(super) fn is_ordered(&self, entity: &Entity) -> bool {
        match self {
            Self::All | Self::Equal(..) => true,
            Self::Between(index, _) => *index.path == [entity.key],
        }
    }
}

impl Limits {
    /// The first and the last whole number, where these are numbers. An end that is not stated is the type's.
    pub fn numbers(&self) -> Option<(i64, i64)> {
        let number = |bound: &Bound<Value<'static>>, open| match bound {
            Bound::Included(value) => value.as_whole(),
            Bound::Excluded(_) => None,
            Bound::Unbounded => Some(open),
        };
        Some((number(&self.from, i64::MIN)?, number(&self.to, i64::MAX)?))
    }

    /// The first and the last moment, where these are moments. An end that is not stated is the type's.
    pub fn moments(&self) -> Option<(Timestamp, Timestamp)> {
        let moment = |bound: &Bound<Value<'static>>, open| match bound {
            Bound::Included(Value::Moment(moment)) => Some(*moment),
            Bound::Included(_) | Bound::Excluded(_) => None,
            Bound::Unbounded => Some(open),
        };
        Some((moment(&self.from, Timestamp::MIN)?, moment(&self.to, Timestamp::MAX)?))
    }

    /// What is within all of these; nothing where nothing can be.
    fn all(comparisons: impl Iterator<Item = (Comparison, Value<'static>)>) -> Option<Self> {
        let mut limits = Self { from: Bound::Unbounded, to: Bound::Unbounded };
        for (comparison, value) in comparisons {
            match comparison {
                Comparison::Less => limits.to = earlier(limits.to, before(value)?),
                Comparison::LessOrEqual => limits.to = earlier(limits.to, Bound::Included(value)),
                Comparison::Greater => limits.from = later(limits.from, after(value)?),
                Comparison::GreaterOrEqual => limits.from = later(limits.from, Bound::Included(value)),
                Comparison::Equal | Comparison::NotEqual => {}
            }
        }
        let is_empty = match (&limits.from, &limits.to) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(from), Bound::Included(to)) => from > to,
            (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => from >= to,
        };
        (!is_empty).then_some(limits)
    }
}

/// The range's end that lets nothing in from `value` on; nothing where there is none before it.
fn before(value: Value<'static>) -> Option<Bound<Value<'static>>> {
    stepped(value, -1)
}

/// The range's beginning that lets nothing in up to `value`; nothing where there is none after it.
fn after(value: Value<'static>) -> Option<Bound<Value<'static>>> {
    stepped(value, 1)
}

fn stepped(value: Value<'static>, step: i64) -> Option<Bound<Value<'static>>> {
    Some(match value {
        Value::Integer(number) => Bound::Included(Value::Integer(number.checked_add(step)?)),
        Value::Moment(moment) => Bound::Included(Value::Moment(Timestamp::from_micros(moment.as_micros() + step)?)),
        Value::Null | Value::Bool(_) | Value::Decimal(_) | Value::Text(_) | Value::Object => Bound::Excluded(value),
    })
}

/// Of two ends, the one that lets in less.
fn earlier(one: Bound<Value<'static>>, two: Bound<Value<'static>>) -> Bound<Value<'static>> {
    match (edge(&one), edge(&two)) {
        (None, _) => two,
        (_, None) => one,
        // What is excluded ends just before what is included.
        (Some((a, excludes)), Some((b, other))) => {
            if (a, !excludes) <= (b, !other) {
                one
            } else {
                two
            }
        }
    }
}

/// Of two beginnings, the one that lets in less.
fn later(one: Bound<Value<'static>>, two: Bound<Value<'static>>) -> Bound<Value<'static>> {
    match (edge(&one), edge(&two)) {
        (None, _) => two,
        (_, None) => one,
        (Some(a), Some(b)) => {
            if a >= b {
                one
            } else {
                two
            }
        }
    }
}

/// A bound's value, and whether it leaves it out.
fn edge<'b>(bound: &'b Bound<Value<'static>>) -> Option<(&'b Value<'static>, bool)> {
    match bound {
        Bound::Included(value) => Some((value, false)),
        Bound::Excluded(value) => Some((value, true)),
        Bound::Unbounded => None,
    }
}

/// What has to hold all at once.
fn conjuncts(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::All(all) => all.iter().flat_map(conjuncts).collect(),
        Condition::Any(_)
        | Condition::Not(_)
        | Condition::Compare(..)
        | Condition::OneOf(..)
        | Condition::Has(..)
        | Condition::Truth(_) => vec![condition],
    }
}

/// The values of one indexed field of which a condition asks for any.
fn points(entity: &Entity, condition: &Condition) -> Option<Points> {
    let points = match condition {
        Condition::Compare(Comparison::Equal, left, right) => {
            let (index, _, value) = indexed(entity, Comparison::Equal, left, right)?;
            Points { index, values: vec![value] }
        }
        Condition::OneOf(Operand::Field(path), values) => {
            let values = values.iter().map(|value| if let Operand::Constant(value) = value { key(value) } else { None });
            Points { index: entity.index(path)?, values: values.collect::<Option<_>>()? }
        }
        Condition::Any(any) => {
            let mut all = any.iter().map(|condition| points(entity, condition));
            let mut first = all.next()??;
            for other in all {
                let other = other.filter(|other| other.index == first.index)?;
                first.values.extend(other.values);
            }
            first
        }
        Condition::All(_)
        | Condition::Not(_)
        | Condition::Compare(..)
        | Condition::OneOf(..)
        | Condition::Has(..)
        | Condition::Truth(_) => return None,
    };
    let distinct: BTreeSet<_> = points.values.into_iter().collect();
    Some(Points { index: points.index, values: distinct.into_iter().collect() })
}

/// The comparison that a condition makes of an indexed field with something.
fn range(entity: &Entity, condition: &Condition) -> Option<(&'static Index, Comparison, Value<'static>)> {
    let Condition::Compare(comparison, left, right) = condition else { return None };
    let found = indexed(entity, *comparison, left, right)?;
    (found.0.answers == Answers::Ranges && !comparison.is_equality()).then_some(found)
}

/// An indexed field and a constant, in this order.
fn indexed(
    entity: &Entity,
    comparison: Comparison,
    left: &Operand,
    right: &Operand,
) -> Option<(&'static Index, Comparison, Value<'static>)> {
    match (left, right) {
        (Operand::Field(path), Operand::Constant(value)) => Some((entity.index(path)?, comparison, key(value)?)),
        (Operand::Constant(value), Operand::Field(path)) => Some((entity.index(path)?, comparison.turned(), key(value)?)),
        _ => None,
    }
}

/// A value that an index has: no null, and no fraction.
fn key(value: &Value<'static>) -> Option<Value<'static>> {
    match value {
        Value::Null | Value::Object => None,
        Value::Integer(_) | Value::Decimal(_) => value.as_whole().map(Value::Integer),
        Value::Bool(_) | Value::Text(_) | Value::Moment(_) => Some(value.clone()),
    }
}
