//! What a queue tells, and what it is answered
//! (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>).

use serde::{Deserialize, Serialize};

use crate::queue::{Job, NotAJob, job};

/// Messages, in any order, some of them for the second time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesEvent {
    /// The messages.
    #[serde(rename = "Records", default)]
    pub messages: Vec<ToldMessage>,
}

/// A message as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldMessage {
    /// By which it is answered for.
    #[serde(rename = "messageId")]
    pub id: String,
    /// Its text.
    #[serde(default)]
    pub body: String,
}

/// Which messages have to be told again. All others are done with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MessagesAnswer {
    #[serde(rename = "batchItemFailures")]
    failures: Vec<FailedMessage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FailedMessage {
    #[serde(rename = "itemIdentifier")]
    id: String,
}

impl ToldMessage {
    /// The job that it asks for.
    pub fn job<J: Job>(&self) -> Result<J, NotAJob> {
        job(&self.body)
    }
}

impl MessagesAnswer {
    /// All are done with but these.
    pub fn failed(ids: impl IntoIterator<Item = String>) -> Self {
        Self { failures: ids.into_iter().map(|id| FailedMessage { id }).collect() }
    }

    /// Whether a message has to be told again.
    pub fn has_failed(&self, id: &str) -> bool {
        self.failures.iter().any(|failed| failed.id == id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_of_sqs_is_read_and_answered_message_by_message() {
        let record = |id: &str| {
            json!({
                "messageId": id, "receiptHandle": "x", "body": "{}", "md5OfBody": "x", "messageAttributes": {}, "awsRegion": "eu-central-1",
                "attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1800000000000"},
                "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:pushes",
            })
        };
        let event: MessagesEvent = serde_json::from_value(json!({"Records": [record("a"), record("b")]})).unwrap();
        let ids: Vec<_> = event.messages.iter().map(|message| message.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        let answer = MessagesAnswer::failed(["b".to_owned()]);
        assert_eq!(serde_json::to_value(&answer).unwrap(), json!({"batchItemFailures": [{"itemIdentifier": "b"}]}));
        assert!(answer.has_failed("b") && !answer.has_failed("a"));
        assert_eq!(serde_json::to_value(MessagesAnswer::default()).unwrap(), json!({"batchItemFailures": []}));
    }
}
