//! What is not there, and what is wrong.

use serde_json::json;

use crate::tool::{Tool, rejected, stack};

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_a_definite_no() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    tool.vendor();
    for (words, code) in [
        ("license show --account 1 --license 99", "no_license"),
        ("license show --key NO-SUCH-KEY", "no_license"),
        ("license suspend --account 2 --license 1", "no_license"),
        ("account show 2", "no_account"),
        ("api-key create --account 2 --email a@example.com --name Shop", "no_account"),
        ("api-key list --account 2", "no_account"),
        ("api-key show --account 1 --api-key 99", "no_api_key"),
        ("api-key revoke --account 1 --api-key 99", "no_api_key"),
        ("user create --account 2 --user-name erika", "no_account"),
        ("user show --account 1 --user 0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e", "no_user"),
        ("customer create --account 2 --name Someone", "no_account"),
        ("order create --account 1 --customer 9", "no_customer"),
        ("product create --account 2 --slug a --name A --author A", "no_account"),
        ("product create --account 1 --slug acme-tools --name A --author A", "slug_in_use"),
        ("product create --account 1 --slug other --code acme --name A --author A", "code_in_use"),
        ("product show --account 1 --slug none", "no_product"),
        ("product list --account 2", "no_account"),
        ("license list --account 2", "no_account"),
        ("license issue --account 1 --product 1 --order 9 --line 0", "no_order"),
        ("license issue --account 1 --product 9", "no_product"),
    ] {
        assert_eq!(tool.code(words), rejected(code), "{words}");
    }
    let output = tool.run(&["license", "show", "--key", "NO-SUCH-KEY"], "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: there is no such licence\nhint: ") && !text.contains("NO-SUCH-KEY"), "{text}");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_there_already_and_another_one_is_made_or_missed() {
    let stack = stack().await;
    let tool = Tool::at(&stack.url());
    assert_eq!(tool.json("table create"), json!({"table": "latchkey", "created": false}));
    assert_eq!(tool.code("account show 1 --table other"), (Some(3), "no_table".to_owned()));
    assert_eq!(tool.json("table create --table other"), json!({"table": "other", "created": true}));
    assert_eq!(tool.json("account create --name Other --table other")["account"], 1);
    assert_eq!(tool.text("table create"), "The table `latchkey` exists already.\n");
    stack.shutdown().await;
}

#[test]
fn where_no_stack_runs_the_hint_says_so() {
    // A port that was free a moment ago and that nobody listens at.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tool = Tool::at(&format!("http://127.0.0.1:{port}"));
    let output = tool.run(&["account", "show", "1"], "");
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with(&format!("error: nothing listens at http://127.0.0.1:{port}\nhint: is the local stack running?")), "{text}");
    let (status, error) = tool.error("account show 1");
    assert_eq!((status, &error["code"]), (Some(3), &json!("no_connection")));
}

#[test]
fn wrong_usage_ends_with_two() {
    let tool = Tool::at("http://127.0.0.1:9");
    assert_eq!(tool.code("account show none"), (Some(2), "usage".to_owned()));
    assert_eq!(tool.run(&["account"], "").status.code(), Some(2));
    assert_eq!(tool.run(&["--help"], "").status.code(), Some(0));
}
