//! Each function is given the variables that it reads, and no others.

use std::cell::RefCell;
use std::collections::BTreeSet;

use latchkey_core::config::{AwsConfig, CoreConfig, DownloadConfig, log_settings};
use serde_json::{Value, json};

use super::{Declared, Template};
use crate::agreement::cargo::packages;

/// What is right without being set, for buckets on AWS.
const LEFT_OUT: [&str; 1] = ["LATCHKEY_S3_PATH_STYLE"];

const PREVIOUS: &str = "LATCHKEY_TOKEN_SECRET_PREVIOUS";

/// How a function's `main` runs it (`shared/src/lambda.rs`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Plain,
    OnChanges,
    WithDownloads,
}

impl Runs {
    fn of(binary: &str) -> Self {
        let binaries = packages().into_iter().flat_map(|package| package.binaries);
        let text = binaries.into_iter().find(|found| found.name == binary).unwrap().text;
        let ways = [("run", Self::Plain), ("run_on_changes", Self::OnChanges), ("run_with_downloads", Self::WithDownloads)];
        let called: Vec<Self> =
            ways.into_iter().filter(|(name, _)| text.contains(&format!("lambda::{name}("))).map(|(_, way)| way).collect();
        let [way] = called[..] else { panic!("the main of {binary} must call one of the ways to run a function in latchkey_core::lambda") };
        way
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
        if self == Self::WithDownloads {
            DownloadConfig::read(&environment).unwrap();
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
    let template = Template::read();
    for function in template.functions() {
        for (name, value) in variables(&function) {
            let expected = match name {
                "LATCHKEY_TABLE" => json!({"!Ref": "Table"}),
                "LATCHKEY_BUCKET" => json!({"!Ref": "Bucket"}),
                "LATCHKEY_PUBLIC_URL" => json!({"!Sub": "https://${PublicHost}"}),
                "LATCHKEY_LOG" => json!({"!Ref": "LogLevel"}),
                "LATCHKEY_TOKEN_SECRET" => secret("TokenSecret"),
                PREVIOUS => {
                    json!({"!If": ["HasPreviousTokenSecret", secret("PreviousTokenSecretArn"), {"!Ref": "AWS::NoValue"}]})
                }
                other => panic!("{}: say here what {other} should be", function.resource),
            };
            assert_eq!(*value, expected, "{}: {name}", function.resource);
        }
    }
    let only_where_named = json!({"!Not": [{"!Equals": [{"!Ref": "PreviousTokenSecretArn"}, ""]}]});
    assert_eq!(template.0["Conditions"]["HasPreviousTokenSecret"], only_where_named, "an empty ARN resolves to nothing");
}
