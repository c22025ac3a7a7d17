//! The runbook says what every alarm means, and what it tells to run is there.

use std::collections::BTreeSet;
use std::fs;

use super::sources::root;

/// The names of the resources of a type in the templates: each stands on a line of its own, the type on the next or the one after.
fn resources(kind: &str) -> BTreeSet<String> {
    let nested = fs::read_dir(root().join("infra")).unwrap().map(|entry| entry.unwrap().path());
    let nested = nested.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut found = BTreeSet::new();
    for path in nested.chain([root().join("template.yaml")]) {
        let text = fs::read_to_string(path).unwrap();
        let mut last = String::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("  ").and_then(|line| line.strip_suffix(':')).filter(|name| !name.starts_with([' ', '#']))
            {
                name.clone_into(&mut last);
            }
            if line == format!("    Type: {kind}") {
                found.insert(last.clone());
            }
        }
    }
    found
}

#[test]
fn every_alarm_has_its_paragraph_in_the_runbook() {
    let runbook = fs::read_to_string(root().join("infra/README.md")).unwrap();
    let alarms = resources("AWS::CloudWatch::Alarm");
    assert!(!alarms.is_empty());
    for alarm in alarms {
        let section = runbook.split(&format!("\n### {alarm}\n")).nth(1).map(|rest| rest.split("\n#").next().unwrap_or_default().trim());
        let words = section.map_or(0, |section| section.split_whitespace().count());
        assert!(words >= 15, "say in infra/README.md, under \"### {alarm}\", what it means and what to do");
    }
}
