//! The five dialects on a table of the first release.

use http::Method;
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::ids::{AccountId, LicenseId};
use latchkey_core::domain::user::UserId;
use latchkey_core::ops::find_by_site::{Host, licenses_at};
use latchkey_core::ops::webhook_log::deliveries;
use latchkey_core::ops::webhooks::{WebhookFields, change_webhook, list_webhooks};
use latchkey_core::table::Freshness;
use latchkey_tests::exchange::{Ask, get, post_form, post_json};
use latchkey_tests::frozen::Frozen;
use latchkey_tests::plugin;
use latchkey_tests::staff::Staff;
use latchkey_tests::vendor::http_client;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{API_KEY, CODE, EMAIL, HOST, PASSWORD, PLUGIN, PLUGIN_CODE, README, SITE, USER, woosa};
use crate::{agreement, bytex, sellcodes};

const OTHER_SITE: &str = "https://other.example.com";

/// A world that goes on with a frozen table, a day later.
pub(super) async fn thawed(frozen: &Frozen) -> World {
    let world = World::new().await;
    frozen.thaw(&world).await;
    // What lies in the bucket is not frozen: it has no form of ours.
    for object in objects(frozen) {
        let zip = plugin::zip_with_readme(PLUGIN, "1.0.0", README);
        world.s3.put_object().bucket(world.downloads.packages.bucket()).key(object).body(zip.into()).send().await.unwrap();
    }
    world.clock.advance_seconds(24 * 60 * 60);
    world
}

/// The names of all packages in the bucket.
fn objects(frozen: &Frozen) -> Vec<String> {
    let text = frozen.to_text();
    let mut names: Vec<String> = text.split('"').filter(|part| part.starts_with("packages/")).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// The frozen table's administrator, who logs in.
async fn log_in(world: &World, facts: &Value) -> Staff {
    world.keep_secret(PASSWORD);
    let login = post_json("/v1/login", &json!({"userName": USER, "password": PASSWORD})).send(world).await.done();
    let account: AccountId = account(facts);
    let user: UserId = facts["user"].as_str().unwrap().parse().ok().unwrap();
    let user = world.core.table.user(account, user, Freshness::Strong).await.unwrap().unwrap();
    Staff { account, user, bearer: login["accessToken"].as_str().unwrap().to_owned() }
}

fn account(facts: &Value) -> AccountId {
    AccountId::new(u32::try_from(facts["account"].as_u64().unwrap()).unwrap()).unwrap()
}

/// Woosa and Sellcodes: what copies of the plugin ask.
pub(super) async fn sites_go_on(world: &World) {
    let code = async |ask: Ask| ask.send(world).await.code();
    for (key, refusal) in [
        ("FROZEN-SUSPENDED", "license_suspended"),
        ("FROZEN-REVOKED", "license_revoked"),
        ("FROZEN-ENDED", "license_expired"),
        ("FROZEN-NEVER", "invalid_license_key"),
    ] {
        assert_eq!(code(woosa("activate", key, OTHER_SITE)).await.as_deref(), Some(refusal), "{key}");
    }
    for key in ["FROZEN-MAP", "FROZEN-ITEMS", "FROZEN-MOVED", "FROZEN-WIDENED"] {
        let info = get("/wp-json/lmn/v1/license/info", &[("key", key), ("package", PLUGIN)]).send(world).await.json();
        assert_eq!((&info["license"]["activations"], &info["sites"][0]["site_url"]), (&json!(1), &json!(SITE)), "{key}: {info}");
        let check = sellcodes::ask("check_license", PLUGIN_CODE, key, SITE).send(world).await.json();
        assert_eq!(check["license"], "valid", "{key}");
        assert_eq!(woosa("activate", key, OTHER_SITE).send(world).await.status, 200, "{key}");
        let software = [("key", key), ("package", PLUGIN), ("site_url", SITE)];
        assert_eq!(get("/wp-json/lmn/v1/software/info", &software).send(world).await.json()["version"], "1.0.0", "{key}");
        let ask = json!({"key": key, "package": PLUGIN, "site_url": SITE});
        let token = post_json("/wp-json/lmn/v1/software/update/prepare", &ask).send(world).await.json()["access_token"].clone();
        let download = [("access_token", token.as_str().unwrap()), ("key", key)];
        let redirect = get("/wp-json/lmn/v1/software/update/download", &download).send(world).await;
        let fetched = http_client().get(redirect.header("location").unwrap()).send().await.unwrap();
        assert_eq!(fetched.status(), 200, "{key}");
        for site in [SITE, "https://shop.test", OTHER_SITE] {
            assert_eq!(sellcodes::ask("deactivate_license", PLUGIN_CODE, key, site).send(world).await.json()["license"], "deactivated");
        }
    }
    let ask = json!({"userKey": "FROZEN-FLOAT", "machineId": "MACHINE-1", "clientId": "studio", "clientName": "Studio"});
    post_json("/v1/license/floating/heartbeat", &ask).send(world).await.refused();
    for what in ["request", "heartbeat", "release"] {
        post_json(&format!("/v1/license/floating/{what}"), &ask).send(world).await.done();
    }
}

/// BYTEX and CS-Cart: what shops ask with a key that they brought along.
pub(super) async fn shops_go_on(world: &World, facts: &Value) {
    let keyed = |ask: Ask| ask.header("authorization", API_KEY);
    let license = bytex::response(&keyed(get(bytex::GET, &[("LicenseKey", "FROZEN-THEME")])).send(world).await);
    assert!(license.is_object(), "{license}");
    let again = [("Code", CODE), ("ProductSku", PLUGIN_CODE), ("Reference", "1001")];
    bytex::response(&keyed(post_form(bytex::REDEEM, &again)).send(world).await);
    let other = [("Code", CODE), ("ProductSku", PLUGIN_CODE), ("Reference", "1002")];
    bytex::response(&keyed(post_form(bytex::REDEEM, &other)).send(world).await);
    let user = [("InternalUserIdentifier", "K000000001"), ("ProductSku", PLUGIN_CODE)];
    bytex::response(&keyed(get(bytex::GET_PRODUCT_LICENSES, &user)).send(world).await);
    let list = |query: &[(&str, &str)]| get("/api/4.0/licenses", query).basic(EMAIL, API_KEY);
    let all = list(&[("items_per_page", "50")]).send(world).await.json();
    assert!(all.as_array().unwrap().len() >= 10, "{all}");
    let id = facts["licenses"]["FROZEN-MAP"].to_string();
    let put = post_json(&format!("/api/4.0/licenses/{id}"), &json!({"domain_name": ["a.example.com", "b.example.com"]}));
    let put = put.method(Method::PUT).basic(EMAIL, API_KEY).send(world).await;
    assert_eq!(put.status, 200);
    let found = list(&[("license_number", "FROZEN-MAP")]).send(world).await.json();
    assert_eq!(found[0]["purchase_id"].to_string(), id);
}

/// Babel: staff look at everything, change everything that can be changed, and delete what they may.
pub(super) async fn staff_go_on(world: &World, facts: &Value) {
    let staff = log_in(world, facts).await;
    let (managed, plugin) = (&facts["managed"], 1);
    for path in [
        "/v1/customers",
        "/v1/contacts",
        "/v1/orders",
        "/v1/products",
        "/v1/licenses",
        "/v1/license-templates",
        "/v1/resources",
        "/v1/assemblies",
        "/v1/users",
        "/v1/api-keys",
        "/v1/reports",
        "/v1/log",
        "/v1/traces",
        "/v1/tokens",
        "/v1/settings",
        "/v1/info",
    ] {
        staff.get(path, &[]).send(world).await.done();
    }
    let releases = format!("/v1/products/{plugin}/releases");
    let assemblies = format!("{releases}/{}/assemblies", managed["release"]);
    let place = format!("/v1/orders/{}/products/{plugin}", managed["order"]);
    for (path, name, id, change) in [
        ("/v1/customers", "customer", &managed["customer"], json!({"company": "Changed", "code": "C-2"})),
        ("/v1/contacts", "contact", &managed["contact"], json!({"phone": "1"})),
        ("/v1/orders", "order", &managed["order"], json!({"orderNumber": "2001"})),
        ("/v1/products", "product", &json!(plugin), json!({"name": "Changed", "description": "Changed."})),
        (&releases, "release", &managed["release"], json!({"description": "Changed."})),
        (&assemblies, "assembly", &managed["assembly"], json!({"version": "2"})),
        ("/v1/resources", "resource", &managed["letter"], json!({"name": "Changed"})),
        ("/v1/license-templates", "licenseTemplate", &managed["template"], json!({"name": "Changed"})),
        ("/v1/licenses", "license", &managed["signed"], json!({"licenseType": "Changed"})),
        ("/v1/licenses", "license", &facts["licenses"]["FROZEN-ITEMS"], json!({"maxAllowedSites": 70})),
        ("/v1/api-keys", "apiKey", &managed["key"], json!({"name": "Changed"})),
    ] {
        let mut change = change;
        change["id"] = id.clone();
        staff.put(path, &json!({ name: change })).send(world).await.done();
    }
    staff.put(&place, &json!({"productOrder": {"quantity": 3}})).send(world).await.done();
    let setting = json!({"setting": {"id": managed["setting"], "value": "light"}});
    staff.put(&format!("/v1/users/{}/settings", staff.user.id), &setting).send(world).await.done();
    let settings = json!({"settings": [{"group": "Reports", "name": "Accept", "value": false}]});
    staff.put("/v1/settings", &settings).send(world).await.done();
    staff.put("/v1/licenses", &json!({"license": {"id": managed["sold"], "orderId": managed["order"]}})).send(world).await.done();
    staff.put("/v1/users", &json!({"user": {"id": facts["user"], "firstName": "Erika"}})).send(world).await.done();
    let refresh = json!({"refreshToken": facts["refresh"]});
    post_json("/v1/login/refresh", &refresh).send(world).await.done();
}

/// What the workers do: the indexes, who is told, and what was told.
pub(super) async fn workers_go_on(world: &World, facts: &Value) {
    world.follow_changes().await;
    let account = account(facts);
    let found = licenses_at(&world.core, account, &Host::parse(HOST).unwrap(), None, 10).await.unwrap();
    assert_eq!(found.licenses.len(), 1);
    let webhooks = list_webhooks(&world.core, account).await.unwrap();
    assert_eq!(webhooks.len(), 1);
    let page = deliveries(&world.core, account, webhooks[0].id, None, 100).await.unwrap();
    assert!(!page.items.is_empty());
    let label = "Changed".parse().ok();
    let fields = WebhookFields { url: "https://hooks.example/latchkey".to_owned(), label, events: std::collections::BTreeSet::default() };
    change_webhook(&world.core, account, webhooks[0].id, None, fields, Reach::Public).await.unwrap();
}

#[tokio::test]
async fn all_dialects_go_on_with_the_table_of_the_first_release() {
    let frozen = Frozen::read(1);
    let world = thawed(&frozen).await;
    sites_go_on(&world).await;
    shops_go_on(&world, &frozen.facts).await;
    staff_go_on(&world, &frozen.facts).await;
    workers_go_on(&world, &frozen.facts).await;
}

#[tokio::test]
async fn what_the_contract_tests_ask_is_answered_beside_what_the_first_release_left() {
    let frozen = Frozen::read(1);
    let world = thawed(&frozen).await;
    Box::pin(agreement::template::permissions::ask_everything_of_all(&world)).await;
    let left = LicenseId::new(u32::try_from(frozen.facts["licenses"]["FROZEN-MAP"].as_u64().unwrap()).unwrap()).unwrap();
    assert!(world.core.table.license(account(&frozen.facts), left).await.unwrap().is_some());
}
