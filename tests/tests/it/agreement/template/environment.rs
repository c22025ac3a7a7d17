//! Each function is given the variables that it reads, and no others.

use std::cell::RefCell;
use std::collections::BTreeSet;

use latchkey_core::config::{
    AwsConfig, BearerSecrets, BucketConfig, CoreConfig, CredentialSecrets, DownloadConfig, MailConfig, OriginSecrets, SealingSecrets,
    TokenSecrets, log_settings, metrics_namespace, queue_url,
};
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::notify_sites::PushJob;
use latchkey_core::ops::send_mail::MailJob;
use serde_json::{Value, json};

use super::{Declared, Template};
use crate::agreement::cargo::packages;

/// What is right without being set, for buckets on AWS.
const LEFT_OUT: [&str; 1] = ["LATCHKEY_S3_PATH_STYLE"];

/// How a function's `main` runs it (`shared/src/lambda/mod.rs`).
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may go with any other")]
struct Runs {
    with_credentials: bool,
    with_downloads: bool,
    with_tokens: bool,
    with_access: bool,
    with_sealing: bool,
    with_packages: bool,
    with_pushes: bool,
    with_webhooks: bool,
    with_mail: bool,
    sends_mail: bool,
}

impl Runs {
    fn of(binary: &str) -> Self {
        let binaries = packages().into_iter().flat_map(|package| package.binaries);
        let text = binaries.into_iter().find(|found| found.name == binary).unwrap().text;
        let called = [
            "run",
            "run_with_downloads",
            "run_with_credentials_and_downloads",
            "run_with_credentials_and_tokens",
            "run_with_access",
            "run_with_access_and_sealing",
            "run_with_access_sealing_packages_and_notices",
            "run_on_changes",
            "run_on_changes_with_queues",
            "run_on_messages",
            "run_on_schedule",
        ];
        let called: Vec<_> = called.into_iter().filter(|name| text.contains(&format!("lambda::{name}("))).collect();
        let [name] = called[..] else { panic!("the main of {binary} must call one of lambda's entries, and not {called:?}") };
        let has = |part: &str| name.contains(part);
        Self {
            with_credentials: has("credentials") || has("access"),
            with_downloads: has("downloads"),
            with_tokens: has("tokens"),
            with_access: has("access"),
            with_sealing: has("sealing") || text.contains("SealingSecrets::read("),
            with_packages: has("packages"),
            // What is put into a queue says which one it is.
            with_pushes: has("notices") || text.contains("push_updates"),
            with_webhooks: has("notices")
                || ["announce_changes", "announce_endings", "deliver_events"].iter().any(|work| text.contains(work)),
            with_mail: ["announce_changes", "deliver_mails"].iter().any(|work| text.contains(work)),
            sends_mail: text.contains("MailConfig::read("),
        }
    }

    /// The names that are asked for at the start. Lambda sets what begins with `AWS_`.
    fn reads(self) -> BTreeSet<String> {
        let asked = RefCell::new(BTreeSet::new());
        let environment = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            let is_url = name == "LATCHKEY_PUBLIC_URL";
            let is_address = name == "LATCHKEY_MAIL_FROM";
            Some(match (is_url, is_address) {
                (true, _) => "https://licenses.example.com".to_owned(),
                (_, true) => "licenses@example.com".to_owned(),
                _ => "x".repeat(64),
            })
        };
        log_settings(&environment);
        // Workers are measured as well, and given what the front proves itself with, though nobody asks them.
        metrics_namespace(&environment).unwrap();
        OriginSecrets::read(&environment).unwrap();
        CoreConfig::read(&environment).unwrap();
        AwsConfig::read(&environment).unwrap();
        if self.with_downloads {
            DownloadConfig::read(&environment).unwrap();
        }
        if self.with_packages {
            BucketConfig::read(&environment).unwrap();
        }
        if self.with_tokens {
            TokenSecrets::read(&environment).unwrap();
        }
        if self.with_pushes {
            queue_url::<PushJob>(&environment).unwrap();
        }
        if self.with_webhooks {
            queue_url::<WebhookJob>(&environment).unwrap();
        }
        if self.with_mail {
            queue_url::<MailJob>(&environment).unwrap();
        }
        if self.sends_mail {
            MailConfig::read(&environment).unwrap();
        }
        if self.with_credentials {
            CredentialSecrets::read(&environment).unwrap();
        }
        if self.with_access {
            BearerSecrets::read(&environment).unwrap();
        }
        if self.with_sealing {
            SealingSecrets::read(&environment).unwrap();
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
                "LATCHKEY_WEBHOOK_QUEUE" => json!({"!Ref": "Webhooks"}),
                "LATCHKEY_MAIL_QUEUE" => json!({"!Ref": "Mails"}),
                "LATCHKEY_MAIL_FROM" => json!({"!Ref": "MailFrom"}),
                "LATCHKEY_MAIL_CONFIGURATION_SET" => json!({"!Ref": "MailFeedback"}),
                "LATCHKEY_SEALING_SECRET" => secret("SealingSecret"),
                "LATCHKEY_SEALING_SECRET_PREVIOUS" => previous("SealingSecret"),
                "LATCHKEY_LOG" => json!({"!Ref": "LogLevel"}),
                "LATCHKEY_TOKEN_SECRET" => secret("TokenSecret"),
                "LATCHKEY_TOKEN_SECRET_PREVIOUS" => previous("TokenSecret"),
                "LATCHKEY_CREDENTIAL_SECRET" => secret("CredentialSecret"),
                "LATCHKEY_CREDENTIAL_SECRET_PREVIOUS" => previous("CredentialSecret"),
                "LATCHKEY_BEARER_SECRET" => secret("BearerSecret"),
                "LATCHKEY_BEARER_SECRET_PREVIOUS" => previous("BearerSecret"),
                "LATCHKEY_ORIGIN_SECRET" => json!({"!If": ["IsFrontOnly", secret("OriginSecret"), {"!Ref": "AWS::NoValue"}]}),
                "LATCHKEY_ORIGIN_SECRET_PREVIOUS" => previous("OriginSecret"),
                "LATCHKEY_METRICS" => {
                    json!({"!If": ["IsMeasured", {"!Sub": "Latchkey/${AWS::StackName}"}, {"!Ref": "AWS::NoValue"}]})
                }
                other => panic!("{}: say here what {other} should be", function.resource),
            };
            assert_eq!(*value, expected, "{}: {name}", function.resource);
        }
    }
    for (name, condition) in template.0["Conditions"].as_object().unwrap() {
        let Some(what) = name.strip_prefix("Has").filter(|what| *what != "HostedZone") else { continue };
        let only_where_named = json!({"!Not": [{"!Equals": [{"!Ref": format!("{what}Arn")}, ""]}]});
        assert_eq!(*condition, only_where_named, "{name}: an empty ARN resolves to nothing");
    }
}
