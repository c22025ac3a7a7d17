//! Lists against looking at every row: some hundreds of customers and orders, in all orders and parts.

use std::cmp::Ordering;

use latchkey_core::domain::order::OrderDetails;
use latchkey_core::ops::customers::create_customer;
use latchkey_core::ops::orders::{OrderFields, create_order};
use latchkey_core::random::Random;
use latchkey_core::table::NewCustomer;
use latchkey_tests::world::World;
use serde_json::Value;

use super::{CUSTOMERS, Desk, ORDERS};

const CUSTOMERS_COUNT: u32 = 40;
const ORDERS_COUNT: u32 = 300;

type Test = fn(&Value) -> bool;
type Order = fn(&Value, &Value) -> Ordering;

/// Filters, and what they say of a row with its customer.
const FILTERS: &[(&str, Test)] = &[
    ("", |_| true),
    ("Id <= 120", |row| id(row) <= 120),
    ("Id > 20 and Id < 220", |row| (21..220).contains(&id(row))),
    ("Id = 77", |row| id(row) == 77),
    ("Id in (3, 300, 999)", |row| [3, 300, 999].contains(&id(row))),
    ("Id = 3 or Id = 9", |row| [3, 9].contains(&id(row))),
    ("Id < 0", |_| false),
    ("Id > 9999999999", |_| false),
    ("Id > 5 and Id < 5", |_| false),
    ("CustomerId = 7", |row| row["customerId"] == 7),
    ("CustomerId = 0", |row| row["customerId"] == 0),
    ("CustomerId in (1, 2, 0)", |row| row["customerId"].as_i64().unwrap() <= 2),
    ("CustomerId = 7 and Status = \"paid\"", |row| row["customerId"] == 7 && row["status"] == "paid"),
    ("OrderNumber = 'N-00042'", |row| row["orderNumber"] == "N-00042"),
    ("OrderNumber in ('N-00042', 'N-00300', 'none')", |row| row["orderNumber"] == "N-00042" || row["orderNumber"] == "N-00300"),
    ("Status = \"paid\"", |row| row["status"] == "paid"),
    ("not (Status = 'paid')", |row| row["status"] != "paid"),
    ("Total >= 50.5 && Total < 80", |row| (50.5..80.0).contains(&total(row))),
    ("OrderNumber.StartsWith(\"N-001\") || Total = 10", |row| {
        row["orderNumber"].as_str().unwrap().starts_with("N-001") || row["total"] == 10.0
    }),
    ("Customer.Company.Contains('3')", |row| row["customer"]["company"].as_str().is_some_and(|company| company.contains('3'))),
    ("Customer = null", |row| row["customer"].is_null()),
    ("Customer != null and Customer.Id < 4", |row| row["customer"]["id"].as_i64().is_some_and(|id| id < 4)),
    ("PaymentDate = null", |row| row["paymentDate"].is_null()),
];

const ORDERINGS: &[(&str, Order)] = &[
    ("", |a, b| id(a).cmp(&id(b))),
    ("Id desc", |a, b| id(b).cmp(&id(a))),
    ("Status, Id desc", |a, b| text(a, "status").cmp(text(b, "status")).then(id(b).cmp(&id(a)))),
    ("Total desc", |a, b| total(b).total_cmp(&total(a)).then(id(a).cmp(&id(b)))),
    ("Customer.Company desc, Total", |a, b| {
        let company = |row: &Value| row["customer"]["company"].as_str().map(str::to_owned);
        company(b).cmp(&company(a)).then(total(a).total_cmp(&total(b))).then(id(a).cmp(&id(b)))
    }),
];

fn id(row: &Value) -> i64 {
    row["id"].as_i64().unwrap()
}

fn total(row: &Value) -> f64 {
    row["total"].as_f64().unwrap()
}

fn text<'r>(row: &'r Value, member: &str) -> &'r str {
    row[member].as_str().unwrap()
}

async fn filled(world: &World) -> Desk {
    let desk = Desk::new(world).await;
    let account = desk.vendor.account;
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS_COUNT {
        let mut new = NewCustomer::named("Erika Mustermann".parse().unwrap());
        new.profile.company = format!("Company {number}").parse().ok();
        customers.push(create_customer(&world.core, account, new).await.unwrap().id);
    }
    let random = Random::seeded(7);
    let below = |most: u8| usize::from(random.text(b"0123456789abcdef", 2).bytes().map(|byte| byte % most).max().unwrap());
    for number in 1..=ORDERS_COUNT {
        let customer = if number % 9 == 0 { None } else { Some(customers[(number as usize * 7 + below(5)) % customers.len()]) };
        let details = OrderDetails {
            status: ["new", "paid", "closed"][below(3)].parse().ok(),
            total: format!("{}.5", number % 97).parse().ok().filter(|_| number % 5 != 0).or("10".parse().ok()),
            paid: (number % 4 == 0).then(|| world.core.now()),
            ..OrderDetails::default()
        };
        let fields = OrderFields { customer, reference: format!("N-{number:05}").parse().ok(), details };
        create_order(&world.core, account, fields).await.unwrap();
    }
    desk
}

#[tokio::test]
async fn every_list_is_what_looking_at_every_row_gives() {
    let world = World::new().await;
    let desk = filled(&world).await;
    let all = desk.get(&world, ORDERS, &[("take", "1000"), ("include", "Customer")]).await;
    let all = all["orders"].as_array().unwrap().clone();
    assert_eq!(all.len(), usize::try_from(ORDERS_COUNT).unwrap());
    let mut found = 0;
    for ((filter, fits), place) in FILTERS.iter().zip(0..) {
        // Each filter in two of the orders, so that each order meets many filters.
        for (sort, order) in [ORDERINGS[place % ORDERINGS.len()], ORDERINGS[(place + 2) % ORDERINGS.len()]] {
            let mut expected: Vec<&Value> = all.iter().filter(|row| fits(row)).collect();
            expected.sort_by(|a, b| order(a, b));
            for (skip, take) in [(0_usize, 0_usize), (5, 10), (290, 1_000)] {
                let (skipped, taken) = (skip.to_string(), take.to_string());
                let query = [("filter", *filter), ("sort", sort), ("skip", &*skipped), ("take", &*taken), ("include", "Customer")];
                let answer = desk.get(&world, ORDERS, &query).await;
                let rows = answer["orders"].as_array().unwrap();
                let part: Vec<&Value> = expected.iter().copied().skip(skip).take(if take == 0 { 100 } else { take }).collect();
                assert_eq!(rows.iter().collect::<Vec<_>>(), part, "{filter} | {sort} | {skip} | {take}");
                assert_eq!(answer["totalOrdersCount"], expected.len(), "{filter} | {sort} | {skip} | {take}");
                found += rows.len();
            }
        }
        let counted = desk.get(&world, ORDERS, &[("filter", filter), ("countOnly", "true")]).await;
        let expected = all.iter().filter(|row| fits(row)).count();
        assert_eq!(
            (&counted["totalOrdersCount"], counted["orders"].as_array().map(Vec::len)),
            (&Value::from(expected), Some(0)),
            "{filter}"
        );
    }
    assert!(found > 1_500, "{found}: the filters say something");
}

#[tokio::test]
async fn the_same_lists_are_right_when_their_totals_are_remembered() {
    let world = World::new().await;
    let desk = filled(&world).await;
    desk.get(&world, ORDERS, &[("take", "1")]).await;
    world.clock.advance_seconds(5);
    for round in 0..2 {
        for (filter, expected) in [("", 300), ("Id > 100", 200), ("CustomerId = 0", 33)] {
            for query in [[("take", "3"), ("skip", "0")], [("take", "3"), ("skip", "1000")], [("countOnly", "true"), ("sort", "Id desc")]] {
                let query = [("filter", filter), query[0], query[1]];
                let answer = desk.get(&world, ORDERS, &query).await;
                assert_eq!(answer["totalOrdersCount"], expected, "{filter} {query:?} round {round}");
            }
        }
    }
}

#[tokio::test]
async fn members_are_those_that_are_asked_for() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    desk.customer(&world, serde_json::json!({ "company": "One", "code": "ONE" })).await;
    let chosen = desk.get(&world, CUSTOMERS, &[("select", "company, ID")]).await;
    assert_eq!(chosen["customers"], serde_json::json!([{ "id": 1, "company": "One" }]));
    assert_eq!(chosen["totalCustomersCount"], 1);
}

#[tokio::test]
async fn a_list_that_would_look_at_too_much_is_refused() {
    let world = World::new().await;
    let desk = Desk::new(&world).await;
    let order = create_order(&world.core, desk.vendor.account, OrderFields::default()).await.unwrap();
    // Copies under other numbers: what a list reads, and nothing else of orders.
    let key = |number: u32| (format!("ACCOUNT#{:010}", order.account.get()), format!("ORDER#{number:010}"));
    let (pk, sk) = key(order.id.get());
    let table = world.core.table.name();
    let text = aws_sdk_dynamodb::types::AttributeValue::S;
    let stored = world.dynamodb.get_item().table_name(table).key("pk", text(pk)).key("sk", text(sk)).send().await.unwrap().item.unwrap();
    for chunk in (2..=20_001_u32).collect::<Vec<_>>().chunks(25) {
        let puts = chunk.iter().map(|number| {
            let mut item = stored.clone();
            item.insert("sk".to_owned(), text(key(*number).1));
            item.insert("id".to_owned(), aws_sdk_dynamodb::types::AttributeValue::N(number.to_string()));
            let put = aws_sdk_dynamodb::types::PutRequest::builder().set_item(Some(item)).build().unwrap();
            aws_sdk_dynamodb::types::WriteRequest::builder().put_request(put).build()
        });
        world.dynamodb.batch_write_item().request_items(table, puts.collect()).send().await.unwrap();
    }
    let refused = async |query: &[(&str, &str)]| desk.staff.get(ORDERS, query).send(&world).await.refused();
    for query in [
        [("filter", "Status = 'x'"), ("take", "1")],
        [("sort", "CreatedAt"), ("take", "1")],
        [("filter", "CustomerId = 5 or Total = 1"), ("take", "1")],
    ] {
        let (status, code, _) = refused(&query).await;
        assert_eq!((status, code), (400, 40005), "{query:?}");
    }
    let all = desk.get(&world, ORDERS, &[("sort", "Id desc"), ("take", "2"), ("skip", "19000")]).await;
    assert_eq!((super::ids(&all, "orders"), &all["totalOrdersCount"]), (vec![1_001, 1_000], &Value::from(20_001)));
    let narrowed = desk.get(&world, ORDERS, &[("filter", "Status = '' and Id > 20000"), ("sort", "CreatedAt")]).await;
    assert_eq!(super::ids(&narrowed, "orders"), [20_001]);
}
