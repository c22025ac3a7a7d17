//! `babel-access`: API keys, users, roles and logins.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access(latchkey_babel::access_router).await
}
