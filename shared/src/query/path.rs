//! Names, found in an entity.

use super::ast::Name;
use super::problem::{Located, Problem, shown};
use super::schema::{Entity, Kind, Presence, Type};

/// Names as an entity spells them, from a row on.
pub type Path = Vec<&'static str>;

/// What names lead to.
#[derive(Debug)]
pub(super) struct Found<'n> {
    pub(super) path: Path,
    pub(super) what: What,
    /// Whether it can be null: it, or something on the way to it.
    pub(super) nullable: bool,
    /// The names that are left where a value comes before the last of them.
    pub(super) rest: &'n [Name],
}

/// The ends of a path.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Value(Type),
    Embedded(&'static Entity),
    One(&'static Entity),
    Many,
    List,
}

/// Follows names from an entity's rows on.
pub(super) fn find<'n>(entity: &'static Entity, names: &'n [Name]) -> Result<Found<'n>, Located> {
    let mut found = Found { path: Vec::new(), what: What::Embedded(entity), nullable: false, rest: names };
    while let [name, rest @ ..] = found.rest {
        let (What::Embedded(entity) | What::One(entity)) = found.what else { break };
        let field = entity.field(&name.text).ok_or_else(|| unknown(name, entity.name))?;
        found.path.push(field.name);
        found.rest = rest;
        found.what = match field.kind {
            Kind::Plain(kind, presence) => {
                found.nullable |= presence == Presence::Nullable;
                What::Value(kind)
            }
            Kind::Embedded(entity) => What::Embedded(entity),
            Kind::One(entity) => {
                found.nullable = true;
                What::One(entity)
            }
            Kind::Many(_) => What::Many,
            Kind::List => What::List,
        };
    }
    Ok(found)
}

impl What {
    /// It in an error.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Value(kind) => kind.shown(),
            Self::Embedded(_) | Self::One(_) => "an object",
            Self::Many | Self::List => "a list",
        }
    }
}

/// The error that says that there is no such name.
pub(super) fn unknown(name: &Name, entity: &'static str) -> Located {
    Located { at: name.span.start, problem: Problem::UnknownName { name: shown(&name.text), entity } }
}
