//! A world with an item of every kind, played through what vendors, customers and programs do.

use std::collections::BTreeSet;

use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::LicenseMode;
use latchkey_core::domain::password::Password;
use latchkey_core::domain::product::{DevelopmentSites, Product};
use latchkey_core::domain::restore::Skew;
use latchkey_core::domain::role::Role;
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::user::{Profile, UserName};
use latchkey_core::ops::change_validity::change_validity;
use latchkey_core::ops::create_api_key::NewApiKey;
use latchkey_core::ops::create_product::{NewProduct, create_product};
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::restores::Restoring;
use latchkey_core::ops::traces::change_trace;
use latchkey_core::ops::users::{NewUser, create_user};
use latchkey_core::table::migration::STEPS;
use latchkey_tests::exchange::{get, post_form, post_json};
use latchkey_tests::plugin;
use latchkey_tests::shop::Shop;
use latchkey_tests::sink::Reply;
use latchkey_tests::staff::Staff;
use latchkey_tests::tape::Tape;
use latchkey_tests::vendor::{Vendor, new_api_key, new_product};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{API_KEY, CODE, EMAIL, HOST, PASSWORD, PLUGIN, README, SITE, USER, woosa};
use crate::bytex;
use crate::woosa::stop;

/// The licences of the plugin, with their limits. What is done with each, its key says.
pub(super) const LICENSES: [(&str, u32); 9] = [
    ("FROZEN-MAP", 3),
    ("FROZEN-ITEMS", 60),
    ("FROZEN-MOVED", 60),
    ("FROZEN-WIDENED", 3),
    ("FROZEN-SUSPENDED", 2),
    ("FROZEN-REVOKED", 2),
    ("FROZEN-ENDED", 2),
    ("FROZEN-DELETED", 2),
    ("FROZEN-FLOAT", 5),
];

/// Plays it; gives what cannot be read from the items.
pub(super) async fn play(world: &World) -> Value {
    let account = world.core.table.create_account("Frozen".parse().unwrap(), world.core.now()).await.unwrap().id;
    let staff = staff(world, account).await;
    let plugin = product(world, account, PLUGIN, DevelopmentSites::default()).await;
    world.publish_package(&plugin, "1.0.0", &plugin::zip_with_readme(PLUGIN, "1.0.0", README)).await;
    let licenses = licenses(world, &staff, &plugin).await;
    let managed = manage(world, &staff, plugin.product.id.get()).await;
    shop(world, &plugin).await;
    let refresh = log_in(world).await;
    tell(world, account).await;
    world.core.sink.settle().await;
    world.follow_changes().await;
    let mut migration = world.core.table.migrate(STEPS, world.core.now()).await.unwrap();
    while migration.go_on(world.core.now()).await.unwrap() {}
    // One of long ago, which nothing of this was new in.
    let skew = Skew { ahead: -365 * 24 * 60 * 60, doubt: 0, lag: 0 };
    Restoring::begin(&world.core, skew).await.unwrap().end(&world.core).await.unwrap();
    json!({"account": account.get(), "user": staff.user.id.to_string(), "refresh": refresh, "licenses": licenses, "managed": managed})
}

async fn staff(world: &World, account: AccountId) -> Staff {
    let profile = Profile { email: EMAIL.parse().ok(), ..Profile::named(UserName::parse(USER).unwrap()) };
    let password = Password::parse(PASSWORD).ok();
    let user = create_user(&world.core, account, NewUser { profile, roles: Role::Administrator.into(), password }).await.unwrap();
    Staff { account, bearer: world.bearer(&user), user }
}

async fn product(world: &World, account: AccountId, slug: &str, development_sites: DevelopmentSites) -> Vendor {
    let code = slug.replace('-', "").parse().ok();
    let new = NewProduct { code, development_sites, ..new_product(slug) };
    let product: Product = create_product(&world.core, account, new).await.unwrap();
    Vendor { account, product }
}

/// Licences of every mode and layout, in use and stopped; their numbers by their keys.
async fn licenses(world: &World, staff: &Staff, plugin: &Vendor) -> Value {
    let mut numbers = json!({});
    for (key, limit) in LICENSES {
        let license = world.license(plugin, |new| {
            new.key = LicenseKey::parse(key).ok();
            new.seat_limit = SeatLimit::limited(limit);
            if key == "FROZEN-FLOAT" {
                new.mode = LicenseMode::Floating;
            }
        });
        let license = license.await;
        numbers[key] = license.id.get().into();
        let edit = Edit { account: license.account, license: license.id, seen: None };
        change_trace(&world.core, edit, true).await.unwrap();
        if key == "FROZEN-FLOAT" {
            let ask = json!({"userKey": key, "machineId": "MACHINE-1", "clientId": "studio", "clientName": "Studio"});
            post_json("/v1/license/floating/request", &ask).send(world).await.done();
            continue;
        }
        for site in [SITE, "https://shop.test"] {
            assert_eq!(woosa("activate", key, site).send(world).await.status, 200, "{key}");
        }
        assert_eq!(get("/wp-json/lmn/v1/license/info", &[("key", key), ("package", PLUGIN)]).send(world).await.status, 200);
        match key {
            "FROZEN-SUSPENDED" => stop(world, &license, "suspended").await,
            "FROZEN-REVOKED" => stop(world, &license, "revoked").await,
            "FROZEN-ENDED" => stop(world, &license, "ended").await,
            "FROZEN-DELETED" => drop(staff.delete(&format!("/v1/licenses/{}", license.id)).send(world).await.done()),
            "FROZEN-MOVED" => limit_to(world, staff, license.id.get(), 5).await,
            "FROZEN-WIDENED" => limit_to(world, staff, license.id.get(), -1).await,
            _ => {}
        }
    }
    numbers
}

async fn limit_to(world: &World, staff: &Staff, license: u32, limit: i64) {
    staff.put("/v1/licenses", &json!({"license": {"id": license, "maxAllowedSites": limit}})).send(world).await.done();
}

/// What staff keep; the numbers by what they are.
async fn manage(world: &World, staff: &Staff, plugin: u32) -> Value {
    let made = async |path: &str, name: &str, what: Value| -> i64 {
        let answer = staff.post(path, &json!({ name: what })).send(world).await.done();
        answer[format!("{name}Id")].as_i64().unwrap()
    };
    let customer = made("/v1/customers", "customer", json!({"company": "Acme", "email": EMAIL, "code": "C-1"})).await;
    let contact = made("/v1/contacts", "contact", json!({"customerId": customer, "firstName": "Erika"})).await;
    let order = made("/v1/orders", "order", json!({"customerId": customer, "orderNumber": "1001"})).await;
    let other = made("/v1/orders", "order", json!({"orderNumber": "1002"})).await;
    let place = format!("/v1/orders/{order}/products/{plugin}");
    staff.post(&place, &json!({"productOrder": {"quantity": 2}})).send(world).await.done();
    let keys = made("/v1/resources", "resource", json!({"name": "Keys", "type": "Ed25519"})).await;
    let letter = made("/v1/resources", "resource", json!({"name": "Letter", "type": "email", "data": "<p>Hello</p>"})).await;
    let fields: Vec<Value> = (0..3).map(|_| json!({"name": "n", "value": "long ".repeat(150)})).collect();
    let template = json!({"name": "Professional", "productId": plugin, "licenseType": "Professional", "licensingMode": 1, "expireDays": 365,
        "signatureKeysId": keys, "fields": fields, "code": "T-1", "features": [{"id": "export", "name": "Export"}]});
    let answer = staff.post("/v1/license-templates", &json!({"licenseTemplate": template})).send(world).await.done();
    let template = answer["templateId"].as_i64().unwrap();
    let signed =
        made_license(world, staff, json!({"templateId": template, "customerId": customer, "licenseeName": "Erika Mustermann"})).await;
    let sold = made_license(world, staff, json!({"templateId": template, "orderId": order})).await;
    staff.put("/v1/licenses", &json!({"license": {"id": sold, "orderId": other}})).send(world).await.done();
    let release = made(&format!("/v1/products/{plugin}/releases"), "release", json!({"version": "2.0.0-draft"})).await;
    let assemblies = format!("/v1/products/{plugin}/releases/{release}/assemblies");
    let assembly = made(&assemblies, "assembly", json!({"name": "Acme.dll", "mappingFileId": letter})).await;
    let setting = made(&format!("/v1/users/{}/settings", staff.user.id), "setting", json!({"name": "theme", "value": "dark"})).await;
    let settings = json!({"settings": [{"group": "Reports", "name": "Accept", "value": true}]});
    staff.put("/v1/settings", &settings).send(world).await.done();
    let mail = json!({"to": [{"email": EMAIL}], "subject": "Hello", "body": "Hello."});
    staff.post("/v1/email/send", &mail).send(world).await.done();
    let report = json!({"userKey": "FROZEN-MAP", "name": "ExceptionReport", "content": "It broke."});
    post_json("/v1/license/report", &report).send(world).await.done();
    let key = made("/v1/api-keys", "apiKey", json!({"name": "Staff", "permissions": 15, "ownerId": staff.user.id.to_string()})).await;
    json!({"customer": customer, "contact": contact, "order": order, "otherOrder": other, "keys": keys, "letter": letter,
        "template": template, "signed": signed, "sold": sold, "release": release, "assembly": assembly, "setting": setting, "key": key})
}

async fn made_license(world: &World, staff: &Staff, license: Value) -> i64 {
    let made = staff.post("/v1/licenses", &json!({"license": license})).send(world).await.done();
    made["licenseId"].as_i64().unwrap()
}

/// A shop with an API key that it brought along, its discounts and its customers' logins.
async fn shop(world: &World, plugin: &Vendor) {
    let secret = ApiKeySecret::parse(API_KEY).ok();
    world.create_api_key(plugin, NewApiKey { secret, email: EMAIL.parse().unwrap(), ..new_api_key(Permissions::ALL) }).await;
    let code = plugin.product.code.as_str();
    let keyed = |ask: latchkey_tests::exchange::Ask| ask.header("authorization", API_KEY);
    let token = keyed(post_form(bytex::CREATE_TOKEN, &[("InternalUserIdentifier", "K000000001"), ("ProductSku", code)]));
    let token = bytex::response(&token.send(world).await)["token"].as_str().unwrap().to_owned();
    bytex::response(&keyed(get(bytex::GET_TOKEN_VALIDITY, &[("Token", &token)])).send(world).await);
    let discount = [("ProductSku", code), ("Code", CODE), ("Percentage", "15")];
    bytex::response(&keyed(post_form(bytex::CREATE, &discount)).send(world).await);
    let redeemed = [("Code", CODE), ("ProductSku", code), ("Reference", "1001")];
    bytex::response(&keyed(post_form(bytex::REDEEM, &redeemed)).send(world).await);
    let stranger = get(bytex::LIST, &[]).header("authorization", "nobodys-api-key").send(world).await;
    assert_eq!(stranger.status, 401);
}

/// A login that goes on: its token.
async fn log_in(world: &World) -> Value {
    let attempt = async |password: &str| post_json("/v1/login", &json!({"userName": USER, "password": password})).send(world).await;
    attempt("a wrong password").await.refused();
    attempt(PASSWORD).await.done()["refreshToken"].clone()
}

/// Sites that are told of a release, and an endpoint that is told of a licence.
async fn tell(world: &World, account: AccountId) {
    let theme = product(world, account, "frozen-theme", DevelopmentSites::Counted).await;
    let license = world.license(&theme, |new| new.key = LicenseKey::parse("FROZEN-THEME").ok()).await;
    for host in [HOST, "refusing.shop.example"] {
        let ask = json!({"key": "FROZEN-THEME", "package": "frozen-theme", "site_url": format!("https://{host}")});
        assert_eq!(post_json("/wp-json/lmn/v1/license/activate", &ask).send(world).await.status, 200);
    }
    let release = world.publish(&theme, "1.0.0").await;
    let shop = Shop::open(world).await;
    shop.sink.answer(|request| Reply::Status(if request.header("host") == Some(HOST) { 204 } else { 410 }));
    shop.notify(&release).await;
    shop.drain().await;
    let mut tape = Tape::begin(world).await;
    tape.webhook(world, account, "https://hooks.example/latchkey").await;
    let edit = Edit { account, license: license.id, seen: None };
    let until = world.core.now().plus_seconds(400 * 24 * 60 * 60);
    let validity = latchkey_core::domain::license::Validity { from: None, until: Some(until) };
    tape.note(world).await;
    change_validity(&world.core, edit, validity).await.unwrap();
    tape.note(world).await;
    let issued = world.license(&theme, |new| new.key = LicenseKey::parse("FROZEN-TOLD").ok()).await;
    assert_ne!(issued.id, license.id);
    tape.note(world).await;
    assert!(tape.announce(&world.core).await.is_done());
    latchkey_worker::announce_endings(world.core.clone(), tape.queue()).await.unwrap();
}

/// The kinds of items among these keys.
pub(super) fn kinds<'a>(keys: impl Iterator<Item = &'a (String, String)>) -> BTreeSet<&'static str> {
    keys.map(|(pk, sk)| latchkey_core::table::migration::kind_of(pk, sk).unwrap_or_else(|| panic!("{pk} {sk} is of no kind"))).collect()
}
