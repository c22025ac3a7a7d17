//! Conditions and orders made at random.

use proptest::prelude::*;

use super::meaning::{Term, Test};
use super::spelled::decimal;
use crate::domain::time::Timestamp;
use crate::query::ast::Comparison;
use crate::query::tests::{Customer, Decimal, Order};

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
pub(in crate::query::tests) fn test() -> impl Strategy<Value = Test> {
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
pub(in crate::query::tests) fn filter() -> impl Strategy<Value = Test> {
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
pub(in crate::query::tests) fn orders() -> impl Strategy<Value = Vec<Order>> {
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
