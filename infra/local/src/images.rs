//! What an item was and is, as the table's stream shows it: read before and after each write that events may come of.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::uri::Authority;
use http::{HeaderMap, Request};
use latchkey_core::local::TABLE;
use latchkey_core::table::keys::{PK, SK};
use serde_json::{Value, json};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::client::{Http, HttpError};

/// An item's key: both parts.
pub(crate) type Key = (String, String);

/// The items that are there, in DynamoDB's JSON.
pub(crate) type Images = HashMap<Key, Value>;

/// How many writes can be under way at once, at most: those of one partition come one after the other.
const TURNS: u64 = 64;

/// The longest answer that is read: a batch has 16 MB at most.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// One turn for each part of the partitions. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Arc<Vec<Arc<Mutex<()>>>>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new((0..TURNS).map(|_| Arc::default()).collect()))
    }
}

impl Turns {
    /// Waits until nobody else writes to the partitions of these items.
    pub(crate) async fn take(&self, keys: &BTreeSet<Key>) -> Vec<OwnedMutexGuard<()>> {
        let part = |pk: &str| {
            let mut hasher = DefaultHasher::new();
            pk.hash(&mut hasher);
            usize::try_from(hasher.finish() % TURNS).unwrap_or(0)
        };
        // In one order for everybody, so that no two wait for each other.
        let parts: BTreeSet<usize> = keys.iter().map(|(pk, _)| part(pk)).collect();
        let mut held = Vec::new();
        for turn in parts.into_iter().filter_map(|part| self.0.get(part)) {
            held.push(Arc::clone(turn).lock_owned().await);
        }
        held
    }
}

/// Reads these items, at most a hundred, as they are. `headers` are those of a call to the same engine.
pub(crate) async fn read(http: &Http, engine: &Authority, headers: &HeaderMap, keys: &BTreeSet<Key>) -> Result<Images, HttpError> {
    let wanted: Vec<Value> = keys.iter().map(|(pk, sk)| json!({PK: {"S": pk}, SK: {"S": sk}})).collect();
    let call = json!({"RequestItems": {TABLE: {"Keys": wanted, "ConsistentRead": true}}}).to_string();
    let mut request = Request::post("/").body(Body::empty()).map_err(HttpError::of)?;
    *request.headers_mut() = headers.clone();
    request.headers_mut().insert("x-amz-target", HeaderValue::from_static("DynamoDB_20120810.BatchGetItem"));
    request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(call.len()));
    *request.body_mut() = Body::from(call);
    let answer = http.forward(request, engine.clone()).await?;
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), MAX_ANSWER_BYTES).await.map_err(HttpError::of)?;
    let answer: Value = serde_json::from_slice(&body).map_err(HttpError::of)?;
    let (Some(items), true) = (answer["Responses"][TABLE].as_array(), status.is_success()) else {
        return Err(HttpError::unexpected(status));
    };
    let key = |item: &Value| Some((item[PK]["S"].as_str()?.to_owned(), item[SK]["S"].as_str()?.to_owned()));
    Ok(items.iter().filter_map(|item| Some((key(item)?, item.clone()))).collect())
}
