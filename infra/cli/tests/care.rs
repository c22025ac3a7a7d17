//! Looking after a deployment, against the local stack: `latchkey doctor` and `latchkey migrate`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};

use latchkey_core::clock::Clock;
use latchkey_core::domain::destination::Reach;
use latchkey_core::random::Random;
use latchkey_local::{Options, Stack, Storage};
use serde_json::{Value, json};

async fn stack() -> Stack {
    let options = Options { port: 0, storage: Storage::Ephemeral, clock: Clock::System, random: Random::System, reach: Reach::Local, smtp: None };
    Stack::start(options).await.unwrap()
}

fn run(url: &str, words: &str) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    let tool = tool.arg(format!("--local={url}")).args(words.split(' ')).arg("--json");
    tool.env("LATCHKEY_TABLE", "elsewhere").output().unwrap()
}

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
    assert_eq!(items(url), json!({"account": 1, "counter": 1}));
    assert_eq!(states(&answer(url, "doctor --read-only").1)["version"], "warning");
    let (code, done) = answer(url, "migrate");
    assert_eq!((code, &done["version"], &done["changed"]), (Some(0), &json!(1), &json!(0)));
    assert_eq!(states(&answer(url, "doctor --read-only").1)["version"], "ok");
    stack.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_deployment_is_told_so_and_nothing_is_left_of_having_tried_it() {
    let stack = stack().await;
    let url = &stack.url();
    run(url, "migrate");
    let before = items(url);
    let (code, found) = answer(url, "doctor");
    let states = states(&found);
    assert_eq!((code, &found["healthy"], &found["failed"]), (Some(0), &json!(true), &json!(0)), "{found}");
    for check in ["credentials", "table", "version", "bucket", "clock", "public_address", "activation"] {
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
