//! Nothing in the templates has a name that a second stack would want too: a copy for trying, or one that a table is restored into.

use serde_json::Value;

use super::Template;

const TEMPLATES: [&str; 6] =
    ["template.yaml", "infra/alarms.yaml", "infra/backups.yaml", "infra/dashboard.yaml", "infra/deploy-role.yaml", "infra/front.yaml"];

/// Properties that are called names, with a value that is the same in every stack, and why that is as well.
const SAME: [(&str, &str); 5] = [
    ("AWS::Backup::BackupSelection.BackupSelection.SelectionName", "unique within its plan"),
    ("AWS::CloudWatch::Alarm.MetricName", "AWS's own"),
    ("AWS::DynamoDB::Table.TimeToLiveSpecification.AttributeName", "unique within its table"),
    ("AWS::SES::ConfigurationSetEventDestination.EventDestination.Name", "unique within its set"),
    ("AWS::Serverless::HttpApi.StageName", "unique within its API"),
];

/// What is called a name, and its value, in a resource's properties and one step below.
fn names<'a>(kind: &str, properties: &'a Value, deep: bool) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    for (property, value) in properties.as_object().into_iter().flatten() {
        let path = format!("{kind}.{property}");
        if property.ends_with("Name") && property != "DNSName" {
            found.push((path, value));
        } else if !deep && !property.starts_with('!') {
            found.extend(names(&path, value, true));
        }
    }
    found
}

#[test]
fn two_stacks_can_be_in_one_account() {
    let mut same = Vec::new();
    for path in TEMPLATES {
        let template = Template::of(path);
        for (resource, declared) in template.0["Resources"].as_object().unwrap() {
            for (name, value) in names(declared["Type"].as_str().unwrap(), &declared["Properties"], false) {
                // A reference differs as what it is of does; a text that is put together, as far as the stack's name is in it.
                let differs = value.get("!Ref").is_some()
                    || value.get("!GetAtt").is_some()
                    || value["!Sub"].as_str().is_some_and(|text| text.contains("${AWS::StackName}"));
                if !differs {
                    let excepted = SAME.iter().any(|(excepted, _)| *excepted == name);
                    assert!(
                        excepted,
                        "{path}: {resource}: {name} is {value} in every stack: leave it out, or put the stack's name into it"
                    );
                    same.push(name);
                }
            }
        }
    }
    for (name, why) in SAME {
        assert!(same.iter().any(|found| found == name), "{name} ({why}) is not there any more: take it off the list");
    }
}

#[test]
fn what_the_clock_calls_is_not_named_by_sam() {
    let template = Template::read();
    let mut clocks = 0;
    for function in template.functions() {
        for (name, event) in function.properties["Events"].as_object().unwrap() {
            if event["Type"].as_str().unwrap().starts_with("Schedule") {
                let of = format!("{}.Events.{name}", function.resource);
                assert_eq!(event["Type"], "ScheduleV2", "{of}");
                assert_eq!(event["Properties"]["OmitName"], true, "{of}: SAM would call the schedule the same in every stack");
                clocks += 1;
            }
        }
    }
    assert_eq!(clocks, latchkey_local::scheduled().len());
}

#[test]
fn the_public_names_records_are_in_one_template_each_once() {
    let of_route53 = |template: &Template| -> Vec<Value> {
        let all = template.0["Resources"].as_object().unwrap().values();
        all.filter(|resource| resource["Type"].as_str().unwrap().starts_with("AWS::Route53::")).cloned().collect()
    };
    let why = "two records of one kind are both there for a moment when the name goes from one to the other, which Route 53 refuses";
    for path in TEMPLATES.into_iter().filter(|path| *path != "template.yaml") {
        assert!(of_route53(&Template::of(path)).is_empty(), "{path}: {why}");
    }
    let records = of_route53(&Template::read());
    let mut kinds: Vec<&Value> = records.iter().map(|record| &record["Properties"]["Type"]).collect();
    kinds.sort_by_key(ToString::to_string);
    assert_eq!(kinds, ["A", "AAAA"], "{why}");
}
