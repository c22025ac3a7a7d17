//! The vendor's script and the add-on of the vendor's own shop, over the CS-Cart Marketplace licences API.

use std::ffi::OsStr;
use std::process::Output;

use latchkey_core::domain::license::Validity;
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::issue_license::NewLicense;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::http_client;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::super::{Folder, Front, root, run, world};
use crate::cscart::{API_KEY, EMAIL, KEY, USER, list, seeds_license, vendor};

/// The script's exit status, what it printed by line, and what it complained of.
fn told(output: &Output) -> (Option<i32>, Vec<Value>, String) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let lines = stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {stdout}")));
    (output.status.code(), lines.collect(), String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

async fn script(server: &str, api_key: &str, arguments: &[&str]) -> Option<(Option<i32>, Vec<Value>, String)> {
    let variables = [("LATCHKEY_SERVER", server), ("LATCHKEY_USER", USER), ("LATCHKEY_API_KEY", api_key)];
    let arguments = [&["functions/cscart/examples/licenses.php"], arguments].concat();
    run("php", &arguments, &variables.map(|(name, value)| (name, OsStr::new(value)))).await.as_ref().map(told)
}

#[tokio::test]
async fn a_vendors_script_lists_shows_and_changes_licences() {
    let world = world().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    for number in 0..120 {
        world.license_with(&vendor, &format!("KEY-{number:04}"), Some(1)).await;
    }
    let (name, email) = ("Another".parse().unwrap(), "a+b@example.com".parse().ok());
    let customer = world.core.table.create_customer(vendor.account, name, email, world.clock.now()).await.unwrap();
    let change = |new: &mut NewLicense| new.customer = Some(customer.id);
    world.license(&vendor, change).await;
    world.publish(&vendor, "1.1").await;
    let front = Front::open(&world).await;
    let server = &front.url();

    let Some((status, all, _)) = script(server, API_KEY, &["list"]).await else { return };
    assert_eq!((status, all.len()), (Some(0), 122), "pages are gone through to the last");
    let (_, found, _) = script(server, API_KEY, &["list", &format!("email={EMAIL}")]).await.unwrap();
    assert_eq!(found.iter().map(|license| &license["license_number"]).collect::<Vec<_>>(), [KEY]);

    let (_, shown, _) = script(server, API_KEY, &["show", KEY]).await.unwrap();
    let package = http_client().get(shown[0]["packages"][0]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!((package.status().as_u16(), package.headers().contains_key("location")), (302, true));

    let (_, set, _) = script(server, API_KEY, &["domains", KEY, "shop.example.com", "blog.example.net"]).await.unwrap();
    let mut domains: Vec<&str> = set[0]["domain_names"].as_array().unwrap().iter().map(|domain| domain.as_str().unwrap()).collect();
    domains.sort_unstable();
    assert_eq!(domains, ["blog.example.net", "shop.example.com"]);
    let (_, none, _) = script(server, API_KEY, &["domains", KEY]).await.unwrap();
    assert_eq!(none[0]["domain_names"], "");
    let end = shown[0]["expires_at"].as_i64().unwrap();
    if end == 0 {
        let (_, same, _) = script(server, API_KEY, &["extend", KEY, "30"]).await.unwrap();
        assert_eq!(same[0]["expires_at"], 0, "what never ends is not made to end");
    }
    let until = world.clock.now().plus_seconds(1_000 * 86_400);
    let edit = Edit { account: license.account, license: license.id, seen: None };
    change_validity(&world.core, edit, Validity { from: None, until: Some(until) }).await.unwrap();
    let (_, extended, _) = script(server, API_KEY, &["extend", KEY, "30"]).await.unwrap();
    assert_eq!(extended[0]["expires_at"], until.as_seconds() + 30 * 86_400);

    let (status, _, why) = script(server, API_KEY, &["show", "NO-SUCH-KEY"]).await.unwrap();
    assert_eq!((status, why.as_str()), (Some(1), "there is no such license"));
    for nobodys in [&["show"][..], &["domains"], &["extend", "", "30"], &["list", "email="]] {
        let (status, printed, why) = script(server, API_KEY, nobodys).await.unwrap();
        assert_eq!((status, printed), (Some(1), Vec::new()), "{nobodys:?}");
        assert!(why.ends_with(" is empty"), "{nobodys:?}: {why}");
    }
    let (status, found, _) = script(server, API_KEY, &["list", "email=a+b@example.com"]).await.unwrap();
    assert_eq!((status, found.len()), (Some(0), 1), "a plus is a plus");
    let (status, _, why) = script(server, "wrong", &["list"]).await.unwrap();
    assert_eq!((status, why.as_str()), (Some(1), "Unauthorized"));
    world.table.inject(Rule::every(Fault::Status(503)));
    let (status, _, why) = script(server, API_KEY, &["show", KEY]).await.unwrap();
    assert_eq!((status, why.as_str()), (Some(75), "the server answered 503, try again in 30 seconds"));
    world.table.clear();
    let (status, _, why) = script("http://127.0.0.1:1", API_KEY, &["list"]).await.unwrap();
    assert_eq!((status, why.as_str()), (Some(75), "the server cannot be reached, try again in 60 seconds"));
}

/// The shop.
struct Shop {
    folder: Folder,
    server: String,
}

impl Shop {
    /// With the add-on as its author is told to put it together.
    fn new(server: String) -> Self {
        let folder = Folder::new();
        let examples = root().join("functions/cscart/examples");
        for file in ["my_licenses/init.php", "my_licenses/func.php", "class-marketplace-licenses.php"] {
            let name = file.rsplit('/').next().unwrap();
            std::fs::copy(examples.join(file), folder.file(name)).unwrap();
        }
        Self { folder, server }
    }

    /// An order has a new status; gives what the shop's staff are shown.
    async fn order(&self, status: &str, number: u32, email: &str, code: &str) -> Option<Vec<String>> {
        let order =
            json!({"order_id": number, "email": email, "products": {"777": {"product_code": code}, "778": {"product_code": "MUG"}}});
        let settings = json!({"server": self.server, "user": USER, "api_key": API_KEY}).to_string();
        let (addon, state) = (self.folder.file(""), self.folder.file("storage"));
        let variables = [("SITE_ADDON", addon.as_os_str()), ("SITE_STATE", state.as_os_str()), ("SITE_SETTINGS", OsStr::new(&settings))];
        let output = run("php", &["tests/php/shop.php", status, &order.to_string()], &variables).await?;
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"));
        Some(serde_json::from_value(told["notifications"].clone()).unwrap())
    }
}

async fn end(world: &World) -> i64 {
    list(&[("license_number", KEY)]).send(world).await.json()[0]["expires_at"].as_i64().unwrap()
}

#[tokio::test]
async fn an_order_that_is_paid_extends_the_customers_licence_once() {
    let world = world().await;
    let vendor = vendor(&world).await;
    let license = seeds_license(&world, &vendor).await;
    let until = world.clock.now().plus_seconds(1_000 * 86_400);
    let edit = Edit { account: license.account, license: license.id, seen: None };
    change_validity(&world.core, edit, Validity { from: None, until: Some(until) }).await.unwrap();
    let front = Front::open(&world).await;
    let shop = Shop::new(front.url());
    let code = format!("RENEW-{}", vendor.product.id);
    let (before, year) = (until.as_seconds(), 365 * 86_400);

    let Some(shown) = shop.order("N", 100, EMAIL, &code).await else { return };
    assert_eq!((shown, end(&world).await), (vec![], before), "what was not paid changes nothing");
    world.table.inject(Rule::every(Fault::Status(503)));
    assert_eq!(shop.order("P", 100, EMAIL, &code).await.unwrap(), ["Licenses: the server answered 503"]);
    world.table.clear();
    assert_eq!((shop.order("P", 100, EMAIL, &code).await.unwrap(), end(&world).await), (vec![], before + year));
    assert_eq!((shop.order("C", 100, EMAIL, &code).await.unwrap(), end(&world).await), (vec![], before + year), "once an order");
    assert_eq!((shop.order("P", 101, EMAIL, &code).await.unwrap(), end(&world).await), (vec![], before + 2 * year));
    assert_eq!(
        shop.order("P", 102, "nobody@example.com", &code).await.unwrap(),
        [format!("Licenses: nobody@example.com has no license for the product {}", vendor.product.id)]
    );
    assert_eq!(shop.order("P", 103, "", &code).await.unwrap(), ["Licenses: email is empty"]);
    assert_eq!(end(&world).await, before + 2 * year, "an order without an address is nobody's");
}
