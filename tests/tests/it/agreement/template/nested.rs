//! The templates that the template nests are told what they ask for, and watch over all that there is; and the way in is as it is meant.

use std::collections::BTreeSet;

use latchkey_core::http::{ORIGIN, VIEWER};
use latchkey_core::metrics::{DURATION, READ_UNITS, WRITE_UNITS};
use serde_json::{Value, json};

use super::Template;

#[test]
fn each_nested_template_is_given_what_it_asks_for_and_nothing_else() {
    let template = Template::read();
    let stacks = template.of_type("AWS::CloudFormation::Stack");
    assert_eq!(stacks.len(), 4, "{stacks:?}");
    for stack in stacks {
        let declared = template.resource(stack);
        let condition = declared["Condition"].as_str().unwrap_or_else(|| panic!("{stack}: an operator must be able to do without"));
        assert!(!template.0["Conditions"][condition].is_null(), "{stack}: {condition}");
        let path = declared["Properties"]["TemplateURL"].as_str().unwrap();
        let nested = Template::of(path);
        let asked = nested.0["Parameters"].as_object().unwrap();
        let given: BTreeSet<_> = declared["Properties"]["Parameters"].as_object().unwrap().keys().collect();
        for name in &given {
            assert!(asked.contains_key(*name), "{path} has no parameter {name}");
        }
        for (name, parameter) in asked {
            assert!(given.contains(name) || parameter.get("Default").is_some(), "{stack}: give {path} its {name}");
        }
    }
}

#[test]
fn no_page_in_a_browser_is_let_in_and_no_log_of_requests_holds_what_they_say() {
    let template = Template::read();
    let api = template.only("AWS::Serverless::HttpApi");
    assert!(api.get("CorsConfiguration").is_none(), "a browser's page has no business here: see template.yaml");
    let format = api["AccessLogSettings"]["Format"].as_str().unwrap();
    let variables: BTreeSet<_> = format.split('"').filter(|part| part.starts_with("$context")).collect();
    let known = [
        "$context.requestId",
        "$context.routeKey",
        "$context.status",
        "$context.protocol",
        "$context.responseLatency",
        "$context.integrationLatency",
    ];
    assert_eq!(variables, known.into(), "keys and tokens are in paths and queries, and an address is somebody's");
    assert_eq!(format.matches('$').count(), known.len());
    let limits = &api["DefaultRouteSettings"];
    assert!(limits["ThrottlingRateLimit"].as_u64() > Some(0) && limits["ThrottlingBurstLimit"].as_u64() > Some(0));
    let front = Template::of("infra/front.yaml");
    let distribution = &front.only("AWS::CloudFront::Distribution")["DistributionConfig"];
    assert!(distribution.get("Logging").is_none(), "CloudFront's log has the query");
    let samples = front.0["Resources"]["WebAcl"].to_string().matches("\"SampledRequestsEnabled\":true").count();
    assert_eq!(samples, 0, "samples have the query");
}

#[test]
fn the_front_sends_the_headers_that_functions_look_at() {
    let front = Template::of("infra/front.yaml");
    let origin = &front.only("AWS::CloudFront::Distribution")["DistributionConfig"]["Origins"][0]["OriginCustomHeaders"];
    assert_eq!(origin.as_array().unwrap().len(), 1);
    assert_eq!(origin[0]["HeaderName"], ORIGIN);
    assert_eq!(origin[0]["HeaderValue"], json!({"!Sub": "{{resolve:secretsmanager:${OriginSecretArn}:SecretString}}"}));
    let code = front.only("AWS::CloudFront::Function")["FunctionCode"].as_str().unwrap();
    assert!(code.contains(&format!("request.headers['{VIEWER}'] = {{ value: event.viewer.ip }}")), "{code}");
}

#[test]
fn alarms_and_dashboard_are_of_all_workers_and_functions() {
    let alarms = Template::of("infra/alarms.yaml");
    let functions_of = |alarm: &str| -> BTreeSet<String> {
        let metrics = alarms.resource(alarm)["Properties"]["Metrics"].as_array().unwrap().clone();
        let name = |metric: &Value| metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["!Ref"].as_str().map(str::to_owned);
        metrics.iter().filter_map(name).collect()
    };
    let template = Template::read();
    let resources = |names: Vec<&'static str>| -> BTreeSet<String> {
        names.into_iter().map(|name| template.function(name).resource.to_owned()).collect()
    };
    let told = [latchkey_local::workers(), latchkey_local::consumers()].concat();
    let own = "what the clock calls has an alarm of its own";
    assert_eq!(functions_of("WorkersFail"), resources(told), "infra/alarms.yaml: {own}");
    assert_eq!(functions_of("ChangesTooOld"), resources(latchkey_local::workers()), "infra/alarms.yaml");
    for scheduled in latchkey_local::scheduled() {
        let resource = template.function(scheduled).resource;
        let dimension = json!([{"Name": "FunctionName", "Value": {"!Ref": resource}}]);
        let all = alarms.of_type("AWS::CloudWatch::Alarm").into_iter().map(|name| &alarms.resource(name)["Properties"]);
        let all = all.filter(|alarm| alarm["Dimensions"] == dimension);
        let watched: Vec<_> =
            all.map(|alarm| (alarm["MetricName"].as_str().unwrap(), alarm["TreatMissingData"].as_str().unwrap())).collect();
        let expected = [("Errors", "notBreaching"), ("Invocations", "breaching")];
        assert_eq!(watched, expected, "{resource}: {own}, and one for not being called, which leaves no data");
    }
    for name in alarms.of_type("AWS::CloudWatch::Alarm") {
        let actions = &alarms.resource(name)["Properties"]["AlarmActions"];
        assert_eq!(*actions, json!({"!If": ["HasTopic", [{"!Ref": "TopicArn"}], {"!Ref": "AWS::NoValue"}]}), "{name} would tell nobody");
    }
    let dashboard = Template::of("infra/dashboard.yaml");
    let body = dashboard.only("AWS::CloudWatch::Dashboard")["DashboardBody"]["!Sub"].as_str().unwrap();
    let parsed: Value = serde_json::from_str(body).unwrap();
    assert!(parsed["widgets"].as_array().is_some_and(|widgets| widgets.len() > 5));
    for function in template.functions() {
        let group = format!("SOURCE '/aws/lambda/${{Deployment}}-{}'", function.binary);
        assert!(body.contains(&group), "infra/dashboard.yaml: {group}");
    }
    let searches = body.matches("SEARCH('").count();
    let quoted = body.matches(r#"SEARCH('{\"Latchkey/${Deployment}\","#).count();
    assert!(searches > 0 && searches == quoted, "infra/dashboard.yaml: a stack's name may have a hyphen, which is found in quotes alone");
    for metric in [DURATION, READ_UNITS, WRITE_UNITS] {
        assert!(body.contains(&format!(r#"MetricName=\"{metric}\""#)), "infra/dashboard.yaml: {metric}");
    }
}

#[test]
fn traces_are_an_operators_choice_and_every_function_may_send_them_then() {
    let template = Template::read();
    let tracing = &template.0["Parameters"]["Tracing"];
    assert_eq!((&tracing["Default"], &tracing["AllowedValues"]), (&json!("Disabled"), &json!(["Disabled", "Active"])));
    assert_eq!(template.0["Globals"]["Function"]["Tracing"], json!({"!Ref": "Tracing"}));
    // SAM gives the permission to the roles that it makes.
    let policy = json!({"!Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"});
    let allowed = json!({"!If": ["IsTraced", [policy], {"!Ref": "AWS::NoValue"}]});
    for role in template.of_type("AWS::IAM::Role") {
        assert_eq!(template.resource(role)["Properties"]["ManagedPolicyArns"], allowed, "{role}");
    }
}
