//! What a list's rows consist of: what a query may name, of which type it is, and what can be found by it.

use super::value::{Row, Value};

/// A kind of row: a table that a function states once, as a `static`.
#[derive(Debug)]
pub struct Entity {
    /// Its name in an error, such as `License`.
    pub name: &'static str,
    /// The field that tells rows apart and that lists are in the order of: an [`Kind::Plain`] one that is never null.
    pub key: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// What its rows can be found by.
    pub indexes: &'static [Index],
}

/// A member of an entity.
#[derive(Debug)]
pub struct Field {
    /// Its name, spelled as in an answer.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
}

/// What a field is.
#[derive(Debug)]
pub enum Kind {
    /// A value.
    Plain(Type, Presence),
    /// An object that is part of the row, and not null.
    Embedded(&'static Entity),
    /// Another row, or none: filled in an answer where it is included.
    One(&'static Entity),
    /// Other rows: filled in an answer where they are included, and not to be compared.
    Many(&'static Entity),
    /// A list that is part of the row, and not to be compared.
    List,
}

/// A value's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A decimal number.
    Decimal,
    /// True or false.
    Bool,
    /// A text.
    Text,
    /// A moment.
    Moment,
}

/// Whether a value can be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It can. In a condition a text always may be compared with null, as in C#.
    Nullable,
    /// It never is.
    Required,
}

/// What rows can be found by without looking at all of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Index {
    /// The field, such as `["orderId"]`.
    pub path: &'static [&'static str],
    /// What can be asked of it.
    pub answers: Answers,
    /// Whether what it gives has still to be compared.
    pub gives: Gives,
    /// How selective it is: of several, the one with the lowest rank is asked. Equality goes before a range.
    pub rank: u8,
}

/// What an index can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// The rows with a value.
    Equality,
    /// Those, and the rows with a value between two.
    Ranges,
}

/// What comes of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// The rows that fit, and no other.
    Exactly,
    /// The rows that fit, and others: an index of addresses in lower case, for example.
    AtLeast,
}

impl Entity {
    /// The field of this name, in any case.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The index of this field.
    pub(super) fn index(&self, path: &[&str]) -> Option<&'static Index> {
        self.indexes.iter().find(|index| index.path == path)
    }

    /// The first field in which a row is not what is stated here: of another type, or null without leave. For the tests of
    /// whoever states an entity.
    pub fn mismatch(&self, row: &impl Row) -> Option<&'static str> {
        let differs = |field: &&Field| match field.kind {
            Kind::Plain(kind, presence) => match row.field(&[field.name]) {
                Value::Null => presence == Presence::Required,
                Value::Bool(_) => kind != Type::Bool,
                Value::Integer(number) => match kind {
                    Type::Int32 => i32::try_from(number).is_err(),
                    Type::Int64 | Type::Decimal => false,
                    Type::Bool | Type::Text | Type::Moment => true,
                },
                Value::Decimal(_) => kind != Type::Decimal,
                Value::Text(_) => kind != Type::Text,
                Value::Moment(_) => kind != Type::Moment,
                Value::Object => true,
            },
            Kind::Embedded(_) => row.field(&[field.name]) != Value::Object,
            Kind::One(_) => !matches!(row.field(&[field.name]), Value::Object | Value::Null),
            Kind::Many(_) | Kind::List => false,
        };
        self.fields.iter().find(differs).map(|field| field.name)
    }
}

impl Type {
    /// It in an error.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Int32 | Self::Int64 | Self::Decimal => "a number",
            Self::Bool => "true or false",
            Self::Text => "a text",
            Self::Moment => "a date",
        }
    }

    /// Whether values of the two can be compared.
    pub(super) fn compares_with(self, other: Self) -> bool {
        self.shown() == other.shown()
    }
}
