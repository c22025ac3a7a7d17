//! A function's life in Lambda: configuration and connection before the first request, then one request after the other.

mod afterwards;
mod changes;
mod gateway;
mod measure;
mod messages;

use std::time::Duration;

use axum::Router;
use http_body_util::BodyExt as _;
use lambda_http::{Error, LambdaEvent, lambda_runtime, service_fn};
use tower::ServiceExt as _;

use self::afterwards::{Afterwards, settle};
pub use self::changes::{ChangesAnswer, ChangesEvent};
use self::gateway::{GatewayAnswer, GatewayEvent};
#[cfg(feature = "queue")]
use self::measure::Became;
use self::measure::{Batches, surrounded};
pub use self::messages::{MessagesAnswer, MessagesEvent, ToldMessage};
use crate::aws;
use crate::clock::Clock;
#[cfg(feature = "signing")]
use crate::config::SealingSecrets;
#[cfg(feature = "queue")]
use crate::config::queue_url;
use crate::config::{
    AwsConfig, BearerSecrets, BucketConfig, CoreConfig, CredentialSecrets, DownloadConfig, ProcessEnvironment, TokenSecrets, log_settings,
};
#[cfg(all(feature = "signing", feature = "queue"))]
use crate::core::Notices;
use crate::core::{Access, Core, Credentials, Downloads};
use crate::credentials::CredentialKeys;
#[cfg(all(feature = "signing", feature = "queue"))]
use crate::domain::destination::Reach;
#[cfg(feature = "queue")]
use crate::fault::Fault;
use crate::log;
#[cfg(all(feature = "signing", feature = "queue"))]
use crate::ops::announce::WebhookJob;
#[cfg(all(feature = "signing", feature = "queue"))]
use crate::ops::notify_sites::PushJob;
#[cfg(all(feature = "signing", feature = "queue"))]
use crate::ops::webhooks::Sealing;
use crate::packages::Packages;
#[cfg(feature = "queue")]
use crate::queue::{Job, Queue, Sqs};
use crate::random::Random;
#[cfg(feature = "signing")]
use crate::signing::seal::SealingKeys;
use crate::sink::Sink;
use crate::table::{Patience, Table};
use crate::tokens::{BearerKeys, TokenKeys};

/// For how long the start waits for the table: Lambda allows ten seconds for all of it, and no request is served meanwhile.
const AT_THE_START: Patience = Patience { attempt: Duration::from_secs(1), call: Duration::from_secs(1), attempts: 1 };

/// Runs a function that needs the table only.
pub async fn run(router: impl FnOnce(Core) -> Router) -> Result<(), Error> {
    let (core, _) = begin().await?;
    let sink = core.sink.clone();
    serve(router(core), sink).await
}

/// Runs a function that hands out packages too.
pub async fn run_with_downloads(router: impl FnOnce(Core, Downloads) -> Router) -> Result<(), Error> {
    let (core, environment) = begin().await?;
    let downloads = downloads(environment)?;
    let sink = core.sink.clone();
    serve(router(core, downloads), sink).await
}

/// Runs a function that takes API keys and makes or redeems tokens that open no package.
pub async fn run_with_credentials_and_tokens(router: impl FnOnce(Core, Credentials, TokenKeys) -> Router) -> Result<(), Error> {
    let (core, _) = begin().await?;
    let (credentials, tokens) = (credentials()?, TokenKeys::new(&TokenSecrets::read(&ProcessEnvironment)?));
    let sink = core.sink.clone();
    serve(router(core, credentials, tokens), sink).await
}

/// Runs a function that takes API keys and hands out packages.
pub async fn run_with_credentials_and_downloads(router: impl FnOnce(Core, Credentials, Downloads) -> Router) -> Result<(), Error> {
    let (core, environment) = begin().await?;
    let (credentials, downloads) = (credentials()?, downloads(environment)?);
    let sink = core.sink.clone();
    serve(router(core, credentials, downloads), sink).await
}

/// Runs a function that takes API keys and Bearers.
pub async fn run_with_access(router: impl FnOnce(Core, Access) -> Router) -> Result<(), Error> {
    let (core, _) = begin().await?;
    let sink = core.sink.clone();
    serve(router(core, access()?), sink).await
}

/// The same for a function that signs licences, or keeps the keys for it.
#[cfg(feature = "signing")]
pub async fn run_with_access_and_sealing(router: impl FnOnce(Core, Access, SealingKeys) -> Router) -> Result<(), Error> {
    let (core, _) = begin().await?;
    let sink = core.sink.clone();
    serve(router(core, access()?, sealing()?), sink).await
}

/// The same for one that takes packages in, and has sites and vendors' own systems be told, too.
#[cfg(all(feature = "signing", feature = "queue"))]
pub async fn run_with_access_sealing_packages_and_notices(
    router: impl FnOnce(Core, Access, SealingKeys, Packages, Notices) -> Router,
) -> Result<(), Error> {
    let (core, environment) = begin().await?;
    let (pushes, webhooks) = (sqs::<PushJob>(&environment)?, sqs::<WebhookJob>(&environment)?);
    let sealing_of_webhooks = Sealing::new(&SealingSecrets::read(&ProcessEnvironment)?);
    let notices = Notices { pushes, webhooks, sealing: sealing_of_webhooks, reach: Reach::Public };
    let packages = packages(environment, BucketConfig::read(&ProcessEnvironment)?);
    let sink = core.sink.clone();
    serve(router(core, access()?, sealing()?, packages, notices), sink).await
}

fn access() -> Result<Access, Error> {
    Ok(Access { credentials: credentials()?, bearer: BearerKeys::new(&BearerSecrets::read(&ProcessEnvironment)?) })
}

#[cfg(feature = "signing")]
fn sealing() -> Result<SealingKeys, Error> {
    Ok(SealingKeys::new(&SealingSecrets::read(&ProcessEnvironment)?))
}

fn downloads(environment: AwsConfig) -> Result<Downloads, Error> {
    let config = DownloadConfig::read(&ProcessEnvironment)?;
    Ok(Downloads { packages: packages(environment, config.bucket), tokens: TokenKeys::new(&config.secrets) })
}

fn packages(environment: AwsConfig, bucket: BucketConfig) -> Packages {
    let name = bucket.name.clone();
    // Only few requests need it: the others are spared the client's making.
    let client = move || aws::s3(&aws::at(&aws::of_function(&environment), environment.s3_endpoint.as_deref()), &bucket);
    Packages::when_needed(client, name)
}

fn credentials() -> Result<Credentials, Error> {
    Ok(Credentials { keys: CredentialKeys::new(&CredentialSecrets::read(&ProcessEnvironment)?) })
}

/// Runs a function that the table's stream tells of changes.
pub async fn run_on_changes<F>(work: impl Fn(Core, ChangesEvent) -> F) -> Result<(), Error>
where
    F: Future<Output = ChangesAnswer>,
{
    let (core, _) = begin().await?;
    let (work, batches) = (&work, &Batches::read()?);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<ChangesEvent>| {
        let core = core.clone();
        async move {
            let answer = batches.measured(work(core.clone(), event.payload)).await;
            // Nobody waits for a worker's answer, and nothing keeps it alive afterwards.
            settle(&core.sink).await;
            Ok::<_, Error>(answer)
        }
    }))
    .await
}

/// Runs a function that the table's stream tells of changes, and that puts jobs into two queues.
#[cfg(feature = "queue")]
pub async fn run_on_changes_with_queues<J, K, F>(work: impl Fn(Core, Queue<J>, Queue<K>, ChangesEvent) -> F) -> Result<(), Error>
where
    J: Job,
    K: Job,
    F: Future<Output = ChangesAnswer>,
{
    let second = sqs::<K>(&AwsConfig::read(&ProcessEnvironment)?)?;
    let second = &second;
    run_with_queue(async |core, queue, event| Ok::<_, Error>(work(core, queue, second.clone(), event).await)).await
}

/// Runs a function that a queue of its own tells what to do, and that may put more into it.
#[cfg(feature = "queue")]
pub async fn run_on_messages<J, F>(work: impl Fn(Core, Queue<J>, MessagesEvent) -> F) -> Result<(), Error>
where
    J: Job,
    F: Future<Output = MessagesAnswer>,
{
    run_with_queue(async |core, queue, event| Ok::<_, Error>(work(core, queue, event).await)).await
}

/// Runs a function that the clock calls, and that puts jobs into a queue. Its faults are for Lambda to count; the clock comes again.
#[cfg(feature = "queue")]
pub async fn run_on_schedule<J, F>(work: impl Fn(Core, Queue<J>) -> F) -> Result<(), Error>
where
    J: Job,
    F: Future<Output = Result<(), Fault>>,
{
    run_with_queue(async |core, queue, _: serde::de::IgnoredAny| work(core, queue).await.map_err(Error::from)).await
}

#[cfg(feature = "queue")]
async fn run_with_queue<J, E, A>(work: impl AsyncFn(Core, Queue<J>, E) -> Result<A, Error>) -> Result<(), Error>
where
    J: Job,
    E: serde::de::DeserializeOwned,
    A: serde::Serialize + Became,
{
    let (core, environment) = begin().await?;
    let queue = sqs::<J>(&environment)?;
    let (work, batches) = (&work, &Batches::read()?);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<E>| {
        let (core, queue) = (core.clone(), queue.clone());
        async move {
            let answer = batches.measured(work(core.clone(), queue, event.payload)).await;
            settle(&core.sink).await;
            answer
        }
    }))
    .await
}

/// The queue of these jobs. Its client is made when something is put: the others are spared it.
#[cfg(feature = "queue")]
fn sqs<J: Job>(environment: &AwsConfig) -> Result<Queue<J>, Error> {
    let (url, environment) = (queue_url::<J>(&ProcessEnvironment)?, environment.clone());
    let client = move || aws::sqs(&aws::at(&aws::of_function(&environment), environment.sqs_endpoint.as_deref()));
    Ok(Queue::sqs(Sqs::when_needed(client, url, Random::System)))
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

/// Every function that answers requests may note something; a worker settles that before it answers, and is spared the extension.
async fn serve(router: Router, sink: Sink) -> Result<(), Error> {
    let router = surrounded(router, &ProcessEnvironment)?;
    let afterwards = Afterwards::default();
    let (afterwards_of, noted) = (afterwards.clone(), sink.clone());
    let function = service_fn(move |event: LambdaEvent<GatewayEvent>| {
        let (router, afterwards, sink) = (router.clone(), afterwards_of.clone(), noted.clone());
        let answering = afterwards.answering();
        async move {
            let answer = answer(router, event.payload).await;
            afterwards.before(&sink).await;
            drop(answering);
            answer
        }
    });
    // Its future does nothing before it is awaited: the extension is registered by then, as it has to be.
    afterwards.beside(sink, async move { lambda_runtime::run(function).await }).await
}

async fn answer(router: Router, event: GatewayEvent) -> Result<GatewayAnswer, Error> {
    let Ok(response) = router.oneshot(event.into_request()).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(GatewayAnswer::new(parts.status, &parts.headers, &body))
}
