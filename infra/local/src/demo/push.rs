//! The part of the story in which a shop is told of a release: a tiny one, on this machine, that takes what it is sent.

use std::time::Duration;

use axum::body::Body;
use axum::response::IntoResponse as _;
use http::{Request, StatusCode};
use latchkey_core::domain::ids::AccountId;
use latchkey_core::ops::notification_progress::notification_progress;
use latchkey_core::ops::notify_sites::{Subject, notify_sites};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::{Ask, DemoError, Story, same};
use crate::seed::{NEW_VERSION, PLUGIN};
use crate::server::Server;
use crate::stack::{Stack, StackError};

/// How long the shop waits for the push.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest request that the shop takes, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// What the shop was sent.
struct Push {
    line: String,
    key: String,
    body: Value,
}

/// Opens the shop, tells it, and closes it.
pub(super) async fn play(story: &mut Story<'_>, stack: &Stack, account: AccountId) -> Result<(), DemoError> {
    let (shop, mut pushes) = open().await.map_err(StackError::Listen)?;
    let site = format!("{}/shop", shop.url());
    writeln!(story.out, "\nA shop of the customer's opens at {site}: on this machine, so it takes no seat.")?;
    let activated = story.ask("The plugin is activated there", Ask::Post("license/activate", &site)).await?;
    same("the status", activated.status, StatusCode::OK)?;

    let core = stack.core();
    let products = core.table.products(account).await?;
    let product = products.into_iter().find(|product| product.slug.as_str() == PLUGIN);
    let current = product.as_ref().and_then(|product| product.current.as_ref().map(|current| (product.id, current.id)));
    let (product, release) = current.ok_or_else(|| differs("the demo vendor's release", "one", "none"))?;
    let command = format!("latchkey release notify --account {account} --slug {PLUGIN} --version {NEW_VERSION}");
    story.title("The vendor has all sites told that there is a release", &command)?;
    let subject = Subject { account, product, release };
    notify_sites(core, &stack.push_queue(), subject).await?;

    let push = timeout(PATIENCE, pushes.recv()).await.ok().flatten();
    let push = push.ok_or_else(|| differs("what the shop was sent", "a push", "nothing"))?;
    story.title("The shop is told, and will offer the update to its owner", &push.line)?;
    let text = format!("x-license-key: {}  {}", push.key, push.body);
    let shown = story.short(&text);
    writeln!(story.out, "   > {shown}")?;
    same("the endpoint", push.line.as_str(), format!("POST /shop/wp-json/{PLUGIN}/v1/software/update").as_str())?;
    same("the key", push.key == story.key, true)?;
    same("the version", &push.body["version"], &json!(NEW_VERSION))?;
    same("the file", &push.body["file"], &json!(format!("{PLUGIN}.zip")))?;
    finished(stack, subject).await?;
    writeln!(story.out, "   one site, one push: the notification has finished")?;

    let deactivated = story.ask("The shop closes", Ask::Post("license/deactivate", &site)).await?;
    same("the status", deactivated.status, StatusCode::OK)?;
    shop.shutdown().await;
    Ok(())
}

async fn open() -> std::io::Result<(Server, mpsc::Receiver<Push>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let (sender, pushes) = mpsc::channel(8);
    let shop = Server::start(listener, move |request: Request<Body>| {
        let sender = sender.clone();
        async move {
            let line = format!("{} {}", request.method(), request.uri().path());
            let key = request.headers().get("x-license-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
            let body = axum::body::to_bytes(request.into_body(), MAX_BYTES).await.unwrap_or_default();
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            // Nobody listens any more where the story is over.
            let _ = sender.send(Push { line, key, body }).await;
            StatusCode::NO_CONTENT.into_response()
        }
    })?;
    Ok((shop, pushes))
}

async fn finished(stack: &Stack, subject: Subject) -> Result<(), DemoError> {
    let wait = async {
        loop {
            let progress = notification_progress(stack.core(), subject).await?;
            match progress.filter(|progress| !progress.notification.is_running()) {
                Some(progress) => {
                    return Ok::<_, DemoError>((progress.notification.state.name(), progress.counts.sites, progress.counts.sent));
                }
                None => sleep(Duration::from_millis(20)).await,
            }
        }
    };
    let ended = timeout(PATIENCE, wait).await.map_err(|_| differs("the notification", "finished", "still running"))??;
    same("the notification", ended, ("finished", 1, 1))
}

fn differs(what: &'static str, expected: &str, found: &str) -> DemoError {
    DemoError::Differs { what, expected: expected.to_owned(), found: found.to_owned() }
}
