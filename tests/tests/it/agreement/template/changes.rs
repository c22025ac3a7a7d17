//! The table's stream reaches the workers, and only what concerns them.

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::seat::Device;
use latchkey_core::table::keys;
use serde_json::{Value, json};

use super::Template;

/// A worker's mapping.
fn mapping(template: &Template, worker: &str) -> Value {
    let declared = template.function(worker);
    let events: Vec<&Value> = declared.properties["Events"].as_object().unwrap().values().collect();
    let [event] = events[..] else { panic!("{worker} must have one event") };
    assert_eq!(event["Type"], "DynamoDB", "{worker}");
    event["Properties"].clone()
}

/// What a pattern says of a text: each of its alternatives is the text itself or a beginning.
fn passes(alternatives: &Value, text: &str) -> bool {
    let fits = |one: &Value| one == text || one["prefix"].as_str().is_some_and(|prefix| text.starts_with(prefix));
    alternatives.as_array().unwrap().iter().any(fits)
}

#[test]
fn the_stream_tells_what_items_were_and_are_to_two_readers_at_most() {
    let template = Template::read();
    assert_eq!(template.only("AWS::DynamoDB::Table")["StreamSpecification"], json!({"StreamViewType": "NEW_AND_OLD_IMAGES"}));
    assert!(latchkey_local::workers().len() <= 2, "more than two readers of a shard are throttled");
}

#[test]
fn a_change_that_fails_is_told_again_and_at_last_given_up_where_it_is_seen() {
    let template = Template::read();
    for worker in latchkey_local::workers() {
        let mapping = mapping(&template, worker);
        assert_eq!(mapping["Stream"], json!({"!GetAtt": "Table.StreamArn"}), "{worker}");
        assert_eq!(mapping["StartingPosition"], "TRIM_HORIZON", "{worker}: changes before the mapping was there would be lost");
        assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{worker}: what ChangesAnswer says");
        assert_eq!(mapping["BisectBatchOnFunctionError"], true, "{worker}");
        for bound in ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds"] {
            assert!(mapping[bound].as_i64().unwrap() > 0, "{worker}: without {bound} one change can block all others for a day");
        }
        let failure = &mapping["DestinationConfig"]["OnFailure"];
        assert_eq!(failure["Type"], "SQS", "{worker}");
        let queue = failure["Destination"]["!GetAtt"].as_str().unwrap().strip_suffix(".Arn").unwrap();
        assert_eq!(template.resource(queue)["Type"], "AWS::SQS::Queue", "{worker}");
    }
}

/// What a worker is told of.
fn patterns(template: &Template, worker: &str) -> Vec<Value> {
    let mapping = mapping(template, worker);
    let filters = mapping["FilterCriteria"]["Filters"].as_array().unwrap();
    let patterns = filters.iter().map(|filter| serde_json::from_str::<Value>(filter["Pattern"].as_str().unwrap()).unwrap());
    patterns.map(|pattern| pattern["dynamodb"]["Keys"].clone()).collect()
}

#[test]
fn the_filters_let_through_what_the_code_looks_at() {
    let digest = LicenseKey::parse("TEST-KEY-0001").unwrap().digest().to_text();
    let seat = Device::parse("example.com").unwrap().digest();
    let template = Template::read();
    let (sites, events) = (patterns(&template, latchkey_worker::SITES), patterns(&template, latchkey_worker::EVENTS));
    let product = "PRODUCT#0000000001#0000000002".to_owned();
    for (pk, sk) in [
        (format!("LICENSE#{digest}"), "GRANT".to_owned()),
        (format!("LICENSE#{digest}"), format!("SEAT#{seat}")),
        (format!("LICENSE#{digest}"), format!("FLOAT#{seat}")),
        (format!("LICENSE#{digest}"), "WENT#mark".to_owned()),
        (format!("LICENSE#{digest}"), format!("SITE#COUNTED#{seat}")),
        (format!("LICENSE#{digest}"), format!("SITE#FREE#{seat}")),
        ("SITE#0000000001#example.com".to_owned(), format!("LICENSE#0000000001#{seat}")),
        ("ACCOUNT#0000000001".to_owned(), "LICENSE#0000000001".to_owned()),
        ("ACCOUNT#0000000001".to_owned(), "WEBHOOK#0000000001".to_owned()),
        ("ACCOUNT#0000000001".to_owned(), "MAIL#0000000001".to_owned()),
        ("MAIL#0000000001#0000000001".to_owned(), "PART#0000".to_owned()),
        ("WEBHOOK#0000000001#0000000001".to_owned(), "DELIVERY#evt_0".to_owned()),
        ("ENDING#0000500000".to_owned(), format!("LICENSE#{digest}#0")),
        ("COUNTERS".to_owned(), "ACCOUNT".to_owned()),
        (product.clone(), "RELEASE#0000000003".to_owned()),
        (product.clone(), "NOTIFICATION#0000000003".to_owned()),
        (product.clone(), "VERSION#1.0.0".to_owned()),
        (product, "README#0000000004".to_owned()),
    ] {
        let is_told = |patterns: &[Value]| patterns.iter().any(|keys| passes(&keys["pk"]["S"], &pk) && passes(&keys["sk"]["S"], &sk));
        assert_eq!(
            is_told(&sites),
            keys::touched(&pk, &sk).is_some(),
            "{pk} / {sk}: the filter (left) must do what keys::touched does (right)"
        );
        assert_eq!(is_told(&events), keys::told(&pk, &sk).is_some(), "{pk} / {sk}: the filter (left) must do what keys::told does (right)");
    }
}
