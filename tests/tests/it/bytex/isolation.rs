//! Two vendors on one deployment: neither sees nor touches anything of the other's, and what is the other's looks like nothing.
//!
//! One test for each endpoint and parameter. The stranger's numbers are the same as ours wherever that can be, so that only the
//! account tells them apart.

use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::ops::create_api_key::NewApiKey;
use latchkey_tests::exchange::Exchange;
use latchkey_tests::vendor::new_api_key;
use latchkey_tests::world::World;
use serde_json::json;

use super::{CODE, CREATE, CREATE_TOKEN, GET_PRODUCT_LICENSES, GET_TOKEN_VALIDITY, KEY, LIST, REDEEM, Shop, refused, response};
use crate::woosa::{STOPPED, stop};

const OTHER_KEY: &str = "998ccfc9-77c6-4837-8f10-b83279b065a9";

/// Ours, which has a licence under [`KEY`] and a discount, and a stranger's, which has one under [`OTHER_KEY`].
async fn two(world: &World) -> (Shop, Shop) {
    let ours = Shop::new(world).await;
    let theirs = Shop::with_key(world, "the-strangers-product", None).await;
    ours.license(world, |new| new.key = LicenseKey::parse(KEY).ok()).await;
    theirs.license(world, |new| new.key = LicenseKey::parse(OTHER_KEY).ok()).await;
    response(&ours.create_discount(CODE).send(world).await);
    (ours, theirs)
}

/// The identifier of a user whose number only this shop has.
async fn only_of(world: &World, shop: &Shop) -> String {
    let name = "Somebody".parse().unwrap();
    let customer = world.core.table.create_customer(shop.vendor.account, name, None, world.core.now()).await.unwrap();
    format!("K{:09}", customer.id.get())
}

/// The two answers are one, but for what was asked.
fn assert_alike(foreign: &Exchange, unknown: &Exchange) {
    assert_eq!((foreign.status, &foreign.body), (unknown.status, &unknown.body));
}

#[tokio::test]
async fn the_licences_of_anothers_product_are_those_of_an_unknown_one() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let ask = |sku: &str| theirs.get(GET_PRODUCT_LICENSES, &[("InternalUserIdentifier", &theirs.user()), ("ProductSku", sku)]);
    let foreign = ask(ours.sku()).send(&world).await;
    assert_eq!(refused(&foreign), (404, "ProductNotFound".to_owned()));
    assert_alike(&foreign, &ask("no-such-product").send(&world).await);
}

#[tokio::test]
async fn the_licences_of_anothers_user_are_those_of_an_unknown_one() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let only_ours = only_of(&world, &ours).await;
    let ask = |user: &str| theirs.get(GET_PRODUCT_LICENSES, &[("InternalUserIdentifier", user), ("ProductSku", theirs.sku())]);
    let foreign = ask(&only_ours).send(&world).await;
    assert_eq!(refused(&foreign), (404, "UserNotFound".to_owned()));
    assert_alike(&foreign, &ask("K999999999").send(&world).await);
    // The same number is another user in each account.
    assert_eq!(ours.user(), theirs.user());
    let listed = response(&theirs.licenses().send(&world).await);
    assert_eq!(listed["licenses"].as_array().unwrap().len(), 1);
    assert_eq!(listed["licenses"][0]["licenseKey"], OTHER_KEY);
}

#[tokio::test]
async fn anothers_key_does_not_exist() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let foreign = response(&theirs.get_public(KEY).send(&world).await);
    let expected = json!({
        "exists": false, "key": KEY, "isValid": false, "productSku": null, "latestPublicVersionName": null,
    });
    assert_eq!(foreign, expected);
    assert_eq!(response(&ours.get_public(KEY).send(&world).await)["exists"], true);
    assert_eq!(response(&theirs.get_public(OTHER_KEY).send(&world).await)["exists"], true);
}

#[tokio::test]
async fn anothers_licence_is_no_licence() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let foreign = theirs.get_license(KEY).send(&world).await;
    assert_eq!(refused(&foreign), (404, "LicenseNotFound".to_owned()));
    assert_alike(&foreign, &theirs.get_license("no-such-key").send(&world).await);
    response(&ours.get_license(KEY).send(&world).await);
}

#[tokio::test]
async fn anothers_licence_is_no_licence_whatever_is_wrong_with_it() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    for (how, _) in STOPPED {
        let license = ours.license(&world, |_| {}).await;
        stop(&world, &license, how).await;
        let foreign = theirs.get_license(license.key.expose()).send(&world).await;
        assert_eq!(refused(&foreign), (404, "LicenseNotFound".to_owned()), "{how}");
    }
}

#[tokio::test]
async fn anothers_token_is_none_and_is_not_used_up() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let token = ours.token(&world).await;
    let foreign = theirs.redeem_token(&token).send(&world).await;
    assert_eq!(refused(&foreign), (403, "InvalidToken".to_owned()));
    assert_alike(&foreign, &theirs.redeem_token("nonsense").send(&world).await);
    let with_sku = theirs.get(GET_TOKEN_VALIDITY, &[("Token", &token), ("ProductSku", ours.sku())]).send(&world).await;
    assert_alike(&foreign, &with_sku);
    response(&ours.redeem_token(&token).send(&world).await);
    assert_alike(&foreign, &theirs.redeem_token(&token).send(&world).await);
}

#[tokio::test]
async fn no_token_is_issued_for_anothers_product_or_user() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let only_ours = only_of(&world, &ours).await;
    let ask = |user: &str, sku: &str| theirs.post(CREATE_TOKEN, &[("InternalUserIdentifier", user), ("ProductSku", sku)]);
    let product = ask(&theirs.user(), ours.sku()).send(&world).await;
    assert_eq!(refused(&product), (404, "ProductNotFound".to_owned()));
    assert_alike(&product, &ask(&theirs.user(), "no-such-product").send(&world).await);
    let user = ask(&only_ours, theirs.sku()).send(&world).await;
    assert_eq!(refused(&user), (404, "UserNotFound".to_owned()));
    assert_alike(&user, &ask("K999999999", theirs.sku()).send(&world).await);
}

#[tokio::test]
async fn no_discount_is_made_for_anothers_product() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let ask = |sku: &str| theirs.post(CREATE, &[("ProductSku", sku), ("Percentage", "100")]);
    let foreign = ask(ours.sku()).send(&world).await;
    assert_eq!(refused(&foreign), (404, "ProductNotFound".to_owned()));
    assert_alike(&foreign, &ask("no-such-product").send(&world).await);
}

#[tokio::test]
async fn a_code_is_free_though_another_has_it_and_is_not_the_others() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    let foreign = theirs.redeem(CODE, "1").send(&world).await;
    assert_eq!(refused(&foreign), (404, "DiscountNotFound".to_owned()));
    assert_alike(&foreign, &theirs.redeem("ZZZZZ-ZZZZZ-ZZZZZ", "1").send(&world).await);
    response(&theirs.post(CREATE, &[("Code", CODE), ("Percentage", "99")]).send(&world).await);
    assert_eq!(response(&theirs.redeem(CODE, "1").send(&world).await)["percentage"], "99");
    assert_eq!(response(&ours.redeem(CODE, "1").send(&world).await)["percentage"], "15");
}

#[tokio::test]
async fn a_discount_is_not_redeemed_for_anothers_product() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    response(&theirs.post(CREATE, &[("Code", CODE), ("Percentage", "99")]).send(&world).await);
    let ask = |sku: &str| theirs.post(REDEEM, &[("Code", CODE), ("ProductSku", sku)]);
    let foreign = ask(ours.sku()).send(&world).await;
    assert_eq!(refused(&foreign), (404, "ProductNotFound".to_owned()));
    assert_alike(&foreign, &ask("no-such-product").send(&world).await);
}

#[tokio::test]
async fn a_list_has_ones_own_discounts_alone() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    assert_eq!(response(&theirs.get(LIST, &[]).send(&world).await)["discounts"], json!([]));
    assert_eq!(response(&theirs.get(LIST, &[("After", "22222-22222-22222")]).send(&world).await)["discounts"], json!([]));
    assert_eq!(response(&ours.get(LIST, &[]).send(&world).await)["discounts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_that_looks_like_anothers_sees_its_own_account() {
    let world = World::new().await;
    let (ours, theirs) = two(&world).await;
    // Has the form of a key of the first account, and opens the second.
    let form = world.api_key(&ours.vendor, Permissions::ALL).await;
    let disguise = format!("{}{}", &form.expose()[..8], "b".repeat(20));
    let secret = ApiKeySecret::parse(&disguise).ok();
    assert_eq!(secret.as_ref().unwrap().account_hint(), Some(ours.vendor.account));
    world.create_api_key(&theirs.vendor, NewApiKey { secret, ..new_api_key(Permissions::ALL) }).await;
    let disguised = Shop { api_key: disguise, ..theirs };
    assert_eq!(response(&disguised.licenses().send(&world).await)["licenses"][0]["licenseKey"], OTHER_KEY);
    let foreign = disguised.get(GET_PRODUCT_LICENSES, &[("InternalUserIdentifier", &ours.user()), ("ProductSku", ours.sku())]);
    assert_eq!(refused(&foreign.send(&world).await), (404, "ProductNotFound".to_owned()));
    let token = ours.token(&world).await;
    assert_eq!(refused(&disguised.redeem_token(&token).send(&world).await), (403, "InvalidToken".to_owned()));
    response(&ours.redeem_token(&token).send(&world).await);
    assert_eq!(response(&disguised.get_public(KEY).send(&world).await)["exists"], false);
}
