//! `POST Authentication/r1/CreateToken`.

use latchkey_tests::exchange::post_json;
use latchkey_tests::world::World;
use serde_json::json;

use super::{CREATE_TOKEN, Shop, assert_recorded, refused, response};

#[tokio::test]
async fn a_token_is_issued_for_a_user_and_a_product() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let answer = shop.create_token().send(&world).await;
    world.keep_secret(answer.json()["response"]["token"].as_str().unwrap());
    assert_recorded("create_token", &answer);
    assert_ne!(shop.token(&world).await, shop.token(&world).await);
}

#[tokio::test]
async fn issuing_writes_nothing() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    world.table.reset_calls();
    shop.token(&world).await;
    let writes = world.table.calls().into_iter().filter(|call| !["GetItem", "Query"].contains(&call.operation.as_str())).count();
    assert_eq!(writes, 0);
}

#[tokio::test]
async fn json_does_as_well_as_a_form() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let body = json!({ "internalUserIdentifier": shop.user(), "productSku": shop.sku() });
    let answer = post_json(CREATE_TOKEN, &body).header("authorization", &shop.api_key).send(&world).await;
    assert_eq!(response(&answer)["token"].as_str().unwrap().len(), 84);
}

#[tokio::test]
async fn an_unknown_user_or_product_gets_none() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let ask = |user: &str, sku: &str| shop.post(CREATE_TOKEN, &[("InternalUserIdentifier", user), ("ProductSku", sku)]);
    assert_eq!(refused(&ask("K000000009", shop.sku()).send(&world).await), (404, "UserNotFound".to_owned()));
    assert_eq!(refused(&ask(&shop.user(), "other").send(&world).await), (404, "ProductNotFound".to_owned()));
    assert_eq!(refused(&ask("9", shop.sku()).send(&world).await), (400, "InvalidParameter".to_owned()));
}
