//! A queue of SQS. The SDK may repeat its calls: a message that is put twice is told twice, which may happen anyway.

use std::sync::{Arc, LazyLock};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use tokio::time::sleep;

use super::Message;
use crate::fault::{Fault, FaultKind};
use crate::random::Random;
use crate::table::backoff;

const WHAT: &str = "putting jobs into a queue";

/// How often what a call left out is put again.
const ROUNDS: u32 = 5;

/// A queue by its address.
#[derive(Clone)]
pub struct Sqs {
    client: Arc<LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>>,
    url: String,
    random: Random,
}

impl Sqs {
    /// The queue at `url`, as SQS names it.
    pub fn new(client: Client, url: impl Into<String>, random: Random) -> Self {
        Self::when_needed(move || client, url, random)
    }

    /// The same, whose client is made by `client` when it is first needed: few requests of a function that serves many things put a job.
    pub fn when_needed(client: impl FnOnce() -> Client + Send + 'static, url: impl Into<String>, random: Random) -> Self {
        Self { client: Arc::new(LazyLock::new(Box::new(client))), url: url.into(), random }
    }

    /// Puts at most ten messages. Those that SQS leaves out are put again.
    pub(super) async fn put(&self, messages: &[Message]) -> Result<(), Fault> {
        let mut left: Vec<usize> = (0..messages.len()).collect();
        for round in 1..=ROUNDS {
            let entries = left.iter().map(|place| entry(*place, &messages[*place])).collect::<Result<Vec<_>, _>>()?;
            let sent = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries)).send().await;
            let sent = sent.map_err(|error| {
                let kind = if error.as_service_error().is_some() { FaultKind::Denied } else { FaultKind::Unavailable };
                Fault::caused(kind, WHAT, error)
            })?;
            left = sent.failed().iter().filter_map(|failed| failed.id().parse().ok()).filter(|place| *place < messages.len()).collect();
            if left.is_empty() {
                return Ok(());
            }
            sleep(backoff(round, &self.random)).await;
        }
        Err(Fault::new(FaultKind::Unavailable, WHAT))
    }
}

fn entry(place: usize, message: &Message) -> Result<SendMessageBatchRequestEntry, Fault> {
    let entry = SendMessageBatchRequestEntry::builder().id(place.to_string()).message_body(&message.body);
    let delay = i32::try_from(message.delay).unwrap_or(i32::MAX);
    entry.delay_seconds(delay).build().map_err(|error| Fault::corrupt(WHAT, error))
}

impl std::fmt::Debug for Sqs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqs").field("url", &self.url).finish_non_exhaustive()
    }
}
