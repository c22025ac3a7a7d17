//! Metrics: one line of `CloudWatch`'s embedded metric format for each request, each batch of a worker, and each time that the sink was emptied
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).
//!
//! A line is written to standard output, where `CloudWatch` Logs makes metrics of it. No call is made, nobody waits, and an answer is what it
//! would be without: a line that cannot be written is left out.
//!
//! **What it costs.** Each value of a dimension is a metric of its own, at 0.30 US$ a month in us-east-1 while requests come. So an operation
//! is a member of the line and no dimension: how it fares is asked of the lines (`infra/dashboard.yaml` does so). There are as many metrics as
//! [`most_metrics`] tells: with six dialects 30, at most 9 US$ a month, and none where nothing is asked. A line is 400 to 500 bytes: a million
//! requests are half a gigabyte of log, 0.25 US$.
//!
//! Nothing in a line comes from a client but which of our routes it asked for.

mod tally;

use std::fmt;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde::Serialize;

pub use self::tally::{Consumed, Meter, Units, along};
use crate::clock::Clock;

/// The metric of how long it took, by dialect and outcome, in milliseconds. How many there were is its sample count.
pub const DURATION: &str = "Duration";

/// The metric of read units of the table's capacity, by dialect.
pub const READ_UNITS: &str = "ReadUnits";

/// The metric of write units of the table's capacity, by dialect.
pub const WRITE_UNITS: &str = "WriteUnits";

/// What became of a request or a batch: few, because each is a metric of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was done.
    Ok,
    /// A definite no.
    Refused,
    /// A fault of ours.
    Fault,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Refused, Self::Fault];
}

/// How many metrics there can be with this many dialects.
pub const fn most_metrics(dialects: usize) -> usize {
    dialects * (Outcome::ALL.len() + 2)
}

/// Where lines go.
pub type Writer = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Writes lines. Clones write to the same place.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    namespace: String,
    clock: Clock,
    writer: Writer,
}

impl Metrics {
    /// Lines on standard output, in this namespace.
    pub fn new(namespace: impl Into<String>) -> Self {
        let writer: Writer = Arc::new(|line| {
            // Whole, so that no other line gets between; and if nobody takes it, it is not worth an answer.
            let _ = io::stdout().lock().write_all(line);
        });
        Self::to(namespace, Clock::System, writer)
    }

    /// The same to another place.
    pub fn to(namespace: impl Into<String>, clock: Clock, writer: Writer) -> Self {
        Self(Arc::new(Inner { namespace: namespace.into(), clock, writer }))
    }

    /// Counts what is done by a function from now on, such as `dialect-license`.
    pub fn meter(&self, function: &str) -> Meter {
        Meter::new(self.clone(), dialect(function))
    }

    fn write(&self, line: &Line<'_>) {
        if let Ok(mut bytes) = serde_json::to_vec(line) {
            bytes.push(b'\n');
            (self.0.writer)(&bytes);
        }
    }
}

/// What a function's name begins with: `dialect` of `dialect-license`.
pub fn dialect(function: &str) -> &str {
    function.split('-').next().unwrap_or(function)
}

/// A request's operation: the method and the route that matched, never the path.
pub(crate) fn operation(method: &Method, route: Option<&str>) -> String {
    let Some(route) = route else { return "none".to_owned() };
    // A client may send any word as its method.
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    let method = if known.contains(method) { method.as_str() } else { "OTHER" };
    format!("{method} {route}")
}

impl Meter {
    /// Writes the line of what was done: a request, or a batch.
    pub fn done(&self, operation: &str, outcome: Outcome, took: Duration) {
        self.write(Done { operation, outcome: Some(outcome), duration: Some((took.as_secs_f64() * 1e6).round() / 1e3) });
    }

    /// Writes the line of what was done for no request in particular: what it took of the table alone.
    pub(crate) fn done_aside(&self, operation: &str) {
        self.write(Done { operation, outcome: None, duration: None });
    }

    fn write(&self, done: Done<'_>) {
        let metrics = self.metrics();
        let units = self.units();
        let namespace = metrics.0.namespace.as_str();
        let timed = done.outcome.map(|_| Directive { namespace, dimensions: [BY_DIALECT_AND_OUTCOME], metrics: TIMED });
        let directives = timed.into_iter().chain([Directive { namespace, dimensions: [BY_DIALECT], metrics: UNITS }]).collect();
        metrics.write(&Line {
            aws: Aws { timestamp: metrics.0.clock.now().as_micros() / 1000, directives },
            dialect: self.dialect(),
            done,
            read_units: units.read,
            write_units: units.write,
        });
    }
}

const BY_DIALECT_AND_OUTCOME: &[&str] = &["Dialect", "Outcome"];
const BY_DIALECT: &[&str] = &["Dialect"];
const TIMED: &[Metric] = &[Metric { name: DURATION, unit: "Milliseconds" }];
const UNITS: &[Metric] = &[Metric { name: READ_UNITS, unit: "Count" }, Metric { name: WRITE_UNITS, unit: "Count" }];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(rename = "_aws")]
    aws: Aws<'a>,
    dialect: &'a str,
    #[serde(flatten)]
    done: Done<'a>,
    read_units: f64,
    write_units: f64,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Done<'a> {
    operation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Aws<'a> {
    /// Milliseconds since 1970.
    timestamp: i64,
    #[serde(rename = "CloudWatchMetrics")]
    directives: Vec<Directive<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [&'static [&'static str]; 1],
    metrics: &'static [Metric],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    unit: &'static str,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("namespace", &self.0.namespace).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::{Value, json};

    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::time::Timestamp;

    fn captured() -> (Metrics, Arc<Mutex<Vec<Value>>>) {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let clock = Clock::Manual(ManualClock::at(Timestamp::parse("2026-11-22T06:00:00.123Z").unwrap()));
        let metrics =
            Metrics::to("Latchkey/test", clock, Arc::new(move |line| kept.lock().unwrap().push(serde_json::from_slice(line).unwrap())));
        (metrics, lines)
    }

    #[tokio::test]
    async fn a_line_is_what_cloudwatch_makes_metrics_of() {
        let (metrics, lines) = captured();
        let meter = metrics.meter("shop-license");
        meter.within(async { Meter::add(Units { read: 0.5, write: 1.0 }) }).await;
        meter.done("GET /licenses/{id}", Outcome::Refused, Duration::from_micros(1_234_567));
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_327_200_123_i64,
                "CloudWatchMetrics": [
                    {"Namespace": "Latchkey/test", "Dimensions": [["Dialect", "Outcome"]], "Metrics": [{"Name": "Duration", "Unit": "Milliseconds"}]},
                    {
                        "Namespace": "Latchkey/test", "Dimensions": [["Dialect"]],
                        "Metrics": [{"Name": "ReadUnits", "Unit": "Count"}, {"Name": "WriteUnits", "Unit": "Count"}],
                    },
                ],
            },
            "Dialect": "shop", "Operation": "GET /licenses/{id}", "Outcome": "refused", "Duration": 1234.567,
            "ReadUnits": 0.5, "WriteUnits": 1.0,
        });
        assert_eq!(*lines.lock().unwrap(), [expected]);
    }

    #[tokio::test]
    async fn what_was_done_aside_is_no_request() {
        let (metrics, lines) = captured();
        metrics.meter("shop").done_aside("noted");
        let line = lines.lock().unwrap().remove(0);
        assert_eq!(line["_aws"]["CloudWatchMetrics"].as_array().unwrap().len(), 1);
        assert_eq!((&line["Operation"], &line["Outcome"], &line["Duration"]), (&json!("noted"), &Value::Null, &Value::Null));
    }

    #[test]
    fn an_operation_is_a_route_and_never_what_a_client_made_up() {
        assert_eq!(operation(&Method::GET, Some("/v1/products/{id}")), "GET /v1/products/{id}");
        assert_eq!(operation(&Method::from_bytes(b"SECRET-KEY").unwrap(), Some("/v1/products/{id}")), "OTHER /v1/products/{id}");
        assert_eq!(operation(&Method::from_bytes(b"SECRET-KEY").unwrap(), None), "none");
    }

    #[test]
    fn a_writer_that_fails_is_nobodys_trouble() {
        let metrics = Metrics::to("Latchkey/test", Clock::System, Arc::new(|_| {}));
        metrics.meter("shop").done("none", Outcome::Ok, Duration::ZERO);
    }
}
