//! `woosa-license`: licences are checked, activated and deactivated.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run(latchkey_woosa::license_router).await
}
