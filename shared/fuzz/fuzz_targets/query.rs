//! Any text as a list's filter, order, members and navigations: it is read without panic, in no time worth naming, and an error
//! says a position within it.
#![no_main]

use latchkey_core::query::{Answers, Entity, Field, Gives, Index, Kind, Parameters, Presence, Query, Row, Type, Value};
use libfuzzer_sys::fuzz_target;

static ROW: Entity = Entity {
    name: "Row",
    key: "id",
    fields: &[
        Field { name: "id", kind: Kind::Plain(Type::Int32, Presence::Required) },
        Field { name: "n", kind: Kind::Plain(Type::Decimal, Presence::Nullable) },
        Field { name: "t", kind: Kind::Plain(Type::Text, Presence::Nullable) },
        Field { name: "b", kind: Kind::Plain(Type::Bool, Presence::Required) },
        Field { name: "at", kind: Kind::Plain(Type::Moment, Presence::Nullable) },
        Field { name: "r", kind: Kind::One(&ROW) },
        Field { name: "l", kind: Kind::Many(&ROW) },
    ],
    indexes: &[
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["at"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 1 },
        Index { path: &["t"], answers: Answers::Equality, gives: Gives::AtLeast, rank: 1 },
    ],
};

struct One;

impl Row for One {
    fn field(&self, path: &[&str]) -> Value<'_> {
        match path {
            ["id"] | ["r", "id"] => 7.into(),
            ["t"] => "Straße 😀".into(),
            ["b"] => true.into(),
            ["r"] => Value::Object,
            _ => Value::Null,
        }
    }
}

fuzz_target!(|text: &str| {
    let said = || Some(text.to_owned());
    let none = Parameters::default;
    let all = [
        Parameters { filter: said(), ..none() },
        Parameters { sort: said(), ..none() },
        Parameters { select: said(), ..none() },
        Parameters { include: said(), ..none() },
        Parameters { take: said(), skip: said(), ..none() },
    ];
    for parameters in &all {
        match Query::parse(&ROW, parameters) {
            Ok(query) => {
                query.fits(&One);
                query.plan();
                query.reads();
            }
            Err(error) => {
                let last = text.chars().count() + 1;
                assert!(error.position.is_none_or(|position| (1..=last).contains(&position)), "{error}");
                assert!(error.to_string().len() < 400, "{error}");
            }
        }
    }
});
