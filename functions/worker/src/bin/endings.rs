//! `worker-endings`: announces the ends of licences.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    Box::pin(latchkey_core::lambda::run_on_schedule(latchkey_worker::announce_endings)).await
}
