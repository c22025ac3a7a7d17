//! `worker-push`: tells sites of releases.

use latchkey_core::domain::destination::Reach;
use latchkey_core::table::REMEMBERED_SECONDS;
use latchkey_worker::Pusher;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let pusher = Pusher { client: latchkey_worker::client(Reach::Public)?, settling: REMEMBERED_SECONDS };
    latchkey_core::lambda::run_on_messages(move |core, queue, event| latchkey_worker::push_updates(core, queue, pusher.clone(), event))
        .await
}
