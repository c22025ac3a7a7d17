//! `worker-webhooks`: sends events to vendors' endpoints.

use latchkey_core::config::{ProcessEnvironment, SealingSecrets};
use latchkey_core::domain::destination::Reach;
use latchkey_core::ops::webhooks::Sealing;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let client = latchkey_worker::client(Reach::Public)?;
    let sealing = Sealing::new(&SealingSecrets::read(&ProcessEnvironment)?);
    latchkey_core::lambda::run_on_messages(move |core, queue, event| {
        latchkey_worker::deliver_events(core, sealing.clone(), queue, client.clone(), event)
    })
    .await
}
