//! `babel-licensing`: licences, tokens, traces and templates.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access_and_sealing(latchkey_babel::licensing_router).await
}
