//! The part of the story in which a vendor's own system is told what happened: a tiny one, on this machine, that believes what is signed.

use std::time::Duration;

use axum::body::Body;
use axum::response::IntoResponse as _;
use http::{Request, StatusCode};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::domain::webhook::WebhookSecret;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{DemoError, Story, json_of, same};
use crate::server::Server;
use crate::stack::StackError;

/// How long the system waits for the event.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest request that the system takes, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// What the system was sent.
struct Event {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

/// A vendor's own system that is told of new licences.
pub(super) struct System {
    server: Server,
    events: mpsc::Receiver<Event>,
    secret: WebhookSecret,
}

impl System {
    /// Opens it, and has it be told: `url` is where staff manage, `key` their script's.
    pub(super) async fn open(story: &mut Story<'_>, url: &str, key: &str) -> Result<Self, DemoError> {
        let (server, events) = listen().await.map_err(StackError::Listen)?;
        let webhook = json!({"webhook": {"url": format!("{}/licences", server.url()), "events": ["license.issued"]}});
        let url = format!("{url}/webhooks");
        story.title("They have their shop's own system be told of new licences", &format!("POST {url} {webhook}"))?;
        let answer = story.http.post_with(&url, &[("x-api-key".to_owned(), key.to_owned())], &webhook).await?;
        writeln!(story.out, "   < {} with the secret that events are signed with, which is shown this once", answer.status)?;
        same("the status", answer.status, StatusCode::OK)?;
        let secret = json_of(&answer)["secret"].as_str().and_then(WebhookSecret::parse);
        let secret = secret.ok_or_else(|| differs("the secret", "one", "none"))?;
        Ok(Self { server, events, secret })
    }

    /// Waits for the event of this licence, and closes the system.
    pub(super) async fn told(mut self, story: &mut Story<'_>, license: &Value) -> Result<(), DemoError> {
        let event = timeout(PATIENCE, self.events.recv()).await.ok().flatten();
        let Event { id, timestamp, signature, body } = event.ok_or_else(|| differs("what the system was sent", "an event", "nothing"))?;
        story.title("Their system is told that it was issued", &format!("POST /licences webhook-id: {id}"))?;
        let shown = story.short(&body);
        writeln!(story.out, "   > {shown}")?;
        let at = timestamp.parse().ok().and_then(Timestamp::from_seconds);
        let is_signed = at.is_some_and(|at| self.secret.verifies(&signature, &id, at, &body));
        same("that the event is signed with the secret", is_signed, true)?;
        let json: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
        same("the event", &json["type"], &json!("license.issued"))?;
        same("the licence", json["data"]["license"]["id"].as_i64(), license.as_i64())?;
        writeln!(story.out, "   signed with the secret: it is believed")?;
        self.server.shutdown().await;
        Ok(())
    }
}

async fn listen() -> std::io::Result<(Server, mpsc::Receiver<Event>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let (sender, events) = mpsc::channel(8);
    let server = Server::start(listener, move |request: Request<Body>| {
        let sender = sender.clone();
        async move {
            let (parts, body) = request.into_parts();
            let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            let (id, timestamp, signature) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
            let body = axum::body::to_bytes(body, MAX_BYTES).await.unwrap_or_default();
            let body = String::from_utf8_lossy(&body).into_owned();
            // Nobody listens any more where the story is over.
            let _ = sender.send(Event { id, timestamp, signature, body }).await;
            StatusCode::NO_CONTENT.into_response()
        }
    })?;
    Ok((server, events))
}

fn differs(what: &'static str, expected: &str, found: &str) -> DemoError {
    DemoError::Differs { what, expected: expected.to_owned(), found: found.to_owned() }
}
