//! A table in which a newer release was at work already: the next version's items are read and lose nothing, and those of later ones
//! are nobody's answer.

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::table::migration::{WRITTEN, kind_of};
use latchkey_tests::exchange::{Ask, get, post_json};
use latchkey_tests::frozen::{Frozen, Item};
use serde_json::json;

use super::journeys::{shops_go_on, sites_go_on, staff_go_on, thawed, workers_go_on};
use super::{API_KEY, EMAIL, PASSWORD, PLUGIN, PLUGIN_CODE, SITE, USER, woosa};
use crate::sellcodes;

/// What a newer release wrote into every item.
const ADDED: &str = "from_later_on";

/// What is written whole by whoever writes it, because all of it follows from something else or is replaced as a whole
/// (`shared/README.md`, "How the table evolves").
const WHOLE: [&str; 6] = ["licence in short", "site entry", "site memory", "end of a licence", "hour of ends", "resource's body"];

/// What goes when its time is over, and may be begun anew at once.
const PASSING: &str = "attempts";

/// The frozen table as if it had been written by version `version`.
fn of_version(version: u32) -> Frozen {
    let change = |item: &mut Item| {
        item.insert("v".to_owned(), AttributeValue::N(version.to_string()));
        item.insert(ADDED.to_owned(), AttributeValue::S("something".to_owned()));
    };
    Frozen::read(1).with(change)
}

#[tokio::test]
async fn what_the_next_version_wrote_is_read_and_survives_every_change() {
    let frozen = of_version(WRITTEN + 1);
    let world = thawed(&frozen).await;
    sites_go_on(&world).await;
    shops_go_on(&world, &frozen.facts).await;
    staff_go_on(&world, &frozen.facts).await;
    workers_go_on(&world, &frozen.facts).await;
    let now = world.items().await;
    let (mut changed, mut lost) = (std::collections::BTreeSet::new(), Vec::new());
    for (key, before) in &frozen.items {
        let Some(after) = now.get(key) else { continue };
        let kind = kind_of(&key.0, &key.1).unwrap();
        if before != after {
            changed.insert(kind);
        }
        if kind != PASSING && !WHOLE.contains(&kind) && (after.get("v") != before.get("v") || after.get(ADDED) != before.get(ADDED)) {
            lost.push(key);
        }
    }
    assert!(lost.is_empty(), "lost what a newer release had written: {lost:?}");
    // Otherwise this would prove nothing.
    for kind in [
        "counter",
        "product",
        "product's record",
        "release",
        "customer",
        "contact",
        "order",
        "order product",
        "licence",
        "grant",
        "assembly",
        "resource",
        "template",
        "discount",
        "API key",
        "user",
        "user's setting",
        "session",
        "settings",
        "webhook",
    ] {
        let kind = if kind == "order product" { "product of an order" } else { kind };
        assert!(changed.contains(kind), "no {kind} was changed: {changed:?}");
    }
}

#[tokio::test]
async fn what_a_version_beyond_wrote_is_a_fault_and_never_a_refusal() {
    let frozen = of_version(WRITTEN + 2);
    let world = thawed(&frozen).await;
    world.keep_secret(PASSWORD);
    let floating = json!({"userKey": "FROZEN-FLOAT", "machineId": "MACHINE-1", "clientId": "studio"});
    let asks: Vec<Ask> = vec![
        woosa("activate", "FROZEN-MAP", SITE),
        woosa("deactivate", "FROZEN-ITEMS", SITE),
        woosa("activate", "FROZEN-MAP", "https://new.example.com"),
        get("/wp-json/lmn/v1/license/info", &[("key", "FROZEN-MAP"), ("package", PLUGIN)]),
        get("/wp-json/lmn/v1/software/info", &[("key", "FROZEN-ITEMS"), ("package", PLUGIN), ("site_url", SITE)]),
        sellcodes::ask("check_license", PLUGIN_CODE, "FROZEN-MAP", SITE),
        sellcodes::ask("activate_license", PLUGIN_CODE, "FROZEN-ITEMS", SITE),
        post_json("/v1/license/floating/request", &floating),
        post_json("/v1/login", &json!({"userName": USER, "password": PASSWORD})),
        get("/api/4.0/licenses", &[]).basic(EMAIL, API_KEY),
        get(crate::bytex::LIST, &[]).header("authorization", API_KEY),
    ];
    let before = world.items().await;
    for (number, ask) in asks.into_iter().enumerate() {
        let answer = ask.send(&world).await;
        assert!(answer.status.is_server_error(), "{number}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    world.core.sink.settle().await;
    let now = world.items().await;
    let changed: Vec<_> = before.iter().filter(|(key, item)| now.get(*key) != Some(item)).map(|(key, _)| key).collect();
    let is_count = |key: &&&(String, String)| ["counter", "attempts", "failures"].contains(&kind_of(&key.0, &key.1).unwrap());
    assert_eq!(changed.iter().filter(|key| !is_count(key)).count(), 0, "{changed:?}");
}
