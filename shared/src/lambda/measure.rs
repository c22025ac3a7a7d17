//! What a deployment asks of all functions alike: metrics, and that requests come through the front.

use axum::{Extension, Router};
use lambda_http::Error;
use tokio::time::Instant;

use super::{ChangesAnswer, MessagesAnswer};
use crate::config::{Environment, OriginSecrets, ProcessEnvironment, log_settings, metrics_namespace};
use crate::http::Origin;
use crate::metrics::{Metrics, Outcome};

/// `router` with what the environment asks for; every dialect's outermost layer does it ([`crate::http::edge`]).
pub(super) fn surrounded(router: Router, environment: &impl Environment) -> Result<Router, Error> {
    let router = match metrics_namespace(environment)? {
        Some(namespace) => router.layer(Extension(Metrics::new(namespace))),
        None => router,
    };
    Ok(match OriginSecrets::read(environment)? {
        Some(secrets) => router.layer(Extension(Origin::new(&secrets))),
        None => router,
    })
}

/// Measures a worker's batches, where metrics are wanted.
pub(super) struct Batches(Option<(Metrics, String)>);

impl Batches {
    pub(super) fn read() -> Result<Self, Error> {
        let (_, function) = log_settings(&ProcessEnvironment);
        let function = function.unwrap_or_else(|| "worker".to_owned());
        Ok(Self(metrics_namespace(&ProcessEnvironment)?.map(|namespace| (Metrics::new(namespace), function))))
    }

    /// Runs `work` and tells what it took. The operation is the function's name.
    pub(super) async fn measured<F: Future<Output: Became>>(&self, work: F) -> F::Output {
        let Some((metrics, function)) = &self.0 else { return work.await };
        let (begun, meter) = (Instant::now(), metrics.meter("worker"));
        let answer = meter.within(work).await;
        meter.done(function, answer.became(), begun.elapsed());
        answer
    }
}

/// An answer of a worker's.
pub(super) trait Became {
    /// Whether all was done.
    fn became(&self) -> Outcome;
}

impl Became for ChangesAnswer {
    fn became(&self) -> Outcome {
        if self.is_done() { Outcome::Ok } else { Outcome::Fault }
    }
}

impl Became for MessagesAnswer {
    fn became(&self) -> Outcome {
        if self.is_done() { Outcome::Ok } else { Outcome::Fault }
    }
}

impl<T: Became, E> Became for Result<T, E> {
    fn became(&self) -> Outcome {
        self.as_ref().map_or(Outcome::Fault, Became::became)
    }
}

impl Became for () {
    fn became(&self) -> Outcome {
        Outcome::Ok
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::Value;

    use super::*;
    use crate::clock::Clock;
    use crate::metrics::{Meter, Units};

    #[tokio::test]
    async fn a_batch_is_one_line_with_what_it_took() {
        let lines = Arc::new(Mutex::new(Vec::<Value>::new()));
        let kept = Arc::clone(&lines);
        let writer = Arc::new(move |line: &[u8]| kept.lock().unwrap().push(serde_json::from_slice(line).unwrap()));
        let batches = Batches(Some((Metrics::to("Latchkey/test", Clock::System, writer), "test-worker-sites".to_owned())));
        let work = async {
            Meter::add(Units { read: 1.0, write: 2.0 });
            ChangesAnswer::failed(["1".to_owned()])
        };
        assert!(!batches.measured(work).await.is_done());
        let [line] = &lines.lock().unwrap()[..] else { panic!("one line is expected") };
        let told = ["Dialect", "Operation", "Outcome"].map(|name| line[name].as_str().unwrap());
        assert_eq!(told, ["worker", "test-worker-sites", "fault"]);
        assert_eq!((line["ReadUnits"].as_f64(), line["WriteUnits"].as_f64()), (Some(1.0), Some(2.0)));
    }

    #[tokio::test]
    async fn where_no_metrics_are_wanted_nothing_is_counted() {
        let batches = Batches(None);
        batches.measured(async { assert!(Meter::present().is_none()) }).await;
        assert!(surrounded(Router::new(), &|variable: &str| (variable == "LATCHKEY_METRICS").then(|| "a b".to_owned())).is_err());
    }
}
