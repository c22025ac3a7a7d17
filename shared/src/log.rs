//! The log: one JSON object a line, on standard output, where Lambda collects it.
//!
//! Architecture Invariant: no licence key, token, password or e-mail address is ever logged. Types that hold one have a
//! redacted `Debug`, requests are logged by the route that matched, and the integration suite searches every line that it
//! provokes for every secret that it used.

use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// What the names of our own crates begin with. They obey the level that is asked for; others never say more than errors:
/// at `trace` the Lambda runtime logs whole events and the AWS SDK whole answers, keys and addresses included.
const OURS: &str = "latchkey";

/// Begins logging to standard output at a level such as `info`, the usual one. Does nothing the second time.
pub fn begin(level: Option<&str>) {
    begin_to(level, io::stdout);
}

/// Begins logging to `writer`.
pub fn begin_to<W>(level: Option<&str>, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let others = level.min(LevelFilter::ERROR);
    let filter = Targets::new().with_default(others).with_target(OURS, level);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false);
    let lines = lines.with_target(false).with_writer(writer).with_filter(filter);
    // A second call finds a log that has begun: that is as well.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
