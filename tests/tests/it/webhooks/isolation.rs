//! What vendors' endpoints do, or do not do, is nobody else's trouble (I10).

use std::collections::BTreeSet;
use std::time::Duration;

use latchkey_core::core::Core;
use latchkey_core::outbound::Limits;
use latchkey_core::random::Random;
use latchkey_core::table::{Patience, Table};
use latchkey_tests::engines;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::proxy::{Fault, Proxy, Rule};
use latchkey_tests::shop::UNHURRIED;
use latchkey_tests::sink::Reply;
use latchkey_tests::tape::Tape;
use latchkey_tests::world::World;

use super::{Stage, sent};
use crate::woosa::{activate, deactivate, info, software_info};

const KEYS: [&str; 2] = ["KEY-MAP", "KEY-ITEMS"];
const SITE: &str = "https://quiet.example.com";

/// A minute, after which what is remembered is read again.
const ROUND: i64 = 61;

/// The answers to what a site asks in a minute of its life, and what the table was asked for them.
#[derive(Debug, PartialEq)]
struct Minute {
    answers: Vec<(u16, String)>,
    asked: Vec<String>,
    units: f64,
}

/// A site that comes, or goes: one change of each item.
async fn minute(world: &World, key: &str, comes: bool) -> Minute {
    world.table.reset_calls();
    let change = if comes { activate(key, SITE) } else { deactivate(key, SITE) };
    let mut answers = Vec::new();
    for ask in [info(key), change, software_info(key, SITE)] {
        let answer: Exchange = ask.send(world).await;
        let json = answer.json();
        answers.push((answer.status.as_u16(), format!("{} {}", json["license"], json["version"])));
    }
    // Some go out side by side.
    let mut asked: Vec<String> = world.table.calls().into_iter().map(|call| call.operation).collect();
    asked.sort();
    Minute { answers, asked, units: world.table.capacity().total }
}

/// The same for every licence.
async fn minutes(world: &World, comes: bool) -> Vec<Minute> {
    let mut found = Vec::new();
    for key in KEYS {
        found.push(minute(world, key, comes).await);
    }
    found
}

/// A vendor with three endpoints and two licences, and how their minutes are when all is well.
async fn quiet() -> (Stage, [Vec<Minute>; 2]) {
    let mut stage = Stage::begin().await;
    for path in ["second", "third"] {
        stage.tape.webhook(&stage.world, stage.vendor.account, &format!("https://hooks.example/{path}")).await;
    }
    stage.world.publish(&stage.vendor, "1.0.0").await;
    for (key, seats) in KEYS.into_iter().zip([Some(3), None]) {
        stage.world.license_with(&stage.vendor, key, seats).await;
    }
    let mut expected = Vec::new();
    // The first time some things are met that are not met again.
    for comes in [true, false, true, false] {
        stage.world.clock.advance_seconds(ROUND);
        expected.push(minutes(&stage.world, comes).await);
        stage.note().await;
    }
    let [_, _, comes, goes] = expected.try_into().unwrap();
    stage.tape.records.clear();
    (stage, [comes, goes])
}

/// Tells the stream's function of what is new, and again of what it did not answer for.
async fn announce(stage: &Stage, core: &Core) -> bool {
    let (queue, mail) = (stage.tape.queue(), stage.tape.mail_queue());
    latchkey_worker::announce_changes(core.clone(), queue, mail, Tape::event(&stage.tape.records)).await.is_done()
}

/// Works off what there is, until the endpoints have taken all of it.
async fn drain(stage: &Stage, core: &Core) {
    let client = stage.client.clone().with_limits(UNHURRIED);
    while let Some(next) = stage.tape.messages.next() {
        let seconds = next.as_seconds() + 1 - stage.world.core.now().as_seconds();
        stage.world.clock.advance_seconds(seconds.max(0));
        stage.tape.deliver_all(core, &client).await;
    }
    assert!(stage.tape.messages.dead_letters().is_empty());
}

/// Every event at every endpoint that was sent since `from`, by name.
fn told(stage: &Stage, from: usize) -> BTreeSet<(String, String)> {
    let name = |received: &super::Received| (received.path().to_owned(), received.header("webhook-id").unwrap().to_owned());
    stage.received()[from..].iter().map(name).collect()
}

#[tokio::test]
async fn with_every_endpoint_hanging_for_ten_minutes_checks_and_activations_are_as_ever_and_the_backlog_drains() {
    let (mut stage, expected) = Box::pin(quiet()).await;
    let short = Limits { connect: Duration::from_mins(1), total: Duration::from_millis(300), turn: Duration::from_millis(300) };
    let hanging = stage.client.clone().with_limits(short);
    stage.sink.answer(|_| Reply::ThenHang(b"HTTP/1.1 ".to_vec()));
    // Over a table of its own, so that what is counted is what is asked for here.
    let worker = stage.world.direct();
    for round in 0..10 {
        stage.world.clock.advance_seconds(ROUND);
        let comes = round % 2 == 0;
        let ((), found) = tokio::join!(stage.tape.deliver_all(&worker, &hanging), minutes(&stage.world, comes));
        assert_eq!(found, expected[usize::from(!comes)], "minute {round}");
        stage.note().await;
        assert!(announce(&stage, &worker).await);
        stage.tape.records.clear();
        // Two events, three endpoints: a message for each that was not taken, and no more.
        assert_eq!(stage.tape.messages.len(), 6 * (round + 1), "minute {round}");
    }
    let before = stage.received().len();
    assert!(before > 20, "the endpoints were tried: {before}");
    stage.sink.answer(|_| Reply::Status(204));
    drain(&stage, &worker).await;
    assert_eq!(told(&stage, before).len(), 60, "20 events at three endpoints");
    assert!(stage.states().await.iter().all(|state| *state == "delivered"));
    let kinds: BTreeSet<String> = stage.received()[before..].iter().map(|received| sent(received)["type"].to_string()).collect();
    assert_eq!(kinds, ["\"license.activated\"", "\"license.deactivated\""].map(str::to_owned).into());
}

#[tokio::test]
async fn with_the_queue_or_the_workers_table_away_for_ten_minutes_nothing_is_noticed_and_nothing_is_lost() {
    let (mut stage, expected) = Box::pin(quiet()).await;
    let broken = Proxy::start(&stage.world.engines.dynamodb).await.unwrap();
    let patience = Patience { attempt: Duration::from_millis(100), call: Duration::from_millis(200), attempts: 2 };
    let table = Table::new(engines::dynamodb(&broken.url()), stage.world.core.table.name(), Random::System, patience);
    let core = &stage.world.core;
    let worker = Core::new(table, core.clock.clone(), core.random.clone(), core.public_url.clone());
    let direct = stage.world.direct();
    for round in 0..10 {
        stage.world.clock.advance_seconds(ROUND);
        broken.clear();
        match round % 3 {
            0 => broken.inject(Rule::every(Fault::Hang)),
            1 => broken.inject(Rule::every(Fault::Status(500))),
            _ => {}
        }
        // What cannot be put is told again by the stream, as what cannot be written is.
        stage.tape.line.die_at(0, || {});
        let comes = round % 2 == 0;
        let (is_done, found) = tokio::join!(announce(&stage, &worker), minutes(&stage.world, comes));
        assert_eq!(found, expected[usize::from(!comes)], "minute {round}");
        assert_eq!((is_done, stage.tape.messages.len()), (round == 0, 0), "minute {round}");
        stage.note().await;
    }
    stage.tape.line.revive();
    assert!(announce(&stage, &direct).await);
    drain(&stage, &direct).await;
    assert_eq!((told(&stage, 0).len(), stage.received().len()), (60, 60), "20 events at three endpoints, each once");
}

#[tokio::test]
async fn a_job_of_a_delivery_that_is_not_there_is_done_with() {
    use latchkey_core::queue::{Inbox as _, Message};
    let stage = Stage::begin().await;
    for account in [stage.vendor.account.get(), 7] {
        let job = format!(r#"{{"account":{account},"webhook":1,"event":"evt_00000000000000000000000000000000","attempt":1}}"#);
        stage.tape.messages.put(vec![Message { body: format!(r#"{{"v":1,"job":{job}}}"#), delay: 0 }]).unwrap();
    }
    let event = stage.tape.messages.receive(10);
    assert_eq!(event.messages.len(), 2);
    let queue = stage.tape.queue();
    let sealing = stage.tape.sealing.clone();
    let answer = latchkey_worker::deliver_events(stage.world.core.clone(), sealing, queue, stage.client.clone(), event).await;
    assert_eq!(answer, latchkey_core::lambda::MessagesAnswer::default());
}
