//! What is asked of which index.

use std::ops::Bound;

use super::*;

fn shown(value: &Value<'static>) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Moment(moment) => moment.to_string(),
        Value::Text(text) => format!("'{text}'"),
        Value::Null | Value::Bool(_) | Value::Decimal(_) | Value::Object => format!("{value:?}"),
    }
}

fn bound(bound: &Bound<Value<'static>>, open: &str) -> String {
    match bound {
        Bound::Included(value) => shown(value),
        Bound::Excluded(value) => format!("without {}", shown(value)),
        Bound::Unbounded => open.to_owned(),
    }
}

fn plan(filter: &str) -> String {
    let Plan { accesses, is_exact } = if filter.is_empty() { parsed(&Parameters::default()).plan() } else { filtered(filter).plan() };
    let access = |access: &Access| match access {
        Access::All => "all".to_owned(),
        Access::Equal(index, value) => format!("{}={}", index.path.join("."), shown(value)),
        Access::Between(index, Limits { from, to }) => format!("{} {}..{}", index.path.join("."), bound(from, ""), bound(to, "")),
    };
    let accesses: Vec<_> = accesses.iter().map(access).collect();
    format!("{}{}", if accesses.is_empty() { "nothing".to_owned() } else { accesses.join(", ") }, if is_exact { "" } else { " and more" })
}

#[test]
fn equality_on_an_index_is_asked_of_it() {
    assert_eq!(plan(""), "all");
    assert_eq!(plan("Id = 3"), "id=3");
    assert_eq!(plan("3.0 = Id"), "id=3");
    assert_eq!(plan("Customer.Id = 7"), "customer.id=7");
    assert_eq!(plan("np(Customer.Id) = 7"), "customer.id=7");
    assert_eq!(plan("Customer.Id = 7 and Total > 5"), "customer.id=7 and more");
    assert_eq!(plan("Total > 5 and (Shipped and Customer.Id = 7)"), "customer.id=7 and more");
    assert_eq!(plan("Status = 'New'"), "status='New' and more");
    assert_eq!(plan("Status = 'New' and Customer.Id = 7 and CreatedAt > '2024-01-01'"), "customer.id=7 and more");
}

#[test]
fn a_few_values_are_asked_for_one_after_another() {
    assert_eq!(plan("Id in (3, 1, 3.0)"), "id=1, id=3");
    assert_eq!(plan("Id = 3 or Id = 1 or Id in (1, 2)"), "id=1, id=2, id=3");
    assert_eq!(plan("Customer.Id in (1, 2) and Id in (1)"), "id=1 and more");
    assert_eq!(plan("Id = 3 or Customer.Id = 1"), "all and more");
    assert_eq!(plan("Id = 3 or Total = 1"), "all and more");
    assert_eq!(plan("Id in (3, Seats)"), "all and more");
    assert_eq!(plan("Customer.Id in (1, null)"), "all and more");
    let many: Vec<_> = (0..150).map(|id| format!("Id={id}")).collect();
    assert_eq!(plan(&many.join(" or ")), "all and more");
}

#[test]
fn ranges_of_an_index_are_one() {
    assert_eq!(plan("Id > 3"), "id 4..");
    assert_eq!(plan("3 >= Id"), "id ..3");
    assert_eq!(plan("Id > 3 and Id <= 9 and Id < 8"), "id 4..7");
    assert_eq!(plan("Id >= 3 and Id > 3.5"), "id 3.. and more");
    assert_eq!(plan("Id > 3 and Id < 4"), "nothing");
    assert_eq!(plan("Id > 9 and Id < 4 and Shipped"), "nothing");
    assert_eq!(plan("Id > 9223372036854775807"), "nothing");
    assert_eq!(
        plan("CreatedAt >= '2024-01-01' and CreatedAt < '2024-02-01'"),
        "createdAt 2024-01-01T00:00:00.000000Z..2024-01-31T23:59:59.999999Z"
    );
    assert_eq!(plan("CreatedAt >= '2024-01-01' and Id < 10"), "id ..9 and more");
    assert_eq!(plan("Customer.Id > 3"), "all and more");
}

#[test]
fn what_no_index_knows_is_looked_for_among_all() {
    for filter in [
        "Total = 1",
        "not (Id = 3)",
        "Id != 3",
        "Status = null",
        "Customer.Id = null",
        "Id = 1.5",
        "Status.ToLower() = 'new'",
        "Id = Seats",
        "Status.Contains('x')",
        "true",
    ] {
        assert_eq!(plan(filter), "all and more", "{filter}");
    }
}

#[test]
fn limits_are_read_as_numbers_and_moments() {
    let limits = |filter: &str| {
        let Access::Between(_, limits) = filtered(filter).plan().accesses.remove(0) else { panic!("{filter} is no range") };
        limits
    };
    assert_eq!(limits("Id > 3 and Id <= 9").numbers(), Some((4, 9)));
    assert_eq!(limits("Id > 3").numbers(), Some((4, i64::MAX)));
    assert_eq!(limits("Id > 3").moments(), None);
    assert_eq!(limits("CreatedAt >= '2024-01-01'").moments(), Some((Timestamp::parse("2024-01-01").unwrap(), Timestamp::MAX)));
    assert_eq!(limits("CreatedAt >= '2024-01-01'").numbers(), None);
}

#[test]
fn a_list_can_be_narrowed_beforehand() {
    let narrowed = |filter: Option<&str>| {
        let parameters = Parameters { filter: filter.map(str::to_owned), ..Parameters::default() };
        parsed(&parameters).only(&["customer", "id"], Comparison::Equal, 7)
    };
    assert_eq!(narrowed(None).plan(), filtered("Customer.Id = 7").plan());
    assert!(!narrowed(Some("Shipped or true")).plan().is_exact);
    assert!(!narrowed(Some("Shipped or true")).fits(&bare(1)));
    let period = Period::parse(Some("2024-01-01"), Some("2024-12-31")).unwrap();
    let within = parsed(&Parameters::default()).within(&["createdAt"], &period);
    assert_eq!(within.plan(), filtered("CreatedAt >= '2024-01-01' and CreatedAt <= '2024-12-31'").plan());
}
