//! Lists of a source, and what they cost.

use serde_json::json;

use super::*;

fn ids(answer: &Answer<Order>) -> Vec<i32> {
    answer.rows.iter().map(|order| order.id).collect()
}

fn list(parameters: [(&str, &str); 4], shop: &Shop) -> (Vec<i32>, u64) {
    let mut object = serde_json::Map::new();
    for (name, text) in parameters.iter().filter(|(name, _)| !name.is_empty()) {
        object.insert((*name).to_owned(), json!(text));
    }
    let parameters: Parameters = serde_json::from_value(object.into()).unwrap();
    let answer = run(&parsed(&parameters), shop).unwrap();
    (ids(&answer), answer.total)
}

const NONE: (&str, &str) = ("", "");

/// Twenty orders; every other is full, and the total falls.
fn shop() -> Shop {
    let order = |id: i32| Order { total: Decimal::from(i64::from(50 - id)), ..if id % 2 == 0 { full(id) } else { bare(id) } };
    Shop::of((1..=20).map(order).collect())
}

#[test]
fn a_part_is_skipped_and_taken_and_all_are_counted() {
    for knows_totals in [true, false] {
        let shop = Shop { knows_totals, ..shop() };
        assert_eq!(list([("skip", "4"), ("take", "3"), NONE, NONE], &shop), (vec![5, 6, 7], 20));
        assert_eq!(list([("skip", "18"), ("take", "3"), NONE, NONE], &shop), (vec![19, 20], 20));
        assert_eq!(list([("skip", "25"), NONE, NONE, NONE], &shop), (vec![], 20));
        assert_eq!(list([("sort", "Id desc"), ("take", "2"), ("skip", "1"), NONE], &shop), (vec![19, 18], 20));
        assert_eq!(list([("filter", "Id > 5 and Id < 9"), ("take", "1"), ("skip", "1"), NONE], &shop), (vec![7], 3));
        assert_eq!(list([("filter", "Shipped"), ("take", "2"), ("skip", "1"), NONE], &shop), (vec![4, 6], 10));
        assert_eq!(list([("filter", "Customer.Id = 7"), ("take", "2"), ("skip", "8"), NONE], &shop), (vec![18, 20], 10));
        assert_eq!(list([("filter", "Id in (30, 4, 2)"), NONE, NONE, NONE], &shop), (vec![2, 4], 2));
        assert_eq!(list([("filter", "Id < 5 and Id > 7"), NONE, NONE, NONE], &shop), (vec![], 0));
        assert_eq!(list([("countOnly", "true"), NONE, NONE, NONE], &shop), (vec![], 20));
        assert_eq!(list([("countOnly", "true"), ("filter", "Shipped"), ("sort", "Total"), NONE], &shop), (vec![], 10));
    }
}

#[test]
fn lists_are_ordered_by_several_properties_null_first_and_then_by_key() {
    let shop = shop();
    assert_eq!(list([("sort", "Total"), ("take", "3"), NONE, NONE], &shop), (vec![20, 19, 18], 20));
    assert_eq!(
        list([("sort", "Seats, Total desc"), ("take", "12"), ("skip", "8"), NONE], &shop).0,
        [17, 19, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]
    );
    assert_eq!(list([("sort", "Customer.City descending"), ("take", "3"), NONE, NONE], &shop).0, [2, 4, 6]);
    assert_eq!(list([("sort", "shipped ascending , id DESC"), ("take", "2"), NONE, NONE], &shop).0, [19, 17]);
}

#[test]
fn what_an_index_gives_beyond_what_fits_is_left_out() {
    let mut shop = shop();
    shop.orders[0].status = Some("shipped".into());
    assert_eq!(list([("filter", "Status = 'Shipped'"), ("take", "2"), NONE, NONE], &shop), (vec![2, 4], 10));
    assert_eq!(list([("filter", "Status in ('Shipped', 'shipped')"), ("take", "2"), NONE, NONE], &shop), (vec![1, 2], 11));
}

#[test]
fn what_is_known_is_not_read() {
    let shop = Shop { knows_totals: true, page: 100, ..shop() };
    list([("take", "5"), NONE, NONE, NONE], &shop);
    assert_eq!(shop.calls.lock().unwrap().join(" "), "page");
    shop.calls.lock().unwrap().clear();
    list([("countOnly", "true"), NONE, NONE, NONE], &shop);
    assert_eq!(shop.calls.lock().unwrap().join(" "), "");
    list([("take", "5"), ("skip", "10"), ("sort", "id desc"), NONE], &shop);
    assert_eq!(shop.calls.lock().unwrap().join(" "), "pass page");
    let shop = Shop { page: 100, ..self::shop() };
    list([("take", "5"), ("skip", "10"), NONE, NONE], &shop);
    assert_eq!(shop.calls.lock().unwrap().join(" "), "pass page pass");
}

#[test]
fn a_list_that_takes_too_much_reading_is_refused() {
    /// As many rows as are asked for, and no end.
    struct Endless;

    impl Source for Endless {
        type Row = Order;
        type Cursor = i32;
        type Error = String;

        async fn page(&self, _: &Access, _: Direction, after: Option<i32>, limit: u32) -> Result<Page<Order, i32>, String> {
            let begin = after.unwrap_or(0);
            let end = begin + i32::try_from(limit).unwrap();
            Ok(Page { rows: (begin..end).map(bare).collect(), next: Some(end) })
        }
    }

    /// Nothing, again and again.
    struct Empty;

    impl Source for Empty {
        type Row = Order;
        type Cursor = ();
        type Error = String;

        async fn page(&self, _: &Access, _: Direction, _: Option<()>, _: u32) -> Result<Page<Order, ()>, String> {
            Ok(Page { rows: Vec::new(), next: Some(()) })
        }
    }

    let all = parsed(&Parameters::default());
    for query in [filtered("Total = 1"), all.clone()] {
        assert_eq!(run(&query, &Endless), Err(RunError::TooBroad));
        assert_eq!(run(&query, &Empty), Err(RunError::TooBroad));
    }
    assert_eq!(
        RunError::<String>::TooBroad.to_string(),
        "this list would take looking at more than 20000 rows, or passing over more than 200000: narrow the filter by an indexed property"
    );
}

#[test]
fn as_many_rows_as_may_be_looked_at_are() {
    let many = |count| Shop { page: 500, ..Shop::of((0..count).map(bare).collect()) };
    let most = i32::try_from(MOST_EXAMINED).unwrap();
    assert_eq!(run(&filtered("Total = 0"), &many(most)).unwrap().total, MOST_EXAMINED);
    assert_eq!(run(&filtered("Total = 0"), &many(most + 1)), Err(RunError::TooBroad));
}

#[test]
fn a_source_that_fails_is_no_empty_list() {
    struct Broken;

    impl Source for Broken {
        type Row = Order;
        type Cursor = ();
        type Error = &'static str;

        async fn page(&self, _: &Access, _: Direction, _: Option<()>, _: u32) -> Result<Page<Order, ()>, Self::Error> {
            Err("no table")
        }
    }

    for query in [filtered("Total = 1"), filtered("Id > 3"), parsed(&Parameters::default())] {
        assert_eq!(run(&query, &Broken), Err(RunError::Source("no table")));
    }
}

#[test]
fn members_are_kept_where_they_are_asked_for() {
    let select = |text: &str| Select::parse(&ORDER, text).unwrap();
    let order = json!({ "id": 1, "total": 2, "customer": { "id": 3 }, "lines": [] });
    let kept = |select: &Select| {
        let mut order = order.as_object().unwrap().clone();
        select.keep(&mut order);
        serde_json::Value::from(order)
    };
    assert_eq!(kept(&select("TOTAL, Customer,total")), json!({ "total": 2, "customer": { "id": 3 } }));
    assert_eq!(kept(&Select::default()), order);
    assert!(select("id").has("id") && !select("id").has("total"));
    assert!(parsed(&Parameters { select: Some("  ".into()), ..Parameters::default() }).select.has("total"));
}

#[test]
fn navigations_are_filled_where_they_are_asked_for() {
    let include = Include::parse(&ORDER, "lines, Customer.Orders").unwrap();
    let all: Vec<_> = include.navigations().map(|path| path.join(".")).collect();
    assert_eq!(all, ["customer", "customer.orders", "lines"]);
    assert!(include.has(&["customer"]) && include.has(&["customer", "orders"]) && !include.has(&["orders"]));
    assert_eq!(Include::default().navigations().count(), 0);
}
