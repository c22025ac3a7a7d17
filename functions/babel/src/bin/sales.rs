//! `babel-sales`: customers, contacts and orders.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access_and_sealing(latchkey_babel::sales_router).await
}
