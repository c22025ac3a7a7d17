//! Products, customers, orders and licences.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::seat::Device;
use latchkey_core::ops::activate::{Activate, activate};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::{Tool, plugin, publish, rejected, stack};

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sells_a_plugin_and_stops_a_license() {
    let (stack, folder) = (stack().await, TempDir::new().unwrap());
    let tool = Tool::at(&stack.url());
    tool.vendor();
    assert_eq!(tool.json("account show 1")["name"], "Acme");
    let release = tool.json(&publish("1.0.0", &plugin(folder.path(), "a.zip", "1.0.0")));
    assert_eq!((&release["state"], &release["current"], &release["requires_php"]), (&json!("published"), &json!(true), &json!("8.1")));
    assert_eq!(tool.json("product show --account 1 --slug acme-tools")["current_version"], "1.0.0");

    let issued = tool.json("license issue --account 1 --product 1 --name Someone --email Someone@example.com --until 2099-01-01");
    let key = issued["key"].as_str().unwrap();
    assert_eq!((&issued["license"], &issued["until"]), (&json!(1), &json!("2099-01-01T00:00:00.000000Z")));
    assert_eq!((&issued["seat_limit"], &issued["email"]), (&json!(2), &json!("someone@example.com")));

    let shown = tool.json("license show --account 1 --license 1");
    assert_eq!((&shown["state"], &shown["refusal"], &shown["key"]), (&json!("active"), &Value::Null, &json!(key)));
    assert_eq!(tool.json(&format!("license show --key {key}")), shown);
    assert_eq!(tool.json_given("license show --key -", &format!("{key}\n")), shown);

    let suspended = tool.json("license suspend --account 1 --license 1 --why overdue");
    assert_eq!((&suspended["state"], &suspended["why"], &suspended["revision"]), (&json!("suspended"), &json!("overdue"), &json!(2)));
    let shown = tool.json("license show --account 1 --license 1");
    assert_eq!((&shown["state"], &shown["refusal"]), (&json!("suspended"), &json!("suspended")));
    assert_eq!(tool.code("license suspend --account 1 --license 1"), rejected("wrong_state"));
    assert_eq!(tool.json("license resume --account 1 --license 1")["state"], "active");
    assert_eq!(tool.json("license revoke --account 1 --license 1")["state"], "revoked");
    assert_eq!(tool.code("license refund --account 1 --license 1"), rejected("wrong_state"));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_and_development_sites_are_shown_and_counted() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let issued = tool.json("license issue --account 1 --slug acme-tools");
    let key = LicenseKey::parse(issued["key"].as_str().unwrap()).unwrap();
    for site in ["https://b.example.com", "https://a.example.com/shop", "http://acme.test"] {
        let device = &Device::parse(site).unwrap();
        activate(stack.core(), Activate { key: &key, product: ProductClaim::Slug("acme-tools"), device, label: None }).await.unwrap();
    }
    let shown = tool.json("license show --account 1 --license 1");
    let mut devices: Vec<_> = shown["seats"].as_array().unwrap().iter().map(|seat| seat["device"].as_str().unwrap()).collect();
    devices.sort_unstable();
    assert_eq!((&shown["seats_taken"], devices), (&json!(2), vec!["a.example.com/shop", "b.example.com"]));
    assert_eq!(shown["development_sites"][0]["device"], "acme.test");

    let (status, error) = tool.error("license seats --account 1 --license 1 --limit 1");
    assert_eq!((status, &error["code"]), (Some(1), &json!("seats_in_use")));
    assert_eq!(tool.json("license seats --account 1 --license 1 --limit unlimited")["seat_limit"], Value::Null);
    assert_eq!(tool.json("license show --account 1 --license 1")["seats"], shown["seats"]);
    let text = tool.text("license show --account 1 --license 1");
    assert!(text.contains("\nusable now   yes\nseats taken  2\n\nSeats\n") && text.contains("\nacme.test  "), "{text}");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_and_orders_are_shown_and_changed_and_what_is_used_is_not_deleted() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    assert_eq!(tool.json("customer create --account 1 --name Someone --email someone@example.com")["customer"], 1);
    assert_eq!(tool.json("order create --account 1 --customer 1")["order"], 1);
    let next = tool.json("license issue --account 1 --product 1 --order 1");
    assert_eq!((&next["order"], &next["line"], &next["name"]), (&json!(1), &json!(1), &json!("Someone")));
    assert_eq!(tool.json("order list --account 1 --customer 1")["orders"][0], tool.json("order show --account 1 --order 1"));
    assert_eq!(tool.code("customer delete --account 1 --customer 1"), rejected("referenced"));
    let other = tool.json("customer create --account 1 --name Other --code A-1");
    assert_eq!(tool.code("customer create --account 1 --name Third --code A-1"), rejected("customer_code_in_use"));
    let changed = tool.json("customer change --account 1 --customer 2 --company Acme");
    assert_eq!((&changed["name"], &changed["company"], &changed["revision"]), (&other["name"], &json!("Acme"), &json!(2)));
    assert_eq!(tool.json("customer list --account 1 --after 1")["customers"][0], tool.json("customer show --account 1 --customer 2"));
    assert_eq!(tool.json("customer delete --account 1 --customer 2")["deleted"], 2);
    assert_eq!(tool.code("customer show --account 1 --customer 2"), rejected("no_customer"));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_line_gets_one_license_and_its_customer_is_named() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    assert_eq!(tool.json("customer create --account 1 --name Someone --email someone@example.com")["customer"], 1);
    assert_eq!(tool.json("order create --account 1 --customer 1 --reference 1001")["order"], 1);
    let issue = "license issue --account 1 --product 1 --order 1 --line 0";
    let issued = tool.json(issue);
    assert_eq!((&issued["name"], &issued["customer"], &issued["line"]), (&json!("Someone"), &json!(1), &json!(0)));
    assert_eq!(tool.json(issue), issued);
    assert_eq!(tool.code("license issue --account 1 --product 1 --order 1 --line 1"), rejected("no_order_line"));
    assert_eq!(tool.json("order create --account 1 --reference 1001 --lines 5")["order"], 1);
    assert_eq!(tool.code("order create --account 1 --lines 0"), rejected("line_count"));
    let brought = tool.json_given("license issue --account 1 --product 1 --key - --seats unlimited", "MY-OWN-KEY\n");
    assert_eq!((&brought["key"], &brought["seat_limit"]), (&json!("MY-OWN-KEY"), &Value::Null));
    assert_eq!(tool.code("license issue --account 1 --product 1 --key MY-OWN-KEY"), rejected("key_in_use"));

    let page = tool.json("license list --account 1 --limit 1");
    assert_eq!((&page["licenses"][0]["license"], &page["next"]), (&issued["license"], &issued["license"]));
    assert_eq!(page["licenses"][0].get("key"), None);
    let rest = tool.json(&format!("license list --account 1 --after {}", page["next"]));
    assert_eq!((&rest["licenses"][0]["license"], &rest["next"]), (&brought["license"], &Value::Null));

    let part = tool.json("license reindex --account 1 --limit 1");
    assert_eq!(part["licenses"], 1);
    let end = tool.json(&format!("license reindex --account 1 --after {}", part["next"]));
    assert_eq!(end["next"], Value::Null);

    let validity = format!("license validity --account 1 --license {}", issued["license"]);
    assert_eq!(tool.json(&format!("{validity} --from 2020-01-01 --until 2021-01-01"))["until"], "2021-01-01T00:00:00.000000Z");
    assert_eq!(tool.json(&format!("license show --account 1 --license {}", issued["license"]))["refusal"], "expired");
    assert_eq!(tool.code(&format!("{validity} --until 2019-01-01")), rejected("ends_before_it_begins"));
    let renewed = tool.json(&format!("{validity} --until never"));
    assert_eq!((&renewed["from"], &renewed["until"]), (&json!("2020-01-01T00:00:00.000000Z"), &Value::Null));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_carry_the_address_carry_the_one_that_is_given() {
    use latchkey_core::domain::key::addressed::server_host;

    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("product create --account 1 --slug woosa --name W --author W --key-format addressed");
    let host = |words: &str| server_host(&LicenseKey::parse(tool.json(words)["key"].as_str().unwrap()).unwrap());
    let issue = "license issue --account 1 --slug woosa";
    assert_eq!(host(issue).map(|host| format!("http://{host}")), Some(stack.url()));
    assert_eq!(host(&format!("{issue} --public-url https://licenses.example.com")).as_deref(), Some("licenses.example.com"));
    stack.shutdown().await;
}
