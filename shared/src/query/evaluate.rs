//! Whether a row is as a condition says: as C# has it, with null passed on rather than thrown.
//!
//! Architecture Invariant: every condition is true or false. Null is no third truth: what compares it by anything but equality
//! is false, and so is what looks for a text in it; what `not` makes of that is true.

use std::borrow::Cow;

use super::ast::Comparison;
use super::condition::{Condition, Operand, Place};
use super::value::{Row, Value};

impl Condition {
    /// Whether it holds.
    pub(super) fn holds(&self, row: &impl Row) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(row)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(row)),
            Self::Not(condition) => !condition.holds(row),
            Self::Compare(comparison, left, right) => comparison.holds(&left.value(row), &right.value(row)),
            Self::OneOf(operand, values) => {
                let value = operand.value(row);
                values.iter().any(|other| other.value(row) == value)
            }
            Self::Has(place, text, part) => match (text.value(row).as_text(), part.value(row).as_text()) {
                (Some(text), Some(part)) => place.has(text, part),
                _ => false,
            },
            Self::Truth(operand) => operand.value(row) == Value::Bool(true),
        }
    }
}

impl Comparison {
    /// Whether it holds between two values.
    pub(super) fn holds(self, left: &Value<'_>, right: &Value<'_>) -> bool {
        let order = left.compared(right);
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Self::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Self::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Self::GreaterOrEqual => order.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

impl Place {
    fn has(self, text: &str, part: &str) -> bool {
        match self {
            Self::Anywhere => text.contains(part),
            Self::Start => text.starts_with(part),
            Self::End => text.ends_with(part),
        }
    }
}

impl Operand {
    /// Its value.
    fn value<'v>(&'v self, row: &'v impl Row) -> Value<'v> {
        match self {
            Self::Constant(value) => borrowed(value),
            Self::Field(path) => row.field(path),
            Self::Lower(operand) => mapped(&operand.value(row), |c| single(c.to_lowercase(), c)),
            Self::Upper(operand) => mapped(&operand.value(row), |c| single(c.to_uppercase(), c)),
            Self::Length(operand) => operand.value(row).as_text().map_or(Value::Null, length),
            Self::OrElse(first, second) => {
                let value = first.value(row);
                if value.is_null() { second.value(row) } else { value }
            }
            Self::Truth(condition) => Value::Bool(condition.holds(row)),
        }
    }
}

fn borrowed<'v>(value: &'v Value<'static>) -> Value<'v> {
    match value {
        Value::Text(text) => Value::Text(Cow::Borrowed(text)),
        Value::Null => Value::Null,
        Value::Bool(truth) => Value::Bool(*truth),
        Value::Integer(number) => Value::Integer(*number),
        Value::Decimal(number) => Value::Decimal(*number),
        Value::Moment(moment) => Value::Moment(*moment),
        Value::Object => Value::Object,
    }
}

/// A text with each character replaced; null stays null.
fn mapped(value: &Value<'_>, replace: impl Fn(char) -> char) -> Value<'static> {
    value.as_text().map_or(Value::Null, |text| text.chars().map(replace).collect::<String>().into())
}

/// .NET maps one character to one, and leaves those alone that would become several.
fn single(mut mapped: impl Iterator<Item = char>, c: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// In UTF-16 units, as .NET counts.
fn length(text: &str) -> Value<'static> {
    Value::Integer(i64::try_from(text.encode_utf16().count()).unwrap_or(i64::MAX))
}
