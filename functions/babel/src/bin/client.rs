//! `babel-client`: what licensed programs call.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access_and_sealing(latchkey_babel::client_router).await
}
