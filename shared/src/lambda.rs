//! A function's life in Lambda: configuration and connection before the first request, then one request after the other.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request};
use lambda_http::request::RequestContext;
use lambda_http::{Error, RequestExt as _, service_fn};
use tower::ServiceExt as _;

use crate::aws;
use crate::clock::Clock;
use crate::config::{AwsConfig, CoreConfig, DownloadConfig, ProcessEnvironment, log_settings};
use crate::core::{Core, Downloads};
use crate::http::REQUEST_ID;
use crate::log;
use crate::packages::Packages;
use crate::random::Random;
use crate::table::{Patience, Table};
use crate::tokens::TokenKeys;

/// For how long the start waits for the table: Lambda allows ten seconds for all of it, and no request is served meanwhile.
const AT_THE_START: Patience = Patience { attempt: Duration::from_secs(1), call: Duration::from_secs(1), attempts: 1 };

/// Runs a function that needs the table only.
pub async fn run(router: impl FnOnce(Core) -> Router) -> Result<(), Error> {
    let (core, _) = begin().await?;
    serve(router(core)).await
}

/// Runs a function that hands out packages too.
pub async fn run_with_downloads(router: impl FnOnce(Core, Downloads) -> Router) -> Result<(), Error> {
    let (core, environment) = begin().await?;
    let config = DownloadConfig::read(&ProcessEnvironment)?;
    let name = config.bucket.name.clone();
    // Only a redeemed link needs it: most requests are spared the client's making.
    let client = move || aws::s3(&aws::at(&aws::of_function(&environment), environment.s3_endpoint.as_deref()), &config.bucket);
    let packages = Packages::when_needed(client, name);
    serve(router(core, Downloads { packages, tokens: TokenKeys::new(&config.secrets) })).await
}

async fn begin() -> Result<(Core, AwsConfig), Error> {
    let (filter, _) = log_settings(&ProcessEnvironment);
    log::begin(filter.as_deref());
    let config = CoreConfig::read(&ProcessEnvironment)?;
    let environment = AwsConfig::read(&ProcessEnvironment)?;
    let sdk = aws::at(&aws::of_function(&environment), environment.dynamodb_endpoint.as_deref());
    let client = aws::dynamodb(&sdk);
    let table = |patience| Table::new(client.clone(), &config.table, Random::System, patience);
    // The connection is opened now, where Lambda gives more CPU than later. A store that is away now may be back for the
    // first request, which says so otherwise.
    if let Err(fault) = table(AT_THE_START).warm_up().await {
        tracing::warn!(%fault, "the table did not answer at the start");
    }
    Ok((Core::new(table(Patience::default()), Clock::System, Random::System, config.public_url), environment))
}

async fn serve(router: Router) -> Result<(), Error> {
    lambda_http::run(service_fn(move |request: lambda_http::Request| {
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, request).await) }
    }))
    .await
}

async fn answer(router: Router, request: lambda_http::Request) -> axum::response::Response {
    let id = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let mut request: Request<Body> = request.map(|body| Body::from(body.to_vec()));
    // Whatever a client put there is not the gateway's.
    request.headers_mut().remove(REQUEST_ID);
    if let Some(id) = id.and_then(|id| HeaderValue::try_from(id).ok()) {
        request.headers_mut().insert(REQUEST_ID, id);
    }
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
