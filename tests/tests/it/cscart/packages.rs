//! `get_all_packages=1`: the packages of a licence's product.

use latchkey_core::ops::create_product::create_product;
use latchkey_core::ops::yank_release::yank_release;
use latchkey_tests::plugin;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{ask, assert_recorded, list, seeds_license, show, success, vendor};

const ALL: [(&str, &str); 1] = [("get_all_packages", "1")];

async fn versions(world: &World, id: impl std::fmt::Display) -> Vec<String> {
    let license = success(world, ask(&format!("/api/4.0/licenses/{id}"), &ALL)).await;
    let packages = license["packages"].as_array().unwrap().iter();
    packages.map(|package| package["file_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_with_packages_in_the_seeds_form() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    assert_eq!(success(&world, ask(&format!("/api/4.0/licenses/{}", license.id), &ALL)).await["packages"], json!([]));
    world.clock.advance_seconds(60);
    world.publish(&vendor, "1.0").await;
    world.clock.advance_seconds(3_600);
    world.publish(&vendor, "1.1").await;
    let recorded = list(&ALL).send(&world).await;
    assert_recorded("list_with_packages", &recorded);
    let single = success(&world, ask(&format!("/api/4.0/licenses/{}", license.id), &ALL)).await;
    assert_eq!(recorded.json(), json!([single]));
    for not in ["0", ""] {
        let answer = success(&world, list(&[("get_all_packages", not)])).await;
        assert!(answer[0].get("packages").is_none(), "{not:?}: {answer}");
    }
    assert!(success(&world, show(license.id)).await.get("packages").is_none());
}

#[tokio::test]
async fn members_are_the_seeds_in_its_order_and_of_its_types() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    seeds_license(&world, &vendor).await;
    world.publish(&vendor, "1.1").await;
    let answer = list(&ALL).send(&world).await;
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let (_, text) = text.split_once("\"packages\":").unwrap();
    let names =
        ["file_id", "file_path", "file_size", "status", "is_upgrade", "from_version", "to_version", "timestamp", "file_name", "url"];
    let places: Vec<usize> = names.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name}"))).collect();
    assert!(places.is_sorted(), "{text}");
    let package = &answer.json()[0]["packages"][0];
    assert_eq!(package.as_object().unwrap().len(), names.len(), "and no others: {package}");
    assert!(["file_id", "file_size", "timestamp"].iter().all(|name| package[name].is_u64()), "{package}");
    let expected = (&json!("A"), &json!(false), &Value::Null, &Value::Null);
    assert_eq!((&package["status"], &package["is_upgrade"], &package["from_version"], &package["to_version"]), expected);
}

#[tokio::test]
async fn what_is_published_is_listed_with_the_newest_version_first() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    for version in ["1.10", "1.9", "2.0", "1.11"] {
        world.publish(&vendor, version).await;
    }
    world.draft(&vendor, "3.0", &plugin::zip("test-plugin", "3.0")).await.unwrap();
    assert_eq!(versions(&world, license.id).await, ["2.0", "1.11", "1.10", "1.9"]);
    let yanked = world.core.table.releases(vendor.account, vendor.product.id).await.unwrap();
    let yanked = yanked.iter().find(|release| release.version.as_str() == "2.0").unwrap();
    yank_release(&world.core, vendor.account, vendor.product.id, yanked.id, None).await.unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(versions(&world, license.id).await, ["1.11", "1.10", "1.9"]);
    let file = success(&world, show(license.id)).await["file_id"].clone();
    let newest = success(&world, list(&ALL)).await[0]["packages"][0]["file_id"].clone();
    assert_eq!(file, newest, "file_id is the current release's package");
}

#[tokio::test]
async fn each_licence_of_a_page_has_its_own_products_packages_and_links() {
    let world = World::new().await;
    let vendor = vendor(&world).await;
    let first = seeds_license(&world, &vendor).await;
    let other = create_product(&world.core, vendor.account, new_product("another-plugin")).await.unwrap();
    let other = Vendor { account: vendor.account, product: other };
    let second = world.license(&other, |_| {}).await;
    let third = world.license_with(&vendor, "A KEY & MORE=%?#", None).await;
    world.publish(&vendor, "1.0").await;
    world.publish(&other, "7.0").await;
    let list = success(&world, list(&ALL)).await;
    let of = |id: u32| list.as_array().unwrap().iter().find(|license| license["purchase_id"] == id).unwrap()["packages"].clone();
    assert_eq!((of(first.id.get())[0]["file_name"].as_str(), of(second.id.get())[0]["file_name"].as_str()), (Some("1.0"), Some("7.0")));
    let path = of(second.id.get())[0]["file_path"].as_str().unwrap().to_owned();
    let time = path.strip_prefix("another-plugin-7.0-").unwrap().strip_suffix(".zip").unwrap();
    assert!(time.bytes().all(|byte| byte.is_ascii_digit()), "{path}");
    let url = of(third.id.get())[0]["url"].as_str().unwrap().to_owned();
    assert!(url.ends_with("&license_number=A+KEY+%26+MORE%3D%25%3F%23"), "{url}");
}
