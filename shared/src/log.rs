//! The log: one JSON object a line, on standard output, where Lambda collects it.
//!
//! Architecture Invariant: no licence key, token, password or e-mail address is ever logged. Types that hold one have a
//! redacted `Debug`, requests are logged by the route that matched, and the integration suite searches every line that it
//! provokes for every secret that it used.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What is logged where nothing else is asked for.
const USUAL: &str = "info";

/// Begins logging to standard output; `filter` is such as `info` or `latchkey_core=debug`. Does nothing the second time.
pub fn begin(filter: Option<&str>) {
    begin_to(filter, io::stdout);
}

/// Begins logging to `writer`.
pub fn begin_to<W>(filter: Option<&str>, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter.unwrap_or(USUAL)).unwrap_or_else(|_| EnvFilter::new(USUAL));
    let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_span_list(false);
    // A second call finds a log that has begun: that is as well.
    let _ = subscriber.with_target(false).with_env_filter(filter).with_writer(writer).try_init();
}
