//! `worker-push`: tells sites of releases.

use latchkey_core::domain::destination::Reach;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let client = latchkey_worker::client(Reach::Public)?;
    latchkey_core::lambda::run_on_messages(move |core, queue, event| latchkey_worker::push_updates(core, queue, client.clone(), event))
        .await
}
