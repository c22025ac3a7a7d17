//! `sellcodes`: licences are checked, activated and deactivated, and updates are told about and handed out.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_downloads(latchkey_sellcodes::router).await
}
