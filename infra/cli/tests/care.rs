//! Looking after a deployment, against the local stack: `latchkey doctor` and `latchkey migrate`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};

use latchkey_core::clock::Clock;
use latchkey_core::domain::destination::Reach;
use latchkey_core::local;
use latchkey_core::random::Random;
use latchkey_local::{Options, Stack, Storage};
use serde_json::{Value, json};

async fn stack() -> Stack {
    let options =
        Options { port: 0, storage: Storage::Ephemeral, clock: Clock::System, random: Random::System, reach: Reach::Local, smtp: None };
    Stack::start(options).await.unwrap()
}

fn run(url: &str, words: &str) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    let tool = tool.arg(format!("--local={url}")).args(words.split(' ')).arg("--json");
    tool.env("LATCHKEY_TABLE", "elsewhere").output().unwrap()
}

/// A secret that is nobody's here.
const OTHER: &str = "Ue8Zr2LmX0vTn5KcWb7YdHs4PfGj9RaE";

/// The exit code and what was answered.
fn answer(url: &str, words: &str) -> (Option<i32>, Value) {
    let output = run(url, words);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words}");
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

/// The states of the checks by their names.
fn states(answer: &Value) -> Value {
    let checks = answer["checks"].as_array().unwrap();
    checks
        .iter()
        .map(|check| (check["check"].as_str().unwrap().to_owned(), check["state"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// How many items of each kind the table has, but for what the stack's own clockwork leaves.
fn items(url: &str) -> Value {
    let mut kinds = answer(url, "migrate --dry-run").1["kinds"].clone();
    kinds.as_object_mut().unwrap().remove("hour of ends");
    kinds
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_verified_and_its_version_noted() {
    let stack = stack().await;
    let url = &stack.url();
    run(url, "account create --name Acme");
    let (code, looked) = answer(url, "migrate --dry-run");
    assert_eq!((code, &looked["dry_run"], &looked["changed"], &looked["unknown"]), (Some(0), &json!(true), &json!(0), &json!(0)));
    assert_eq!(items(url), json!({"account": 1, "counter": 1, "table's version": 1}), "a table of our own making says so from the first");
    let version = |words: &str| states(&answer(url, words).1)["version"].clone();
    assert_eq!(version("doctor --read-only"), "ok");
    // One that was made by a template, and begun in.
    run(url, "table create --table other");
    assert_eq!(version("doctor --read-only --table other"), "warning");
    run(url, "init --name Acme --user-name erika --email erika@example.com --table other");
    assert_eq!(version("doctor --read-only --table other"), "ok");
    // One in which there was something before anybody looked.
    run(url, "table create --table third");
    run(url, "account create --name Acme --table third");
    run(url, "init --name Acme --user-name erika --email erika@example.com --another --table third");
    assert_eq!(version("doctor --read-only --table third"), "warning");
    let (code, done) = answer(url, "migrate --table third");
    assert_eq!((code, &done["version"], &done["changed"]), (Some(0), &json!(1), &json!(0)));
    assert_eq!(version("doctor --read-only --table third"), "ok");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_deployment_is_told_so_and_nothing_is_left_of_having_tried_it() {
    let stack = stack().await;
    let url = &stack.url();
    run(url, "init --name Acme --user-name erika --email erika@example.com");
    let before = items(url);
    let (code, found) = answer(url, "doctor");
    let states = states(&found);
    assert_eq!((code, &found["healthy"], &found["failed"]), (Some(0), &json!(true), &json!(0)), "{found}");
    for check in [
        "credentials",
        "table",
        "version",
        "restores",
        "bucket",
        "queue_of_notifications",
        "queue_of_webhooks",
        "queue_of_mail",
        "stored_api_keys",
        "stored_secrets",
        "clock",
        "public_address",
        "activation",
        "deployed_credential_secret",
    ] {
        assert_eq!(states[check], "ok", "{check}: {found}");
    }
    let tried = found["checks"].as_array().unwrap().iter().find(|check| check["check"] == "activation").unwrap();
    assert!(tried["message"].as_str().unwrap().contains("seen at the public address"));
    assert_eq!(items(url), before);
    assert_eq!(run(url, "account show 2147483647").status.code(), Some(1));
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_found_and_the_exit_code_says_so() {
    let stack = stack().await;
    let url = &stack.url();
    for (words, check) in [
        ("doctor --table nothing-here", "credentials"),
        ("doctor --bucket nothing-here", "bucket"),
        ("doctor --public-url http://127.0.0.1:1", "public_address"),
    ] {
        let (code, found) = answer(url, words);
        assert_eq!((code, &found["healthy"], &states(&found)[check]), (Some(1), &json!(false), &json!("failed")), "{words}: {found}");
        let hints = found["checks"].as_array().unwrap().iter().filter(|check| check["state"] == "failed");
        assert!(hints.into_iter().all(|check| check["hint"].is_string()), "{found}");
    }
    let (code, found) = answer("http://127.0.0.1:1", "doctor");
    let states = states(&found);
    assert_eq!((code, &states["credentials"], &states["activation"]), (Some(1), &json!("failed"), &json!("skipped")), "{found}");
    assert_eq!(states["clock"], "skipped");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_address_that_answers_otherwise_fails_the_trial_which_is_taken_away_all_the_same() {
    let stack = stack().await;
    let url = &stack.url();
    let before = items(url);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    let (code, found) = answer(url, &format!("doctor --public-url http://{address}"));
    let states = states(&found);
    assert_eq!((code, &states["public_address"], &states["activation"]), (Some(1), &json!("failed"), &json!("failed")), "{found}");
    assert_eq!(items(url), before);
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_not_the_deployments_is_found_in_the_table_and_at_the_functions() {
    let stack = stack().await;
    let url = &stack.url();
    run(url, "init --name Acme --user-name erika --email erika@example.com");
    run(url, "webhook create --account 1 --url https://hooks.example.com/in --events license.issued");
    // As a deployment is looked at: by the AWS tools' variables, and with secrets of its own.
    let doctor = |credential: &str, sealing: &str, previous: Option<&str>| {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        let tool = tool.args(["doctor", "--table", "latchkey", "--json", "--push-queue", &format!("{url}/no-such-queue")]);
        let tool = tool.env("AWS_ENDPOINT_URL", url).env("AWS_REGION", "eu-west-1").env("LATCHKEY_PUBLIC_URL", url);
        let tool = tool.env("AWS_ACCESS_KEY_ID", local::ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", local::SECRET_KEY);
        let tool = tool.env("LATCHKEY_CREDENTIAL_SECRET", credential).env("LATCHKEY_SEALING_SECRET", sealing);
        let tool = tool.env("LATCHKEY_TOKEN_SECRET", "q8Zr2LmX0vTn5KcWb7YdHs4PfGj9RaEu");
        if let Some(previous) = previous {
            tool.env("LATCHKEY_CREDENTIAL_SECRET_PREVIOUS", previous);
        }
        let found: Value = serde_json::from_slice(&tool.output().unwrap().stdout).unwrap();
        let states = states(&found);
        ["stored_api_keys", "stored_secrets", "deployed_credential_secret", "deployed_token_secret", "queue_of_notifications"]
            .map(|check| states[check].as_str().unwrap_or("not looked at").to_owned())
    };
    assert_eq!(doctor(local::CREDENTIAL_SECRET, local::SEALING_SECRET, None), ["ok", "ok", "ok", "failed", "failed"]);
    assert_eq!(doctor(OTHER, OTHER, None), ["failed", "failed", "failed", "not looked at", "failed"]);
    // In the midst of a rotation, of which the functions know nothing yet.
    assert_eq!(doctor(OTHER, OTHER, Some(local::CREDENTIAL_SECRET))[..3], ["ok", "failed", "failed"]);
    assert_eq!(run(url, "account show 2147483647").status.code(), Some(1), "nothing of it is left");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_in_the_queues_is_told_with_and_without_an_account() {
    let stack = stack().await;
    let url = &stack.url();
    run(url, "account create --name Acme");
    let (code, told) = answer(url, "stats --account 1");
    let names: Vec<_> = told["queues"].as_array().unwrap().iter().map(|queue| queue["queue"].as_str().unwrap()).collect();
    assert_eq!((code, &told["licenses"], names), (Some(0), &json!(0), vec!["notifications", "webhooks", "mail"]));
    let idle = json!({"queue": "mail", "visible": 0, "in_flight": 0, "delayed": 0, "given_up": 0, "why": null});
    assert_eq!(told["queues"][2], idle);
    let (code, told) = answer(url, &format!("stats --mail-queue {url}/no-such-queue"));
    assert_eq!((code, told.as_object().unwrap().len(), &told["queues"][1]["given_up"]), (Some(0), 1, &json!(0)));
    assert!(
        told["queues"][2]["visible"].is_null() && told["queues"][2]["why"].as_str().unwrap().starts_with("there is no queue"),
        "{told}"
    );
    stack.shutdown().await;
}
