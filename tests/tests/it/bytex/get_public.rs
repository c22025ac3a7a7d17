//! `GET Licenses/r1/GetPublic`.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::Validity;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::edit_license::Edit;
use latchkey_tests::world::World;

use super::{GET_PUBLIC, KEY, Shop, assert_recorded, response};
use crate::woosa::{STOPPED, stop};

#[tokio::test]
async fn a_key_with_and_without_a_public_version() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    shop.license(&world, |new| new.key = LicenseKey::parse(KEY).ok()).await;
    assert_recorded("get_public_without_version", &shop.get_public(KEY).send(&world).await);
    world.publish(&shop.vendor, "1.0.0").await;
    world.publish(&shop.vendor, "1.2.0").await;
    world.publish(&shop.vendor, "1.1.0").await;
    world.clock.advance_seconds(60);
    assert_recorded("get_public", &shop.get_public(KEY).send(&world).await);
}

#[tokio::test]
async fn an_unknown_key_does_not_exist() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    // The seed's key.
    assert_recorded("get_public_unknown", &shop.get_public("dd1952b9-2571-4595-9f5f-d503d36388d2").send(&world).await);
    for text in ["k", &"k".repeat(300), "a\u{200b}b", "a\u{0}b", "' OR 1=1 --"] {
        let answer = response(&shop.get_public(text).send(&world).await);
        assert_eq!((&answer["exists"], &answer["isValid"], &answer["key"]), (&false.into(), &false.into(), &text.into()));
    }
}

#[tokio::test]
async fn a_key_that_is_stopped_exists_and_is_not_valid() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    for (how, _) in STOPPED {
        let license = shop.license(&world, |_| {}).await;
        let edit = Edit { account: license.account, license: license.id, seen: None };
        stop(&world, &license, how).await;
        let answer = response(&shop.get_public(license.key.expose()).send(&world).await);
        assert_eq!((&answer["exists"], &answer["isValid"]), (&true.into(), &false.into()), "{how}");
        if how == "ended" {
            change_validity(&world.core, edit, Validity::ALWAYS).await.unwrap();
            let answer = response(&shop.get_public(license.key.expose()).send(&world).await);
            assert_eq!(answer["isValid"], true, "renewed, it is valid at once");
        }
    }
}

#[tokio::test]
async fn nothing_more_is_told_than_the_seed_tells() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    shop.license(&world, |new| new.key = LicenseKey::parse(KEY).ok()).await;
    let answer = response(&shop.get_public(KEY).send(&world).await);
    let members: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, ["exists", "isValid", "key", "latestPublicVersionName", "productSku"]);
}

#[tokio::test]
async fn the_parameter_has_two_names_in_any_case() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    shop.license(&world, |new| new.key = LicenseKey::parse(KEY).ok()).await;
    for name in ["LicenseKey", "licenseKey", "LICENSEKEY", "licensekey", "Key", "key"] {
        assert_eq!(response(&shop.get(GET_PUBLIC, &[(name, KEY)]).send(&world).await)["exists"], true, "{name}");
    }
    let upper = KEY.to_uppercase();
    assert_eq!(response(&shop.get_public(&upper).send(&world).await)["exists"], false, "a key's case is part of it");
}
