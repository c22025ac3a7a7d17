//! The account's log: written off the answers' path, in the order of time, counted, deleted.

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::log_entry::{Entry, KEPT_SECONDS, Level, LogEntry};
use latchkey_core::domain::role::Role;
use latchkey_core::domain::user::Profile;
use latchkey_core::ops::account_log::{
    Deleted, LevelCount, MOST_DELETED, count_levels, delete_log, delete_log_entry, delete_log_where, find_log_entry, log_page, span,
};
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::query::{Intervals, Period};
use latchkey_core::table::Page;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::users::{PASSWORD, account, enter, name, user};

async fn all(world: &World, account: AccountId, size: u32, level: Option<Level>, newest_first: bool) -> Vec<LogEntry> {
    world.core.sink.settle().await;
    let (mut all, mut left) = (Vec::new(), Some(span(&Period::default(), newest_first)));
    while let Some(part) = left {
        let Page { items, next } = log_page(&world.core, account, part, level, size).await.unwrap();
        all.extend(items);
        left = next;
    }
    all
}

fn messages(entries: &[LogEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.content.message.as_str()).collect()
}

#[tokio::test]
async fn entries_are_read_by_time_in_pages_from_either_end_by_level_and_by_number() {
    let world = World::new().await;
    let (one, other) = (account(&world).await, account(&world).await);
    for number in 0..7_u32 {
        let entry = if number % 3 == 0 { Entry::warning("Number {Number}") } else { Entry::information("Number {Number}") };
        world.core.note(one, entry.with("Number", number));
        world.core.note(other, Entry::information("Of another account"));
        if number == 3 {
            world.clock.advance_seconds(60);
        }
    }
    let forwards = all(&world, one, 2, None, false).await;
    let expected = ["Number 0", "Number 1", "Number 2", "Number 3", "Number 4", "Number 5", "Number 6"];
    assert_eq!(messages(&forwards), expected);
    assert!(forwards.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].id < pair[1].id), "{forwards:?}");
    assert!(forwards.iter().all(|entry| entry.account == one));
    let mut backwards = all(&world, one, 3, None, true).await;
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert_eq!(messages(&all(&world, one, 2, Some(Level::Warning), false).await), ["Number 0", "Number 3", "Number 6"]);
    assert_eq!(find_log_entry(&world.core, one, forwards[4].id).await.unwrap().as_ref(), Some(&forwards[4]));
    let period = Period { start: Some(forwards[4].at), end: Some(forwards[5].at) };
    let page = log_page(&world.core, one, span(&period, false), None, 100).await.unwrap();
    assert_eq!((messages(&page.items), page.next), (vec!["Number 4", "Number 5"], None));
    world.clock.advance_seconds(KEPT_SECONDS - 60);
    assert_eq!(all(&world, one, 9, None, false).await.len(), 3, "what is kept no longer is not shown, tidied up or not");
    assert_eq!(find_log_entry(&world.core, one, forwards[0].id).await.unwrap(), None);
}

#[tokio::test]
async fn entries_of_many_processes_are_in_one_order_whatever_their_clocks_say() {
    let world = World::new().await;
    let account = account(&world).await;
    let processes: Vec<_> = (0..3).map(|_| world.another_process()).collect();
    for round in 0..4 {
        for (place, process) in processes.iter().enumerate() {
            process.note(account, Entry::information("{Round}").with("Round", round));
            if place == 0 {
                process.sink.settle().await;
            }
            world.clock.advance_seconds(-1);
        }
    }
    for process in &processes {
        process.sink.settle().await;
    }
    let entries = all(&world, account, 5, None, false).await;
    assert_eq!(entries.len(), 12);
    assert!(entries.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].id < pair[1].id), "{entries:?}");
}

#[tokio::test]
async fn writing_takes_one_number_for_some_entries_and_two_units_each() {
    let world = World::new().await;
    let account = account(&world).await;
    world.core.note(account, Entry::information("The first"));
    world.core.sink.settle().await;
    world.clock.advance_seconds(1);
    world.table.reset_calls();
    for _ in 0..10 {
        world.core.note(account, Entry::information("One of ten"));
    }
    assert_eq!(world.core.sink.waiting(), 10);
    world.core.sink.settle().await;
    let operations: Vec<_> = world.table.all_calls().iter().map(|call| call.operation.clone()).collect();
    assert_eq!(operations, ["UpdateItem", "BatchWriteItem"]);
    if world.engines.is_embedded {
        assert!(world.table.all_capacity().total <= 21.0, "{:?}", world.table.all_capacity());
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_written_or_only_late_changes_nothing_else() {
    let world = crate::faults::world().await;
    let account = account(&world).await;
    world.table.inject(Rule::every(Fault::Status(500)).on("BatchWriteItem"));
    world.core.note(account, Entry::information("Lost"));
    world.core.sink.settle().await;
    world.table.clear();
    for fault in [Fault::DropAfter, Fault::Status(500), Fault::Throttle, Fault::Unprocessed] {
        world.table.inject(Rule::once(fault.clone()).on("BatchWriteItem"));
        if !matches!(fault, Fault::Unprocessed) {
            world.table.inject(Rule::once(fault).on("UpdateItem"));
        }
        world.core.note(account, Entry::information("Late"));
        world.core.sink.settle().await;
        world.table.clear();
    }
    assert_eq!(messages(&all(&world, account, 9, None, false).await), ["Late"; 4]);
}

#[tokio::test]
async fn a_failed_login_is_told_to_the_account_without_what_was_typed() {
    let world = World::new().await;
    let account = account(&world).await;
    let erika = user(&world, account, Profile::named(name("erika")), Role::Sales).await;
    world.keep_secret("not the password");
    assert!(enter(&world, "erika", "not the password").await.is_err());
    assert!(enter(&world, "nobody", "not the password").await.is_err());
    assert!(enter(&world, "erika", PASSWORD).await.is_ok());
    let entries = all(&world, account, 9, None, false).await;
    assert_eq!(messages(&entries), [format!("A login of user {} failed: the password was wrong", erika.id)]);
    assert_eq!(entries[0].content.level, Level::Warning);
    assert!(!format!("{entries:?}").contains("not the password"));
}

#[tokio::test]
async fn levels_are_counted_over_intervals_as_one_by_one_without_reading_what_entries_tell() {
    let world = World::new().await;
    let account = account(&world).await;
    let mut runner = TestRunner::deterministic();
    let begun = world.core.now();
    for _ in 0..120 {
        let (pause, level) = (0_i64..40, 0_usize..5).new_tree(&mut runner).unwrap().current();
        world.clock.advance_seconds(pause);
        world.core.note(account, Entry::new(Level::ALL[level], "Something"));
    }
    let entries = all(&world, account, 1_000, None, false).await;
    assert_eq!(entries.len(), 120);
    let now = world.core.now();
    for intervals in [1, 2, 7, 60] {
        for (start, end) in [(None, None), (Some(begun), Some(now)), (Some(begun.plus_seconds(300)), Some(begun.plus_seconds(900)))] {
            let period = Period { start, end };
            world.table.reset_calls();
            let counts = count_levels(&world.core, account, &period, intervals).await.unwrap().counts;
            assert!(world.table.all_calls().iter().all(|call| call.operation == "Query"));
            let (start, end) = (start.unwrap_or(entries[0].at), end.unwrap_or(now));
            let parts = Intervals::new(start, end, intervals);
            let mut expected = Vec::new();
            for (place, (begin, _)) in parts.parts().enumerate() {
                for level in Level::ALL {
                    let is_one = |entry: &&LogEntry| {
                        (start..=end).contains(&entry.at) && parts.of(entry.at) == Some(place) && entry.content.level == level
                    };
                    let count = entries.iter().filter(is_one).count() as u64;
                    expected.extend((count > 0).then_some(LevelCount { begin, level, count }));
                }
            }
            assert_eq!(counts, expected, "{intervals} {period:?}");
        }
    }
}

#[tokio::test]
async fn entries_are_deleted_by_number_by_time_and_by_choice_and_that_is_told() {
    let world = World::new().await;
    let (one, other) = (account(&world).await, account(&world).await);
    for number in 0..30_u32 {
        world.core.note(one, Entry::information("Number {Number}").with("Number", number));
        world.core.note(other, Entry::information("Of another account"));
    }
    let entries = all(&world, one, 100, None, false).await;
    let stranger = delete_log_entry(&world.core, other, entries.last().unwrap().id).await;
    assert!(stranger.is_ok(), "its own entry of that number");
    delete_log_entry(&world.core, one, entries[0].id).await.unwrap();
    let gone = delete_log_entry(&world.core, one, entries[0].id).await;
    assert!(matches!(gone, Err(Rejected::NotFound(Thing::LogEntry))), "{gone:?}");
    let period = Period { start: Some(entries[1].at), end: Some(entries[9].at) };
    assert_eq!(delete_log(&world.core, one, &period).await.unwrap(), Deleted { count: 9, may_be_more: false });
    let ends_with_5 = |entry: &LogEntry| entry.content.message.as_str().ends_with('5');
    let chosen = delete_log_where(&world.core, one, &Period::default(), Some(Level::Information), ends_with_5).await;
    assert_eq!(chosen.unwrap(), Deleted { count: 2, may_be_more: false });
    let left = all(&world, one, 100, None, false).await;
    assert_eq!(left.len(), 20 - 2 + 3, "and three entries tell of it");
    assert_eq!(messages(&left).iter().filter(|message| message.ends_with("log entries were deleted")).count(), 3);
    assert_eq!(delete_log(&world.core, one, &Period::default()).await.unwrap().count, 21);
    assert_eq!(messages(&all(&world, one, 100, None, false).await), ["21 log entries were deleted"]);
    assert_eq!(all(&world, other, 100, None, false).await.len(), 30, "29 and what tells of the one");
}

#[tokio::test]
async fn one_call_deletes_so_many_and_says_that_there_may_be_more() {
    let world = World::new().await;
    let account = account(&world).await;
    let core = world.direct();
    let wanted = MOST_DELETED + 5;
    for number in 0..wanted {
        core.note(account, Entry::information("Number {Number}").with("Number", number));
        if number % 500 == 0 {
            core.sink.settle().await;
        }
    }
    core.sink.settle().await;
    let first = delete_log(&core, account, &Period::default()).await.unwrap();
    assert_eq!(first, Deleted { count: MOST_DELETED, may_be_more: true });
    core.sink.settle().await;
    let second = delete_log(&core, account, &Period::default()).await.unwrap();
    assert_eq!(second, Deleted { count: 6, may_be_more: false }, "and what told of the first");
}
