//! What an account's log is told of every operation, whichever area it is of.

use latchkey_core::domain::role::Role;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::listed;

fn properties(entry: &Value) -> Value {
    serde_json::from_str(entry["properties"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn changes_refusals_and_faults_are_told_with_who_and_what_and_reading_is_not() {
    let world = crate::faults::world().await;
    let staff = world.administrator().await;
    let sales = world.staff(staff.account, Role::Sales).await;
    let product = staff.post("/v1/products", &json!({"product": {"name": "Secret name"}})).send(&world).await.done();
    let path = format!("/v1/products/{}", product["productId"]);
    staff.get("/v1/products", &[]).send(&world).await.done();
    sales.delete(&path).send(&world).await.refused();
    staff.delete("/v1/products/999").send(&world).await.refused();
    staff.post("/v1/products", &json!({"product": 7})).send(&world).await.refused();
    world.core.sink.settle().await;
    world.table.inject(Rule::every(Fault::AccessDenied).on("TransactWriteItems"));
    let broken = staff.delete(&path).send(&world).await;
    world.table.clear();
    assert!(broken.status.is_server_error(), "{}", broken.status);
    staff.delete(&path).send(&world).await.done();
    let (entries, _) = listed(&world, &staff, "/v1/log", "logEntries", &[("sort", "Id")]).await;
    let told: Vec<(&str, String)> =
        entries.iter().map(|entry| (entry["level"].as_str().unwrap(), entry["message"].as_str().unwrap().to_owned())).collect();
    let expected = [
        ("Information", "POST /v1/products was done".to_owned()),
        ("Warning", format!("DELETE {path} was refused: forbidden")),
        ("Error", format!("DELETE {path} failed: denied")),
        ("Information", format!("DELETE {path} was done")),
    ];
    assert_eq!(told, expected);
    assert_eq!(properties(&entries[1])["ByUser"], sales.user.id.to_string());
    assert_eq!(properties(&entries[3])["ByUser"], staff.user.id.to_string());
    assert_eq!(properties(&entries[3])["productId"], product["productId"]);
    let exception = entries[2]["exception"].as_str().unwrap();
    assert!(exception.starts_with("denied: "), "{exception}");
    assert!(!format!("{entries:?}").contains("Secret name"), "what was sent is not told");
}

#[tokio::test]
async fn a_key_is_told_by_its_number_and_an_ids_place_holds_nothing_else() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let key = world.staff_key(&staff, latchkey_core::domain::api_key::Permissions::from_bits(15).unwrap()).await;
    let ask = latchkey_tests::exchange::get("/v1/reports/erika@example.com", &[]).method(http::Method::DELETE).keyed(&key);
    ask.send(&world).await.refused();
    let delete = latchkey_tests::exchange::get("/v1/log", &[("deleteAll", "true")]).method(http::Method::DELETE).keyed(&key);
    delete.send(&world).await;
    let settings = json!({"settings": [{"group": "Reports", "name": "Accept", "value": false}]});
    latchkey_tests::exchange::post_json("/v1/settings", &settings).method(http::Method::PUT).keyed(&key).send(&world).await.done();
    let (entries, _) = listed(&world, &staff, "/v1/log", "logEntries", &[("sort", "Id desc")]).await;
    let by = properties(&entries[0]);
    assert_eq!((by["ByApiKey"].is_i64(), by["ByUser"].as_str()), (true, Some(staff.user.id.to_string().as_str())), "{by}");
    assert!(entries.iter().all(|entry| !entry.to_string().contains(&key) && !entry.to_string().contains("erika")), "{entries:?}");
}

#[tokio::test]
async fn nothing_that_opens_anything_and_nobodys_address_is_in_an_accounts_log() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let (password, wrong, key) = ("correct horse battery staple", "wrong horse battery staple", "SECRET-USER-KEY-01");
    let license = world.license_with(&vendor, key, Some(3)).await;
    let user = json!({"user": {"userName": "erika", "email": "erika@example.com", "roles": ["Sales"]}, "password": password});
    staff.post("/v1/users", &user).send(&world).await.done();
    for (name, password) in [("erika", wrong), ("erika", password), (password, "erika"), ("nobody", wrong)] {
        let login = json!({"userName": name, "password": password});
        latchkey_tests::exchange::post_json("/v1/login", &login).from_address("203.0.113.7").send(&world).await;
    }
    let api_key = staff.post("/v1/api-keys", &json!({"apiKey": {"name": "Shop", "permissions": 15}})).send(&world).await.done();
    let api_key = api_key["apiKey"].as_str().unwrap().to_owned();
    world.keep_secret(&api_key);
    let customer = json!({"customer": {"firstName": "Erika", "email": "erika@example.com"}});
    latchkey_tests::exchange::post_json("/v1/customers", &customer).keyed(&api_key).send(&world).await.done();
    let mail = json!({"to": [{"name": "Erika", "email": "erika@example.com"}], "subject": key, "body": password});
    staff.post("/v1/email/send", &mail).send(&world).await.done();
    let settings = json!({"settings": [{"group": "Email", "name": "ReplyTo", "value": "erika@example.com"}]});
    staff.put("/v1/settings", &settings).send(&world).await.done();
    super::reports::submit(&world, &staff, Some(license.id), "ExceptionReport", &format!("{key} {password}")).await.unwrap();
    staff.delete(&format!("/v1/customers/{key}")).send(&world).await;
    staff.get("/v1/log", &[("filter", &format!("Message = \"{password}\""))]).method(http::Method::DELETE).send(&world).await;
    world.core.sink.settle().await;
    let scan = world.dynamodb.scan().table_name(world.core.table.name()).send().await.unwrap();
    let of_log: Vec<String> = scan.items().iter().map(|item| format!("{item:?}")).filter(|item| item.contains("\"LOG#")).collect();
    assert!(of_log.len() >= 2 * 6, "{of_log:#?}");
    for secret in [password, wrong, key, &api_key, &staff.bearer, "erika@example.com"] {
        assert!(!of_log.iter().any(|item| item.contains(secret)), "{secret}");
    }
}
