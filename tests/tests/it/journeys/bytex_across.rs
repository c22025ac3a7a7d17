//! One licence through several dialects: what is issued or done through one is told by the vendor API, and what the vendor does is
//! felt by the copies in the field.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::Validity;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_tests::exchange::{Ask, get, post_form, post_json};
use latchkey_tests::world::World;
use serde_json::json;

use crate::bytex::{Shop, refused, response};

const SITE: &str = "https://example.com";

fn woosa_info(shop: &Shop, key: &str) -> Ask {
    get("/wp-json/lmn/v1/license/info", &[("key", key), ("package", shop.vendor.product.slug.as_str())])
}

fn woosa_activate(shop: &Shop, key: &str) -> Ask {
    let body = json!({ "key": key, "package": shop.vendor.product.slug.as_str(), "site_url": SITE });
    post_json("/wp-json/lmn/v1/license/activate", &body)
}

#[tokio::test]
async fn a_licence_that_a_plugin_is_activated_with_is_the_one_that_the_service_sees() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    let license = shop.license(&world, |new| new.key = LicenseKey::parse("WORDPRESS-KEY-0001").ok()).await;
    let (key, edit) = (license.key.expose(), Edit { account: license.account, license: license.id, seen: None });
    assert_eq!(woosa_activate(&shop, key).send(&world).await.status, 200);
    let seen = response(&shop.get_license(key).send(&world).await)["license"].clone();
    assert_eq!((&seen["keyIdentifier"], &seen["issuedToIdentifier"]), (&json!(key), &json!(shop.user())));

    // It ends: the plugin and the service hear it at the same moment.
    let until = Some(world.clock.now().plus_seconds(60));
    change_validity(&world.core, edit, Validity { from: None, until }).await.unwrap();
    assert_eq!(response(&shop.get_public(key).send(&world).await)["isValid"], true);
    world.clock.advance_seconds(60);
    assert_eq!(response(&shop.get_public(key).send(&world).await)["isValid"], false);
    assert_eq!(woosa_info(&shop, key).send(&world).await.code().as_deref(), Some("license_expired"));
    assert_eq!(refused(&shop.get_license(key).send(&world).await).1, "LicenseExpired");

    // It is renewed, and then taken back for good.
    change_validity(&world.core, edit, Validity::ALWAYS).await.unwrap();
    assert_eq!(response(&shop.get_license(key).send(&world).await)["license"]["isPermanent"], true);
    assert_eq!(woosa_info(&shop, key).send(&world).await.status, 200);
    revoke_license(&world.core, edit, None).await.unwrap();
    assert_eq!(woosa_info(&shop, key).send(&world).await.code().as_deref(), Some("license_revoked"));
    assert_eq!(refused(&shop.get_license(key).send(&world).await).1, "LicenseRevoked");
    assert_eq!(response(&shop.licenses().send(&world).await)["licenses"][0]["isActive"], false);
}

#[tokio::test]
async fn a_key_as_this_market_has_them_opens_the_other_dialects_too() {
    let world = World::new().await;
    let shop = Shop::new(&world).await;
    world.publish(&shop.vendor, "1.0.0").await;
    let license = shop.license(&world, |_| {}).await;
    let key = license.key.expose();
    assert_eq!(key.len(), 36, "a GUID");
    assert_eq!(key, key.to_lowercase());
    let activated = woosa_activate(&shop, key).send(&world).await.json();
    assert_eq!(activated["license"]["activations"], 1);
    let form = [("product_id", shop.sku()), ("license_key", key), ("baseurl", SITE)];
    let checked = post_form("/v2/licenses/check_license", &form).send(&world).await.json();
    assert_eq!((&checked["license"], &checked["site_count"]), (&json!("valid"), &json!("1")), "the SKU is the product's code there too");
    let query = [("key", key), ("package", shop.vendor.product.slug.as_str()), ("site_url", SITE)];
    let told = get("/wp-json/lmn/v1/software/info", &query).send(&world).await.json();
    world.clock.advance_seconds(60);
    let public = response(&shop.get_public(key).send(&world).await);
    assert_eq!(public["latestPublicVersionName"], told["version"], "both tell of the same release");
}
