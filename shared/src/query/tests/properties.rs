//! What holds for every query.

use proptest::prelude::*;

use super::super::{parser, problem::Located};
use super::generated::{Plain, Writer, bare, filter, member, orders, tree};
use super::*;
use crate::random::Random;

const FIELDS: &[&str] =
    &["id", "seats", "total", "status", "paid", "shipped", "createdAt", "paidAt", "customer.id", "customer.company", "customer.city"];

/// What an order comes after and before, said anew.
fn in_order(mut orders: Vec<Order>, keys: &[(&'static str, bool)]) -> Vec<i32> {
    orders.sort_by(|one, two| {
        let by = |(field, is_falling): &(&'static str, bool)| {
            let order = member(one, field).cmp(&member(two, field));
            if *is_falling { order.reverse() } else { order }
        };
        keys.iter().map(by).find(|order| order.is_ne()).unwrap_or(one.id.cmp(&two.id))
    });
    orders.into_iter().map(|order| order.id).collect()
}

fn sorted(keys: &[(&'static str, bool)], random: &Random) -> String {
    let direction = |is_falling: bool| match (is_falling, random.below(3)) {
        (true, 0) => " DESC",
        (true, _) => " descending",
        (false, 0) => "",
        (false, 1) => " asc",
        (false, _) => " Ascending",
    };
    keys.iter().map(|(field, is_falling)| format!("{field}{}", direction(*is_falling))).collect::<Vec<_>>().join(", ")
}

/// Words and marks of the language, and others.
const SCRAPS: &[&str] = &[
    "Id",
    "Status",
    "Customer",
    "Customer.Id",
    ".",
    "..",
    "(",
    ")",
    ",",
    "=",
    "==",
    "!=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "!",
    "not ",
    " and ",
    " or ",
    "&&",
    "||",
    " in ",
    " in (",
    "'",
    "\"",
    "'x'",
    "\"\\",
    "\\u12",
    "1",
    "-",
    "+",
    "1.5",
    "1e9",
    "1e999",
    "99999999999999999999",
    "true",
    "null",
    "np(",
    "DateTime(",
    "DateTime.Parse(",
    "2024,1,1",
    "'2024-01-01'",
    ".Contains(",
    ".ToLower()",
    ".Length",
    " ",
    "\t",
    "\u{a0}",
    "ä",
    "😀",
    "\0",
    "@",
    "#",
    "desc",
    "asc",
    "lines",
    "tags",
    "address.city",
    "Total",
    "CreatedAt",
    "Shipped",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// The planner, the evaluator and the engine together answer what comparing every order does.
    #[test]
    fn a_list_is_what_looking_at_every_row_gives(
        test in filter(),
        orders in orders(),
        keys in prop::collection::vec((prop::sample::select(FIELDS), any::<bool>()), 0..3),
        (skip, take) in (0_usize..12, 1_usize..12),
        (has_filter, knows_totals, counts_only) in (prop::bool::weighted(0.95), any::<bool>(), prop::bool::weighted(0.1)),
        (page, seed) in (1_usize..9, any::<u64>()),
    ) {
        let random = Random::seeded(seed);
        let filter = Writer(&random).test(&test);
        prop_assume!(filter.chars().count() <= MOST_CHARACTERS);
        let query = parsed(&Parameters {
            filter: has_filter.then(|| filter.clone()),
            sort: Some(sorted(&keys, &random)),
            take: Some(take.to_string()),
            skip: Some(skip.to_string()),
            count_only: Some(counts_only.to_string()),
            ..Parameters::default()
        });
        let fitting: Vec<_> = orders.iter().filter(|order| !has_filter || test.holds(order)).cloned().collect();
        let total = fitting.len() as u64;
        let take = if counts_only { 0 } else { take };
        let expected: Vec<_> = in_order(fitting, &keys).into_iter().skip(skip).take(take).collect();
        let shop = Shop { page, knows_totals, ..Shop::of(orders) };
        let answer = run(&query, &shop).unwrap();
        let ids: Vec<_> = answer.rows.iter().map(|order| order.id).collect();
        prop_assert_eq!(&ids, &expected, "{}: {:?}", &filter, query.plan());
        prop_assert_eq!(answer.total, total, "{}: {:?}", &filter, query.plan());
        for order in &shop.orders {
            prop_assert_eq!(query.fits(order), !has_filter || test.holds(order), "{}", &filter);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn a_condition_is_read_as_it_was_meant_however_it_is_spelled(test in filter(), seed: u64) {
        let filter = Writer(&Random::seeded(seed)).test(&test);
        prop_assume!(filter.chars().count() <= MOST_CHARACTERS);
        let read = parser::condition(&filter).map_err(|Located { problem, .. }| problem.to_string());
        prop_assert_eq!(read.map(bare), Ok(tree(&test)), "{}", &filter);
    }

    #[test]
    fn no_text_makes_it_panic(scraps in prop::collection::vec(prop::sample::select(SCRAPS), 0..24), other: String, at: prop::sample::Index) {
        let mut text = scraps.concat();
        if other.len() % 4 == 0 {
            let places: Vec<_> = text.char_indices().map(|(place, _)| place).collect();
            text.insert_str(if places.is_empty() { 0 } else { *at.get(&places) }, &other);
        }
        let row = full(1);
        let read = [
            Parameters { filter: Some(text.clone()), ..Parameters::default() },
            Parameters { sort: Some(text.clone()), ..Parameters::default() },
            Parameters { select: Some(text.clone()), ..Parameters::default() },
            Parameters { include: Some(text.clone()), ..Parameters::default() },
            Parameters { take: Some(text.clone()), ..Parameters::default() },
        ];
        for parameters in read {
            match Query::parse(&ORDER, &parameters) {
                Ok(query) => {
                    query.fits(&row);
                    query.plan();
                }
                Err(error) => {
                    prop_assert!(error.position.is_none_or(|position| (1..=text.chars().count() + 1).contains(&position)), "{}", error);
                }
            }
        }
        let _ = (Period::parse(Some(&text), Some(&other)), intervals(Some(&text), 1), roles(Some(&text)));
    }
}

/// The properties above would hold of nothing at all: conditions do hold and do not, and every kind of plan is made.
#[test]
fn the_generated_conditions_are_worth_running() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut held, mut all, mut none, mut several, mut equal, mut ranges, mut exact) = (0, 0, 0, 0, 0, 0, 0);
    for seed in 0..1_000 {
        let condition = filter().new_tree(&mut runner).unwrap().current();
        let query = filtered(&Writer(&Random::seeded(seed)).test(&condition));
        held += usize::from(query.fits(&full(1)));
        let Plan { accesses, is_exact } = query.plan();
        exact += usize::from(is_exact);
        match accesses.as_slice() {
            [] => none += 1,
            [Access::All] => all += 1,
            [Access::Equal(..)] => equal += 1,
            [Access::Between(..)] => ranges += 1,
            _ => several += 1,
        }
    }
    let seen = [held, 1_000 - held, all, none, several, equal, ranges, exact].map(|count| count > 0);
    assert_eq!(seen, [true; 8], "{held} held, {all} all, {none} none, {several} several, {equal} equal, {ranges} ranges, {exact} exact");
}

/// A value of each kind is one by itself.
#[test]
fn the_second_saying_tells_values_apart() {
    assert_ne!(member(&full(1), "status"), Plain::Nothing);
    assert_eq!(member(&super::bare(1), "status"), Plain::Nothing);
    assert_eq!(member(&full(1), "total"), Plain::Number(1990));
}
