//! What a deployment begins with, and what is told of an account.

use latchkey_core::domain::api_key::ApiKeySecret;
use latchkey_core::ops::authenticate::{Presented, authenticate};
use serde_json::{Value, json};

use crate::tool::{Tool, rejected, stack};

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_begins_with_an_account_an_administrator_and_a_key() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    let init = "init --name Acme --user-name erika --email erika@example.com --password-stdin";
    assert_eq!(tool.run(&init.split(' ').collect::<Vec<_>>(), "short").status.code(), Some(2));
    let made = tool.json_given(init, "correct horse\n");
    assert_eq!(made["account"], 1);
    let user = tool.json(&format!("user show --account 1 --user {}", made["user"].as_str().unwrap()));
    assert_eq!((&user["user_name"], &user["roles"]), (&json!("erika"), &json!(["Administrator"])));
    let secret = ApiKeySecret::parse(made["key"].as_str().unwrap()).unwrap();
    let presented = Presented { secret, email: "erika@example.com".parse().ok(), address: None };
    assert!(authenticate(stack.core(), stack.credentials(), &presented).await.is_ok());

    assert_eq!(tool.code("init --name Again --user-name max --email max@example.com"), rejected("begun"));
    let (status, error) = tool.error("init --name Again --user-name Erika --email max@example.com --another");
    assert_eq!((status, &error["code"]), (Some(1), &json!("user_name_in_use")));
    assert!(error["message"].as_str().unwrap().ends_with("account 2 was made"), "{error}");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_figures_are_told() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    tool.json("license issue --account 1 --product 1");
    tool.json("license issue --account 1 --product 1 --seats unlimited");
    tool.json("license revoke --account 1 --license 1");
    let mut told = Value::Null;
    // The local stack's worker keeps them up to date, as the deployment's does.
    for _ in 0..100 {
        told = tool.json("stats --account 1");
        if told["revoked"] == 1 && told["licenses"] == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let told = ["licenses", "revoked", "unlimited", "most_seats", "products"].map(|name| told[name].clone());
    assert_eq!(told, [2, 1, 1, 2, 1].map(Value::from));
    assert_eq!(tool.code("stats --account 2"), rejected("no_account"));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_moves_from_one_order_to_another_and_to_none() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    for _ in 0..2 {
        tool.json("order create --account 1 --lines 1");
    }
    let issued = tool.json("license issue --account 1 --product 1 --order 1 --line 0");
    let moved = format!("license move --account 1 --license {}", issued["license"]);
    assert_eq!(tool.json(&format!("{moved} --order 2"))["order"], 2);
    assert_eq!(tool.json(&format!("{moved} --no-order"))["order"], Value::Null);
    assert_eq!(tool.code(&format!("{moved} --order 9")), rejected("no_order"));
    assert_eq!(tool.code(&moved), (Some(2), "usage".to_owned()));
    stack.shutdown().await;
}
