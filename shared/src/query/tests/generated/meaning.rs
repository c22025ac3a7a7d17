//! Conditions, with what they mean said a second time: by plain comparisons of an order's members, in another way than the evaluator
//! has; and the tree that each is read as.

use super::spelled::decimal;
use crate::domain::time::Timestamp;
use crate::query::ast::{Comparison, Expr, Name, Node};
use crate::query::tests::{Decimal, Order};

/// Something with a value. What is generated is right by its types.
#[derive(Clone, Debug)]
pub(in crate::query::tests) enum Term {
    Field(&'static str),
    Integer(i64),
    /// Hundredths.
    Decimal(i64),
    Text(String),
    Truth(bool),
    /// Written as a date, or as a text that is read as one.
    Moment(Timestamp, bool),
    Null,
    Lower(Box<Term>),
    Upper(Box<Term>),
    Length(Box<Term>),
    NullSafe(Box<Term>, Option<Box<Term>>),
    Test(Box<Test>),
}

/// A condition.
#[derive(Clone, Debug)]
pub(in crate::query::tests) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Compare(Comparison, Term, Term),
    In(Term, Vec<Term>),
    Has(&'static str, Term, Term),
    Holds(Term),
}

/// A value by itself. Numbers are hundredths, moments microseconds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::query::tests) enum Plain {
    Nothing,
    Truth(bool),
    Number(i128),
    Text(Vec<char>),
    Moment(i64),
    Thing,
}

/// The value of an order's member.
pub(in crate::query::tests) fn member(order: &Order, name: &str) -> Plain {
    let text = |text: Option<&str>| text.map_or(Plain::Nothing, |text| Plain::Text(text.chars().collect()));
    let customer = order.customer.as_ref();
    match name {
        "id" => Plain::Number(i128::from(order.id) * 100),
        "seats" => order.seats.map_or(Plain::Nothing, |seats| Plain::Number(i128::from(seats) * 100)),
        "total" => Plain::Number(hundredths(order.total)),
        "status" => text(order.status.as_deref()),
        "paid" => order.paid.map_or(Plain::Nothing, Plain::Truth),
        "shipped" => Plain::Truth(order.shipped),
        "createdAt" => Plain::Moment(order.created_at.as_micros()),
        "paidAt" => order.paid_at.map_or(Plain::Nothing, |at| Plain::Moment(at.as_micros())),
        "customer" => customer.map_or(Plain::Nothing, |_| Plain::Thing),
        "customer.id" => customer.map_or(Plain::Nothing, |customer| Plain::Number(i128::from(customer.id) * 100)),
        "customer.company" => text(customer.and_then(|customer| customer.company.as_deref())),
        "customer.city" => text(customer.map(|customer| customer.city.as_str())),
        _ => panic!("{name}"),
    }
}

fn hundredths(number: Decimal) -> i128 {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{fraction:0<2}").parse().unwrap()
}

impl Term {
    fn plain(&self, order: &Order) -> Plain {
        match self {
            Self::Field(name) => member(order, name),
            Self::Integer(number) => Plain::Number(i128::from(*number) * 100),
            Self::Decimal(number) => Plain::Number(i128::from(*number)),
            Self::Text(text) => Plain::Text(text.chars().collect()),
            Self::Truth(truth) => Plain::Truth(*truth),
            Self::Moment(moment, _) => Plain::Moment(moment.as_micros()),
            Self::Null => Plain::Nothing,
            Self::Lower(term) => replaced(term.plain(order), |c| c.to_string().to_lowercase()),
            Self::Upper(term) => replaced(term.plain(order), |c| c.to_string().to_uppercase()),
            Self::Length(term) => {
                let Plain::Text(text) = term.plain(order) else { return Plain::Nothing };
                Plain::Number(text.iter().map(|c| c.len_utf16() as i128).sum::<i128>() * 100)
            }
            Self::NullSafe(term, default) => match (term.plain(order), default) {
                (Plain::Nothing, Some(default)) => default.plain(order),
                (value, _) => value,
            },
            Self::Test(test) => Plain::Truth(test.holds(order)),
        }
    }
}

fn replaced(value: Plain, replace: impl Fn(&char) -> String) -> Plain {
    let Plain::Text(text) = value else { return Plain::Nothing };
    let one = |c: &char| Some(replace(c)).filter(|mapped| mapped.chars().count() == 1).map_or(*c, |mapped| mapped.chars().next().unwrap());
    Plain::Text(text.iter().map(one).collect())
}

impl Test {
    /// Whether it holds of an order.
    pub(in crate::query::tests) fn holds(&self, order: &Order) -> bool {
        match self {
            Self::And(all) => !all.iter().any(|test| !test.holds(order)),
            Self::Or(any) => any.iter().filter(|test| test.holds(order)).count() > 0,
            Self::Not(test) => !test.holds(order),
            Self::Compare(comparison, left, right) => {
                let (left, right) = (left.plain(order), right.plain(order));
                let something = left != Plain::Nothing && right != Plain::Nothing;
                match comparison {
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::Less => something && left < right,
                    Comparison::LessOrEqual => something && left <= right,
                    Comparison::Greater => something && left > right,
                    Comparison::GreaterOrEqual => something && left >= right,
                }
            }
            Self::In(term, values) => values.iter().map(|value| value.plain(order)).any(|value| value == term.plain(order)),
            Self::Has(method, text, part) => match (text.plain(order), part.plain(order)) {
                (Plain::Text(text), Plain::Text(part)) => match *method {
                    "StartsWith" => text.starts_with(&part),
                    "EndsWith" => text.ends_with(&part),
                    _ => part.is_empty() || text.windows(part.len()).any(|window| window == part),
                },
                _ => false,
            },
            Self::Holds(term) => term.plain(order) == Plain::Truth(true),
        }
    }
}

/// The tree that a condition is read as, but for where everything stands.
pub(in crate::query::tests) fn tree(test: &Test) -> Expr {
    let all = |all: &[Test]| all.iter().map(tree).collect();
    let node = match test {
        Test::And(operands) => Node::And(all(operands)),
        Test::Or(operands) => Node::Or(all(operands)),
        Test::Not(test) => Node::Not(Box::new(tree(test))),
        Test::Compare(comparison, left, right) => Node::Compare(*comparison, Box::new(leaf(left)), Box::new(leaf(right))),
        Test::In(term, values) => Node::In(Box::new(leaf(term)), values.iter().map(leaf).collect()),
        Test::Has(method, on, part) => Node::Call(Box::new(leaf(on)), name(method), vec![leaf(part)]),
        Test::Holds(term) => return leaf(term),
    };
    Expr::new(node, 0..0)
}

fn leaf(term: &Term) -> Expr {
    let node = match term {
        Term::Field(path) => Node::Path(path.split('.').map(name).collect()),
        Term::Integer(number) => Node::Integer(*number),
        Term::Decimal(number) => Node::Decimal(Decimal::parse(&decimal(*number)).unwrap()),
        Term::Text(text) => Node::Text(text.clone()),
        Term::Truth(truth) => Node::Bool(*truth),
        Term::Moment(moment, false) => Node::Moment(*moment),
        Term::Moment(moment, true) => Node::Text(moment.to_string()),
        Term::Null => Node::Null,
        Term::Lower(term) => Node::Call(Box::new(leaf(term)), name("ToLower"), Vec::new()),
        Term::Upper(term) => Node::Call(Box::new(leaf(term)), name("ToUpper"), Vec::new()),
        Term::Length(term) => {
            let on = leaf(term);
            if let Node::Path(mut path) = on.node {
                path.push(name("Length"));
                Node::Path(path)
            } else {
                Node::Member(Box::new(on), name("Length"))
            }
        }
        Term::NullSafe(term, default) => Node::NullSafe(Box::new(leaf(term)), default.as_ref().map(|default| Box::new(leaf(default)))),
        Term::Test(test) => return tree(test),
    };
    Expr::new(node, 0..0)
}

fn name(name: &str) -> Name {
    Name { text: name.to_lowercase(), span: 0..0 }
}

/// An expression without where everything stands, and with names in lower case.
pub(in crate::query::tests) fn bare(expr: Expr) -> Expr {
    let boxed = |expr: Box<Expr>| Box::new(bare(*expr));
    let all = |all: Vec<Expr>| all.into_iter().map(bare).collect::<Vec<_>>();
    let node = match expr.node {
        Node::Path(names) => Node::Path(names.iter().map(|part| name(&part.text)).collect()),
        Node::Member(on, part) => Node::Member(boxed(on), name(&part.text)),
        Node::Call(on, method, arguments) => Node::Call(boxed(on), name(&method.text), all(arguments)),
        Node::NullSafe(value, default) => Node::NullSafe(boxed(value), default.map(boxed)),
        Node::Not(operand) => Node::Not(boxed(operand)),
        Node::And(operands) => Node::And(all(operands)),
        Node::Or(operands) => Node::Or(all(operands)),
        Node::Compare(comparison, left, right) => Node::Compare(comparison, boxed(left), boxed(right)),
        Node::In(value, values) => Node::In(boxed(value), all(values)),
        node @ (Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Decimal(_) | Node::Text(_) | Node::Moment(_)) => node,
    };
    Expr::new(node, 0..0)
}
