//! The part of SQS's protocol by which other processes put messages into the queues and look at how many there are: `SendMessageBatch`,
//! `GetQueueAttributes` and `GetQueueUrl` in JSON
//! (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html> and its neighbours). The messages
//! that a queue put aside are a queue of its name and [`GIVEN_UP`].

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

/// How the name of a queue's dead letters ends.
const GIVEN_UP: &str = "-given-up";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call {
    #[serde(default)]
    queue_url: String,
    #[serde(default)]
    queue_name: String,
    #[serde(default)]
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
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).map(str::to_owned).unwrap_or_default();
    let Ok(body) = axum::body::to_bytes(request.into_body(), MAX_CALL_BYTES).await else { return refused("InvalidRequest", "too long") };
    let Ok(call) = serde_json::from_slice::<Call>(&body) else { return refused("InvalidRequest", "not understood") };
    match target.strip_prefix("AmazonSQS.") {
        Some("SendMessageBatch") => match found(queues, &call.queue_url) {
            Some((_, queue, false)) => put(queue, call.entries),
            Some((.., true)) => refused("UnsupportedOperation", "nothing is put into a queue of dead letters"),
            None => no_queue(),
        },
        Some("GetQueueAttributes") => {
            found(queues, &call.queue_url).map_or_else(no_queue, |(name, queue, dead)| attributes(name, queue, dead))
        }
        Some("GetQueueUrl") => match found(queues, &format!("/{}", call.queue_name)) {
            Some((name, _, dead)) => {
                Json(json!({ "QueueUrl": format!("http://local{name}{}", if dead { GIVEN_UP } else { "" }) })).into_response()
            }
            None => no_queue(),
        },
        Some(_) | None => refused("UnsupportedOperation", "the local stack puts messages and counts them, and no more"),
    }
}

/// The queue at an address, by its name, and whether its dead letters are meant.
fn found<'a>(queues: &[(&'a str, &'a InProcess)], url: &str) -> Option<(&'a str, &'a InProcess, bool)> {
    let (of, dead) = url.strip_suffix(GIVEN_UP).map_or((url, false), |of| (of, true));
    queues.iter().find(|(name, _)| of.ends_with(name)).map(|(name, queue)| (*name, *queue, dead))
}

fn put(queue: &InProcess, entries: Vec<Entry>) -> Response {
    let successful: Vec<Value> =
        entries.iter().map(|entry| json!({ "Id": entry.id, "MessageId": entry.id, "MD5OfMessageBody": "" })).collect();
    let messages = entries.into_iter().map(|entry| Message { body: entry.message_body, delay: entry.delay_seconds }).collect();
    match queue.put(messages) {
        Ok(()) => Json(json!({ "Successful": successful, "Failed": [] })).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn attributes(name: &str, queue: &InProcess, dead: bool) -> Response {
    let [visible, hidden, delayed] = if dead { [queue.dead_letters().len(), 0, 0] } else { queue.counts() };
    let mut attributes = json!({
        "ApproximateNumberOfMessages": visible.to_string(),
        "ApproximateNumberOfMessagesNotVisible": hidden.to_string(),
        "ApproximateNumberOfMessagesDelayed": delayed.to_string(),
    });
    if !dead {
        let letters = format!("arn:aws:sqs:local:000000000000:{}{GIVEN_UP}", name.trim_start_matches('/'));
        attributes["RedrivePolicy"] = json!({ "deadLetterTargetArn": letters }).to_string().into();
    }
    Json(json!({ "Attributes": attributes })).into_response()
}

fn no_queue() -> Response {
    refused("QueueDoesNotExist", "there is no such queue")
}

fn refused(code: &str, message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": message }))).into_response()
}
