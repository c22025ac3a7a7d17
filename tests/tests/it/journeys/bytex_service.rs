//! A customer buys at a vendor's shop with a discount, and is sent on to the vendor's service, which finds out who that is and what
//! they may use.

use latchkey_core::domain::order::OrderLine;
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_tests::world::World;
use serde_json::json;

use crate::bytex::{CREATE, LIST, REDEEM, Shop, refused, response};

#[tokio::test]
async fn from_a_discount_to_a_login() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    world.publish(&shop.vendor, "2.4.1").await;

    // The vendor makes a discount for one use, and the shop redeems it for an order.
    let fields = [("ProductSku", shop.sku()), ("Percentage", "25"), ("MaxUses", "1")];
    let code = response(&shop.post(CREATE, &fields).send(&world).await)["code"].as_str().unwrap().to_owned();
    let redeemed = response(&shop.redeem(&code, "Order #1001").send(&world).await);
    assert_eq!((&redeemed["percentage"], &redeemed["productSku"]), (&json!("25"), &json!(shop.sku())));
    let second = shop.post(REDEEM, &[("Code", &code), ("ProductSku", shop.sku()), ("Reference", "Order #1002")]).send(&world).await;
    assert_eq!(refused(&second).1, "DiscountUsedUp");
    assert_eq!(response(&shop.get(LIST, &[]).send(&world).await)["discounts"][0]["uses"], 1);
    let order = PlaceOrder { customer: Some(shop.customer.id), reference: "1001".parse().ok(), lines: 1 };
    let order = place_order(&world.core, shop.vendor.account, order).await.unwrap();
    let license = shop.license(&world, |new| new.order_line = Some(OrderLine { order: order.id, line: 0 })).await;

    // The customer opens the service: it learns who that is, once, and what they have.
    let token = shop.token(&world).await;
    world.clock.advance_seconds(20);
    let identity = response(&shop.redeem_token(&token).send(&world).await)["authenticatedIdentity"].clone();
    assert_eq!((&identity["identifier"], &identity["countryCode3Letter"]), (&json!(shop.user()), &json!("DEU")));
    assert_eq!(refused(&shop.redeem_token(&token).send(&world).await).1, "InvalidToken", "a link that is passed on opens nothing");
    let listed = response(&shop.licenses().send(&world).await)["licenses"].clone();
    let expected = format!("B{:09}", order.id.get());
    assert_eq!((&listed[0]["orderIdentifier"], &listed[0]["isActive"]), (&json!(expected), &json!(true)));
    assert_eq!(listed[0]["internalUserIdentifier"], identity["identifier"]);

    // What the list told opens the licence, and the program asks what is current.
    let key = listed[0]["licenseKey"].as_str().unwrap();
    assert_eq!(key, license.key.expose());
    let license = response(&shop.get_license(key).send(&world).await)["license"].clone();
    assert_eq!((&license["issuedToIdentifier"], &license["validUntil"]), (&identity["identifier"], &json!("9999-01-01T00:00:00")));
    assert_eq!(license["validFrom"], listed[0]["from"]);
    assert_eq!(response(&shop.get_public(key).send(&world).await)["latestPublicVersionName"], "2.4.1");
}
