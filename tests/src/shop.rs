//! Customers' shops that are told of releases, behind one server, and what tells them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use latchkey_core::core::Core;
use latchkey_core::domain::notification::{Counts, Notification};
use latchkey_core::domain::release::Release;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::lambda::{MessagesAnswer, MessagesEvent};
use latchkey_core::ops::notification_progress::notification_progress;
use latchkey_core::ops::notify_sites::{NotNotified, PushJob, Subject, notify_sites};
use latchkey_core::outbound::{Limits, Outbound};
use latchkey_core::queue::{Inbox, Message, Queue};
use latchkey_local::queues::{InProcess, Rules};

use crate::sink::{FakeNetwork, Sink};
use crate::world::World;

/// What is told does not depend on how fast the machine is.
pub const UNHURRIED: Limits = Limits { connect: Duration::from_mins(1), total: Duration::from_mins(2), turn: Duration::from_mins(5) };

/// The shops: whatever is below `shop.example` leads to the sink.
pub struct Shop {
    /// The server.
    pub sink: Sink,
    /// What its names lead to.
    pub network: Arc<FakeNetwork>,
    /// The queue.
    pub queue: InProcess,
    /// The queue as the product puts jobs into it.
    pub jobs: Queue<PushJob>,
    /// What breaks it.
    pub line: Arc<Line>,
    client: Outbound,
    core: Core,
    clock: latchkey_core::clock::ManualClock,
}

/// Between the product and its queue.
#[derive(Debug)]
pub struct Line {
    queue: InProcess,
    calls: AtomicU64,
    dies_at: Mutex<Option<u64>>,
    at_death: Mutex<Option<Hook>>,
}

/// What else dies with the queue.
struct Hook(Box<dyn Fn() + Send>);

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hook")
    }
}

impl Line {
    /// Before this queue.
    pub fn before(queue: &InProcess) -> Arc<Self> {
        Arc::new(Self { queue: queue.clone(), calls: AtomicU64::new(0), dies_at: Mutex::default(), at_death: Mutex::default() })
    }

    /// How often something was put since the last reset.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// From the call with this number on, from 0, nothing is put.
    pub fn die_at(&self, call: u64, with: impl Fn() + Send + 'static) {
        *self.dies_at.lock().unwrap() = Some(call);
        *self.at_death.lock().unwrap() = Some(Hook(Box::new(with)));
    }

    /// Everything works again, and calls are counted from 0.
    pub fn revive(&self) {
        *self.dies_at.lock().unwrap() = None;
        *self.at_death.lock().unwrap() = None;
        self.calls.store(0, Ordering::SeqCst);
    }
}

impl Inbox for Line {
    fn put(&self, messages: Vec<Message>) -> Result<(), Fault> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.dies_at.lock().unwrap().is_some_and(|at| call >= at) {
            if let Some(Hook(with)) = &*self.at_death.lock().unwrap() {
                with();
            }
            return Err(Fault::new(FaultKind::Unavailable, "the queue is away"));
        }
        self.queue.put(messages)
    }
}

impl Shop {
    /// Opens the shops for a world.
    pub async fn open(world: &World) -> Self {
        Self::with_queue(world, InProcess::new(world.core.clock.clone(), Rules { visibility: 180, most_tellings: 5 })).await
    }

    /// The same, told by the queue that the world's functions put jobs into.
    pub async fn told_by_functions(world: &World) -> Self {
        Self::with_queue(world, world.pushes.clone()).await
    }

    async fn with_queue(world: &World, queue: InProcess) -> Self {
        let sink = Sink::tls().await;
        let (client, network) = sink.client();
        let client = client.with_limits(UNHURRIED);
        let line = Line::before(&queue);
        let jobs = Queue::inbox(Arc::<Line>::clone(&line));
        Self { sink, network, queue, jobs, line, client, core: world.core.clone(), clock: world.clock.clone() }
    }

    /// The same shops with another client.
    #[must_use]
    pub fn calling(self, change: impl FnOnce(Outbound) -> Outbound) -> Self {
        Self { client: change(self.client), ..self }
    }

    /// Begins to tell the sites of a release.
    pub async fn try_notify(&self, release: &Release) -> Result<Notification, NotNotified> {
        notify_sites(&self.core, &self.jobs, Subject::release(release)).await
    }

    /// The same where nothing is in the way.
    pub async fn notify(&self, release: &Release) -> Notification {
        self.try_notify(release).await.unwrap()
    }

    /// Lets the function work on messages.
    pub async fn tell(&self, core: &Core, event: &MessagesEvent) -> MessagesAnswer {
        latchkey_worker::push_updates(core.clone(), self.jobs.clone(), self.client.clone(), event.clone()).await
    }

    /// Lets the function work on at most `most` messages that are ready; gives how many there were.
    pub async fn step(&self, core: &Core, most: usize) -> usize {
        let event = self.queue.receive(most);
        if !event.messages.is_empty() {
            let answer = self.tell(core, &event).await;
            self.queue.settle(&event, &answer);
        }
        event.messages.len()
    }

    /// Works off what is ready.
    pub async fn drain_with(&self, core: &Core) {
        while self.step(core, 10).await > 0 {}
    }

    /// The same.
    pub async fn drain(&self) {
        self.drain_with(&self.core).await;
    }

    /// Works the queue off for so many seconds, with the clock at each next message, and at last at their end.
    pub async fn drain_for(&self, seconds: i64) {
        let end = self.clock.now().plus_seconds(seconds);
        loop {
            self.drain().await;
            let next = self.queue.next().filter(|next| *next <= end);
            let micros = next.unwrap_or(end).as_micros() - self.clock.now().as_micros();
            // Rounded up: who comes too early has to come again.
            self.clock.advance_seconds(micros.max(0).saturating_add(999_999).div_euclid(1_000_000));
            if next.is_none() {
                return;
            }
        }
    }

    /// What became of the sites, and the notification's state.
    pub async fn progress(&self, release: &Release) -> (&'static str, Counts) {
        let progress = notification_progress(&self.core, Subject::release(release)).await.unwrap().unwrap();
        (progress.notification.state.name(), progress.counts)
    }

    /// The hosts and paths that were told, in order of their names; each as often as it was told.
    pub fn told(&self) -> Vec<String> {
        let path = |received: &crate::sink::Received| {
            let path = received.path().strip_suffix("/wp-json/test-plugin/v1/software/update").unwrap().to_owned();
            received.header("host").unwrap().to_owned() + &path
        };
        let mut told: Vec<String> = self.sink.received().iter().map(path).collect();
        told.sort();
        told
    }
}
