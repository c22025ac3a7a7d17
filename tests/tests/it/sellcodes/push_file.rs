//! The link that `package` and `download_link` are.

use latchkey_core::ops::delete_license::delete_license;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::yank_release::yank_release;
use latchkey_tests::exchange::{Exchange, get};
use latchkey_tests::plugin;
use latchkey_tests::vendor::{Vendor, http_client};
use latchkey_tests::world::World;

use super::version::README;
use super::{
    KEY, OTHER_SITE, SITE, SLUG, activate, assert_recorded, deactivate, license, one_license, package, publish, push_file, version,
};
use crate::woosa::stop;

const HOUR: i64 = 3_600;

async fn linked(world: &World) -> (Vendor, String) {
    let (vendor, _) = one_license(world).await;
    publish(world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(world).await;
    let link = package(&version(KEY, SITE).send(world).await);
    world.keep_secret(link.split_once("file=").unwrap().1);
    (vendor, link)
}

/// A sentence under a status, and nothing else.
fn assert_sentence(answer: &Exchange, status: u16, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, Some("text/plain; charset=utf-8")), "{what}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.trim().len() > 10 && !text.contains(KEY), "{what}: {text}");
    assert!(!text.trim().ends_with(','), "{what}: {text}");
    assert!(answer.header("location").is_none(), "{what}");
}

#[tokio::test]
async fn a_link_leads_to_the_package_byte_for_byte_two_days_long() {
    let world = World::new().await;
    let (_, link) = linked(&world).await;
    assert!(link.starts_with("https://licenses.example.com/push-file?file="));
    assert!(!link.contains(KEY) && !link.contains("example.com/?") && link.len() < 200, "{link}");
    for hours in [0, 24, 47] {
        let answer = push_file(&link).send(&world).await;
        assert_eq!(answer.status, 302, "after {hours} hours");
        let fetched = http_client().get(answer.header("location").unwrap()).send().await.unwrap();
        assert_eq!(fetched.status(), 200);
        assert_eq!(fetched.headers()["content-disposition"], format!("attachment; filename=\"{SLUG}.zip\"").as_str());
        assert_eq!(fetched.bytes().await.unwrap(), plugin::zip_with_readme(SLUG, "1.0", README));
        let mut recorded = answer;
        recorded.ask = push_file("[token]");
        assert_recorded("push_file", &recorded);
        world.clock.advance_seconds(if hours == 0 { 24 * HOUR } else { 23 * HOUR });
    }
}

#[tokio::test]
async fn a_link_expires_after_48_hours() {
    let world = World::new().await;
    let (_, link) = linked(&world).await;
    world.clock.advance_seconds(48 * HOUR - 1);
    assert_eq!(push_file(&link).send(&world).await.status, 302);
    world.clock.advance_seconds(1);
    let mut expired = push_file(&link).send(&world).await;
    assert_sentence(&expired, 410, "expired");
    expired.ask = push_file("[token]");
    assert_recorded("push_file_expired", &expired);
}

#[tokio::test]
async fn the_licence_and_the_seat_are_checked_again() {
    for how in ["suspended", "revoked", "refunded", "future", "ended"] {
        let world = World::new().await;
        let (vendor, _) = one_license(&world).await;
        publish(&world, &vendor, "1.0", README).await;
        let key = &format!("KEY-{how}");
        let stopped = license(&world, &vendor, key, Some(1)).await;
        activate(key, SITE).send(&world).await;
        let link = package(&version(key, SITE).send(&world).await);
        assert_eq!(push_file(&link).send(&world).await.status, 302);
        stop(&world, &stopped, how).await;
        assert_sentence(&push_file(&link).send(&world).await, 403, how);
    }
    let world = World::new().await;
    let (vendor, link) = linked(&world).await;
    let deleted = license(&world, &vendor, "KEY-DELETED", Some(1)).await;
    activate("KEY-DELETED", SITE).send(&world).await;
    let of_deleted = package(&version("KEY-DELETED", SITE).send(&world).await);
    delete_license(&world.core, Edit { account: vendor.account, license: deleted.id, seen: None }).await.unwrap();
    assert_sentence(&push_file(&of_deleted).send(&world).await, 403, "deleted");
    deactivate(KEY, SITE).send(&world).await;
    assert_sentence(&push_file(&link).send(&world).await, 403, "deactivated");
    activate(KEY, OTHER_SITE).send(&world).await;
    assert_sentence(&push_file(&link).send(&world).await, 403, "another site's seat is not this one's");
}

#[tokio::test]
async fn a_yanked_release_is_gone_and_an_older_one_is_still_there() {
    let world = World::new().await;
    let (vendor, old) = linked(&world).await;
    publish(&world, &vendor, "2.0", &README.replace("Stable tag: 1.0", "Stable tag: 2.0")).await;
    world.clock.advance_seconds(60);
    let new = package(&version(KEY, SITE).send(&world).await);
    let product = world.core.table.product(vendor.account, vendor.product.id, latchkey_core::table::Freshness::Strong).await;
    let current = product.unwrap().unwrap().current.unwrap();
    yank_release(&world.core, vendor.account, vendor.product.id, current.id, None).await.unwrap();
    world.clock.advance_seconds(60);
    assert_sentence(&push_file(&new).send(&world).await, 410, "yanked");
    assert_eq!(push_file(&old).send(&world).await.status, 302);
}

#[tokio::test]
async fn nobody_makes_a_link_of_another_one() {
    let world = World::new().await;
    let (vendor, link) = linked(&world).await;
    let token = link.split_once("file=").unwrap().1;
    license(&world, &vendor, "OTHER-KEY", Some(1)).await;
    activate("OTHER-KEY", OTHER_SITE).send(&world).await;
    let other = package(&version("OTHER-KEY", OTHER_SITE).send(&world).await);
    let other = other.split_once("file=").unwrap().1;
    assert_eq!(token.len(), other.len(), "they are of one length");
    let half = token.len() / 2;
    let digits = |length: usize| "0123456789abcdefABCDEF".chars().cycle().take(length).collect::<String>();
    let mut forged = vec![String::new(), "0".to_owned(), token[1..].to_owned(), format!("{token}0"), format!("0{token}"), token.repeat(2)];
    forged.extend([format!("{}{}", &token[..half], &other[half..]), format!("{}{}", &other[..half], &token[half..])]);
    forged.extend([token.to_uppercase(), token.chars().rev().collect(), digits(111), "z".repeat(111), "é".repeat(111), "\0".repeat(111)]);
    forged.extend((0..token.len()).map(|at| {
        let digit = if token.as_bytes()[at] == b'7' { "8" } else { "7" };
        format!("{}{digit}{}", &token[..at], &token[at + 1..])
    }));
    world.table.reset_calls();
    for forged in forged.iter().filter(|forged| *forged != token) {
        assert_sentence(&push_file(forged).send(&world).await, 404, "forged");
    }
    assert_eq!(world.table.round_trips(), 0, "a forgery costs nothing");
    let mut invalid = get("/push-file", &[]).send(&world).await;
    assert_recorded("push_file_invalid", &invalid);
    invalid = get("/push-file", &[("file", token), ("file", "0")]).send(&world).await;
    assert_sentence(&invalid, 404, "the last of two");
}
