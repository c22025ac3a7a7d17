//! `GET Authentication/r1/GetTokenValidity`.

use latchkey_core::ops::create_product::create_product;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{GET_TOKEN_VALIDITY, Shop, assert_recorded, refused, response};

fn invalid() -> (u16, String) {
    (403, "InvalidToken".to_owned())
}

#[tokio::test]
async fn a_token_tells_once_who_is_there() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let token = shop.token(&world).await;
    assert_recorded("token_validity", &shop.redeem_token(&token).send(&world).await);
    assert_recorded("token_validity_used", &shop.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn of_many_who_redeem_a_token_at_once_one_is_told() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let token = shop.token(&world).await;
    let send = || shop.redeem_token(&token).send(&world);
    let answers: [Exchange; 8] = tokio::join!(send(), send(), send(), send(), send(), send(), send(), send()).into();
    let told = answers.iter().filter(|answer| answer.status == 200).count();
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused(answer), invalid());
    }
    assert_eq!(told, 1);
}

#[tokio::test]
async fn a_token_is_good_for_five_minutes() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let tokens = [shop.token(&world).await, shop.token(&world).await];
    world.clock.advance_seconds(299);
    response(&shop.redeem_token(&tokens[0]).send(&world).await);
    world.clock.advance_seconds(1);
    assert_eq!(refused(&shop.redeem_token(&tokens[1]).send(&world).await), invalid());
}

#[tokio::test]
async fn a_token_that_was_changed_is_none() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let token = shop.token(&world).await;
    for position in [0, 1, 40, 83] {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(refused(&shop.redeem_token(&changed).send(&world).await), invalid(), "{position}");
    }
    for text in ["x", &token[1..], &format!("{token}0"), &"é".repeat(42), &"0".repeat(84)] {
        assert_eq!(refused(&shop.redeem_token(text).send(&world).await), invalid());
    }
    response(&shop.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn a_service_may_insist_on_its_product_and_does_not_use_up_a_token_for_another() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let other = create_product(&world.core, shop.vendor.account, new_product("other")).await.unwrap();
    let token = shop.token(&world).await;
    let ask = |sku: &str| shop.get(GET_TOKEN_VALIDITY, &[("Token", &token), ("ProductSku", sku)]);
    assert_eq!(refused(&ask(other.code.as_str()).send(&world).await), invalid());
    assert_eq!(refused(&ask("no-such-product").send(&world).await), invalid());
    response(&ask(shop.sku()).send(&world).await);
}

#[tokio::test]
async fn a_head_request_does_not_use_a_token_up() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let token = shop.token(&world).await;
    assert_eq!(shop.redeem_token(&token).method(http::Method::HEAD).send(&world).await.status, 405);
    response(&shop.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn a_customer_of_whom_little_is_known_is_told_as_far_as_possible() {
    let world = World::new().await;
    let mut shop = Shop::new(&world).await;
    let name = "Some Company".parse().unwrap();
    shop.customer = world.core.table.create_customer(shop.vendor.account, name, None, world.core.now()).await.unwrap();
    let token = shop.token(&world).await;
    assert_recorded("token_validity_bare", &shop.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn the_use_is_tidied_up_after_the_token_is_too_old() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let token = shop.token(&world).await;
    response(&shop.redeem_token(&token).send(&world).await);
    let put = world.table.calls().into_iter().rfind(|call| call.operation == "PutItem").unwrap().json();
    let ttl: i64 = put["Item"]["ttl"]["N"].as_str().unwrap().parse().unwrap();
    assert_eq!(ttl, world.clock.now().as_seconds() + 300 + 3_600);
}
