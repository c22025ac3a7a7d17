//! One account's key neither sees nor touches anything of another's, by whatever parameter; and unknown and foreign look alike.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::License;
use latchkey_core::domain::order::OrderLine;
use latchkey_core::ops::place_order::{PlaceOrder, place_order};
use latchkey_tests::exchange::Ask;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::json;

use super::{EMAIL, ask, ids, index_sites, list, put, seeds_license, show, success, vendor};
use crate::woosa::activate;

const FOREIGN_KEY: &str = "CSC-FFFF-FFFF-FFFF-FFFF";

/// A second vendor whose numbers go further than the first one's, so that some of them are only its own.
async fn foreign(world: &World) -> (Vendor, License) {
    let vendor = world.vendor().await;
    for _ in 0..5 {
        world.license(&vendor, |_| {}).await;
    }
    let mut customer = None;
    for _ in 0..3 {
        let name = "A Stranger".parse().unwrap();
        customer = Some(world.core.table.create_customer(vendor.account, name, EMAIL.parse().ok(), world.core.now()).await.unwrap());
    }
    let customer = customer.map(|customer| customer.id);
    let mut order = None;
    for _ in 0..3 {
        order = Some(place_order(&world.core, vendor.account, PlaceOrder { customer, reference: None, lines: 1 }).await.unwrap());
    }
    let line = order.map(|order| OrderLine { order: order.id, line: 0 });
    let license = world.license(&vendor, |new| {
        new.key = LicenseKey::parse(FOREIGN_KEY).ok();
        (new.customer, new.order_line) = (customer, line);
    });
    let license = license.await;
    (vendor, license)
}

#[tokio::test]
async fn no_search_finds_what_is_another_accounts() {
    let world = World::new().await;
    let ours = vendor(&world).await;
    let own = seeds_license(&world, &ours).await;
    let (theirs, foreign) = foreign(&world).await;
    activate(FOREIGN_KEY, "https://theirs.com").send(&world).await;
    index_sites(&world, &theirs).await;
    let own = u64::from(own.id.get());
    let user = foreign.customer.unwrap().to_string();
    let order = foreign.order_line.unwrap().order.to_string();
    assert_eq!(ids(&world, list(&[])).await, [own]);
    assert_eq!(ids(&world, list(&[("email", EMAIL)])).await, [own], "both accounts have a licence of that address");
    assert_eq!(ids(&world, list(&[("product_id", "1")])).await, [own], "both accounts have a product of that number");
    for query in [
        &[("license_number", FOREIGN_KEY)][..],
        &[("domain_name", "theirs.com")],
        &[("domain_name", "theirs.com"), ("license_number", FOREIGN_KEY)],
        &[("user_id", &user)],
        &[("order_id", &order)],
        &[("license_number", FOREIGN_KEY), ("email", EMAIL)],
        &[("user_id", &user), ("email", EMAIL)],
        &[("product_id", "1"), ("order_id", &order)],
        &[("page", "2")],
    ] {
        let (answer, unknown) = (list(query).send(&world).await, list(&[("license_number", "CSC-NONE")]).send(&world).await);
        assert_eq!((answer.status, &answer.body, &answer.headers), (unknown.status, &unknown.body, &unknown.headers), "{query:?}");
        assert_eq!(answer.body, b"[]");
    }
}

#[tokio::test]
async fn another_accounts_licence_is_like_none() {
    let world = World::new().await;
    let ours = vendor(&world).await;
    seeds_license(&world, &ours).await;
    let (_, foreign) = foreign(&world).await;
    activate(FOREIGN_KEY, "https://theirs.com").send(&world).await;
    let theirs = world.core.table.license(foreign.account, foreign.id).await.unwrap().unwrap();
    let update = json!({"expires_at": 1, "domain_name": ["mine.com"]});
    let all = |id: u32| -> [Ask; 4] {
        [
            show(id),
            ask(&format!("/api/4.0/licenses/{id}"), &[("get_all_packages", "1")]),
            put(id, &update),
            put(id, &json!({"domain_name": ""})),
        ]
    };
    for (foreign, unknown) in all(foreign.id.get()).into_iter().zip(all(999_999)) {
        let (foreign, unknown) = (foreign.send(&world).await, unknown.send(&world).await);
        assert_eq!((foreign.status.as_u16(), unknown.status.as_u16()), (404, 404));
        assert_eq!((&foreign.body, &foreign.headers), (&unknown.body, &unknown.headers));
    }
    assert_eq!(world.core.table.license(foreign.account, foreign.id).await.unwrap().unwrap(), theirs);
    let sites = crate::woosa::info(FOREIGN_KEY).send(&world).await.json()["sites"].clone();
    assert_eq!(sites[0]["site_url"], "https://theirs.com");
}

#[tokio::test]
async fn each_accounts_key_opens_its_own_licence_of_the_same_number() {
    let world = World::new().await;
    let ours = vendor(&world).await;
    let own = seeds_license(&world, &ours).await;
    let (theirs, _) = foreign(&world).await;
    let key = world.create_api_key(&theirs, latchkey_tests::vendor::new_api_key(latchkey_core::domain::api_key::Permissions::ALL)).await;
    let path = format!("/api/4.0/licenses/{}", own.id);
    let as_them = |ask: Ask| ask.basic(key.key.email.as_str(), key.secret.expose());
    let seen = success(&world, as_them(latchkey_tests::exchange::get(&path, &[]))).await;
    assert_eq!(seen["purchase_id"], own.id.get());
    assert_ne!(seen["license_number"], own.key.expose());
    let update = latchkey_tests::exchange::post_json(&path, &json!({"expires_at": 1})).method(http::Method::PUT);
    success(&world, as_them(update)).await;
    assert_eq!(success(&world, show(own.id)).await["expires_at"], 0, "the other account's is untouched");
}
