//! Finds what the names of an expression mean, and that types fit.

use super::ast::{Comparison, Expr, Name, Node};
use super::condition::{Condition, Operand, Place};
use super::moment;
use super::path::{What, find, unknown};
use super::problem::{Located, Problem, shown};
use super::schema::{Entity, Type};
use super::token::Span;
use super::value::Value;

/// The condition that an expression is for an entity's rows.
pub(super) fn check(entity: &'static Entity, expr: &Expr) -> Result<Condition, Located> {
    Checker { entity }.condition(expr)
}

/// An operand, and what is known of it.
struct Typed {
    operand: Operand,
    of: Of,
    nullable: bool,
    span: Span,
}

/// What an operand is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Type(Type),
    Null,
    Object,
}

impl Of {
    fn shown(self) -> &'static str {
        match self {
            Self::Type(kind) => kind.shown(),
            Self::Null => "null",
            Self::Object => "an object",
        }
    }
}

struct Checker {
    entity: &'static Entity,
}

impl Checker {
    fn condition(&self, expr: &Expr) -> Result<Condition, Located> {
        let all = |all: &[Expr]| all.iter().map(|expr| self.condition(expr)).collect::<Result<Vec<_>, _>>();
        match &expr.node {
            Node::And(operands) => Ok(Condition::All(all(operands)?)),
            Node::Or(operands) => Ok(Condition::Any(all(operands)?)),
            Node::Not(operand) => Ok(Condition::Not(Box::new(self.condition(operand)?))),
            Node::Compare(comparison, left, right) => self.comparison(*comparison, left, right),
            Node::In(value, values) => self.one_of(value, values),
            Node::Call(on, name, arguments) => match place(name) {
                Some(place) => self.has(place, on, name, arguments),
                None => self.truth(expr),
            },
            Node::Null
            | Node::Bool(_)
            | Node::Integer(_)
            | Node::Decimal(_)
            | Node::Text(_)
            | Node::Moment(_)
            | Node::Path(_)
            | Node::Member(..)
            | Node::NullSafe(..) => self.truth(expr),
        }
    }

    /// An expression that is a condition only by being true.
    fn truth(&self, expr: &Expr) -> Result<Condition, Located> {
        let typed = self.operand(expr)?;
        if typed.of == Of::Type(Type::Bool) {
            Ok(Condition::Truth(typed.operand))
        } else {
            Err(wrong(&typed.span, "a condition", typed.of.shown()))
        }
    }

    fn comparison(&self, comparison: Comparison, left: &Expr, right: &Expr) -> Result<Condition, Located> {
        let (mut left, mut right) = (self.operand(left)?, self.operand(right)?);
        if right.of == Of::Type(Type::Moment) {
            left = as_date(left)?;
        }
        right = alike(&left, right)?;
        let is_ordered = |of| !matches!(of, Of::Type(Type::Bool) | Of::Object);
        if let Some(side) = [&left, &right].into_iter().find(|side| !comparison.is_equality() && !is_ordered(side.of)) {
            return Err(wrong(&side.span, "a number, a text or a date", side.of.shown()));
        }
        Ok(Condition::Compare(comparison, left.operand, right.operand))
    }

    fn one_of(&self, value: &Expr, values: &[Expr]) -> Result<Condition, Located> {
        let value = self.operand(value)?;
        let values = values.iter().map(|other| Ok(alike(&value, self.operand(other)?)?.operand)).collect::<Result<_, Located>>()?;
        Ok(Condition::OneOf(value.operand, values))
    }

    fn has(&self, place: Place, on: &Expr, name: &Name, arguments: &[Expr]) -> Result<Condition, Located> {
        let on = self.text(on)?;
        let [argument] = arguments else {
            return Err(Located { at: name.span.start, problem: Problem::Malformed("this method takes one text") });
        };
        Ok(Condition::Has(place, on, self.text(argument)?))
    }

    fn text(&self, expr: &Expr) -> Result<Operand, Located> {
        let typed = self.operand(expr)?;
        if typed.of == Of::Type(Type::Text) { Ok(typed.operand) } else { Err(wrong(&typed.span, "a text", typed.of.shown())) }
    }

    fn operand(&self, expr: &Expr) -> Result<Typed, Located> {
        let constant = |of, value| Ok(Typed { operand: Operand::Constant(value), of, nullable: of == Of::Null, span: expr.span.clone() });
        match &expr.node {
            Node::Null => constant(Of::Null, Value::Null),
            Node::Bool(truth) => constant(Of::Type(Type::Bool), Value::Bool(*truth)),
            Node::Integer(number) => constant(Of::Type(Type::Int64), Value::Integer(*number)),
            Node::Decimal(number) => constant(Of::Type(Type::Decimal), Value::Decimal(*number)),
            Node::Text(text) => constant(Of::Type(Type::Text), Value::from(text.clone())),
            Node::Moment(moment) => constant(Of::Type(Type::Moment), Value::Moment(*moment)),
            Node::Path(names) => self.path(expr, names),
            Node::Member(on, name) => {
                let typed = self.operand(on)?;
                member(typed, std::slice::from_ref(name), expr.span.clone())
            }
            Node::Call(on, name, arguments) if place(name).is_none() => self.call(expr, on, name, arguments),
            Node::NullSafe(value, default) => self.null_safe(expr, value, default.as_deref()),
            Node::Call(..) | Node::Not(_) | Node::And(_) | Node::Or(_) | Node::Compare(..) | Node::In(..) => {
                let operand = Operand::Truth(Box::new(self.condition(expr)?));
                Ok(Typed { operand, of: Of::Type(Type::Bool), nullable: false, span: expr.span.clone() })
            }
        }
    }

    fn path(&self, expr: &Expr, names: &[Name]) -> Result<Typed, Located> {
        let found = find(self.entity, names)?;
        let of = match found.what {
            What::Value(kind) => Of::Type(kind),
            What::One(_) => Of::Object,
            What::Embedded(_) | What::Many | What::List => return Err(wrong(&expr.span, "a value", found.what.shown())),
        };
        let typed = Typed { operand: Operand::Field(found.path), of, nullable: found.nullable, span: expr.span.clone() };
        member(typed, found.rest, expr.span.clone())
    }

    /// A method whose value is a text.
    fn call(&self, expr: &Expr, on: &Expr, name: &Name, arguments: &[Expr]) -> Result<Typed, Located> {
        let typed = self.operand(on)?;
        let operand = Box::new(typed.operand);
        let operand = match (typed.of, name.text.to_ascii_lowercase().as_str()) {
            (Of::Type(Type::Text), "tolower") => Operand::Lower(operand),
            (Of::Type(Type::Text), "toupper") => Operand::Upper(operand),
            (of, _) => {
                let problem = Problem::UnknownMethod { name: shown(&name.text), of: of.shown() };
                return Err(Located { at: name.span.start, problem });
            }
        };
        match arguments {
            [] => Ok(Typed { operand, of: Of::Type(Type::Text), nullable: typed.nullable, span: expr.span.clone() }),
            [argument, ..] => Err(wrong(&argument.span, "')'", "an argument")),
        }
    }

    fn null_safe(&self, expr: &Expr, value: &Expr, default: Option<&Expr>) -> Result<Typed, Located> {
        let span = expr.span.clone();
        let Some(default) = default else { return Ok(Typed { nullable: true, span, ..self.operand(value)? }) };
        let mut one = self.operand(value)?;
        let nullable = one.nullable;
        // Whether the value can be null is no question here: that is what a default is for.
        one.nullable = true;
        let mut two = self.operand(default)?;
        if one.of == Of::Type(Type::Moment) {
            two = as_date(two)?;
        }
        let fits = match (one.of, two.of) {
            (Of::Type(one), Of::Type(two)) => one.compares_with(two),
            (_, Of::Null) => true,
            (Of::Null | Of::Object, Of::Type(_)) | (_, Of::Object) => false,
        };
        if !fits {
            return Err(wrong(&two.span, one.of.shown(), two.of.shown()));
        }
        let operand = Operand::OrElse(Box::new(one.operand), Box::new(two.operand));
        Ok(Typed { operand, of: one.of, nullable: nullable && two.nullable, span })
    }
}

/// The second of two operands, where it can be compared with the first. A text that stands where a date has to is read as one,
/// as in the original.
fn alike(one: &Typed, mut two: Typed) -> Result<Typed, Located> {
    if one.of == Of::Type(Type::Moment) {
        two = as_date(two)?;
    }
    let can_be_null = |typed: &Typed| typed.nullable || typed.of == Of::Type(Type::Text);
    let fits = match (one.of, two.of) {
        (Of::Null, _) => can_be_null(&two),
        (_, Of::Null) => can_be_null(one),
        (Of::Type(one), Of::Type(two)) => one.compares_with(two),
        (Of::Object, _) | (_, Of::Object) => false,
    };
    let expected = if one.of == Of::Object { "null" } else { one.of.shown() };
    if fits { Ok(two) } else { Err(wrong(&two.span, expected, two.of.shown())) }
}

/// What names after a value mean: a text's length, and nothing else.
fn member(on: Typed, names: &[Name], span: Span) -> Result<Typed, Located> {
    match names {
        [] => Ok(on),
        [name, rest @ ..] if on.of == Of::Type(Type::Text) && name.text.eq_ignore_ascii_case("length") => {
            let length = Typed { operand: Operand::Length(Box::new(on.operand)), of: Of::Type(Type::Int32), nullable: on.nullable, span };
            rest.first().map_or(Ok(length), |name| Err(unknown(name, Type::Int32.shown())))
        }
        [name, ..] => Err(unknown(name, on.of.shown())),
    }
}

fn place(name: &Name) -> Option<Place> {
    Some(match name.text.to_ascii_lowercase().as_str() {
        "contains" => Place::Anywhere,
        "startswith" => Place::Start,
        "endswith" => Place::End,
        _ => return None,
    })
}

/// A text that is written out, as the date that it says; anything else as it is.
fn as_date(typed: Typed) -> Result<Typed, Located> {
    let Operand::Constant(Value::Text(text)) = &typed.operand else { return Ok(typed) };
    let moment = moment::parse(text).ok_or_else(|| wrong(&typed.span, "a date such as \"2024-12-31\"", "another text"))?;
    Ok(Typed { operand: Operand::Constant(Value::Moment(moment)), of: Of::Type(Type::Moment), ..typed })
}

fn wrong(span: &Span, expected: &str, found: &str) -> Located {
    Located { at: span.start, problem: Problem::WrongType { expected: expected.to_owned(), found: found.to_owned() } }
}
