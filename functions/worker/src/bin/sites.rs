//! `worker-sites`: keeps the index of sites up to date.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_on_changes(latchkey_worker::index_changes).await
}
