//! Who may ask: the bare API key in `Authorization`, and what it allows.

use latchkey_core::domain::api_key::{Permission, Permissions};
use latchkey_core::ops::revoke_api_key::revoke_api_key;
use latchkey_tests::exchange::{Ask, get, post_form};
use latchkey_tests::vendor::new_api_key;
use latchkey_tests::world::World;

use super::{
    API_KEY, CODE, CREATE, CREATE_TOKEN, GET, GET_PRODUCT_LICENSES, GET_PUBLIC, GET_TOKEN_VALIDITY, KEY, LIST, PRODUCT, REDEEM, Shop,
    assert_recorded, refused, response,
};

/// Every endpoint, asked well but for the key, with the permission that it needs.
fn asks() -> Vec<(Ask, Permission)> {
    let user = [("InternalUserIdentifier", "K000000001"), ("ProductSku", PRODUCT)];
    vec![
        (get(GET_PRODUCT_LICENSES, &user), Permission::Read),
        (get(GET_TOKEN_VALIDITY, &[("Token", "x")]), Permission::Read),
        (post_form(CREATE_TOKEN, &user), Permission::Create),
        (get(GET_PUBLIC, &[("LicenseKey", KEY)]), Permission::Read),
        (get(GET, &[("LicenseKey", KEY)]), Permission::Read),
        (post_form(CREATE, &[("Percentage", "1")]), Permission::Create),
        (get(LIST, &[]), Permission::Read),
        (post_form(REDEEM, &[("Code", CODE)]), Permission::Write),
    ]
}

#[tokio::test]
async fn every_endpoint_needs_a_key() {
    let world = World::new().await;
    Shop::new(&world).await;
    assert_recorded("unauthenticated", &get(GET_PUBLIC, &[("LicenseKey", KEY)]).send(&world).await);
    let basic = "Basic ZXJpa2E6M2YyNTA0ZTAtNGY4OS0xMWQz";
    for (ask, _) in asks() {
        world.table.reset_calls();
        for ask in [ask.clone(), ask.clone().header("authorization", ""), ask.clone().header("authorization", basic)] {
            assert_eq!(refused(&ask.send(&world).await), (401, "Unauthenticated".to_owned()));
        }
        let bearer = ask.clone().header("authorization", &format!("Bearer {API_KEY}"));
        assert_eq!(refused(&bearer.send(&world).await), (401, "Unauthenticated".to_owned()), "the key is bare");
        let twice = ask.clone().header("authorization", API_KEY).header("authorization", API_KEY);
        assert_eq!(refused(&twice.send(&world).await), (401, "Unauthenticated".to_owned()));
        let in_query = ask.header("x-api-key", API_KEY);
        assert_eq!(refused(&in_query.send(&world).await), (401, "Unauthenticated".to_owned()));
        assert_eq!(world.table.calls().len(), 0, "what is no key is not looked up");
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_revoked_one_are_answered_alike() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let revoked = world.create_api_key(&shop.vendor, new_api_key(Permissions::ALL)).await;
    revoke_api_key(&world.core, shop.vendor.account, revoked.key.id, None).await.unwrap();
    for (ask, _) in asks() {
        let nobodys = ask.clone().header("authorization", "00000000-0000-0000-0000-000000000000").send(&world).await;
        let revoked = ask.header("authorization", revoked.secret.expose()).send(&world).await;
        assert_eq!(refused(&nobodys), (401, "Unauthenticated".to_owned()));
        assert_eq!(nobodys.body, revoked.body);
        world.clock.advance_seconds(300);
    }
}

#[tokio::test]
async fn who_guesses_keys_is_told_to_wait() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let guess = || get(LIST, &[]).header("authorization", "00000000-0000-0000-0000-000000000000").from_address("203.0.113.7");
    for _ in 0..10 {
        assert_eq!(guess().send(&world).await.status, 401);
    }
    assert_recorded("rate_limited", &guess().send(&world).await);
    response(&shop.get(LIST, &[]).from_address("203.0.113.8").send(&world).await);
}

#[tokio::test]
async fn a_key_does_what_it_is_for_and_nothing_else() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    shop.license(&world, |new| new.key = latchkey_core::domain::key::LicenseKey::parse(KEY).ok()).await;
    response(&shop.create_discount(CODE).send(&world).await);
    for granted in Permission::ALL {
        let key = world.api_key(&shop.vendor, Permissions::from(granted)).await;
        for (ask, needed) in asks() {
            let answer = ask.header("authorization", key.expose()).send(&world).await;
            if granted == needed {
                assert!(![401, 403].contains(&answer.status.as_u16()) || refused(&answer).1 != "Forbidden", "{needed:?}");
            } else {
                assert_eq!(refused(&answer), (403, "Forbidden".to_owned()), "{granted:?} is not {needed:?}");
            }
        }
    }
    let reader = world.api_key(&shop.vendor, Permissions::from(Permission::Read)).await;
    let answer = post_form(CREATE, &[("Percentage", "1")]).header("authorization", reader.expose());
    let answer = answer.send(&world).await;
    assert_eq!(answer.json()["errors"][0]["message"], "The API key has no permission to create.");
    let list = response(&shop.get(LIST, &[]).send(&world).await);
    assert_eq!(list["discounts"].as_array().unwrap().len(), 2, "only the key for it made one");
}

#[tokio::test]
async fn a_key_without_the_permission_does_not_use_a_token_up() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let token = shop.token(&world).await;
    let writer = world.api_key(&shop.vendor, Permissions::from(Permission::Write)).await;
    let refusal = get(GET_TOKEN_VALIDITY, &[("Token", &token)]).header("authorization", writer.expose()).send(&world).await;
    assert_eq!(refused(&refusal), (403, "Forbidden".to_owned()));
    response(&shop.redeem_token(&token).send(&world).await);
}
