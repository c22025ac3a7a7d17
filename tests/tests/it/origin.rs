//! That a request came through the front, for every function alike.

use axum::Extension;
use latchkey_core::config::{OriginSecrets, Secret};
use latchkey_core::http::{ORIGIN, Origin};
use latchkey_local::Gateway;
use latchkey_tests::exchange::{Ask, get};
use latchkey_tests::world::World;

use crate::woosa::{KEY, info, one_license};
use crate::{bytex, cscart, sellcodes};

const SECRET: &str = "the-secret-of-the-tests-front-0123456789";
const FORMER: &str = "the-former-secret-of-the-front-0123456789";

async fn behind_a_front() -> World {
    let mut world = World::new().await;
    let secret = |text: &str| Secret::parse("LATCHKEY_ORIGIN_SECRET", text).unwrap();
    let origin = Origin::new(&OriginSecrets { current: secret(SECRET), previous: Some(secret(FORMER)) });
    let functions = latchkey_local::functions(&world.parts()).into_iter();
    world.gateway = Gateway::new(functions.map(|(function, router)| (function, router.layer(Extension(origin.clone())))).collect());
    world.keep_secret(SECRET);
    world.keep_secret(FORMER);
    world
}

fn one_of_each() -> [Ask; 5] {
    let get_public = get(bytex::GET_PUBLIC, &[("licenseKey", KEY)]);
    [info(KEY), sellcodes::check(KEY, "https://example.com"), cscart::list(&[]), get_public, get("/v1/licensing/licenses", &[])]
}

#[tokio::test]
async fn who_goes_around_the_front_is_told_that_the_service_is_away_and_never_that_a_licence_is_not_valid() {
    let world = behind_a_front().await;
    one_license(&world).await;
    world.table.reset_calls();
    for ask in one_of_each() {
        for ask in [ask.clone(), ask.clone().header(ORIGIN, "a-secret-that-somebody-made-up-0123456789")] {
            let answer = ask.send(&world).await;
            assert_eq!(answer.status, 503, "{}", String::from_utf8_lossy(&answer.body));
            assert!(answer.headers.contains_key("retry-after"));
        }
    }
    assert_eq!(world.table.calls().len(), 0, "nobody is let as far as the table");
}

#[tokio::test]
async fn both_secrets_open_during_a_rotation() {
    let world = behind_a_front().await;
    one_license(&world).await;
    for secret in [SECRET, FORMER] {
        assert_eq!(info(KEY).header(ORIGIN, secret).send(&world).await.status, 200);
        for ask in one_of_each() {
            assert_ne!(ask.header(ORIGIN, secret).send(&world).await.status, 503);
        }
    }
}
