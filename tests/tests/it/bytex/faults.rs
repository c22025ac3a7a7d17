//! The table is broken while a token is redeemed, a discount made or redeemed: what passes is not noticed, what stays is a fault of
//! ours, and nothing is ever used up twice or told to be used up by oneself.

use latchkey_tests::exchange::Exchange;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;

use super::{CODE, LIST, Shop, refused, response};
use crate::faults::{passing, staying, world};

fn code(number: usize) -> String {
    format!("AAAAA-AAAAA-{number:05}")
}

async fn uses(world: &World, shop: &Shop, code: &str) -> u64 {
    let listed = response(&shop.get(LIST, &[]).send(world).await);
    let discounts = listed["discounts"].as_array().unwrap();
    discounts.iter().find(|discount| discount["code"] == code).unwrap()["uses"].as_u64().unwrap()
}

fn assert_fault_of_ours(answer: &Exchange, what: &str) {
    let (status, code) = refused(answer);
    assert!(status >= 500 && ["ServiceUnavailable", "InternalError"].contains(&code.as_str()), "{what}: {status} {code}");
    assert!(answer.header("retry-after").is_some(), "{what}");
}

#[tokio::test]
async fn a_token_is_redeemed_through_what_passes_and_then_is_used_up() {
    let world = world().await;
    let shop = Shop::new(&world).await;
    for (what, rule) in passing() {
        for operation in ["PutItem", "GetItem"] {
            let token = shop.token(&world).await;
            world.table.inject(rule.clone().on(operation));
            let answer = shop.redeem_token(&token).send(&world).await;
            world.table.clear();
            assert_eq!(answer.status, 200, "{what} on {operation}: {}", String::from_utf8_lossy(&answer.body));
            assert_eq!(refused(&shop.redeem_token(&token).send(&world).await).1, "InvalidToken", "{what} on {operation}");
        }
    }
}

#[tokio::test]
async fn a_fault_before_the_write_leaves_a_token_as_it_was() {
    let world = world().await;
    let shop = Shop::with_key(&world, "the-product", None).await;
    let token = shop.token(&world).await;
    for (what, fault) in staying() {
        world.table.inject(Rule::every(fault).on("GetItem"));
        assert_fault_of_ours(&shop.redeem_token(&token).send(&world).await, what);
        world.table.clear();
    }
    response(&shop.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn what_stays_is_a_fault_of_ours_and_never_a_refusal() {
    let world = world().await;
    let shop = Shop::new(&world).await;
    let license = shop.license(&world, |_| {}).await;
    let token = shop.token(&world).await;
    response(&shop.create_discount(CODE).send(&world).await);
    for (what, fault) in staying() {
        world.table.inject(Rule::every(fault));
        let key = license.key.expose();
        for ask in [
            shop.licenses(),
            shop.get_public(key),
            shop.get_license(key),
            shop.create_token(),
            shop.redeem_token(&token),
            shop.create_discount("BBBBB-BBBBB-BBBBB"),
            shop.get(LIST, &[]),
            shop.redeem(CODE, "1"),
        ] {
            assert_fault_of_ours(&ask.send(&world).await, what);
        }
        world.table.clear();
    }
    assert_eq!(uses(&world, &shop, CODE).await, 0);
    response(&shop.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn a_discount_is_made_through_what_passes() {
    let world = world().await;
    let shop = Shop::new(&world).await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        world.table.inject(rule.on("PutItem"));
        let answer = shop.create_discount(&code(number)).send(&world).await;
        world.table.clear();
        assert_eq!(answer.status, 200, "{what}: {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(refused(&shop.create_discount(&code(number)).send(&world).await).1, "CodeInUse", "{what}");
    }
}

#[tokio::test]
async fn a_discount_is_redeemed_once_through_what_passes() {
    let world = world().await;
    let shop = Shop::new(&world).await;
    for (number, (what, rule)) in passing().into_iter().enumerate() {
        let code = code(number);
        response(&shop.create_discount(&code).send(&world).await);
        world.table.inject(rule.on("TransactWriteItems"));
        let answer = shop.redeem(&code, "1").send(&world).await;
        world.table.clear();
        assert_eq!(answer.status, 200, "{what}: {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(uses(&world, &shop, &code).await, 1, "{what}");
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_for_good_leaves_what_a_shops_retry_finds() {
    let world = world().await;
    let shop = Shop::new(&world).await;
    response(&shop.create_discount(CODE).send(&world).await);
    world.table.inject(Rule::every(Fault::DropAfter).on("TransactWriteItems"));
    assert_fault_of_ours(&shop.redeem(CODE, "1").send(&world).await, "lost for good");
    world.table.clear();
    response(&shop.redeem(CODE, "1").send(&world).await);
    assert_eq!(uses(&world, &shop, CODE).await, 1);
}
