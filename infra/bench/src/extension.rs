//! The part of the Lambda Extensions API that an extension inside a function needs
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>): registering, and the next event.
//!
//! Lambda hands out no event before the function and its extension have both asked for one, and tells the extension of each.

use crate::server::{Answer, reply};
use http::{HeaderValue, Method, StatusCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::{Notify, oneshot};

/// What the one extension of a function is known by.
const IDENTIFIER: HeaderValue = HeaderValue::from_static("00000000-0000-4000-8000-00000000e000");
/// All that an extension of ours looks at of an event is that it came.
const INVOKE: &str = r#"{"eventType":"INVOKE","deadlineMs":4102444800000,"requestId":"00000000-0000-4000-8000-000000000000"}"#;

/// The extension of one function, if it registers one. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extension(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    has_asked: Notify,
}

#[derive(Debug, Default)]
struct State {
    is_registered: bool,
    /// Since when it waits for an event, and what lets it go.
    waiting: Option<(Instant, oneshot::Sender<()>)>,
}

impl Extension {
    /// Answers a call of the extension: the next event when there is one ([`Self::invoke`]).
    pub(crate) async fn answer(&self, method: &Method, path: &str) -> Answer {
        match (method, path) {
            (&Method::POST, "register") => {
                self.state().is_registered = true;
                let mut answer = reply(StatusCode::OK, r#"{"functionName":"bench","functionVersion":"$LATEST","handler":"bootstrap"}"#);
                answer.headers_mut().insert("lambda-extension-identifier", IDENTIFIER);
                answer
            }
            (&Method::GET, "event/next") => {
                let (go, released) = oneshot::channel();
                self.state().waiting = Some((Instant::now(), go));
                self.0.has_asked.notify_one();
                // Where the measurement ended instead, nobody reads the answer.
                let _ = released.await;
                reply(StatusCode::OK, INVOKE)
            }
            _ => reply(StatusCode::NOT_FOUND, ""),
        }
    }

    /// Waits until the extension has asked for an event, and says when it did; nothing where there is none.
    pub(crate) async fn asked(&self) -> Option<Instant> {
        loop {
            let asked = {
                let state = self.state();
                if !state.is_registered {
                    return None;
                }
                state.waiting.as_ref().map(|(at, _)| *at)
            };
            match asked {
                Some(at) => return Some(at),
                None => self.0.has_asked.notified().await,
            }
        }
    }

    /// Tells the extension that the function is given an event.
    pub(crate) fn invoke(&self) {
        if let Some((_, go)) = self.state().waiting.take() {
            // It may have ended.
            let _ = go.send(());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
