//! API keys: made, accepted, refused, revoked, limited.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use latchkey_core::core::Credentials;
use latchkey_core::domain::api_key::{ApiKey, ApiKeySecret, ApiKeyState, Permission, Permissions, Principal};
use latchkey_core::domain::failure_window::{MOST_FAILURES, WINDOW_SECONDS};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::text::Email;
use latchkey_core::ops::authenticate::{AuthFailure, Presented, authenticate, authenticate_and_read};
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use latchkey_core::ops::rejected::{Rejected, Thing, Unique};
use latchkey_core::ops::revoke_api_key::revoke_api_key;
use latchkey_core::table::{Freshness, Patience};
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::{USER, new_api_key};
use latchkey_tests::world::{CREDENTIAL_SECRET, World, credentials};

const ROTATED: &str = "the-secret-after-the-rotation-0123456789-0123";

fn secret(text: &str) -> ApiKeySecret {
    ApiKeySecret::parse(text).unwrap()
}

fn unknown() -> ApiKeySecret {
    secret("api_0001aaaaaaaaaaaaaaaaaaaa")
}

/// The key alone, from the address that most of these tests ask from.
fn bare(secret: &ApiKeySecret) -> Presented {
    Presented { secret: secret.clone(), email: None, address: "203.0.113.7".parse().ok() }
}

fn of_user(secret: &ApiKeySecret, user: &str) -> Presented {
    Presented { email: Email::parse(user).ok(), ..bare(secret) }
}

async fn ask(world: &World, presented: &Presented) -> Result<Principal, AuthFailure> {
    authenticate(&world.core, &world.credentials, presented).await
}

/// The operations that were asked of the table, in order.
fn operations(world: &World) -> Vec<String> {
    world.table.calls().into_iter().map(|call| call.operation).collect()
}

fn spent(world: &World) -> f64 {
    world.table.capacity().total
}

#[tokio::test]
async fn a_key_authenticates_as_its_account_user_and_permissions() {
    let world = World::new().await;
    let (_, vendor) = (world.vendor().await, world.vendor().await);
    let created = world.create_api_key(&vendor, new_api_key(Permissions::from(Permission::Read))).await;
    assert_eq!(created.secret.account_hint(), Some(vendor.account));
    for presented in [bare(&created.secret), of_user(&created.secret, USER), of_user(&created.secret, &USER.to_uppercase())] {
        let principal = ask(&world, &presented).await.unwrap();
        assert_eq!((principal.account, principal.key, principal.email.as_str()), (vendor.account, created.key.id, USER));
        assert!(principal.may(Permission::Read));
        for permission in [Permission::Write, Permission::Delete, Permission::Create] {
            assert!(!principal.may(permission), "{permission:?}");
        }
    }
}

#[tokio::test]
async fn a_good_key_is_two_reads_side_by_side_of_half_a_unit_each_and_writes_nothing() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let key = world.api_key(&vendor, Permissions::ALL).await;
    world.table.reset_calls();
    ask(&world, &of_user(&key, USER)).await.unwrap();
    assert_eq!(operations(&world), ["GetItem", "GetItem"]);
    assert!(world.table.calls().iter().all(|call| call.json()["ConsistentRead"] != true));
    if world.engines.is_embedded {
        assert!(spent(&world) <= 1.0, "{} units", spent(&world));
    }
}

#[tokio::test]
async fn nothing_of_a_call_waits_for_another_read() {
    // A table that answers nothing, and a product that waits for it: what is asked for now is all that does not wait for an answer.
    let hour = Duration::from_hours(1);
    let world = World::with_patience(Patience { attempt: hour, call: hour, attempts: 1 }).await;
    let vendor = world.vendor().await;
    let key = world.api_key(&vendor, Permissions::ALL).await;
    world.table.reset_calls();
    world.table.inject(Rule::every(Fault::Hang));
    let presented = bare(&key);
    let read = |account| {
        let table = world.core.table.clone();
        async move { table.account(account).await.unwrap() }
    };
    let asked = async {
        while world.table.calls().len() < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let all = async {
        tokio::select! {
            _ = authenticate_and_read(&world.core, &world.credentials, &presented, read) => panic!("the table answered"),
            () = asked => {}
        }
    };
    tokio::time::timeout(Duration::from_mins(1), all).await.expect("one of the three reads waits for another's answer");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_looks_and_costs_the_same() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let [revoked, expired, good] = [1, 2, 3].map(|number| {
        let mut new = new_api_key(Permissions::ALL);
        new.expires = (number == 2).then(|| world.clock.now().plus_seconds(60));
        new
    });
    let revoked = world.create_api_key(&vendor, revoked).await;
    let expired = world.create_api_key(&vendor, expired).await;
    let good = world.create_api_key(&vendor, good).await;
    revoke_api_key(&world.core, vendor.account, revoked.key.id, None).await.unwrap();
    ask(&world, &bare(&expired.secret)).await.unwrap();
    world.clock.advance_seconds(60);
    let before = items(&world).await;
    for (what, presented) in [
        ("unknown", bare(&unknown())),
        ("brought along and unknown", bare(&secret("3f2504e0-4f89-11d3-9a0c-0305e82c3301"))),
        ("revoked", bare(&revoked.secret)),
        ("expired", bare(&expired.secret)),
        ("of another user", of_user(&good.secret, "somebody@else.com")),
    ] {
        world.table.reset_calls();
        let refused = ask(&world, &presented).await;
        assert!(matches!(refused, Err(AuthFailure::Unknown)), "{what}: {refused:?}");
        assert_eq!(refused.unwrap_err().to_string(), "no such API key", "{what}");
        assert_eq!(operations(&world), ["GetItem", "GetItem", "GetItem", "UpdateItem"], "{what}");
        let calls = world.table.calls();
        assert_eq!(calls[2].json()["ConsistentRead"], true, "{what}: a no is confirmed");
        if world.engines.is_embedded {
            let units: Vec<f64> = calls.iter().map(|call| call.capacity.total).collect();
            assert_eq!(units, [0.5, 0.5, 1.0, 1.0], "{what}");
        }
    }
    let after = items(&world).await;
    let new: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
    assert!(
        new.iter().all(|item| item["pk"].as_s().unwrap().starts_with("FAILURES#")),
        "a failure counts, and writes nothing else: {new:?}"
    );
    assert!(before.iter().all(|item| after.contains(item)), "a failure changes nothing that was there");
    ask(&world, &of_user(&good.secret, USER)).await.unwrap();
}

#[tokio::test]
async fn after_ten_failures_the_asker_waits_for_the_windows_end_with_a_good_key_too() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let key = world.api_key(&vendor, Permissions::ALL).await;
    let start = world.clock.now().as_seconds();
    world.clock.advance_seconds(WINDOW_SECONDS - start.rem_euclid(WINDOW_SECONDS) + 100);
    for attempt in 0..MOST_FAILURES {
        let refused = ask(&world, &of_user(&unknown(), USER)).await;
        assert!(matches!(refused, Err(AuthFailure::Unknown)), "attempt {attempt}: {refused:?}");
    }
    for key in [&unknown(), &key] {
        world.table.reset_calls();
        let refused = ask(&world, &of_user(key, USER)).await;
        assert!(matches!(refused, Err(AuthFailure::RateLimited { retry_after: 200 })), "{refused:?}");
        assert_eq!(operations(&world), ["GetItem", "GetItem"], "a blocked asker costs two reads");
    }
    // From another address, or as somebody else from the same one, nobody is kept waiting.
    let elsewhere = Presented { address: "203.0.113.8".parse().ok(), ..of_user(&key, USER) };
    ask(&world, &elsewhere).await.unwrap();
    ask(&world, &bare(&key)).await.unwrap();
    world.clock.advance_seconds(199);
    assert!(ask(&world, &of_user(&key, USER)).await.is_err());
    world.clock.advance_seconds(1);
    ask(&world, &of_user(&key, USER)).await.unwrap();
}

#[tokio::test]
async fn a_limiter_that_is_away_refuses_nobody_and_turns_no_refusal_into_a_fault() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let key = world.api_key(&vendor, Permissions::ALL).await;
    world.table.inject(Rule::every(Fault::AccessDenied).on("UpdateItem"));
    assert!(matches!(ask(&world, &bare(&unknown())).await, Err(AuthFailure::Unknown)));
    ask(&world, &bare(&key)).await.unwrap();
    world.table.clear();
    world.table.inject(Rule::every(Fault::AccessDenied).on("GetItem"));
    assert!(matches!(ask(&world, &bare(&key)).await, Err(AuthFailure::Fault(_))), "a fault is no refusal");
}

#[tokio::test]
async fn a_revoked_key_stops_at_once_in_every_process_and_cannot_be_brought_back() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let created = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let other = world.another_process();
    authenticate(&other, &world.credentials, &bare(&created.secret)).await.unwrap();
    let why = Some("left the company".parse().unwrap());
    let revoked = revoke_api_key(&world.core, vendor.account, created.key.id, why).await.unwrap();
    let ApiKeyState::Revoked(since) = &revoked.state else { panic!("{revoked:?}") };
    assert_eq!((since.at, since.why.as_ref().unwrap().as_str()), (world.clock.now(), "left the company"));
    assert!(authenticate(&other, &world.credentials, &bare(&created.secret)).await.is_err());
    world.clock.advance_seconds(60);
    let again = revoke_api_key(&world.core, vendor.account, created.key.id, None).await.unwrap();
    assert_eq!(again, revoked, "when and why stay the first ones");
    let brought = NewApiKey { secret: Some(created.secret.clone()), ..new_api_key(Permissions::ALL) };
    let refused = create_api_key(&world.core, &world.credentials, vendor.account, brought).await;
    assert!(matches!(refused, Err(Rejected::InUse(Unique::ApiKey))), "{refused:?}");
}

#[tokio::test]
async fn a_key_is_revoked_once_even_when_two_revoke_it_and_an_answer_is_lost() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let created = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let revoke = |why: &str| revoke_api_key(&world.core, vendor.account, created.key.id, why.parse().ok());
    world.table.inject(Rule::first(1, Fault::DropAfter).on("TransactWriteItems"));
    let (one, other) = tokio::join!(revoke("one"), revoke("other"));
    assert_eq!(one.unwrap(), other.unwrap());
}

#[tokio::test]
async fn a_key_of_another_account_is_none() {
    let world = World::new().await;
    let (one, other) = (world.vendor().await, world.vendor().await);
    let created = world.create_api_key(&one, new_api_key(Permissions::ALL)).await;
    let refused = revoke_api_key(&world.core, other.account, created.key.id, None).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::ApiKey))), "{refused:?}");
    assert_eq!(world.core.table.api_key(other.account, created.key.id).await.unwrap(), None);
    assert_eq!(world.core.table.api_keys(other.account).await.unwrap(), []);
    let listed = world.core.table.api_keys(one.account).await.unwrap();
    assert_eq!(listed.into_iter().map(|listed| listed.key).collect::<Vec<_>>(), [created.key]);
    assert_eq!(ask(&world, &bare(&created.secret)).await.unwrap().account, one.account);
}

#[tokio::test]
async fn keys_that_are_brought_along_open_one_account() {
    let world = World::new().await;
    let (one, other) = (world.vendor().await, world.vendor().await);
    for text in ["Q7g0x9TjB2kLmN4pR6sV8wYzA1cD3eF5", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"] {
        let new = || NewApiKey { secret: Some(secret(text)), ..new_api_key(Permissions::ALL) };
        let created = world.create_api_key(&one, new()).await;
        assert_eq!(created.secret.expose(), text);
        assert_eq!(ask(&world, &bare(&secret(text))).await.unwrap().account, one.account);
        let twice = create_api_key(&world.core, &world.credentials, other.account, new()).await;
        assert!(matches!(twice, Err(Rejected::InUse(Unique::ApiKey))), "{twice:?}");
        // Under the new secret it would be stored under another name.
        let rotated = credentials(ROTATED, Some(CREDENTIAL_SECRET));
        let twice = create_api_key(&world.core, &rotated, other.account, new()).await;
        assert!(matches!(twice, Err(Rejected::InUse(Unique::ApiKey))), "{twice:?}");
    }
}

#[tokio::test]
async fn a_key_is_made_for_an_account_that_there_is_and_for_a_time_ahead() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let nobody = AccountId::new(999).unwrap();
    let refused = create_api_key(&world.core, &world.credentials, nobody, new_api_key(Permissions::ALL)).await;
    assert!(matches!(refused, Err(Rejected::NotFound(Thing::Account))), "{refused:?}");
    let new = NewApiKey { expires: Some(world.clock.now()), ..new_api_key(Permissions::ALL) };
    let refused = create_api_key(&world.core, &world.credentials, vendor.account, new).await;
    assert!(matches!(refused, Err(Rejected::AlreadyExpired)), "{refused:?}");
    world.table.inject(Rule::first(1, Fault::DropAfter).on("TransactWriteItems"));
    let key = world.api_key(&vendor, Permissions::ALL).await;
    ask(&world, &bare(&key)).await.unwrap();
}

#[tokio::test]
async fn the_secret_can_be_rotated_under_keys_that_are_in_use() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (before, during, after) = (&world.credentials, credentials(ROTATED, Some(CREDENTIAL_SECRET)), credentials(ROTATED, None));
    let mut new = new_api_key(Permissions::from(Permission::Read));
    new.expires = Some(world.clock.now().plus_seconds(600));
    let used = world.create_api_key(&vendor, new).await;
    let idle = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let accepted = async |credentials: &Credentials, key: &ApiKeySecret| authenticate(&world.core, credentials, &bare(key)).await.is_ok();
    let under = async |key| world.core.table.api_key(vendor.account, key).await.unwrap().unwrap().secret;
    assert!(!accepted(&after, &used.secret).await, "without the former secret it is nobody's");

    world.table.reset_calls();
    let first = authenticate(&world.core, &during, &bare(&used.secret)).await.unwrap();
    assert_eq!(operations(&world).last().unwrap(), "TransactWriteItems");
    let moved = world.table.calls().pop().unwrap().json();
    let kinds = moved["TransactItems"].as_array().unwrap().iter().flat_map(|item| item.as_object().unwrap().keys());
    assert!(kinds.into_iter().all(|kind| kind == "Update"), "a function may update and nothing else");
    world.table.reset_calls();
    let second = authenticate(&world.core, &during, &bare(&used.secret)).await.unwrap();
    assert_eq!(operations(&world), ["GetItem", "GetItem"], "it was stored anew");
    assert_eq!(first, second);
    assert_eq!(authenticate(&world.core, &after, &bare(&used.secret)).await.unwrap(), first);
    assert!(accepted(before, &used.secret).await, "functions of before the rotation go on");

    // The operator sees which keys would be lost with the former secret.
    assert_eq!(under(used.key.id).await, after.keys.secret_id());
    assert_eq!(under(idle.key.id).await, before.keys.secret_id());
    assert!(!accepted(&after, &idle.secret).await);

    let new = create_api_key(&world.core, &during, vendor.account, new_api_key(Permissions::ALL)).await.unwrap();
    world.keep_secret(new.secret.expose());
    assert!(accepted(&during, &new.secret).await && accepted(&after, &new.secret).await && !accepted(before, &new.secret).await);

    revoke_api_key(&world.core, vendor.account, used.key.id, None).await.unwrap();
    for credentials in [before, &during, &after] {
        assert!(!accepted(credentials, &used.secret).await, "a key that was moved is revoked everywhere");
    }
}

#[tokio::test]
async fn a_moved_key_is_revoked_also_where_its_former_place_was_swept() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let created = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let during = credentials(ROTATED, Some(CREDENTIAL_SECRET));
    authenticate(&world.core, &during, &bare(&created.secret)).await.unwrap();
    let former = format!("APIKEY#{}", world.credentials.keys.digests(&created.secret).name.to_text());
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let sweep = world.dynamodb.delete_item().table_name(world.core.table.name()).key("pk", text(&former)).key("sk", text("APIKEY"));
    sweep.condition_expression("attribute_exists(pk)").send().await.unwrap();
    revoke_api_key(&world.core, vendor.account, created.key.id, None).await.unwrap();
    assert!(authenticate(&world.core, &during, &bare(&created.secret)).await.is_err());
}

#[tokio::test]
async fn a_key_that_cannot_be_moved_is_accepted_and_one_that_is_revoked_meanwhile_is_not_moved() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let created = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let during = credentials(ROTATED, Some(CREDENTIAL_SECRET));
    world.table.inject(Rule::every(Fault::AccessDenied).on("TransactWriteItems"));
    authenticate(&world.core, &during, &bare(&created.secret)).await.unwrap();
    world.table.clear();
    let (former, digests) = (world.credentials.keys.digests(&created.secret).name, during.keys.digests(&created.secret));
    revoke_api_key(&world.core, vendor.account, created.key.id, None).await.unwrap();
    // As it was read a moment before it was revoked.
    world.core.table.move_admission(&created.key.admission(), former, &digests, world.clock.now()).await.unwrap();
    assert!(authenticate(&world.core, &during, &bare(&created.secret)).await.is_err());
}

#[tokio::test]
async fn a_key_that_is_changed_while_it_moves_is_moved_as_it_is_and_not_as_it_was() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let created = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let during = credentials(ROTATED, Some(CREDENTIAL_SECRET));
    let (former, digests) = (world.credentials.keys.digests(&created.secret).name, during.keys.digests(&created.secret));
    let table = &world.core.table;
    let stale = table.admission(former, Freshness::Strong).await.unwrap().unwrap().admission;
    let little = Permissions::from(Permission::Read);
    let expires = Some(world.clock.now().plus_seconds(600));
    let change = |key: &ApiKey| ApiKey { permissions: little, expires, ..key.clone() };
    table.change_api_key(vendor.account, created.key.id, change).await.unwrap();
    // As it was read a moment before it was changed.
    table.move_admission(&stale, former, &digests, world.clock.now()).await.unwrap();
    assert!(table.admission(digests.name, Freshness::Strong).await.unwrap().is_none(), "it is left for the next use");
    for _ in 0..2 {
        let principal = authenticate(&world.core, &during, &bare(&created.secret)).await.unwrap();
        assert_eq!(principal.permissions, little);
    }
    let moved = table.admission(digests.name, Freshness::Strong).await.unwrap().unwrap().admission;
    assert_eq!((moved.permissions, moved.expires), (little, expires));
}

#[tokio::test]
async fn data_is_read_beside_the_key_and_thrown_away_where_the_key_is_anothers() {
    let world = World::new().await;
    let (one, other) = (world.vendor().await, world.vendor().await);
    let ours = world.api_key(&one, Permissions::ALL).await;
    // Looks like a key of the first account, and opens the second.
    let disguised = NewApiKey { secret: Some(unknown()), ..new_api_key(Permissions::ALL) };
    let disguised = world.create_api_key(&other, disguised).await.secret;
    let brought = NewApiKey { secret: Some(secret("brought-along")), ..new_api_key(Permissions::ALL) };
    let brought = world.create_api_key(&one, brought).await.secret;
    let read = |account| {
        let table = world.core.table.clone();
        async move { table.account(account).await.unwrap().unwrap().id }
    };
    for (key, account, reads) in [(&ours, one.account, 3), (&disguised, other.account, 4), (&brought, one.account, 3)] {
        world.table.reset_calls();
        let (principal, data) = authenticate_and_read(&world.core, &world.credentials, &bare(key), read).await.unwrap();
        assert_eq!((principal.account, data), (account, account));
        assert_eq!(world.table.calls().len(), reads);
    }
    let refused = authenticate_and_read(&world.core, &world.credentials, &bare(&secret("api_0001bbbbbbbbbbbbbbbbbbbb")), read).await;
    assert!(matches!(refused, Err(AuthFailure::Unknown)));
}

#[tokio::test]
async fn neither_a_key_nor_who_failed_can_be_read_from_the_table_or_the_log() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let created = world.create_api_key(&vendor, new_api_key(Permissions::ALL)).await;
    let brought = NewApiKey { secret: Some(secret("brought-along-key")), ..new_api_key(Permissions::ALL) };
    let brought = world.create_api_key(&vendor, brought).await;
    world.keep_secret("guesser@example.net");
    ask(&world, &of_user(&unknown(), "guesser@example.net")).await.unwrap_err();
    ask(&world, &of_user(&created.secret, USER)).await.unwrap();
    revoke_api_key(&world.core, vendor.account, created.key.id, None).await.unwrap();
    let text = format!("{:?}", items(&world).await);
    for hidden in [created.secret.expose(), &created.secret.expose()[8..], brought.secret.expose(), "guesser@example.net", "203.0.113.7"] {
        assert!(!text.contains(hidden), "{hidden} is in the table");
    }
    assert!(text.contains(created.key.name.as_str()), "the table was looked at");
    let debug = format!("{:?} {:?}", created, of_user(&created.secret, USER));
    assert!(!debug.contains(created.secret.expose()) && !debug.contains(USER), "{debug}");
    // The log is searched at the world's end.
}

/// Every item of the table.
async fn items(world: &World) -> Vec<HashMap<String, AttributeValue>> {
    let pages = world.dynamodb.scan().table_name(world.core.table.name()).into_paginator().items().send();
    pages.try_collect().await.unwrap()
}
