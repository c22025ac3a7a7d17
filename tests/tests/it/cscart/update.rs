//! `PUT /api/4.0/licenses/{id}`.

use latchkey_core::domain::license::License;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_tests::exchange::Exchange;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{KEY, assert_recorded, message, put, seeds_license, show, success, vendor};
use crate::woosa::{STOPPED, activate, info, stop};

async fn licensed(world: &World) -> License {
    let vendor = vendor(world).await;
    seeds_license(world, &vendor).await
}

async fn refused(world: &World, license: &License, body: &Value) -> Exchange {
    let before = success(world, show(license.id)).await;
    let answer = put(license.id, body).send(world).await;
    message(&answer);
    assert_eq!(success(world, show(license.id)).await, before, "nothing changed: {body}");
    answer
}

#[tokio::test]
async fn the_seeds_request_is_answered_with_the_licence() {
    let world = World::new().await;
    let license = licensed(&world).await;
    let both = put(license.id, &json!({"expires_at": "1919710900", "domain_name": "test.cs-cart.io"}));
    assert_recorded("update", &both.send(&world).await);
    let three = put(license.id, &json!({"domain_name": ["test1.cs-cart.io", "test2.cs-cart.io", "test3.cs-cart.io"]}));
    assert_recorded("update_domains", &three.send(&world).await);
    assert_recorded("update_end", &put(license.id, &json!({"expires_at": 0})).send(&world).await);
}

#[tokio::test]
async fn end_and_domains_are_set_together_or_each_alone() {
    let world = World::new().await;
    let license = licensed(&world).await;
    let both = success(&world, put(license.id, &json!({"expires_at": 1_919_710_900, "domain_name": ["a.com"]}))).await;
    assert_eq!((&both["expires_at"], &both["domain_names"]), (&json!(1_919_710_900), &json!(["a.com"])));
    let end = success(&world, put(license.id, &json!({"expires_at": "1919710901", "domain_name": null}))).await;
    assert_eq!((&end["expires_at"], &end["domain_names"]), (&json!(1_919_710_901), &json!(["a.com"])));
    let domains = success(&world, put(license.id, &json!({"domain_name": "b.com", "unknown": [1]}))).await;
    assert_eq!((&domains["expires_at"], &domains["domain_names"]), (&json!(1_919_710_901), &json!(["b.com"])));
    let never = success(&world, put(license.id, &json!({"expires_at": "0"}))).await;
    assert_eq!(never["expires_at"], 0);
    assert_eq!(success(&world, show(license.id)).await, never);
    for none in [json!(""), json!([]), json!([" "])] {
        success(&world, put(license.id, &json!({"domain_name": "a.com"}))).await;
        assert_eq!(success(&world, put(license.id, &json!({ "domain_name": none }))).await["domain_names"], "");
    }
}

#[tokio::test]
async fn domains_are_normalised_and_each_counts_once() {
    let world = World::new().await;
    let license = licensed(&world).await;
    let names = ["https://www.Example.com/", "example.com", "http://EXAMPLE.com:443", "b\u{fc}cher.example", "shop.example.com/Magazine/"];
    let set = success(&world, put(license.id, &json!({ "domain_name": names }))).await;
    assert_eq!(set["domain_names"], json!(["example.com", "shop.example.com/Magazine", "xn--bcher-kva.example"]));
    assert_eq!(success(&world, show(license.id)).await, set);
}

#[tokio::test]
async fn more_domains_than_seats_are_refused_and_nothing_changes() {
    let world = World::new().await;
    let license = licensed(&world).await;
    success(&world, put(license.id, &json!({"domain_name": ["a.com", "b.com"]}))).await;
    let four = ["a.com", "c.com", "d.com", "e.com"];
    assert_recorded("update_too_many", &refused(&world, &license, &json!({"expires_at": 1_919_710_900, "domain_name": four})).await);
    let development: Vec<String> = (0..21).map(|number| format!("shop-{number}.test")).collect();
    let answer = refused(&world, &license, &json!({"domain_name": development, "expires_at": 0})).await;
    assert!(message(&answer).contains("21 development domains"), "{}", message(&answer));
    assert_eq!(answer.status, 400);
    success(&world, put(license.id, &json!({"domain_name": ["a.com", "c.com", "d.com"]}))).await;
}

#[tokio::test]
async fn where_there_are_many_seats_ninety_domains_change_at_once() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = world.license_with(&vendor, KEY, None).await;
    let sites: Vec<String> = (0..91).map(|number| format!("site-{number}.example.com")).collect();
    let answer = refused(&world, &license, &json!({ "domain_name": sites })).await;
    assert!(message(&answer).starts_with("Bad Request: 91 domains would change"), "{}", message(&answer));
}

#[tokio::test]
async fn removed_domains_free_their_seats() {
    let world = World::new().await;
    let license = licensed(&world).await;
    success(&world, put(license.id, &json!({"domain_name": ["a.com", "b.com", "c.com"]}))).await;
    assert_eq!(activate(KEY, "https://d.com").send(&world).await.status, 403);
    success(&world, put(license.id, &json!({"domain_name": ["a.com", "b.com"]}))).await;
    assert_eq!(activate(KEY, "https://d.com").send(&world).await.status, 200);
    assert_eq!(success(&world, show(license.id)).await["domain_names"], json!(["a.com", "b.com", "d.com"]));
}

#[tokio::test]
async fn an_end_that_is_past_ends_the_licence_and_a_stopped_one_can_be_edited() {
    let world = World::new().await;
    let license = licensed(&world).await;
    assert_eq!(success(&world, put(license.id, &json!({"expires_at": 1}))).await["expires_at"], 1);
    assert_eq!(info(KEY).send(&world).await.code().unwrap(), "license_expired");
    success(&world, put(license.id, &json!({"expires_at": 0}))).await;
    assert_eq!(info(KEY).send(&world).await.status, 200);
    for (number, (how, _)) in STOPPED.into_iter().enumerate() {
        let stopped = issue_license(&world.core, license.account, NewLicense::of(license.product)).await.unwrap();
        stop(&world, &stopped, how).await;
        let set =
            success(&world, put(stopped.id, &json!({"domain_name": [format!("site-{number}.com")], "expires_at": 4_000_000_000_u64})))
                .await;
        assert_eq!((set["domain_names"].as_array().unwrap().len(), &set["expires_at"]), (1, &json!(4_000_000_000_u64)), "{how}");
    }
}

#[tokio::test]
async fn a_licence_cannot_end_before_it_begins() {
    let world = World::new().await;
    let license = licensed(&world).await;
    stop(&world, &license, "future").await;
    let answer = refused(&world, &license, &json!({"expires_at": world.clock.now().as_seconds(), "domain_name": "a.com"})).await;
    assert_recorded("update_ends_before", &answer);
}

#[tokio::test]
async fn what_cannot_be_is_told_apart() {
    let world = World::new().await;
    let license = licensed(&world).await;
    assert_recorded("update_nothing", &refused(&world, &license, &json!({})).await);
    assert_recorded("update_wrong", &refused(&world, &license, &json!({"expires_at": "tomorrow", "domain_name": ["a.com", "b c"]})).await);
    for body in [
        json!([]),
        json!("a.com"),
        json!({"domain": "a.com"}),
        json!({"expires_at": -1}),
        json!({"expires_at": 1.5}),
        json!({"expires_at": ""}),
        json!({"expires_at": 99_999_999_999_999_u64}),
        json!({"domain_name": 3}),
        json!({"domain_name": {"a": "b.com"}}),
        json!({"domain_name": [["a.com"]]}),
        json!({"domain_name": "a.com,b.com"}),
        json!({"domain_name": "x".repeat(3_000)}),
        json!({"expires_at": 0, "domain_name": false}),
    ] {
        assert_eq!(refused(&world, &license, &body).await.status, 400, "{body}");
    }
    assert_recorded("update_unknown", &put(999_999, &json!({"expires_at": 0})).send(&world).await);
}
