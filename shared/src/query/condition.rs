//! A condition whose names and types are known to be right.

use std::collections::BTreeSet;

use super::ast::Comparison;
use super::path::Path;
use super::value::Value;

/// What is asked of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Comparison, Operand, Operand),
    /// Equal to one of these.
    OneOf(Operand, Vec<Operand>),
    /// The first text has the second one somewhere.
    Has(Place, Operand, Operand),
    /// Of type bool, and true.
    Truth(Operand),
}

/// Where in a text another one is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
}

/// Something with a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Constant(Value<'static>),
    Field(Path),
    Lower(Box<Operand>),
    Upper(Box<Operand>),
    Length(Box<Operand>),
    /// The second where the first is null.
    OrElse(Box<Operand>, Box<Operand>),
    Truth(Box<Condition>),
}

impl Condition {
    /// Calls `visit` with every path that is read.
    pub(super) fn paths<'c>(&'c self, visit: &mut impl FnMut(&'c Path)) {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().for_each(|condition| condition.paths(visit)),
            Self::Not(condition) => condition.paths(visit),
            Self::Compare(_, left, right) | Self::Has(_, left, right) => {
                left.paths(visit);
                right.paths(visit);
            }
            Self::OneOf(operand, values) => {
                operand.paths(visit);
                for value in values {
                    value.paths(visit);
                }
            }
            Self::Truth(operand) => operand.paths(visit),
        }
    }
}

impl Operand {
    fn paths<'c>(&'c self, visit: &mut impl FnMut(&'c Path)) {
        match self {
            Self::Constant(_) => {}
            Self::Field(path) => visit(path),
            Self::Lower(operand) | Self::Upper(operand) | Self::Length(operand) => operand.paths(visit),
            Self::OrElse(first, second) => {
                first.paths(visit);
                second.paths(visit);
            }
            Self::Truth(condition) => condition.paths(visit),
        }
    }
}

/// What a path passes on its way.
pub(super) fn passed(path: &Path, into: &mut BTreeSet<Path>) {
    into.extend((1..path.len()).map(|length| path.iter().take(length).copied().collect::<Path>()));
}
