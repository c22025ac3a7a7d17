//! `GET software/update/download`.

use latchkey_core::ops::yank_release::yank_release;
use latchkey_tests::plugin;
use latchkey_tests::vendor::{Vendor, http_client};
use latchkey_tests::world::World;

use super::{KEY, SITE, STOPPED, activate, assert_recorded, deactivate, download, one_license, prepare, stop};

async fn token(world: &World) -> String {
    let token = prepare(KEY, SITE).send(world).await.json()["access_token"].as_str().unwrap().to_owned();
    world.keep_secret(&token);
    token
}

async fn prepared(world: &World) -> (Vendor, String) {
    let (vendor, _) = one_license(world).await;
    world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(world).await;
    let token = token(world).await;
    (vendor, token)
}

#[tokio::test]
async fn a_token_leads_to_the_package_byte_for_byte() {
    let world = World::new().await;
    let (_, token) = prepared(&world).await;
    let answer = download(KEY, &token).send(&world).await;
    let mut recorded = answer.clone();
    recorded.ask = download(KEY, "[token]");
    assert_recorded("download", &recorded);

    let package = http_client().get(answer.header("location").unwrap()).send().await.unwrap();
    assert_eq!(package.status(), 200);
    assert_eq!(package.headers()["content-type"], "application/octet-stream");
    assert_eq!(package.headers()["content-disposition"], "attachment; filename=\"test-plugin.zip\"");
    assert_eq!(package.bytes().await.unwrap(), plugin::zip("test-plugin", "1.0.0"));
}

#[tokio::test]
async fn a_token_is_good_for_five_minutes() {
    let world = World::new().await;
    let (_, token) = prepared(&world).await;
    world.clock.advance_seconds(299);
    assert_eq!(download(KEY, &token).send(&world).await.status, 302);
    world.clock.advance_seconds(1);
    let mut expired = download(KEY, &token).send(&world).await;
    expired.ask = download(KEY, "[token]");
    assert_recorded("download_expired", &expired);
}

#[tokio::test]
async fn a_changed_token_is_invalid() {
    let world = World::new().await;
    let (_, token) = prepared(&world).await;
    let changed = if token.starts_with('0') { token.replacen('0', "1", 1) } else { format!("0{}", &token[1..]) };
    let mut invalid = download(KEY, &changed).send(&world).await;
    invalid.ask = download(KEY, "[token]");
    assert_recorded("download_invalid", &invalid);
    for rubbish in ["x", &"é".repeat(100), &"9".repeat(100), &token.repeat(2)] {
        assert_eq!(download(KEY, rubbish).send(&world).await.code().unwrap(), "invalid_access_token");
    }
}

#[tokio::test]
async fn a_token_of_one_licence_is_nothing_to_another() {
    let world = World::new().await;
    let (vendor, token) = prepared(&world).await;
    world.license_with(&vendor, "OTHER-KEY", Some(2)).await;
    activate("OTHER-KEY", SITE).send(&world).await;
    assert_eq!(download("OTHER-KEY", &token).send(&world).await.code().unwrap(), "invalid_access_token");
    assert_eq!(download("NO-SUCH-KEY", &token).send(&world).await.code().unwrap(), "invalid_access_token");
}

#[tokio::test]
async fn the_licence_and_the_seat_are_checked_again() {
    for (how, code) in STOPPED {
        let world = World::new().await;
        let (vendor, license) = one_license(&world).await;
        world.publish(&vendor, "1.0.0").await;
        activate(KEY, SITE).send(&world).await;
        let token = token(&world).await;
        stop(&world, &license, how).await;
        assert_eq!(download(KEY, &token).send(&world).await.code().unwrap(), code);
    }
    let world = World::new().await;
    let (_, token) = prepared(&world).await;
    deactivate(KEY, SITE).send(&world).await;
    assert_eq!(download(KEY, &token).send(&world).await.code().unwrap(), "site_not_registered");
}

#[tokio::test]
async fn a_yanked_release_is_fetched_no_more_and_an_older_one_still_is() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    let old = world.publish(&vendor, "1.0.0").await;
    activate(KEY, SITE).send(&world).await;
    let for_the_old = token(&world).await;
    let new = world.publish(&vendor, "2.0.0").await;
    world.clock.advance_seconds(60);
    let for_the_new = token(&world).await;
    assert_eq!(download(KEY, &for_the_old).send(&world).await.status, 302, "an older release stays there for who was promised it");
    yank_release(&world.core, vendor.account, vendor.product.id, new.id, None).await.unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(download(KEY, &for_the_new).send(&world).await.code().unwrap(), "software_not_found");
    assert_eq!(download(KEY, &for_the_old).send(&world).await.status, 302);
    assert_eq!(old.version.as_str(), "1.0.0");
}

#[tokio::test]
async fn a_token_and_a_key_must_be_there() {
    let world = World::new().await;
    assert_recorded("download_missing", &latchkey_tests::exchange::get("/wp-json/lmn/v1/software/update/download", &[]).send(&world).await);
}
