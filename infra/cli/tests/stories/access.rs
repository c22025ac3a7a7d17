//! Who may work with an account.

use latchkey_core::domain::api_key::ApiKeySecret;
use latchkey_core::ops::authenticate::{Presented, authenticate};
use serde_json::{Value, json};

use crate::tool::{Tool, rejected, stack};

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_are_shown_once_and_open_until_they_are_revoked() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let opens = async |key: &str| {
        let secret = ApiKeySecret::parse(key).unwrap();
        let presented = Presented { secret, email: "vendor@example.com".parse().ok(), address: None };
        authenticate(stack.core(), stack.credentials(), &presented).await.is_ok()
    };
    let made = tool.json("api-key create --account 1 --email Vendor@Example.com --name Shop");
    assert_eq!((&made["email"], &made["state"]), (&json!("vendor@example.com"), &json!("active")));
    assert_eq!(made["permissions"], json!(["read", "write", "delete", "create"]));
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("api_0001") && opens(key).await);

    let bring = "api-key create --account 1 --email vendor@example.com --name Old --permissions read --expires 2100-01-01 --key-stdin";
    let guid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
    let brought = tool.json_given(bring, &format!("{guid}\n"));
    assert_eq!((&brought["key"], &brought["expires"]), (&json!(guid), &json!("2100-01-01T00:00:00.000000Z")));
    assert!(opens(guid).await);
    assert_eq!(tool.run(&bring.split(' ').collect::<Vec<_>>(), guid).status.code(), Some(1));
    assert_eq!(tool.run(&bring.split(' ').collect::<Vec<_>>(), "short").status.code(), Some(2));
    assert_eq!(tool.code("api-key create --account 1 --email a@b.c --name N --expires 2020-01-01"), rejected("already_expired"));

    let list = tool.json("api-key list --account 1");
    let ids: Vec<_> = list["api_keys"].as_array().unwrap().iter().map(|key| key["api_key"].clone()).collect();
    assert_eq!(ids, [made["api_key"].clone(), brought["api_key"].clone()]);
    assert_eq!((list["api_keys"][0].get("key"), &list["api_keys"][0]["former_secret"]), (None, &json!(false)));

    let id = made["api_key"].as_u64().unwrap();
    assert_eq!(tool.json(&format!("api-key revoke --account 1 --api-key {id} --why lost"))["state"], "revoked");
    assert!(!opens(key).await);
    let shown = tool.json(&format!("api-key show --account 1 --api-key {id}"));
    assert_eq!((&shown["why"], shown.get("key")), (&json!("lost"), None));
    assert!(!tool.text(&format!("api-key show --account 1 --api-key {id}")).contains(key));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_administrator_is_made_and_kept_in_order() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    let create = "user create --account 1 --user-name Erika --email Erika@example.com --roles administrator --password-stdin";
    let made = tool.json_given(create, "correct horse\n");
    assert_eq!((&made["user_name"], &made["email"]), (&json!("Erika"), &json!("erika@example.com")));
    assert_eq!((&made["roles"], &made["last_log_in"]), (&json!(["Administrator"]), &Value::Null));
    assert_eq!(tool.run(&create.split(' ').collect::<Vec<_>>(), "short").status.code(), Some(2));
    assert_eq!(tool.code("user create --account 1 --user-name eRIKA"), rejected("user_name_in_use"));

    let user = format!("--account 1 --user {}", made["user"].as_str().unwrap());
    let roles = tool.json(&format!("user roles {user} --roles Sales,Customer"));
    assert_eq!(roles["roles"], json!(["Sales", "Customer"]));
    tool.json_given(&format!("user set-password {user}"), "another good one\n");
    assert_eq!(tool.json("user list --account 1")["users"], json!([tool.json(&format!("user show {user}"))]));
    let owner = made["user"].as_str().unwrap();
    let key = tool.json(&format!("api-key create --account 1 --email erika@example.com --name Own --owner {owner} --roles sales"));
    assert_eq!((&key["owner"], &key["roles"]), (&made["user"], &json!(["Sales"])));
    let beyond = format!("api-key create --account 1 --email erika@example.com --name Own --owner {owner} --roles Administrator");
    assert_eq!(tool.code(&beyond), rejected("roles_beyond_owner"));

    assert_eq!(tool.json(&format!("user delete {user}"))["deleted"], true);
    assert_eq!(tool.code(&format!("user show {user}")), rejected("no_user"));
    assert_eq!(tool.json(&format!("api-key show --account 1 --api-key {}", key["api_key"]))["state"], "revoked");
    stack.shutdown().await;
}
