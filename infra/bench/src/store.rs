//! A `DynamoDB` that holds a few items and never changes: enough to make a function open its connection, sign, send and read, at a known
//! delay, and to lead it to a success.

use crate::failure::Failure;
use crate::server::{Server, reply};
use http::{HeaderValue, Request, StatusCode, header};
use hyper::body::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What the store holds when nothing else is given: a product with a release, and a licence whose seat was last used so late that no check
/// notes its use.
const ITEMS: &[u8] = include_bytes!("../events/items.json");
/// Both parts of the key, as the table's own code names them.
const KEY: [&str; 2] = ["pk", "sk"];

/// The store's items, with what each operation answers made in advance: answering must not take the function's time.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// By the whole key: the answers of `GetItem` and of `UpdateItem`.
    single: BTreeMap<[String; 2], [Bytes; 2]>,
    /// By the partition key: the answer of `Query`.
    partitions: BTreeMap<String, Bytes>,
}

impl Items {
    /// The items that every run uses unless it is told otherwise.
    pub(crate) fn usual() -> Result<Self, Failure> {
        Self::parse(Path::new("items.json"), ITEMS)
    }

    /// A JSON list of items in `DynamoDB`'s own form; `path` is where it comes from, for the error.
    pub(crate) fn parse(path: &Path, text: &[u8]) -> Result<Self, Failure> {
        let items: Vec<Value> = serde_json::from_slice(text).map_err(|source| Failure::Json { path: path.to_owned(), source })?;
        let mut partitions = BTreeMap::<String, Vec<Value>>::new();
        let mut single = BTreeMap::new();
        for item in items {
            let answers = [json!({ "Item": item }), json!({ "Attributes": item })].map(|answer| Bytes::from(answer.to_string()));
            single.insert(KEY.map(|name| text_of(&item[name])), answers);
            partitions.entry(text_of(&item[KEY[0]])).or_default().push(item);
        }
        let page = |items: Vec<Value>| Bytes::from(json!({ "Count": items.len(), "Items": items }).to_string());
        Ok(Self { single, partitions: partitions.into_iter().map(|(key, items)| (key, page(items))).collect() })
    }

    /// What `operation` answers to `body`. A query gives the whole partition, and an update the item as it is, its conditions held.
    fn answer(&self, operation: &str, body: &[u8]) -> Option<Bytes> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let single = || self.single.get(&KEY.map(|name| text_of(&body["Key"][name])));
        match operation {
            "GetItem" => single().map(|[get, _]| get.clone()),
            "UpdateItem" => single().map(|[_, update]| update.clone()),
            "Query" => self.partitions.get(&text_of(&body["ExpressionAttributeValues"][":pk"])).cloned(),
            _ => None,
        }
    }
}

/// The text of `{"S": "text"}`.
fn text_of(attribute: &Value) -> String {
    attribute["S"].as_str().unwrap_or_default().to_owned()
}

/// Starts it: what the items have no answer for is answered with `{}`, which means that there is nothing; each after `delay`.
///
/// There is no checksum in the answers, as AWS's would have: the SDK then skips the check, which costs a few microseconds.
pub(crate) async fn canned(items: Items, delay: Duration) -> Result<Server, Failure> {
    let items = Arc::new(items);
    Server::start(move |request: Request<Bytes>| {
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
        let operation = target.rsplit_once('.').map_or(target, |(_, operation)| operation);
        let body = items.answer(operation, request.body()).unwrap_or(Bytes::from_static(b"{}"));
        async move {
            // Tokio's shortest sleep is a millisecond, even of nothing.
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            let mut answer = reply(StatusCode::OK, body);
            answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
            answer
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(operation: &str, body: &Value) -> Option<Value> {
        let answer = Items::usual().unwrap().answer(operation, body.to_string().as_bytes())?;
        Some(serde_json::from_slice(&answer).unwrap())
    }

    #[test]
    fn an_item_is_found_by_its_whole_key() {
        let key = json!({ "pk": { "S": "ACCOUNT#0000000001" }, "sk": { "S": "PRODUCT#0000000001" } });
        assert_eq!(answer("GetItem", &json!({ "Key": key })).unwrap()["Item"]["slug"]["S"], "test-plugin");
        assert_eq!(answer("UpdateItem", &json!({ "Key": key })).unwrap()["Attributes"]["slug"]["S"], "test-plugin");
        assert_eq!(answer("GetItem", &json!({ "Key": { "pk": key["pk"], "sk": { "S": "PRODUCT#2" } } })), None);
    }

    #[test]
    fn a_query_gives_the_partition() {
        let query = |pk: &str| json!({ "ExpressionAttributeValues": { ":pk": { "S": pk } } });
        let page = answer("Query", &query("ACCOUNT#0000000001")).unwrap();
        assert_eq!((&page["Count"], &page["Items"][0]["name"]["S"]), (&json!(1), &json!("Test Plugin")));
        assert_eq!(answer("Query", &query("ACCOUNT#2")), None);
    }

    #[test]
    fn other_operations_have_no_answer_of_their_own() {
        assert_eq!(answer("PutItem", &json!({ "Item": {} })), None);
        assert_eq!(Items::usual().unwrap().answer("GetItem", b"no JSON"), None);
    }

    #[test]
    fn what_is_no_list_of_items_is_refused_with_its_path() {
        let failure = Items::parse(Path::new("my-items.json"), b"{}").unwrap_err();
        assert!(failure.to_string().starts_with("my-items.json is not JSON"), "{failure}");
    }
}
