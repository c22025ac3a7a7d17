//! What the table's stream tells of changes, and what it is answered
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>).
//!
//! Only keys are asked for (`KEYS_ONLY`): what an item is now is read from the table. A key that does not concern an index is passed over,
//! and so is a record in another form than expected, for nobody could ever answer for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::site_index::Touched;
use crate::table::keys;

/// A batch of changes, in the order in which they came about, some of them for the second time.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ChangesEvent {
    #[serde(rename = "Records", default)]
    records: Vec<Value>,
}

/// Which changes have to be told again. The stream goes back to the first of them, and tells all that follow it again too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangesAnswer {
    #[serde(rename = "batchItemFailures")]
    failures: Vec<FailedChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FailedChange {
    #[serde(rename = "itemIdentifier")]
    sequence: String,
}

impl ChangesEvent {
    /// What changed, each once, with the number of the first change of it.
    pub fn touched(&self) -> BTreeMap<Touched, String> {
        let mut touched = BTreeMap::new();
        for record in &self.records {
            let change = &record["dynamodb"];
            let key = |name: &str| change["Keys"][name]["S"].as_str();
            let of = key(keys::PK).zip(key(keys::SK)).and_then(|(pk, sk)| keys::touched(pk, sk));
            if let Some((of, sequence)) = of.zip(change["SequenceNumber"].as_str()) {
                touched.entry(of).or_insert_with(|| sequence.to_owned());
            }
        }
        touched
    }
}

impl ChangesAnswer {
    /// All was done but what these changes were about.
    pub fn failed(sequences: impl IntoIterator<Item = String>) -> Self {
        Self { failures: sequences.into_iter().map(|sequence| FailedChange { sequence }).collect() }
    }

    /// Whether all was done.
    pub fn is_done(&self) -> bool {
        self.failures.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::key::LicenseKey;

    #[test]
    fn a_licence_that_changed_twice_is_looked_at_once_and_told_again_from_its_first_change() {
        let pk = format!("LICENSE#{}", LicenseKey::parse("TEST-KEY-0001").unwrap().digest().to_text());
        let record = |sk: &str, sequence: &str| {
            json!({"eventID": "1", "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": {
                "Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": sequence, "SizeBytes": 9, "StreamViewType": "KEYS_ONLY",
            }})
        };
        let records = [record("GRANT", "100"), record("SITE#FREE#x", "101"), record("GRANT", "102"), json!({"odd": 1})];
        let event: ChangesEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        let touched: Vec<String> = event.touched().into_values().collect();
        assert_eq!(touched, ["100"]);
        let answer = serde_json::to_value(ChangesAnswer::failed(touched)).unwrap();
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "100"}]}));
        assert_eq!(serde_json::to_value(ChangesAnswer::default()).unwrap(), json!({"batchItemFailures": []}));
    }
}
