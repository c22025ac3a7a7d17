//! What a row's fields hold, and how it compares.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::decimal::Decimal;
use crate::domain::time::Timestamp;

/// What a field holds.
///
/// Values are equal, and ordered, as they are in a list's order: nothing comes first (as in SQL Server), false before true,
/// numbers by their value whatever their type, texts by their characters' code points (ordinal, so case matters), moments
/// by time. Values of different kinds are never equal.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Nothing, or a navigation that leads nowhere.
    Null,
    /// A truth.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Decimal(Decimal),
    /// A text.
    Text(Cow<'a, str>),
    /// A moment.
    Moment(Timestamp),
    /// A navigation that leads somewhere.
    Object,
}

/// Whatever can be looked at by a condition: a record with what it leads to.
pub trait Row {
    /// The value at the end of a path of names, spelled as in the row's [`super::schema::Entity`]. A navigation by itself is
    /// [`Value::Object`] where it leads somewhere; what lies behind one that leads nowhere is [`Value::Null`].
    fn field(&self, path: &[&str]) -> Value<'_>;
}

impl Value<'_> {
    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// It with a text of its own.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Integer(number) => Value::Integer(number),
            Self::Decimal(number) => Value::Decimal(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Moment(moment) => Value::Moment(moment),
            Self::Object => Value::Object,
        }
    }

    /// Its text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number that it is, as one or as a decimal.
    pub fn as_whole(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Decimal(number) => number.whole(),
            Self::Null | Self::Bool(_) | Self::Text(_) | Self::Moment(_) | Self::Object => None,
        }
    }

    /// How the two compare where they are of one kind, and neither is nothing.
    pub(super) fn compared(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => Some(left.cmp(right)),
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(right)),
            (Self::Decimal(left), Self::Decimal(right)) => Some(left.cmp(right)),
            (Self::Integer(left), Self::Decimal(right)) => Some(Decimal::from(*left).cmp(right)),
            (Self::Decimal(left), Self::Integer(right)) => Some(left.cmp(&Decimal::from(*right))),
            (Self::Text(left), Self::Text(right)) => Some(left.cmp(right)),
            (Self::Moment(left), Self::Moment(right)) => Some(left.cmp(right)),
            (Self::Object, Self::Object) => Some(Ordering::Equal),
            _ => None,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Integer(_) | Self::Decimal(_) => 2,
            Self::Text(_) => 3,
            Self::Moment(_) => 4,
            Self::Object => 5,
        }
    }
}

impl Ord for Value<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compared(other).unwrap_or_else(|| self.rank().cmp(&other.rank()))
    }
}

impl PartialOrd for Value<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value<'_> {}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Decimal> for Value<'_> {
    fn from(number: Decimal) -> Self {
        Self::Decimal(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(moment)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_first_and_numbers_compare_across_their_types() {
        let half = Decimal::parse("1.5").unwrap();
        let ascending: [Value<'_>; 4] = [None::<i64>.into(), 1_i64.into(), half.into(), 2_i32.into()];
        assert!(ascending.is_sorted());
        assert_eq!(Value::from(2_i64), Value::from(Decimal::parse("2.0").unwrap()));
        assert_eq!(Value::from(Decimal::parse("2.0").unwrap()).as_whole(), Some(2));
        assert_eq!(Value::from(half).as_whole(), None);
    }

    #[test]
    fn texts_compare_by_their_characters() {
        let ascending = ["", "B", "a", "ab", "b", "ä"].map(Value::from);
        assert!(ascending.is_sorted());
        assert_ne!(Value::from("1"), Value::from(1_i64));
    }
}
