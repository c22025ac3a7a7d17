//! `babel-catalog`: products, releases, assemblies and resources.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    latchkey_core::lambda::run_with_access_sealing_and_packages(latchkey_babel::catalog_router).await
}
