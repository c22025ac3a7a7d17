//! `POST Discounts/r1/Redeem`.

use latchkey_core::ops::create_product::create_product;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::vendor::new_product;
use latchkey_tests::world::World;

use super::{CODE, CREATE, LIST, REDEEM, Shop, assert_recorded, refused, response};

async fn uses(world: &World, shop: &Shop) -> u64 {
    response(&shop.get(LIST, &[]).send(world).await)["discounts"][0]["uses"].as_u64().unwrap()
}

#[tokio::test]
async fn a_discount_is_redeemed_once_for_each_reference() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let fields = [("ProductSku", shop.sku()), ("Code", CODE), ("Amount", "9.9"), ("Currency", "EUR"), ("MaxUses", "2")];
    response(&shop.post(CREATE, &fields).send(&world).await);
    let first = shop.redeem(CODE, "Order #1001").send(&world).await;
    assert_recorded("redeem", &first);
    world.clock.advance_seconds(60);
    assert_eq!(shop.redeem(CODE, "Order #1001").send(&world).await.body, first.body, "the same use again");
    assert_eq!(uses(&world, &shop).await, 1);
    response(&shop.redeem(&CODE.to_lowercase(), "Order #1002").send(&world).await);
    assert_recorded("redeem_used_up", &shop.redeem(CODE, "Order #1003").send(&world).await);
    assert_eq!(shop.redeem(CODE, "Order #1001").send(&world).await.body, first.body, "also when it is used up");
    assert_eq!(uses(&world, &shop).await, 2);
}

#[tokio::test]
async fn without_a_reference_every_redemption_counts() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    response(&shop.post(CREATE, &[("Code", CODE), ("Percentage", "50")]).send(&world).await);
    for _ in 0..3 {
        response(&shop.post(REDEEM, &[("Code", CODE)]).send(&world).await);
    }
    assert_eq!(uses(&world, &shop).await, 3);
}

#[tokio::test]
async fn a_crowd_redeems_as_often_as_is_allowed_and_no_more() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    response(&shop.post(CREATE, &[("Code", CODE), ("Percentage", "50"), ("MaxUses", "3")]).send(&world).await);
    let send = || shop.post(REDEEM, &[("Code", CODE)]).send(&world);
    let answers: [Exchange; 8] = tokio::join!(send(), send(), send(), send(), send(), send(), send(), send()).into();
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused(answer), (403, "DiscountUsedUp".to_owned()));
    }
    assert_eq!((done, uses(&world, &shop).await), (3, 3));
}

#[tokio::test]
async fn a_discount_has_its_time() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let fields = [("Code", CODE), ("Percentage", "50"), ("ValidFrom", "2026-11-22T06:01:00"), ("ValidUntil", "2026-11-22T06:02:00")];
    response(&shop.post(CREATE, &fields).send(&world).await);
    world.clock.advance_seconds(59);
    assert_eq!(refused(&shop.redeem(CODE, "1").send(&world).await), (403, "DiscountNotYetValid".to_owned()));
    world.clock.advance_seconds(1);
    let first = shop.redeem(CODE, "1").send(&world).await;
    response(&first);
    world.clock.advance_seconds(60);
    assert_eq!(refused(&shop.redeem(CODE, "2").send(&world).await), (403, "DiscountExpired".to_owned()));
    assert_eq!(shop.redeem(CODE, "1").send(&world).await.body, first.body, "a shop that asks again is told what it was told");
}

#[tokio::test]
async fn a_discount_for_a_product_is_for_that_product() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let other = create_product(&world.core, shop.vendor.account, new_product("other")).await.unwrap();
    response(&shop.create_discount(CODE).send(&world).await);
    let of_other = shop.post(REDEEM, &[("Code", CODE), ("ProductSku", other.code.as_str())]).send(&world).await;
    assert_eq!(refused(&of_other), (403, "DiscountOfOtherProduct".to_owned()));
    let of_none = shop.post(REDEEM, &[("Code", CODE)]).send(&world).await;
    assert_eq!(refused(&of_none), (403, "DiscountOfOtherProduct".to_owned()));
    let unknown = shop.post(REDEEM, &[("Code", CODE), ("ProductSku", "nothing")]).send(&world).await;
    assert_eq!(refused(&unknown), (404, "ProductNotFound".to_owned()));
    assert_eq!(uses(&world, &shop).await, 0);
}

#[tokio::test]
async fn an_unknown_code_is_told_so_and_what_is_none_is_invalid() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    assert_recorded("redeem_unknown", &shop.redeem(CODE, "1").send(&world).await);
    assert_eq!(refused(&shop.redeem("SUMMER", "1").send(&world).await), (400, "InvalidParameter".to_owned()));
    assert_eq!(refused(&shop.redeem(CODE, &"1".repeat(65)).send(&world).await), (400, "InvalidParameter".to_owned()));
    assert_eq!(refused(&shop.post(REDEEM, &[]).send(&world).await), (400, "MissingParameter".to_owned()));
}
