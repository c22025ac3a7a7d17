//! Which functions there are, how they are built, called, limited and logged.

use std::collections::BTreeSet;

use latchkey_core::http::REQUEST_SECONDS;
use serde_json::{Value, json};

use super::{Declared, Template};
use crate::agreement::cargo::packages;
use crate::agreement::functions;

#[test]
fn code_template_and_binaries_name_the_same_functions() {
    let template = Template::read();
    let declared: Vec<_> = template.functions().iter().map(|function| function.binary.to_owned()).collect();
    let once: BTreeSet<_> = declared.iter().cloned().collect();
    assert_eq!(declared.len(), once.len(), "a binary is declared twice in template.yaml: {declared:?}");
    let in_code = functions().into_iter().map(|(function, _)| function.name).chain(latchkey_local::workers());
    let in_code = in_code.chain(latchkey_local::consumers()).chain(latchkey_local::scheduled());
    let in_code: BTreeSet<_> = in_code.map(str::to_owned).collect();
    assert_eq!(once, in_code, "template.yaml (left) and infra/local/src/functions.rs (right) must name the same functions");
    let built: BTreeSet<_> = packages().into_iter().flat_map(|package| package.binaries).map(|binary| binary.name).collect();
    assert_eq!(once, built, "template.yaml (left) and the [[bin]]s below functions/ (right) must be the same");
}

#[test]
fn each_function_is_built_from_the_package_that_has_its_binary() {
    let packages = packages();
    for function in Template::read().functions() {
        let Declared { resource, binary, .. } = function;
        let package = packages.iter().find(|package| function.properties["CodeUri"] == package.folder);
        let package = package.unwrap_or_else(|| panic!("{resource}: CodeUri must be a package's folder, such as functions/woosa"));
        assert!(package.binaries.iter().any(|one| one.name == binary), "{resource}: {} has no [[bin]] {binary}", package.folder);
        assert_eq!(function.property("Runtime"), "provided.al2023", "{resource}");
        assert_eq!(function.property("Handler"), "bootstrap", "{resource}");
    }
}

#[test]
fn the_events_are_the_routes() {
    let template = Template::read();
    let apis = template.of_type("AWS::Serverless::HttpApi");
    let [api] = apis[..] else { panic!("template.yaml must have one HTTP API, not {apis:?}") };
    for (function, _) in functions() {
        let declared = template.function(function.name);
        let mut routes = Vec::new();
        for (name, event) in declared.properties["Events"].as_object().unwrap() {
            let of = format!("{}.Events.{name}", declared.resource);
            let properties = &event["Properties"];
            assert_eq!(event["Type"], "HttpApi", "{of}");
            assert_eq!(properties["ApiId"], json!({"!Ref": api}), "{of}: without it SAM makes an API of its own");
            assert_eq!(properties["PayloadFormatVersion"], "2.0", "{of}: what shared/src/lambda.rs reads");
            routes.push(format!("{} {}", text(&properties["Method"]), text(&properties["Path"])));
        }
        routes.sort();
        let mut in_code = function.routes.to_vec();
        in_code.sort_unstable();
        assert_eq!(routes, in_code, "{}: its events (left) must be {}'s `routes` (right)", declared.resource, function.name);
    }
}

#[test]
fn each_function_logs_into_a_group_that_is_kept_for_a_while() {
    let template = Template::read();
    for function in template.functions() {
        let Declared { resource, binary, .. } = function;
        let named = &function.properties["FunctionName"];
        assert_eq!(*named, json!({"!Sub": format!("${{AWS::StackName}}-{binary}")}), "{resource}");
        let group = function.properties["LoggingConfig"]["LogGroup"]["!Ref"].as_str();
        let group = group.unwrap_or_else(|| panic!("{resource}: LoggingConfig.LogGroup must be a !Ref of its log group"));
        let declared = template.resource(group);
        assert_eq!(declared["Type"], "AWS::Logs::LogGroup", "{group}");
        let name = json!({"!Sub": format!("/aws/lambda/${{AWS::StackName}}-{binary}")});
        assert_eq!(declared["Properties"]["LogGroupName"], name, "{group}");
    }
    for group in template.of_type("AWS::Logs::LogGroup") {
        assert!(!template.resource(group)["Properties"]["RetentionInDays"].is_null(), "{group}: kept, and paid for, for ever");
    }
}

#[test]
fn the_function_answers_before_lambda_ends_it_and_lambda_before_the_gateway_gives_up() {
    /// The longest that API Gateway waits for a function
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>, "Maximum integration timeout").
    const GATEWAY_SECONDS: u64 = 30;
    for function in Template::read().functions() {
        let timeout = function.property("Timeout").as_u64().unwrap();
        assert!(
            (REQUEST_SECONDS + 1..GATEWAY_SECONDS).contains(&timeout),
            "{}: Timeout {timeout} must lie between REQUEST_SECONDS ({REQUEST_SECONDS}) and {GATEWAY_SECONDS}",
            function.resource
        );
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}
