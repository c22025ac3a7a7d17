//! `worker-events`: notes for vendors' endpoints what happened, and has mail sent.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_on_changes_with_queues(latchkey_worker::announce_changes).await
}
