//! `bytex`: a vendor's service asks about licences, customers and discounts.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_credentials_and_tokens(latchkey_bytex::router).await
}
