//! What the runbook and the templates' own texts say in figures is what the template says.

use std::collections::BTreeSet;
use std::fs;

use latchkey_core::table::schema::INDEXES;
use serde_json::{Value, json};

use super::Template;
use crate::agreement::sources::{root, sources};

fn text(path: &str) -> String {
    // Wherever a line ends, a sentence is the same.
    fs::read_to_string(root().join(path)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ").replace(" # ", " ")
}

fn runbook() -> String {
    text("infra/README.md")
}

fn says(path: &str, sentence: &str) {
    assert!(text(path).contains(sentence), "{path} must say: {sentence}");
}

/// The metrics that an alarm looks at.
fn metrics(alarm: &Value) -> Vec<&Value> {
    let several = alarm["Metrics"].as_array().into_iter().flatten().map(|metric| &metric["MetricStat"]["Metric"]);
    let several: Vec<_> = several.filter(|metric| !metric.is_null()).collect();
    if several.is_empty() { vec![alarm] } else { several }
}

#[test]
fn the_concurrency_that_is_asked_for_is_what_is_reserved() {
    let template = Template::read();
    let reserved = template.functions().into_iter().filter_map(|function| function.properties["ReservedConcurrentExecutions"].as_u64());
    let reserved: u64 = reserved.sum();
    let (needed, least) = (reserved + 100, reserved + 10);
    says("template.yaml", &format!("All workers together reserve {reserved}, and AWS wants a hundred"));
    says("template.yaml", &format!("an account whose limit is below {needed} has to ask"));
    says("infra/README.md", &format!("The workers reserve {reserved} of the account's concurrent executions"));
    says(
        "infra/README.md",
        &format!("{needed} are needed ({least} in accounts whose limit is 10, where 10 must be left), and {reserved} more"),
    );
    says("infra/README.md", &format!("10 in new accounts; {needed} are needed"));
    says("infra/README.md", &format!("step 0: {reserved} of it are the workers'"));
    says("infra/README.md", &format!("The account needs another {reserved} concurrent executions"));
}

#[test]
fn the_runbook_counts_functions_and_tellings_as_the_template_does() {
    let template = Template::read();
    says("infra/README.md", &format!("in the right order, for {} functions", template.functions().len()));
    let queues = template.of_type("AWS::SQS::Queue").into_iter().map(|queue| &template.resource(queue)["Properties"]["RedrivePolicy"]);
    let most: BTreeSet<_> = queues.filter_map(|policy| policy["maxReceiveCount"].as_u64()).collect();
    assert_eq!(most.len(), 1, "the runbook knows one number: {most:?}");
    let told = format!("{} times and failed each time", most.first().unwrap());
    let runbook = runbook();
    // "was told 20 times": how often, and not of what.
    let all: Vec<_> = runbook.split("was told ").skip(1).filter(|rest| rest.split(' ').nth(1) == Some("times")).collect();
    assert!(all.len() >= 2 && all.iter().all(|rest| rest.starts_with(&told)), "infra/README.md must say: was told {told}");
}

#[test]
fn the_way_back_from_stopping_everything_is_the_templates_limits() {
    let template = Template::read();
    let limits = &template.only("AWS::Serverless::HttpApi")["DefaultRouteSettings"];
    let (burst, rate) = (&limits["ThrottlingBurstLimit"], &limits["ThrottlingRateLimit"]);
    says("infra/README.md", &format!("and back: limit {burst} {rate}, as the template has it"));
    says("infra/README.md", "ThrottlingBurstLimit=$1,ThrottlingRateLimit=$2");
}

#[test]
fn the_alarms_metrics_are_counted_where_their_cost_is_told() {
    let alarms = Template::of("infra/alarms.yaml");
    let all = alarms.of_type("AWS::CloudWatch::Alarm").into_iter().map(|name| metrics(&alarms.resource(name)["Properties"]).len());
    let count: usize = all.sum();
    says("template.yaml", &format!("They watch {count} metrics at 0.10 US$ a month"));
    let workload: Value = serde_json::from_str(&fs::read_to_string(root().join("infra/bench/workload.json")).unwrap()).unwrap();
    assert_eq!(workload["alarms"], count, "infra/bench/workload.json, then `cargo run -p latchkey-bench -- cost`");
}

#[test]
fn what_indexes_turn_away_and_cost_is_counted_too() {
    let alarms = Template::of("infra/alarms.yaml");
    for (alarm, names) in [
        ("TableThrottled", ["ReadThrottleEvents", "WriteThrottleEvents"]),
        ("CostsTooMuch", ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"]),
    ] {
        let declared = &alarms.resource(alarm)["Properties"];
        let of_the_table = metrics(declared).into_iter().filter(|metric| metric["Namespace"] == "AWS/DynamoDB");
        let found: BTreeSet<_> = of_the_table.map(|metric| (metric["MetricName"].to_string(), metric["Dimensions"].to_string())).collect();
        let table = json!({"Name": "TableName", "Value": {"!Ref": "Table"}});
        let index = |(name, ..): (&str, _, _)| json!([table, {"Name": "GlobalSecondaryIndexName", "Value": name}]);
        let dimensions: Vec<Value> = [json!([table])].into_iter().chain(INDEXES.map(index)).collect();
        let each = |name: &str| dimensions.iter().map(|of| (json!(name).to_string(), of.to_string())).collect::<Vec<_>>();
        let expected = names.into_iter().flat_map(each).collect();
        assert_eq!(found, expected, "{alarm}: with a table's name alone, its indexes are not counted");
        // What is added up is all of it.
        let ids = declared["Metrics"].as_array().unwrap().iter().filter(|metric| metric["ReturnData"] == false);
        let expression = declared["Metrics"].as_array().unwrap().iter().find_map(|metric| metric["Expression"].as_str()).unwrap();
        for id in ids.map(|metric| metric["Id"].as_str().unwrap()) {
            let is_added = expression == "SUM(METRICS())" || expression.contains(&format!("FILL({id}, 0)"));
            assert!(is_added, "{alarm} looks at {id} and does not add it");
        }
    }
}

#[test]
fn nobody_is_told_to_let_sam_save_parameters() {
    let asking = ["--", "guided"].concat();
    for source in sources(".", &[".md", ".toml", ".sh", ".yaml", ".yml", ".rs", ".py"]) {
        assert!(!source.text.contains(&asking), "{}: what it saves is put back by every later deployment", source.path);
    }
    let config = fs::read_to_string(root().join("samconfig.toml")).unwrap();
    assert!(!config.lines().any(|line| line.trim_start().starts_with("parameter_overrides")), "samconfig.toml: likewise");
}

#[test]
fn the_runbook_names_parameters_and_outputs_that_there_are() {
    let (template, roles) = (Template::read(), Template::of("infra/deploy-role.yaml"));
    let runbook = fs::read_to_string(root().join("infra/README.md")).unwrap();
    let mut set = BTreeSet::new();
    // With the lines that a command is continued on.
    for line in runbook.replace("\\\n", " ").lines().filter(|line| line.contains("--parameter-overrides")) {
        let words = line.split("--parameter-overrides").skip(1).flat_map(|rest| rest.split([' ', '`', '\'', ',']));
        let pairs = words.filter_map(|word| word.split_once('=')).map(|(name, _)| name.to_owned());
        set.extend(pairs.filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase())));
    }
    assert!(set.len() >= 6, "{set:?}");
    for name in set {
        let is_there = [&template, &roles].iter().any(|template| template.0["Parameters"].get(&name).is_some());
        assert!(is_there, "infra/README.md sets {name}, which no template has");
    }
    let mut asked = BTreeSet::new();
    for function in ["$(out ", "$(secret ", "$(arn "] {
        let names = runbook.split(function).skip(1).map(|rest| rest.split(|end: char| !end.is_alphanumeric()).next().unwrap());
        asked.extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
    }
    assert!(asked.len() >= 10, "{asked:?}");
    for name in asked {
        assert!(!template.0["Outputs"][&name].is_null(), "infra/README.md asks for {name}, which is no output");
    }
}

#[test]
fn what_is_sealed_is_sealed_anew_before_its_secret_goes() {
    let runbook = runbook();
    let section = runbook.split("## Rotating secrets").nth(1).unwrap().split(" ## ").next().unwrap();
    for word in ["latchkey reseal", "LATCHKEY_SEALING_SECRET_PREVIOUS", "PreviousSealingSecretArn", "LATCHKEY_CREDENTIAL_SECRET_PREVIOUS"] {
        assert!(section.contains(word), "infra/README.md, \"Rotating secrets\", must say {word}");
    }
    says("infra/rotate.sh", "latchkey reseal");
    says("template.yaml", "then `latchkey reseal` until it says");
    let template = Template::read();
    for secret in ["Credential", "Sealing"] {
        let output = &template.0["Outputs"][format!("Previous{secret}SecretArn")];
        assert_eq!(output["Value"], json!({"!Ref": format!("Previous{secret}SecretArn")}), "{secret}: the tool needs the former value");
        assert_eq!(output["Condition"], format!("HasPrevious{secret}Secret"), "{secret}");
    }
}
