//! The log: one JSON object a line, and nothing in it that opens anything.

use latchkey_tests::world::World;
use serde_json::Value;

use crate::woosa::{KEY, SITE, activate, info, one_license, software_info};
use crate::{cscart, sellcodes};

#[tokio::test]
async fn a_request_is_one_line_of_json_that_says_what_came_of_it() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    activate(KEY, SITE).header("x-latchkey-request-id", "forged").send(&world).await;
    software_info("NO-SUCH-KEY", SITE).send(&world).await;
    let account = vendor.account.get();
    let lines: Vec<Value> = world.log().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |operation: &str, outcome: &str| {
        let found = lines.iter().find(|line| line["operation"] == operation && line["outcome"] == outcome);
        found.unwrap_or_else(|| panic!("no line says {operation} {outcome}")).clone()
    };
    let done = of("/wp-json/lmn/v1/license/activate", "ok");
    for member in ["timestamp", "level", "request", "function", "method", "operation", "account", "outcome", "status", "duration_ms"] {
        assert!(!done[member].is_null(), "{member} in {done}");
    }
    assert!(lines.iter().any(|line| line["account"] == account));
    assert_ne!(done["request"], "forged");
    assert_eq!(of("/wp-json/lmn/v1/software/info", "unknown_key")["status"], 403);
}

#[tokio::test]
async fn neither_keys_nor_sites_nor_addresses_are_logged() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let customer = world.core.table.create_customer(
        vendor.account,
        "Erika Mustermann".parse().unwrap(),
        Some("erika@customer-site.com".parse().unwrap()),
        world.core.now(),
    );
    let customer = customer.await.unwrap();
    let license = world.license(&vendor, |new| new.customer = Some(customer.id)).await;
    for secret in ["erika@customer-site.com", "Erika Mustermann", "secret-site.example.com"] {
        world.keep_secret(secret);
    }
    let key = license.key.expose();
    activate(key, "https://secret-site.example.com").send(&world).await;
    info(key).send(&world).await;
    software_info(key, "https://secret-site.example.com").send(&world).await;
    world.table.inject(latchkey_tests::proxy::Rule::every(latchkey_tests::proxy::Fault::AccessDenied));
    assert_eq!(info(key).send(&world).await.status, 500);
    // What is searched for is declared; the search itself is the world's end.
}

#[tokio::test]
async fn neither_keys_nor_sites_nor_links_are_logged_of_verdicts_either() {
    let world = World::new().await;
    let (vendor, _) = sellcodes::one_license(&world).await;
    sellcodes::publish(&world, &vendor, "1.0", "=== Sample ===\n\nShort.\n").await;
    let site = "https://another-secret-site.example.com";
    for secret in ["sam@example.com", "another-secret-site.example.com"] {
        world.keep_secret(secret);
    }
    sellcodes::activate(KEY, site).send(&world).await;
    sellcodes::check(KEY, site).send(&world).await;
    let link = sellcodes::package(&sellcodes::version(KEY, site).send(&world).await);
    world.keep_secret(link.split_once("file=").unwrap().1);
    sellcodes::push_file(&link).send(&world).await;
    sellcodes::deactivate(KEY, site).send(&world).await;
    sellcodes::push_file(&link).send(&world).await;
    world.table.inject(latchkey_tests::proxy::Rule::every(latchkey_tests::proxy::Fault::AccessDenied));
    assert_eq!(sellcodes::push_file(&link).send(&world).await.status, 500);
    assert_eq!(sellcodes::check(KEY, site).send(&world).await.status, 500);
    let lines: Vec<Value> = world.log().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (operation, outcome) in [("/v2/licenses/check_license", "ok"), ("/push-file", "ok"), ("/push-file", "not_activated_here")] {
        assert!(lines.iter().any(|line| line["operation"] == operation && line["outcome"] == outcome), "{operation} {outcome}");
    }
}

#[tokio::test]
async fn neither_api_keys_nor_what_a_vendor_searches_for_is_logged() {
    let world = World::new().await;
    let vendor = cscart::vendor(&world).await;
    let license = cscart::seeds_license(&world, &vendor).await;
    world.publish(&vendor, "1.0").await;
    let site = "a-vendors-secret-site.example.com";
    for secret in [cscart::API_KEY, cscart::USER, cscart::EMAIL, site, cscart::KEY, "c2thdGVyNEBjcy1jYXJ0"] {
        world.keep_secret(secret);
    }
    cscart::success(&world, cscart::put(license.id, &serde_json::json!({ "domain_name": site }))).await;
    for query in [[("license_number", cscart::KEY)], [("email", cscart::EMAIL)], [("domain_name", site)], [("user_id", cscart::EMAIL)]] {
        cscart::success(&world, cscart::list(&query)).await;
        let php = cscart::ask("/api.php", &[("_d", "4.0/licenses"), query[0]]);
        cscart::success(&world, php).await;
    }
    let link = [("dispatch", "product_packages.get_package"), ("package_id", "1"), ("product_id", "1"), ("license_number", cscart::KEY)];
    assert_eq!(cscart::ask("/index.php", &link).send(&world).await.status, 302);
    assert_eq!(cscart::ask("/api.php", &[("_d", cscart::KEY), ("license_number", cscart::KEY)]).send(&world).await.status, 404);
    world.table.inject(latchkey_tests::proxy::Rule::every(latchkey_tests::proxy::Fault::AccessDenied));
    for ask in [cscart::list(&[("license_number", cscart::KEY)]), cscart::ask("/index.php", &link)] {
        assert_eq!(ask.send(&world).await.status, 500);
    }
    let lines: Vec<Value> = world.log().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (operation, outcome) in [("/api/4.0/licenses", "ok"), ("/api/4.0/licenses/{id}", "ok"), ("/index.php", "ok"), ("none", "not_found")]
    {
        assert!(lines.iter().any(|line| line["operation"] == operation && line["outcome"] == outcome), "{operation} {outcome}");
    }
}
