//! Each function is given the variables that it reads, and no others.

use std::cell::RefCell;
use std::collections::BTreeSet;

use latchkey_core::config::{AwsConfig, CoreConfig, CredentialSecrets, DownloadConfig, TokenSecrets, log_settings, queue_url};
use latchkey_core::ops::notify_sites::PushJob;
use serde_json::{Value, json};

use super::{Declared, Template};
use crate::agreement::cargo::packages;

/// What is right without being set, for buckets on AWS.
const LEFT_OUT: [&str; 1] = ["LATCHKEY_S3_PATH_STYLE"];

/// How a function's `main` runs it (`shared/src/lambda/mod.rs`).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Runs(&'static str);

impl Runs {
    fn of(binary: &str) -> Self {
        let binaries = packages().into_iter().flat_map(|package| package.binaries);
        let text = binaries.into_iter().find(|found| found.name == binary).unwrap().text;
        let called = [
            "run",
            "run_with_downloads",
            "run_with_credentials",
            "run_with_credentials_and_downloads",
            "run_with_credentials_and_tokens",
            "run_on_changes",
            "run_on_messages",
        ];
        let called: Vec<_> = called.into_iter().filter(|name| text.contains(&format!("lambda::{name}("))).collect();
        let [name] = called[..] else { panic!("the main of {binary} must call one of lambda's entries, and not {called:?}") };
        Self(name)
    }

    fn has(self, part: &str) -> bool {
        self.0.contains(part)
    }

    /// The names that are asked for at the start. Lambda sets what begins with `AWS_`.
    fn reads(self) -> BTreeSet<String> {
        let asked = RefCell::new(BTreeSet::new());
        let environment = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            let is_url = name == "LATCHKEY_PUBLIC_URL";
            Some(if is_url { "https://licenses.example.com".to_owned() } else { "x".repeat(64) })
        };
        log_settings(&environment);
        CoreConfig::read(&environment).unwrap();
        AwsConfig::read(&environment).unwrap();
        if self.has("downloads") {
            DownloadConfig::read(&environment).unwrap();
        }
        if self.has("tokens") {
            TokenSecrets::read(&environment).unwrap();
        }
        if self.has("messages") {
            queue_url::<PushJob>(&environment).unwrap();
        }
        if self.has("credentials") {
            CredentialSecrets::read(&environment).unwrap();
        }
        let asked = asked.into_inner().into_iter();
        asked.filter(|name| !name.starts_with("AWS_") && !LEFT_OUT.contains(&name.as_str())).collect()
    }
}

/// A function's own variables and those of all.
fn variables<'a>(function: &Declared<'a>) -> Vec<(&'a str, &'a Value)> {
    let of = |value: &'a Value| value["Environment"]["Variables"].as_object().into_iter().flatten();
    of(function.globals).chain(of(function.properties)).map(|(name, value)| (name.as_str(), value)).collect()
}

#[test]
fn each_function_is_given_what_it_reads() {
    for function in Template::read().functions() {
        let given: BTreeSet<String> = variables(&function).into_iter().map(|(name, _)| name.to_owned()).collect();
        let reads = Runs::of(function.binary).reads();
        assert_eq!(given, reads, "{}: its variables (left) must be those that it reads (right)", function.resource);
    }
}

#[test]
fn names_of_stores_are_references_and_secrets_are_resolved_when_deploying() {
    let secret = |of: &str| json!({"!Sub": format!("{{{{resolve:secretsmanager:${{{of}}}:SecretString}}}}")});
    let previous = |of: &str| {
        let value = secret(&format!("Previous{of}Arn"));
        json!({"!If": [format!("HasPrevious{of}"), value, {"!Ref": "AWS::NoValue"}]})
    };
    let template = Template::read();
    for function in template.functions() {
        for (name, value) in variables(&function) {
            let expected = match name {
                "LATCHKEY_TABLE" => json!({"!Ref": "Table"}),
                "LATCHKEY_BUCKET" => json!({"!Ref": "Bucket"}),
                "LATCHKEY_PUBLIC_URL" => json!({"!Sub": "https://${PublicHost}"}),
                "LATCHKEY_PUSH_QUEUE" => json!({"!Ref": "Pushes"}),
                "LATCHKEY_LOG" => json!({"!Ref": "LogLevel"}),
                "LATCHKEY_TOKEN_SECRET" => secret("TokenSecret"),
                "LATCHKEY_TOKEN_SECRET_PREVIOUS" => previous("TokenSecret"),
                "LATCHKEY_CREDENTIAL_SECRET" => secret("CredentialSecret"),
                "LATCHKEY_CREDENTIAL_SECRET_PREVIOUS" => previous("CredentialSecret"),
                other => panic!("{}: say here what {other} should be", function.resource),
            };
            assert_eq!(*value, expected, "{}: {name}", function.resource);
        }
    }
    for (name, condition) in template.0["Conditions"].as_object().unwrap() {
        let what = name.strip_prefix("Has").unwrap();
        let only_where_named = json!({"!Not": [{"!Equals": [{"!Ref": format!("{what}Arn")}, ""]}]});
        assert_eq!(*condition, only_where_named, "{name}: an empty ARN resolves to nothing");
    }
}
