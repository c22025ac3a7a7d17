//! The part of SQS's protocol by which other processes put messages into the queues: `SendMessageBatch` in JSON
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>).

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use latchkey_core::queue::{Inbox as _, Message};
use serde::Deserialize;
use serde_json::{Value, json};

use super::InProcess;

/// The longest call that SQS takes: 1 MiB.
const MAX_CALL_BYTES: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call {
    queue_url: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    message_body: String,
    #[serde(default)]
    delay_seconds: u32,
}

/// Answers a call of SQS's. Each queue is known by the end of its address.
pub(crate) async fn answer(queues: &[(&str, &InProcess)], request: Request<Body>) -> Response {
    let is_put = request.headers().get("x-amz-target").is_some_and(|target| target == "AmazonSQS.SendMessageBatch");
    let Ok(body) = axum::body::to_bytes(request.into_body(), MAX_CALL_BYTES).await else { return refused("InvalidRequest", "too long") };
    let Ok(Call { queue_url, entries }) = serde_json::from_slice(&body) else { return refused("InvalidRequest", "not understood") };
    if !is_put {
        return refused("UnsupportedOperation", "the local stack takes SendMessageBatch alone");
    }
    let Some((_, queue)) = queues.iter().find(|(name, _)| queue_url.ends_with(name)) else {
        return refused("QueueDoesNotExist", "there is no such queue");
    };
    let successful: Vec<Value> =
        entries.iter().map(|entry| json!({ "Id": entry.id, "MessageId": entry.id, "MD5OfMessageBody": "" })).collect();
    let messages = entries.into_iter().map(|entry| Message { body: entry.message_body, delay: entry.delay_seconds }).collect();
    match queue.put(messages) {
        Ok(()) => Json(json!({ "Successful": successful, "Failed": [] })).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn refused(code: &str, message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": message }))).into_response()
}
