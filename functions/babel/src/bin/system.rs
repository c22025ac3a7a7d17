//! `babel-system`: reports, the log, settings, figures and mail.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access(latchkey_babel::system_router).await
}
