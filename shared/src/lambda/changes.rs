//! What the table's stream tells of changes, and what it is answered
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html>).
//!
//! The indexes ask for keys alone: what an item is now is read from the table. A key that does not concern an index is passed over,
//! and so is a record in another form than expected, for nobody could ever answer for it. Events are derived from what an item was and is
//! (`NEW_AND_OLD_IMAGES`): there an item of ours that cannot be read is told again, for a newer version of this code may know it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::site_index::Touched;
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::ops::announce::ToldChange;
use crate::table::{images, keys};

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

    /// What can be events, each with the number of its change.
    pub fn told(&self) -> Vec<(String, Result<ToldChange, Fault>)> {
        self.records.iter().filter_map(told).collect()
    }
}

fn told(record: &Value) -> Option<(String, Result<ToldChange, Fault>)> {
    let change = &record["dynamodb"];
    let key = |name: &str| change["Keys"][name]["S"].as_str();
    let sequence = change["SequenceNumber"].as_str()?;
    // The stream's own name of the change; with the sequence number no two are alike in either case.
    let id = record["eventID"].as_str().unwrap_or(sequence).to_owned();
    let at = change["ApproximateCreationDateTime"].as_f64().and_then(seconds)?;
    let read = images::change(key(keys::PK)?, key(keys::SK)?, &change["OldImage"], &change["NewImage"]).transpose()?;
    Some((sequence.to_owned(), read.map(|change| ToldChange { id, at, change })))
}

/// Seconds since 1970, with a fraction or without.
fn seconds(seconds: f64) -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "what does not fit is outside of a moment's range as well")]
    let whole = seconds.floor() as i64;
    Timestamp::from_seconds(whole)
}

impl ChangesAnswer {
    /// All was done but what these changes were about.
    pub fn failed(sequences: impl IntoIterator<Item = String>) -> Self {
        Self { failures: sequences.into_iter().map(|sequence| FailedChange { sequence }).collect() }
    }

    /// Whether the change with this number has to be told again.
    pub fn has_failed(&self, sequence: &str) -> bool {
        self.failures.iter().any(|failed| failed.sequence == sequence)
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
    fn what_can_be_events_is_read_with_both_images_and_the_rest_is_passed_over() {
        let pk = format!("LICENSE#{}", LicenseKey::parse("TEST-KEY-0001").unwrap().digest().to_text());
        let seat = json!({"d": {"S": "example.com"}, "t": {"N": "1800000000"}, "pk": {"S": pk}, "sk": {"S": "SEAT#AAAAAAAAAAAAAAAA"}, "v": {"N": "1"}});
        let record = |sequence: &str, pk: &str, sk: &str, old: &Value, new: &Value| {
            json!({"eventID": format!("id{sequence}"), "dynamodb": {
                "ApproximateCreationDateTime": 1_800_000_000.0, "Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": sequence,
                "OldImage": old, "NewImage": new,
            }})
        };
        let records = [
            record("1", &pk, "SEAT#AAAAAAAAAAAAAAAA", &Value::Null, &seat),
            record("2", &pk, "SEAT#AAAAAAAAAAAAAAAA", &seat, &Value::Null),
            record("3", &pk, "GRANT", &Value::Null, &json!({"odd": {"S": "x"}})),
            record("4", &pk, "TRACE#0000000001", &Value::Null, &seat),
            json!({"odd": 1}),
        ];
        let event: ChangesEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        let told = event.told();
        let shown: Vec<_> =
            told.iter().map(|(sequence, told)| (sequence.as_str(), told.as_ref().ok().map(|told| told.id.as_str()))).collect();
        assert_eq!(shown, [("1", Some("id1")), ("2", Some("id2")), ("3", None)]);
    }

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
