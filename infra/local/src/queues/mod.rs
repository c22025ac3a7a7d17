//! What a queue of SQS is in AWS, inside the process: messages are told at least once, hidden while somebody is at them, told again where
//! nobody answered for them, and put aside when that was too often.
//!
//! It lasts as long as its process. What a queue was to lead to is in the table, and is found there by the next start
//! (`latchkey_core::ops::notify_sites::resume_notifications`).

mod serve;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use latchkey_core::clock::Clock;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::fault::Fault;
use latchkey_core::lambda::{MessagesAnswer, MessagesEvent, ToldMessage};
use latchkey_core::queue::{Inbox, Message};
use tokio::sync::Notify;

pub(crate) use self::serve::serve;
pub(crate) use self::wire::answer;

/// How a queue deals with messages that nobody answered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long a message is hidden after it was told, in seconds.
    pub visibility: i64,
    /// How often it is told before it is put aside.
    pub most_tellings: u32,
}

impl Default for Rules {
    /// As `template.yaml` has it for the queue of notifications.
    fn default() -> Self {
        Self { visibility: 180, most_tellings: 20 }
    }
}

/// A queue. Clones are the same one.
#[derive(Clone, Debug)]
pub struct InProcess(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    rules: Rules,
    state: Mutex<State>,
    news: Notify,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    waiting: BTreeMap<u64, Waiting>,
    dead: Vec<String>,
}

#[derive(Clone, Debug)]
struct Waiting {
    body: String,
    /// From when on it can be told.
    from: Timestamp,
    /// How often it was told.
    tellings: u32,
}

impl InProcess {
    /// An empty queue that goes by this clock.
    pub fn new(clock: Clock, rules: Rules) -> Self {
        Self(Arc::new(Inner { clock, rules, state: Mutex::default(), news: Notify::new() }))
    }

    /// At most `most` messages that can be told now, those that have waited longest first. They are hidden from then on; those that were
    /// told too often are put aside instead.
    pub fn receive(&self, most: usize) -> MessagesEvent {
        let now = self.0.clock.now();
        let mut state = self.state();
        let too_often = |waiting: &Waiting| waiting.from <= now && waiting.tellings >= self.0.rules.most_tellings;
        let dead: Vec<u64> = state.waiting.iter().filter(|(_, waiting)| too_often(waiting)).map(|(id, _)| *id).collect();
        for id in dead {
            let dead = state.waiting.remove(&id);
            state.dead.extend(dead.map(|waiting| waiting.body));
        }
        let mut ready: Vec<_> = state.waiting.iter_mut().filter(|(_, waiting)| waiting.from <= now).collect();
        ready.sort_by_key(|(id, waiting)| (waiting.from, **id));
        ready.truncate(most);
        let messages = ready.into_iter().map(|(id, waiting)| {
            waiting.from = now.plus_seconds(self.0.rules.visibility);
            waiting.tellings += 1;
            ToldMessage { id: id.to_string(), body: waiting.body.clone() }
        });
        MessagesEvent { messages: messages.collect() }
    }

    /// Deletes those of the messages that were answered for.
    pub fn settle(&self, event: &MessagesEvent, answer: &MessagesAnswer) {
        let mut state = self.state();
        for message in event.messages.iter().filter(|message| !answer.has_failed(&message.id)) {
            if let Ok(id) = message.id.parse::<u64>() {
                state.waiting.remove(&id);
            }
        }
    }

    /// The messages that were put aside.
    pub fn dead_letters(&self) -> Vec<String> {
        self.state().dead.clone()
    }

    /// How many messages there are, hidden ones included.
    pub fn len(&self) -> usize {
        self.state().waiting.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages can be told now, how many were told and not answered for, and how many wait for their moment.
    pub fn counts(&self) -> [usize; 3] {
        let (now, state) = (self.0.clock.now(), self.state());
        let count = |is: fn(&Waiting, Timestamp) -> bool| state.waiting.values().filter(|waiting| is(waiting, now)).count();
        let is_hidden = |waiting: &Waiting, now| waiting.from > now && waiting.tellings > 0;
        [count(|waiting, now| waiting.from <= now), count(is_hidden), count(|waiting, now| waiting.from > now && waiting.tellings == 0)]
    }

    /// When the next message can be told; nothing where there is none.
    pub fn next(&self) -> Option<Timestamp> {
        self.state().waiting.values().map(|waiting| waiting.from).min()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox for InProcess {
    fn put(&self, messages: Vec<Message>) -> Result<(), Fault> {
        let now = self.0.clock.now();
        let mut state = self.state();
        for Message { body, delay } in messages {
            state.last += 1;
            let id = state.last;
            state.waiting.insert(id, Waiting { body, from: now.plus_seconds(i64::from(delay)), tellings: 0 });
        }
        drop(state);
        self.0.news.notify_one();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::clock::ManualClock;

    use super::*;

    fn queue() -> (InProcess, ManualClock) {
        let clock = ManualClock::at(Timestamp::from_seconds(1_800_000_000).unwrap());
        (InProcess::new(Clock::Manual(clock.clone()), Rules { visibility: 30, most_tellings: 3 }), clock)
    }

    fn put(queue: &InProcess, body: &str, delay: u32) {
        queue.put(vec![Message { body: body.to_owned(), delay }]).unwrap();
    }

    fn bodies(event: &MessagesEvent) -> Vec<&str> {
        event.messages.iter().map(|message| message.body.as_str()).collect()
    }

    #[test]
    fn a_message_waits_is_told_and_is_gone_when_it_was_answered_for() {
        let (queue, clock) = queue();
        put(&queue, "later", 10);
        put(&queue, "now", 0);
        assert_eq!(queue.counts(), [1, 0, 1]);
        let event = queue.receive(10);
        assert_eq!(queue.counts(), [0, 1, 1]);
        assert_eq!(bodies(&event), ["now"]);
        queue.settle(&event, &MessagesAnswer::default());
        clock.advance_seconds(9);
        assert!(queue.receive(10).messages.is_empty());
        clock.advance_seconds(1);
        let event = queue.receive(10);
        assert_eq!(bodies(&event), ["later"]);
        queue.settle(&event, &MessagesAnswer::default());
        assert!(queue.is_empty() && queue.next().is_none());
    }

    #[test]
    fn what_nobody_answered_for_is_told_again_and_at_last_put_aside() {
        let (queue, clock) = queue();
        put(&queue, "poison", 0);
        put(&queue, "good", 0);
        for _ in 0..3 {
            let event = queue.receive(10);
            assert!(bodies(&event).contains(&"poison"));
            assert!(queue.receive(10).messages.is_empty(), "hidden meanwhile");
            let poison = event.messages.iter().find(|message| message.body == "poison").unwrap().id.clone();
            queue.settle(&event, &MessagesAnswer::failed([poison]));
            clock.advance_seconds(30);
        }
        assert!(queue.receive(10).messages.is_empty());
        assert_eq!(queue.dead_letters(), ["poison"]);
        assert!(queue.is_empty());
    }

    #[test]
    fn those_that_waited_longest_come_first_and_not_more_than_asked_for() {
        let (queue, clock) = queue();
        put(&queue, "third", 2);
        for body in ["first", "second"] {
            put(&queue, body, 1);
        }
        clock.advance_seconds(5);
        assert_eq!(bodies(&queue.receive(2)), ["first", "second"]);
        assert_eq!(bodies(&queue.receive(2)), ["third"]);
    }
}
