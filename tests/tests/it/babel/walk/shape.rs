//! Whether an answer has exactly the members of the contract's example, each of its type.

use latchkey_core::domain::time::Timestamp;
use serde_json::{Map, Value};

/// What stands in the contract for any text.
const TEXT: &str = "string";

/// What an answer may leave empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Navigations {
    /// Other objects may be null: nobody asked for them.
    Perhaps,
    /// The objects right inside a row are there: they were asked for.
    Included,
}

/// Where `answer` is not as `example`, one line a place.
pub(super) fn differences(example: &Value, answer: &Value, navigations: Navigations) -> Vec<String> {
    let mut found = Vec::new();
    compare(example, answer, "", navigations, &mut found);
    found
}

fn compare(example: &Value, answer: &Value, at: &str, navigations: Navigations, found: &mut Vec<String>) {
    match (example, answer) {
        // Any value of the setting's type stands there.
        (Value::Null, _) | (Value::Bool(_), Value::Bool(_)) => {}
        (Value::Object(example), Value::Object(answer)) => members(example, answer, at, navigations, found),
        (Value::Array(example), Value::Array(answer)) => {
            for (place, item) in answer.iter().enumerate() {
                if let Some(example) = example.first() {
                    compare(example, item, &format!("{at}[{place}]"), navigations, found);
                }
            }
        }
        (Value::Object(example), Value::Null) if example.is_empty() || navigations == Navigations::Perhaps || depth(at) != 1 => {}
        (Value::Number(example), Value::Number(answer)) => {
            if example.is_i64() && answer.as_i64().is_none_or(|number| i32::try_from(number).is_err()) {
                found.push(format!("{at}: {answer} is not a whole number of 32 bits"));
            }
        }
        (Value::String(example), Value::String(_)) if example == TEXT => {}
        (Value::String(_), Value::String(answer)) => {
            if Timestamp::parse(answer).is_none() {
                found.push(format!("{at}: {answer:?} is no date"));
            }
        }
        // A date that there is none of.
        (Value::String(example), Value::Null) if example != TEXT => {}
        (example, answer) => found.push(format!("{at}: {answer} where the contract has {example}")),
    }
}

/// How many members deep a place lies below its row.
fn depth(at: &str) -> usize {
    at.rsplit_once(']').map_or(0, |(_, below)| below.matches('.').count())
}

fn members(example: &Map<String, Value>, answer: &Map<String, Value>, at: &str, navigations: Navigations, found: &mut Vec<String>) {
    // Where an example would repeat itself it has `{}`; and names that a vendor chooses are two of many.
    if example.is_empty() {
        return;
    }
    if example.contains_key("property1") {
        found.extend(answer.iter().filter(|(_, value)| !value.is_string()).map(|(name, _)| format!("{at}.{name}: not a text")));
        return;
    }
    for (name, value) in example {
        match answer.get(name) {
            Some(answered) => compare(value, answered, &format!("{at}.{name}"), navigations, found),
            None => found.push(format!("{at}.{name}: missing")),
        }
    }
    found.extend(answer.keys().filter(|name| !example.contains_key(*name)).map(|name| format!("{at}.{name}: not in the contract")));
}

#[test]
fn what_differs_is_found() {
    use serde_json::json;
    let example =
        json!({"id": 0, "name": "string", "at": "2019-08-24T14:15:22Z", "order": {"id": 0}, "rows": [{"price": 0.1, "next": {"id": 0}}]});
    let same = json!({"id": 7, "name": "", "at": null, "order": null, "rows": [{"price": 1, "next": {"id": 1}}]});
    assert_eq!(differences(&example, &same, Navigations::Included), Vec::<String>::new());
    let other = json!({"id": "7", "name": null, "at": "today", "rows": [{"price": "1", "next": null, "more": 1}], "order": {"id": 4_000_000_000_u32}});
    let found = differences(&example, &other, Navigations::Included);
    assert_eq!(found.len(), 7, "{found:#?}");
    assert_eq!(differences(&example, &other, Navigations::Perhaps).len(), 6);
}
