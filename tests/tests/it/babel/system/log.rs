//! `GET /v1/log`, `GET /v1/log/levels`, `DELETE /v1/log`.

use latchkey_core::domain::log_entry::{Entry, Level};
use latchkey_core::domain::role::Role;
use latchkey_core::domain::time::Timestamp;
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{listed, log_of};

/// An account with entries of several levels, ten seconds apart, of which every second one is a warning.
async fn filled(world: &World, count: u32) -> Staff {
    let staff = world.administrator().await;
    for number in 0..count {
        let level = [Level::Information, Level::Warning, Level::Error, Level::Warning][number as usize % 4];
        world.core.note(staff.account, Entry::new(level, "Number {Number}").with("Number", number));
        world.clock.advance_seconds(10);
    }
    world.core.sink.settle().await;
    staff
}

fn numbers(entries: &[Value]) -> Vec<i64> {
    let number = |entry: &Value| entry["message"].as_str().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    entries.iter().map(number).collect()
}

#[tokio::test]
async fn an_entry_has_every_member_and_the_newest_come_first() {
    let world = World::new().await;
    let staff = filled(&world, 5).await;
    let (entries, total) = listed(&world, &staff, "/v1/log", "logEntries", &[]).await;
    assert_eq!((numbers(&entries), total), (vec![4, 3, 2, 1, 0], 5));
    let expected = json!({
        "id": 2,
        "message": "Number 1",
        "messageTemplate": "Number {Number}",
        "level": "Warning",
        "timeStamp": "2026-11-22T06:00:10Z",
        "exception": "",
        "properties": "{\"Number\":1}",
    });
    assert_eq!(entries[3], expected);
    let (selected, total) = listed(&world, &staff, "/v1/log", "logEntries", &[("select", "Id, Level"), ("take", "1")]).await;
    assert_eq!((selected, total), (vec![json!({"id": 5, "level": "Information"})], 5));
}

#[tokio::test]
async fn entries_are_filtered_sorted_counted_and_paged() {
    let world = World::new().await;
    let staff = filled(&world, 12).await;
    let asked = async |query: &[(&str, &str)]| {
        let (entries, total) = listed(&world, &staff, "/v1/log", "logEntries", query).await;
        (numbers(&entries), total)
    };
    assert_eq!(asked(&[("filter", "Level=\"Warning\"")]).await, (vec![11, 9, 7, 5, 3, 1], 6));
    assert_eq!(asked(&[("filter", "Level=\"Warning\""), ("sort", "Id"), ("skip", "1"), ("take", "2")]).await, (vec![3, 5], 6));
    assert_eq!(asked(&[("filter", "level == \"Error\" || id == 1"), ("sort", "id desc")]).await, (vec![10, 6, 2, 0], 4));
    assert_eq!(asked(&[("filter", "Message.EndsWith(\"1\")"), ("sort", "TimeStamp")]).await, (vec![1, 11], 2));
    assert_eq!(asked(&[("filter", "Level = \"warning\"")]).await, (vec![], 0));
    assert_eq!(asked(&[("filter", "Id = 4")]).await, (vec![3], 1));
    assert_eq!(asked(&[("sort", "Level, TimeStamp"), ("take", "4")]).await, (vec![2, 6, 10, 0], 12));
    assert_eq!(asked(&[("filter", "Level = \"Warning\""), ("countOnly", "true")]).await, (vec![], 6));
    let within = [("startDate", "2026-11-22T06:00:30Z"), ("endDate", "2026-11-22T06:01:00")];
    assert_eq!(asked(&within).await, (vec![6, 5, 4, 3], 4));
    assert_eq!(asked(&[within[0], within[1], ("filter", "Level = \"Warning\"")]).await, (vec![5, 3], 2));
    assert_eq!(asked(&[within[0], ("filter", "TimeStamp <= DateTime(2026,11,22,6,0,40)")]).await, (vec![4, 3], 2));
    assert_eq!(asked(&[within[0], ("filter", "Id = 1")]).await, (vec![], 0));
    // Rows outside of the page are counted by their heads.
    world.table.reset_calls();
    asked(&[("filter", "Level=\"Warning\""), ("take", "2")]).await;
    let read: Vec<_> = world.table.calls().into_iter().filter(|call| call.operation == "BatchGetItem").collect();
    let keys = |call: &latchkey_tests::proxy::Recorded| {
        let body = call.json();
        body["RequestItems"].as_object().unwrap().values().next().unwrap()["Keys"].as_array().unwrap().len()
    };
    assert_eq!(read.iter().map(keys).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn levels_are_counted_by_intervals_as_one_by_one() {
    let world = World::new().await;
    let staff = filled(&world, 40).await;
    let (entries, _) = listed(&world, &staff, "/v1/log", "logEntries", &[("take", "1000"), ("sort", "Id")]).await;
    for (start, end, intervals) in [
        ("2026-11-22T06:00:00Z", "2026-11-22T06:10:00Z", 5),
        ("2026-11-22T06:01:05Z", "2026-11-22T06:03:00Z", 1),
        ("2026-11-22T06:00:00Z", "2026-11-22T06:06:30Z", 100),
    ] {
        let count = intervals.to_string();
        let query = [("startDate", start), ("endDate", end), ("intervals", count.as_str())];
        let answer = staff.get("/v1/log/levels", &query).send(&world).await.done();
        let (from, to) = (Timestamp::parse(start).unwrap(), Timestamp::parse(end).unwrap());
        let length = to.as_micros() - from.as_micros();
        let mut expected: std::collections::BTreeMap<(i64, usize), i64> = std::collections::BTreeMap::new();
        for entry in &entries {
            let at = Timestamp::parse(entry["timeStamp"].as_str().unwrap()).unwrap();
            if (from..=to).contains(&at) {
                let part = ((at.as_micros() - from.as_micros()) * intervals / length).min(intervals - 1);
                let level = Level::ALL.iter().position(|level| level.name() == entry["level"]).unwrap();
                *expected.entry((part, level)).or_default() += 1;
            }
        }
        let total: i64 = expected.values().sum();
        let expected: Vec<Value> = expected
            .into_iter()
            .map(|((part, level), count)| {
                let date = Timestamp::from_micros(from.as_micros() + length * part / intervals).unwrap();
                let date = format!("{}Z", date.date_time().replace(' ', "T"));
                json!({"date": date, "level": Level::ALL[level].name(), "count": count})
            })
            .collect();
        assert_eq!(answer["logLevels"], Value::from(expected), "{start} {end} {intervals}");
        assert_eq!(answer["totalLogLevelEntriesCount"], total);
    }
    let open = staff.get("/v1/log/levels", &[]).send(&world).await.done();
    assert_eq!((open["totalLogLevelEntriesCount"].as_i64(), open["groupBy"].as_str()), (Some(40), Some("PT34S")));
}

#[tokio::test]
async fn entries_are_deleted_in_the_ways_that_there_are() {
    let world = World::new().await;
    let staff = filled(&world, 20).await;
    let delete = async |query: &[(&str, &str)]| {
        world.core.sink.settle().await;
        let answer = staff.get("/v1/log", query).method(http::Method::DELETE).send(&world).await.json();
        let same = (&answer["Success"], &answer["success"], &answer["code"]);
        assert_eq!(same, (&Value::from(true), &Value::from(true), &Value::from(0)), "{answer}");
        (answer["DeletedLogCount"].as_i64().unwrap(), answer["Message"].as_str().unwrap().to_owned())
    };
    let told = |count: i64| (count, format!("A total of {count} log entries have been deleted."));
    assert_eq!(delete(&[("id", "1")]).await, told(1));
    assert_eq!(delete(&[("filter", "Level = \"Error\"")]).await, told(5));
    assert_eq!(delete(&[("filter", "Message = \"Number 3\""), ("endDate", "2026-11-22T06:00:20Z")]).await, told(0));
    assert_eq!(delete(&[("filter", "Message = \"Number 3\""), ("startDate", "2026-11-22T06:00:20Z")]).await, told(1));
    assert_eq!(delete(&[("startDate", "2026-11-22T06:02:00Z"), ("endDate", "2026-11-22T06:02:30Z")]).await, told(3));
    let left = log_of(&world, &staff).await;
    assert_eq!(left.iter().filter(|message| message.starts_with("Number")).count(), 10);
    assert_eq!(left.iter().filter(|message| message.ends_with("log entries were deleted")).count(), 4);
    assert_eq!(delete(&[("deleteAll", "True")]).await, told(15), "and that a request deleted nothing");
    assert_eq!(log_of(&world, &staff).await, ["15 log entries were deleted"], "who emptied it is in it");
    assert_eq!(delete(&[("filter", "Level = \"None\"")]).await, told(0));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_and_nothing_is_deleted() {
    let world = World::new().await;
    let staff = filled(&world, 3).await;
    for (query, code) in [
        (vec![], 40003),
        (vec![("deleteAll", "false")], 40003),
        (vec![("deleteAll", "yes")], 40003),
        (vec![("deleteAll", "true"), ("filter", "Level=\"Error\"")], 40003),
        (vec![("deleteAll", "true"), ("id", "1")], 40003),
        (vec![("id", "1"), ("endDate", "2026-11-22")], 40003),
        (vec![("id", "one")], 40003),
        (vec![("id", "2147483648")], 40003),
        (vec![("id", "0")], 40402),
        (vec![("id", "-4")], 40402),
        (vec![("id", "999")], 40402),
        (vec![("filter", "Nonsense = 1")], 40004),
        (vec![("filter", "Level = 1")], 40004),
        (vec![("startDate", "soon")], 40004),
        (vec![("startDate", "2026-11-23"), ("endDate", "2026-11-22")], 40004),
    ] {
        let (_, refused, _) = staff.get("/v1/log", &query).method(http::Method::DELETE).send(&world).await.refused();
        assert_eq!(refused, code, "{query:?}");
    }
    for (path, query) in [
        ("/v1/log", ("filter", "Properties.Number = 1")),
        ("/v1/log", ("sort", "Colour")),
        ("/v1/log", ("take", "-1")),
        ("/v1/log", ("startDate", "22.11.2026")),
        ("/v1/log", ("include", "Properties")),
        ("/v1/log/levels", ("intervals", "1001")),
        ("/v1/log/levels", ("endDate", "x")),
    ] {
        assert_eq!(staff.get(path, &[query]).send(&world).await.refused().1, 40004, "{path} {query:?}");
    }
    assert_eq!(log_of(&world, &staff).await.len(), 3);
}

#[tokio::test]
async fn a_log_is_its_accounts_and_its_roles() {
    let world = World::new().await;
    let (staff, stranger) = (filled(&world, 4).await, filled(&world, 2).await);
    assert_eq!(listed(&world, &stranger, "/v1/log", "logEntries", &[("filter", "Id = 3")]).await, (vec![], 0));
    assert_eq!(stranger.get("/v1/log", &[("id", "4")]).method(http::Method::DELETE).send(&world).await.refused().0, 404);
    assert_eq!(listed(&world, &staff, "/v1/log", "logEntries", &[]).await.1, 4);
    for (role, sees) in [(Role::LicenseManager, true), (Role::Sales, true), (Role::Customer, false), (Role::Application, false)] {
        let other = world.staff(staff.account, role).await;
        for path in ["/v1/log", "/v1/log/levels"] {
            assert_eq!(other.get(path, &[]).send(&world).await.status.is_success(), sees, "{role:?} {path}");
        }
        let refused = other.get("/v1/log", &[("deleteAll", "true")]).method(http::Method::DELETE).send(&world).await.refused();
        assert_eq!(refused.0, 403, "{role:?}");
    }
}
