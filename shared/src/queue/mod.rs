//! Queues: what is put into one is worked off by somebody else, later, at least once, in any order.
//!
//! In AWS a queue is one of SQS. In the local stack it lies in the process ([`Inbox`]) and behaves alike. Whoever puts jobs into one does
//! not know which it is; whoever works them off is a function of an [event](crate::lambda::MessagesEvent), the same in both.
//!
//! Architecture Invariant: a job says what to look at and never what to conclude: what it is about is read from the table when its turn
//! comes, so that it may come twice, late, or after another that was put there later.

#[cfg(feature = "queue")]
pub mod inspect;
#[cfg(feature = "queue")]
mod sqs;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[cfg(feature = "queue")]
pub use self::sqs::Sqs;
use crate::fault::{Fault, FaultKind};

/// The longest that a message can wait before it is told, in seconds
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html>). What is due later is put back
/// until then.
pub const LONGEST_DELAY_SECONDS: u32 = 900;

/// The most messages of one call
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html>).
pub const MOST_AT_ONCE: usize = 10;

/// The longest message, in bytes. Ten of them are far from what one call may hold.
pub const MAX_BYTES: usize = 4_096;

/// The version of the messages' form. Code reads its own version and the one before.
const VERSION: u32 = 1;

/// What can be put into a queue of its own.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The environment's variable that holds the queue's address.
    const VARIABLE: &'static str;
}

/// A queue of jobs. Clones are the same queue.
pub struct Queue<J> {
    port: Port,
    job: PhantomData<fn(J)>,
}

/// A job, and how long it waits before it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later<J> {
    /// The job.
    pub job: J,
    /// Seconds, at most [`LONGEST_DELAY_SECONDS`]; more counts as that.
    pub delay: u32,
}

/// A message as a queue keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub body: String,
    /// How long it waits before it is told, in seconds.
    pub delay: u32,
}

/// A queue inside the process.
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Keeps the messages, all of them or none.
    fn put(&self, messages: Vec<Message>) -> Result<(), Fault>;
}

/// A message's text is no job that this code knows: nobody here can ever answer for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message of the queue is no job")]
pub struct NotAJob;

#[derive(Clone, Debug)]
enum Port {
    #[cfg(feature = "queue")]
    Sqs(Sqs),
    Inbox(Arc<dyn Inbox>),
}

#[derive(Serialize, Deserialize)]
struct Envelope<J> {
    v: u32,
    job: J,
}

impl<J: Job> Queue<J> {
    /// A queue of SQS.
    #[cfg(feature = "queue")]
    pub fn sqs(sqs: Sqs) -> Self {
        Self { port: Port::Sqs(sqs), job: PhantomData }
    }

    /// A queue inside the process.
    pub fn inbox(inbox: Arc<dyn Inbox>) -> Self {
        Self { port: Port::Inbox(inbox), job: PhantomData }
    }

    /// Puts a job, to be told at once.
    pub async fn put(&self, job: J) -> Result<(), Fault> {
        self.put_all(&[Later { job, delay: 0 }]).await
    }

    /// Puts jobs. After a fault, some of them may be there: whoever puts them again puts those twice, which a queue does too.
    pub async fn put_all(&self, jobs: &[Later<J>]) -> Result<(), Fault> {
        let messages = jobs.iter().map(message).collect::<Result<Vec<_>, _>>()?;
        for batch in messages.chunks(MOST_AT_ONCE) {
            match &self.port {
                #[cfg(feature = "queue")]
                Port::Sqs(sqs) => sqs.put(batch).await?,
                Port::Inbox(inbox) => inbox.put(batch.to_vec())?,
            }
        }
        Ok(())
    }
}

/// The job in a message's text.
pub fn job<J: Job>(body: &str) -> Result<J, NotAJob> {
    if body.len() > MAX_BYTES {
        return Err(NotAJob);
    }
    let envelope: Envelope<J> = serde_json::from_str(body).map_err(|_| NotAJob)?;
    if envelope.v == VERSION { Ok(envelope.job) } else { Err(NotAJob) }
}

fn message<J: Job>(later: &Later<J>) -> Result<Message, Fault> {
    const WHAT: &str = "putting a job into a queue";
    let body = serde_json::to_string(&Envelope { v: VERSION, job: &later.job }).map_err(|error| Fault::corrupt(WHAT, error))?;
    if body.len() > MAX_BYTES {
        return Err(Fault::new(FaultKind::Corrupt, "a job is too long for a queue"));
    }
    Ok(Message { body, delay: later.delay.min(LONGEST_DELAY_SECONDS) })
}

impl<J> Clone for Queue<J> {
    fn clone(&self) -> Self {
        Self { port: self.port.clone(), job: PhantomData }
    }
}

impl<J> fmt::Debug for Queue<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queue").field(&self.port).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct Note {
        text: String,
    }

    impl Job for Note {
        const VARIABLE: &'static str = "LATCHKEY_NOTES";
    }

    #[derive(Debug, Default)]
    struct Calls(Mutex<Vec<Vec<Message>>>);

    impl Inbox for Calls {
        fn put(&self, messages: Vec<Message>) -> Result<(), Fault> {
            self.0.lock().unwrap().push(messages);
            Ok(())
        }
    }

    fn note(text: &str) -> Note {
        Note { text: text.to_owned() }
    }

    #[tokio::test]
    async fn jobs_are_put_ten_at_a_time_and_come_back_as_they_were() {
        let calls = Arc::new(Calls::default());
        let queue = Queue::inbox(Arc::<Calls>::clone(&calls));
        let jobs: Vec<_> = (0..23_u32).map(|number| Later { job: note(&number.to_string()), delay: number * 100 }).collect();
        queue.put_all(&jobs).await.unwrap();
        let calls = calls.0.lock().unwrap();
        assert_eq!(calls.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 3]);
        for (later, message) in jobs.iter().zip(calls.iter().flatten()) {
            assert_eq!(job::<Note>(&message.body).as_ref(), Ok(&later.job));
            assert_eq!(message.delay, later.delay.min(900));
        }
    }

    #[test]
    fn what_is_no_job_is_told_apart() {
        assert_eq!(job::<Note>(r#"{"v":1,"job":{"text":"a"}}"#), Ok(note("a")));
        let long = format!(r#"{{"v":1,"job":{{"text":"{}"}}}}"#, "a".repeat(MAX_BYTES));
        for body in ["", "{}", "null", r#"{"v":2,"job":{"text":"a"}}"#, r#"{"v":1,"job":{"txt":"a"}}"#, "\u{0}", &long] {
            assert_eq!(job::<Note>(body), Err(NotAJob), "{body:.40}");
        }
    }

    #[tokio::test]
    async fn a_job_that_is_too_long_is_a_fault_and_is_not_put() {
        let calls = Arc::new(Calls::default());
        let queue = Queue::inbox(Arc::<Calls>::clone(&calls));
        assert_eq!(queue.put(note(&"a".repeat(MAX_BYTES))).await.unwrap_err().kind, FaultKind::Corrupt);
        assert!(calls.0.lock().unwrap().is_empty());
    }
}
