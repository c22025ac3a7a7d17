//! A queue as the deployment under test has it: of SQS where a template made it, inside the process otherwise.

use std::time::Duration;

use latchkey_core::clock::Clock;
use latchkey_core::lambda::{MessagesAnswer, MessagesEvent};
use latchkey_core::queue::{Job, Queue, Sqs};
use latchkey_core::random::Random;
use latchkey_local::queues::{InProcess, Rules};
use serde_json::json;

/// How often an empty queue is asked once more: SQS may be late in showing what it has.
const LOOKS: u32 = 3;

/// A queue, and whoever tells its messages to a function.
#[derive(Clone, Debug)]
pub enum WorkQueue {
    /// Inside the process.
    InProcess(InProcess),
    /// Of SQS, at this address.
    Sqs(aws_sdk_sqs::Client, String),
}

/// Messages that were told, and what each is answered for by.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// As a function gets them.
    pub event: MessagesEvent,
    receipts: Vec<(String, String)>,
}

impl WorkQueue {
    /// A queue inside the process that goes by this clock.
    pub fn in_process(clock: Clock) -> Self {
        Self::InProcess(InProcess::new(clock, Rules { visibility: 180, most_tellings: 5 }))
    }

    /// The queue as the product puts jobs into it.
    pub fn jobs<J: Job>(&self) -> Queue<J> {
        match self {
            Self::InProcess(queue) => Queue::inbox(std::sync::Arc::new(queue.clone())),
            Self::Sqs(client, url) => Queue::sqs(Sqs::new(client.clone(), url, Random::System)),
        }
    }

    /// What can be told now, ten messages at most.
    pub async fn receive(&self) -> Told {
        match self {
            Self::InProcess(queue) => Told { event: queue.receive(10), receipts: Vec::new() },
            Self::Sqs(client, url) => {
                for look in 0..LOOKS {
                    tokio::time::sleep(Duration::from_millis(200) * look).await;
                    let answer = client.receive_message().queue_url(url).max_number_of_messages(10).send().await.unwrap();
                    if !answer.messages().is_empty() {
                        return Told::of(answer.messages());
                    }
                }
                Told::default()
            }
        }
    }

    /// Deletes what was answered for; the rest can be told again at once.
    pub async fn settle(&self, told: &Told, answer: &MessagesAnswer) {
        match self {
            Self::InProcess(queue) => queue.settle(&told.event, answer),
            Self::Sqs(client, url) => {
                for (id, receipt) in &told.receipts {
                    if answer.has_failed(id) {
                        let hidden = client.change_message_visibility().queue_url(url).receipt_handle(receipt).visibility_timeout(0);
                        hidden.send().await.unwrap();
                    } else {
                        client.delete_message().queue_url(url).receipt_handle(receipt).send().await.unwrap();
                    }
                }
            }
        }
    }
}

impl Told {
    /// As Lambda tells them.
    fn of(messages: &[aws_sdk_sqs::types::Message]) -> Self {
        let record = |message: &aws_sdk_sqs::types::Message| json!({"messageId": message.message_id(), "body": message.body()});
        let records: Vec<_> = messages.iter().map(record).collect();
        let receipt = |message: &aws_sdk_sqs::types::Message| {
            (message.message_id().unwrap().to_owned(), message.receipt_handle().unwrap().to_owned())
        };
        Self { event: serde_json::from_value(json!({ "Records": records })).unwrap(), receipts: messages.iter().map(receipt).collect() }
    }
}
