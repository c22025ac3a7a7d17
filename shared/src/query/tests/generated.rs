//! Conditions made at random, with what they mean said a second time: by plain comparisons of an order's members, in another
//! way than the evaluator has.

use proptest::prelude::*;

use super::super::ast::{Comparison, Expr, Name, Node};
use super::{Customer, Decimal, Order};
use crate::domain::time::Timestamp;
use crate::random::Random;

/// Something with a value. What is generated is right by its types.
#[derive(Clone, Debug)]
pub(super) enum Term {
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
pub(super) enum Test {
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
pub(super) enum Plain {
    Nothing,
    Truth(bool),
    Number(i128),
    Text(Vec<char>),
    Moment(i64),
    Thing,
}

/// The value of an order's member.
pub(super) fn member(order: &Order, name: &str) -> Plain {
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
    pub(super) fn holds(&self, order: &Order) -> bool {
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
pub(super) fn tree(test: &Test) -> Expr {
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
pub(super) fn bare(expr: Expr) -> Expr {
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

fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

/// Writes conditions, each time in other spellings.
pub(super) struct Writer<'r>(pub(super) &'r Random);

impl Writer<'_> {
    fn one_of(&self, spellings: &[&str]) -> String {
        let spelling = spellings[usize::try_from(self.0.below(spellings.len() as u64)).unwrap()];
        let cased = |c: char| if self.0.below(2) == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        if self.0.below(2) == 0 { spelling.to_owned() } else { spelling.chars().map(cased).collect() }
    }

    fn space(&self) -> &'static str {
        ["", "", " ", "  ", "\t", "\n"][usize::try_from(self.0.below(6)).unwrap()]
    }

    /// A word between two others.
    fn between(&self, spellings: &[&str]) -> String {
        let word = self.one_of(spellings);
        let is_mark = !word.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_mark { format!("{}{word}{}", self.space(), self.space()) } else { format!(" {word} ") }
    }

    fn listed(&self, items: impl Iterator<Item = String>) -> String {
        let items: Vec<_> = items.map(|item| format!("{}{item}{}", self.space(), self.space())).collect();
        format!("({})", items.join(","))
    }

    /// A condition as it stands by itself.
    pub(super) fn test(&self, test: &Test) -> String {
        match test {
            Test::And(all) => all.iter().map(|test| self.operand(test)).collect::<Vec<_>>().join(&self.between(&["and", "&&", "AndAlso"])),
            Test::Or(any) => any.iter().map(|test| self.operand(test)).collect::<Vec<_>>().join(&self.between(&["or", "||", "OrElse"])),
            Test::Not(test) => format!("{}{}", self.one_of(&["not ", "!", "! "]), self.closed(test)),
            Test::Compare(comparison, left, right) => {
                let spellings: &[&str] = match comparison {
                    Comparison::Equal => &["=", "==", "eq"],
                    Comparison::NotEqual => &["!=", "<>", "ne"],
                    Comparison::Less => &["<", "lt"],
                    Comparison::LessOrEqual => &["<=", "le"],
                    Comparison::Greater => &[">", "gt"],
                    Comparison::GreaterOrEqual => &[">=", "ge"],
                };
                format!("{}{}{}", self.term(left), self.between(spellings), self.term(right))
            }
            Test::In(term, values) => {
                format!(
                    "{} {}{}{}",
                    self.term(term),
                    self.one_of(&["in"]),
                    self.space(),
                    self.listed(values.iter().map(|value| self.term(value)))
                )
            }
            Test::Has(method, on, part) => {
                format!("{}.{}{}", self.term(on), self.one_of(&[method]), self.listed([self.term(part)].into_iter()))
            }
            Test::Holds(term) => self.term(term),
        }
    }

    /// A condition between others.
    fn operand(&self, test: &Test) -> String {
        if matches!(test, Test::And(_) | Test::Or(_)) || self.0.below(4) == 0 { format!("({})", self.test(test)) } else { self.test(test) }
    }

    /// A condition that ends before what comes next.
    fn closed(&self, test: &Test) -> String {
        if matches!(test, Test::Holds(_) | Test::Has(..)) && self.0.below(2) == 0 {
            self.test(test)
        } else {
            format!("({})", self.test(test))
        }
    }

    fn term(&self, term: &Term) -> String {
        let written = match term {
            Term::Field(path) => path.split('.').map(|name| self.one_of(&[name])).collect::<Vec<_>>().join("."),
            Term::Integer(number) => number.to_string(),
            Term::Decimal(number) => decimal(*number),
            Term::Text(text) => self.text(text),
            Term::Truth(truth) => self.one_of(&[if *truth { "true" } else { "false" }]),
            Term::Moment(moment, true) => self.text(&moment.to_string()),
            Term::Moment(moment, false) => self.moment(*moment),
            Term::Null => self.one_of(&["null"]),
            Term::Lower(term) => format!("{}.{}({})", self.term(term), self.one_of(&["ToLower"]), self.space()),
            Term::Upper(term) => format!("{}.{}({})", self.term(term), self.one_of(&["ToUpper"]), self.space()),
            Term::Length(term) => format!("{}.{}", self.term(term), self.one_of(&["Length"])),
            Term::NullSafe(term, default) => {
                let arguments = [Some(term), default.as_ref()].into_iter().flatten().map(|term| self.term(term));
                format!("{}{}", self.one_of(&["np"]), self.listed(arguments))
            }
            Term::Test(test) => format!("({})", self.test(test)),
        };
        if self.0.below(8) == 0 { format!("({}{written}{})", self.space(), self.space()) } else { written }
    }

    fn text(&self, text: &str) -> String {
        let quote = if self.0.below(2) == 0 { '"' } else { '\'' };
        let mut written = String::from(quote);
        for c in text.chars() {
            match c {
                _ if c == quote && self.0.below(2) == 0 => written.extend([c, c]),
                '\'' | '"' | '\\' if c == quote || c == '\\' || self.0.below(2) == 0 => written.extend(['\\', c]),
                _ if u32::from(c) < 0x1_0000 && self.0.below(8) == 0 => written.extend(format!("\\u{:04x}", u32::from(c)).chars()),
                _ => written.push(c),
            }
        }
        written.push(quote);
        written
    }

    fn moment(&self, moment: Timestamp) -> String {
        let text = moment.to_string();
        if self.0.below(2) == 0 {
            let forms = [text.clone(), text.trim_end_matches('Z').to_owned(), text.replace('T', " "), format!("{}+00:00", &text[..19])];
            let form = &forms[usize::try_from(self.0.below(4)).unwrap()];
            return format!("{}({})", self.one_of(&["DateTime.Parse"]), self.text(form));
        }
        let parts = text[..19].split(['-', 'T', ':']).map(|part| part.parse::<u32>().unwrap().to_string());
        format!("{}{}", self.one_of(&["DateTime"]), self.listed(parts))
    }
}

const TEXTS: &[&str] = &["", "New", "new", "Shipped", "ship", "Straße", "İ😀", "it's \"so\"", "a\\b", "Köln", "köln", "e"];

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(TEXTS).prop_map(str::to_owned)
}

/// A moment of a few days, by whole seconds.
fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..6).prop_map(|half_days| Timestamp::from_seconds(1_704_067_200 + half_days * 43_200).unwrap())
}

fn number_field() -> impl Strategy<Value = Term> {
    prop::sample::select(vec!["id", "id", "id", "customer.id", "customer.id", "seats", "total"]).prop_map(Term::Field)
}

fn number() -> BoxedStrategy<Term> {
    let literal = || prop_oneof![4 => (-2_i64..32).prop_map(Term::Integer), 1 => (-200_i64..3_200).prop_map(Term::Decimal)];
    let length = texts(1).prop_map(|term| Term::Length(Box::new(term)));
    let null_safe =
        (number_field(), prop::option::of(literal())).prop_map(|(field, default)| Term::NullSafe(Box::new(field), default.map(Box::new)));
    prop_oneof![6 => literal(), 2 => number_field(), 1 => length, 1 => null_safe].boxed()
}

fn text_field() -> impl Strategy<Value = Term> {
    prop::sample::select(vec!["status", "status", "customer.company", "customer.city"]).prop_map(Term::Field)
}

fn texts(depth: u32) -> BoxedStrategy<Term> {
    let leaf = prop_oneof![3 => text_field(), 3 => text().prop_map(Term::Text)];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = || texts(depth - 1);
    prop_oneof![
        8 => leaf,
        1 => inner().prop_map(|term| Term::Lower(Box::new(term))),
        1 => inner().prop_map(|term| Term::Upper(Box::new(term))),
        1 => (inner(), prop::option::of(text().prop_map(Term::Text)))
            .prop_map(|(term, default)| Term::NullSafe(Box::new(term), default.map(Box::new))),
    ]
    .boxed()
}

fn moment_field() -> impl Strategy<Value = Term> {
    prop::sample::select(vec!["createdAt", "createdAt", "paidAt"]).prop_map(Term::Field)
}

fn moment_term() -> impl Strategy<Value = Term> {
    prop_oneof![4 => (moment(), any::<bool>()).prop_map(|(moment, as_text)| Term::Moment(moment, as_text)), 1 => moment_field()]
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    prop::sample::select(vec![Equal, Equal, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual])
}

fn nullable() -> impl Strategy<Value = Term> {
    let fields = vec!["status", "customer.company", "customer.city", "customer.id", "customer", "seats", "paid", "paidAt"];
    prop::sample::select(fields).prop_map(Term::Field)
}

fn truth() -> impl Strategy<Value = Term> {
    prop_oneof![4 => prop::sample::select(vec!["shipped", "paid"]).prop_map(Term::Field), 1 => any::<bool>().prop_map(Term::Truth)]
}

fn leaf_test() -> BoxedStrategy<Test> {
    let turned = |(comparison, left, right, is_turned)| {
        if is_turned { Test::Compare(comparison, right, left) } else { Test::Compare(comparison, left, right) }
    };
    let equality = prop::sample::select(vec![Comparison::Equal, Comparison::NotEqual]);
    let has = prop::sample::select(vec!["Contains", "StartsWith", "EndsWith"]);
    prop_oneof![
        6 => (comparison(), number_field(), number(), any::<bool>()).prop_map(turned),
        3 => (comparison(), texts(2), texts(2), any::<bool>()).prop_map(turned),
        3 => (comparison(), moment_field(), moment_term(), any::<bool>()).prop_map(turned),
        1 => (equality.clone(), nullable(), Just(Term::Null), any::<bool>()).prop_map(turned),
        1 => (equality, truth(), truth(), any::<bool>()).prop_map(turned),
        2 => (number_field(), prop::collection::vec(number(), 1..5)).prop_map(|(term, values)| Test::In(term, values)),
        2 => (number_field(), prop::collection::vec((0_i64..32).prop_map(Term::Integer), 1..5))
            .prop_map(|(term, values)| Test::In(term, values)),
        1 => (text_field(), prop::collection::vec(prop_oneof![4 => text().prop_map(Term::Text), 1 => Just(Term::Null)], 1..5))
            .prop_map(|(term, values)| Test::In(term, values)),
        1 => (moment_field(), prop::collection::vec(moment_term(), 1..5)).prop_map(|(term, values)| Test::In(term, values)),
        2 => (has, texts(2), texts(1)).prop_map(|(method, text, part)| Test::Has(method, text, part)),
        1 => truth().prop_map(Test::Holds),
    ]
    .boxed()
}

/// Conditions that are right by their names and types.
pub(super) fn test() -> impl Strategy<Value = Test> {
    leaf_test().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 2..4).prop_map(Test::And),
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(Test::Or),
            1 => inner.clone().prop_map(|test| Test::Not(Box::new(test))),
            1 => (truth(), inner).prop_map(|(truth, test)| {
                // In parentheses or not, a value by itself is that value, and may be null.
                let other = if let Test::Holds(term) = test { term } else { Term::Test(Box::new(test)) };
                Test::Compare(Comparison::Equal, truth, other)
            }),
        ]
    })
}

/// Conditions that an index can answer, or may seem to.
fn indexed_test() -> BoxedStrategy<Test> {
    let key = || prop::sample::select(vec!["id", "id", "customer.id"]).prop_map(Term::Field);
    let number = || (-1_i64..32).prop_map(Term::Integer);
    let date = || (moment(), any::<bool>()).prop_map(|(moment, as_text)| Term::Moment(moment, as_text));
    prop_oneof![
        4 => (comparison(), key(), number()).prop_map(|(comparison, key, number)| Test::Compare(comparison, key, number)),
        2 => (comparison(), number(), key()).prop_map(|(comparison, number, key)| Test::Compare(comparison, number, key)),
        2 => (key(), prop::collection::vec(number(), 1..5)).prop_map(|(key, numbers)| Test::In(key, numbers)),
        3 => (comparison(), date()).prop_map(|(comparison, date)| Test::Compare(comparison, Term::Field("createdAt"), date)),
        2 => text().prop_map(|text| Test::Compare(Comparison::Equal, Term::Field("status"), Term::Text(text))),
    ]
    .boxed()
}

/// Conditions of any kind, many of which an index can answer in part.
pub(super) fn filter() -> impl Strategy<Value = Test> {
    let several = || prop::collection::vec(indexed_test(), 2..4);
    prop_oneof![
        3 => test(),
        2 => indexed_test(),
        2 => several().prop_map(Test::And),
        1 => several().prop_map(Test::Or),
        3 => (several(), test()).prop_map(|(mut all, test)| {
            all.push(test);
            Test::And(all)
        }),
    ]
}

/// Some orders, each with a number of its own, in any order.
pub(super) fn orders() -> impl Strategy<Value = Vec<Order>> {
    let customer = (1_i32..4, prop::option::of(text()), text()).prop_map(|(id, company, city)| Customer { id, company, city });
    let order = (
        prop::option::of(text()),
        0_i64..2_000,
        prop::option::of(any::<bool>()),
        any::<bool>(),
        moment(),
        prop::option::of(moment()),
        prop::option::of(0_i64..12),
        prop::option::of(customer),
    );
    let order = order.prop_map(|(status, total, paid, shipped, created_at, paid_at, seats, customer)| Order {
        id: 0,
        status,
        total: Decimal::parse(&decimal(total)).unwrap(),
        paid,
        shipped,
        created_at,
        paid_at,
        seats,
        customer,
    });
    prop::collection::btree_map(1_i32..31, order, 0..20)
        .prop_map(|orders| orders.into_iter().map(|(id, order)| Order { id, ..order }).collect())
}
