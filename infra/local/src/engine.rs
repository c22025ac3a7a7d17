//! The DynamoDB engine, on a port of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dynoxide::{Database, server};
use latchkey_core::clock::Clock;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::stack::StackError;

/// How often items are removed whose time to live is over. DynamoDB takes up to days.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// For how long a shutdown waits for calls in flight.
const GRACE: Duration = Duration::from_secs(5);

/// The engine while it runs.
#[derive(Debug)]
pub(crate) struct Engine {
    url: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
    sweeper: JoinHandle<()>,
}

impl Engine {
    /// An engine that forgets everything when it ends, and whose time to live follows `clock`.
    pub(crate) async fn in_memory(clock: Clock) -> Result<Self, StackError> {
        Self::start(Database::memory_with_clock(Arc::new(EngineClock(clock))).map_err(|error| engine(&error))?).await
    }

    /// An engine that keeps everything in `file`: what was acknowledged is in the file or in the log beside it, however this process ends.
    ///
    /// It is handed to the operating system with each write, and waits for the disk only when the log is folded into the file. So where the
    /// machine itself fails, the last writes may be gone, and the file is whole all the same: waiting for the disk each time made a write
    /// take milliseconds.
    pub(crate) async fn in_file(file: &Path) -> Result<Self, StackError> {
        let file = file.to_str().ok_or_else(|| StackError::Engine("the path of the data folder is not UTF-8".to_owned()))?;
        let database = Database::new(file).map_err(|error| engine(&error))?;
        // The engine's way to SQLite's `synchronous = NORMAL`; what it sets besides are SQLite's own defaults.
        database.disable_bulk_loading().map_err(|error| engine(&error))?;
        Self::start(database).await
    }

    async fn start(database: Database) -> Result<Self, StackError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(StackError::Listen)?;
        let url = format!("http://{}", listener.local_addr().map_err(StackError::Listen)?);
        let (stop, stopped) = oneshot::channel();
        let sweeper = tokio::spawn(sweep(database.clone()));
        let task = tokio::spawn(async move {
            let stopped = async move {
                let _ = stopped.await;
            };
            if let Err(error) = server::serve_with_shutdown(listener, database, stopped).await {
                tracing::error!(%error, "the engine ended");
            }
        });
        Ok(Self { url, stop, task, sweeper })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Lets calls in flight finish and closes the file.
    pub(crate) async fn shutdown(self) {
        let Self { url: _, stop, mut task, sweeper } = self;
        sweeper.abort();
        drop(stop);
        if timeout(GRACE, &mut task).await.is_err() {
            task.abort();
        }
        // Aborted or ended, it has let go of the database once it is awaited.
        let _ = sweeper.await;
    }
}

async fn sweep(database: Database) {
    let mut ticks = interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let database = database.clone();
        match spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "expired items were not removed"),
            Err(error) => tracing::warn!(%error, "expired items were not removed"),
        }
    }
}

fn engine(error: &dynoxide::DynoxideError) -> StackError {
    StackError::Engine(error.to_string())
}

/// The stack's clock, as the engine asks for it.
struct EngineClock(Clock);

impl dynoxide::storage_backend::clock::Clock for EngineClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now().as_seconds()).unwrap_or(0)
    }

    #[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 stay below 2^53 until the year 2255")]
    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now().as_micros() as f64 / 1e6
    }
}
