//! `cscart`: licences are listed, shown and edited by their vendor's scripts, and their packages handed out.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_credentials_and_downloads(latchkey_cscart::router).await
}
