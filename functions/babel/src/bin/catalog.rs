//! `babel-catalog`: products, releases, assemblies and resources; and who is told of what happens.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access_sealing_packages_and_notices(latchkey_babel::catalog_router).await
}
