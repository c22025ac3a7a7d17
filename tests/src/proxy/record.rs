//! What was called, what came of it and what it cost.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use serde_json::Value;

use super::call::{Call, Request, Service};
use super::fault::Fault;
use super::versions::unversioned;

/// A call that arrived at the proxy.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its place among all calls, from 0.
    pub index: u64,
    /// The operation, named as in [`Call::operation`].
    pub operation: String,
    /// The request's body for DynamoDB (JSON); empty for S3, whose bodies are files.
    pub request: Bytes,
    /// For S3 the object's key; empty for DynamoDB.
    pub object: String,
    /// For S3 the key of the object that is copied, where one is.
    pub copied: Option<String>,
    /// The fault that struck it.
    pub fault: Option<Fault>,
    /// The status the upstream answered with; `None` where it never saw the call or has not answered yet.
    pub upstream_status: Option<u16>,
    /// The status the client was answered with; `None` where the connection was dropped or nothing has been answered yet.
    pub status: Option<u16>,
    /// What the upstream says the call consumed. Nothing where the request did not ask with `ReturnConsumedCapacity`.
    pub capacity: Capacity,
}

impl Recorded {
    /// The request's body as JSON; null for S3.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.request).unwrap_or_default()
    }

    /// Whether it writes an account's log: numbers for entries, or entries.
    pub fn is_of_log(&self) -> bool {
        let pk_is_log = |request: &Value| request["PutRequest"]["Item"]["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("LOG#"));
        match self.operation.as_str() {
            "UpdateItem" => self.json()["Key"]["sk"]["S"] == "LOGENTRY",
            "BatchWriteItem" => {
                let body = self.json();
                let tables = body["RequestItems"].as_object().into_iter().flat_map(serde_json::Map::values);
                tables.filter_map(Value::as_array).flatten().all(pk_is_log)
            }
            _ => false,
        }
    }
}

/// Consumed capacity, in DynamoDB's units: reads and writes alike
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html>).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capacity {
    /// All of it.
    pub total: f64,
    /// The tables' own part; zero where the request asked for `TOTAL` only.
    pub table: f64,
    /// Each index's part by its name, where the request asked for `INDEXES`.
    pub indexes: BTreeMap<String, f64>,
}

impl Capacity {
    /// What an answer's body says under `ConsumedCapacity`: an object, or a list of them from batches and transactions.
    pub(super) fn of_answer(body: &[u8]) -> Self {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let consumed = &answer["ConsumedCapacity"];
        let mut sum = Self::default();
        for one in consumed.as_array().map_or(std::slice::from_ref(consumed), Vec::as_slice) {
            sum.total += units(one);
            sum.table += units(&one["Table"]);
            for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
                for (name, index) in one[kind].as_object().into_iter().flatten() {
                    *sum.indexes.entry(name.clone()).or_default() += units(index);
                }
            }
        }
        sum
    }

    fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.table += other.table;
        for (name, units) in &other.indexes {
            *self.indexes.entry(name.clone()).or_default() += units;
        }
    }
}

impl<'c> std::iter::Sum<&'c Self> for Capacity {
    fn sum<I: Iterator<Item = &'c Self>>(parts: I) -> Self {
        let mut sum = Self::default();
        parts.for_each(|part| sum.add(part));
        sum
    }
}

/// The object's key in a path that begins with its bucket.
fn key_in(path: &str) -> String {
    path.trim_start_matches('/').split_once('/').map(|(_, key)| key.to_owned()).unwrap_or_default()
}

fn units(consumed: &Value) -> f64 {
    consumed["CapacityUnits"].as_f64().unwrap_or(0.0)
}

/// All calls since the start or the last reset.
#[derive(Debug, Default)]
pub(super) struct Log {
    calls: Vec<Recorded>,
    generation: u64,
    unversioned: Vec<String>,
}

/// Where a call's entry is, so that its outcome can be written there later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    generation: u64,
    position: usize,
}

impl Log {
    /// The index that the next call gets.
    pub(super) fn next_index(&self) -> u64 {
        self.calls.len() as u64
    }

    pub(super) fn open(&mut self, call: Call, request: &Request, fault: Option<Fault>) -> Place {
        if request.service == Service::DynamoDb {
            self.unversioned.extend(unversioned(&call.operation, &request.json()));
        }
        let place = Place { generation: self.generation, position: self.calls.len() };
        self.calls.push(Recorded {
            index: call.index,
            operation: call.operation,
            request: if request.service == Service::DynamoDb { request.body.clone() } else { Bytes::new() },
            object: if request.service == Service::S3 { key_in(request.parts.uri.path()) } else { String::new() },
            copied: request.parts.headers.get("x-amz-copy-source").and_then(|source| source.to_str().ok()).map(key_in),
            fault,
            upstream_status: None,
            status: None,
            capacity: Capacity::default(),
        });
        place
    }

    /// The call's entry, unless the log was reset in between.
    pub(super) fn at(&mut self, place: Place) -> Option<&mut Recorded> {
        if place.generation == self.generation { self.calls.get_mut(place.position) } else { None }
    }

    pub(super) fn calls(&self) -> &[Recorded] {
        &self.calls
    }

    pub(super) fn unversioned(&self) -> &[String] {
        &self.unversioned
    }

    pub(super) fn reset(&mut self) {
        self.calls.clear();
        self.generation += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_is_read_from_an_object_with_its_indexes() {
        let body = r#"{"ConsumedCapacity":{"TableName":"t","CapacityUnits":3.5,"Table":{"CapacityUnits":1.5},
            "GlobalSecondaryIndexes":{"a":{"CapacityUnits":2.0}}}}"#;
        let indexes = BTreeMap::from([("a".to_owned(), 2.0)]);
        assert_eq!(Capacity::of_answer(body.as_bytes()), Capacity { total: 3.5, table: 1.5, indexes });
    }

    #[test]
    fn capacity_is_summed_over_a_list() {
        let body = r#"{"ConsumedCapacity":[{"CapacityUnits":4.0},{"CapacityUnits":0.5}]}"#;
        assert_eq!(Capacity::of_answer(body.as_bytes()), Capacity { total: 4.5, ..Capacity::default() });
    }

    #[test]
    fn an_answer_without_capacity_costs_nothing() {
        for body in ["", "{}", "not JSON", "[]"] {
            assert_eq!(Capacity::of_answer(body.as_bytes()), Capacity::default());
        }
    }
}
