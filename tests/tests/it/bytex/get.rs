//! `GET Licenses/r1/Get`.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::Validity;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::edit_license::Edit;
use latchkey_tests::world::World;

use super::{GET, KEY, Shop, assert_recorded, refused, response};
use crate::woosa::stop;

/// What can be wrong with a licence as such, with the code that says so.
const STOPPED: [(&str, &str); 5] = [
    ("suspended", "LicenseSuspended"),
    ("revoked", "LicenseRevoked"),
    ("refunded", "LicenseRefunded"),
    ("future", "LicenseNotYetValid"),
    ("ended", "LicenseExpired"),
];

#[tokio::test]
async fn a_permanent_licence_and_one_that_ends() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    shop.license(&world, |new| new.key = LicenseKey::parse(KEY).ok()).await;
    assert_recorded("get", &shop.get_license(KEY).send(&world).await);
    let from = latchkey_core::domain::time::Timestamp::parse("2018-12-31T03:16:44.557087Z");
    let until = latchkey_core::domain::time::Timestamp::parse("2027-12-31T03:16:44.5Z");
    let license = shop.license(&world, |new| new.validity = Validity { from, until }).await;
    let answer = response(&shop.get_license(license.key.expose()).send(&world).await)["license"].clone();
    assert_eq!(answer["validFrom"], "2018-12-31T03:16:44.557087");
    assert_eq!((&answer["validUntil"], &answer["isPermanent"]), (&"2027-12-31T03:16:44.500000".into(), &false.into()));
}

#[tokio::test]
async fn a_licence_of_nobody_in_particular_is_issued_to_nobody() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let license = world.license(&shop.vendor, |_| {}).await;
    let answer = response(&shop.get_license(license.key.expose()).send(&world).await);
    assert!(answer["license"]["issuedToIdentifier"].is_null());
}

#[tokio::test]
async fn what_is_not_valid_now_is_an_error_that_says_why() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    for (how, code) in STOPPED {
        let license = shop.license(&world, |_| {}).await;
        stop(&world, &license, how).await;
        assert_eq!(refused(&shop.get_license(license.key.expose()).send(&world).await), (403, code.to_owned()), "{how}");
        if how == "ended" {
            let edit = Edit { account: license.account, license: license.id, seen: None };
            change_validity(&world.core, edit, Validity::ALWAYS).await.unwrap();
            response(&shop.get_license(license.key.expose()).send(&world).await);
        }
    }
}

#[tokio::test]
async fn an_unknown_key_is_an_error_and_so_is_what_cannot_be_one() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    assert_recorded("get_unknown", &shop.get_license(KEY).send(&world).await);
    for text in ["k", &"k".repeat(300), "a\u{200b}b"] {
        assert_eq!(refused(&shop.get_license(text).send(&world).await), (404, "LicenseNotFound".to_owned()));
    }
    assert_eq!(refused(&shop.get(GET, &[("key", KEY)]).send(&world).await), (404, "LicenseNotFound".to_owned()));
}
