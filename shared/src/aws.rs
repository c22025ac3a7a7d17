//! The AWS SDK's clients: their one home.
//!
//! TLS is rustls on `ring`, and in the functions the roots are Amazon's own, compiled in: loading the system's certificates
//! is the largest part of a cold start (`infra/bench/README.md`).

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::config::{AwsConfig, BucketConfig};

/// Which certificates the AWS endpoints are believed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Amazon's roots: for the functions, which talk to nobody else.
    Amazon,
    /// The system's: for the operator's tool, which may sit behind a company's proxy.
    System,
}

const AMAZON_ROOTS: &[u8] = include_bytes!("../certs/amazon-roots.pem");

/// Region, credentials and endpoints from the environment and the files that the AWS tools use: for the operator's tool.
pub async fn load(trust: Trust) -> SdkConfig {
    aws_config::defaults(version()).http_client(http_client(trust)).load().await
}

/// What Lambda put into the function's environment, which holds for the sandbox's life.
///
/// The SDK's own search for settings takes a quarter of what a cold start has to do besides (`infra/bench/README.md`), and
/// would find the same.
pub fn of_function(config: &AwsConfig) -> SdkConfig {
    let AwsConfig { region, access_key, secret_key, session_token, .. } = config.clone();
    let credentials = Credentials::new(access_key, secret_key, session_token, None, "lambda");
    SdkConfig::builder()
        .behavior_version(version())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client(Trust::Amazon))
        .build()
}

/// The same with all calls going to `endpoint`, where one is named.
pub fn at(config: &SdkConfig, endpoint: Option<&str>) -> SdkConfig {
    match endpoint {
        Some(endpoint) => config.to_builder().endpoint_url(endpoint).build(),
        None => config.clone(),
    }
}

/// An engine on this machine, at `endpoint`, without TLS. Nothing is read from the environment or the AWS tools' files, so
/// that no setting there can lead it to a real account.
pub fn local(endpoint: &str, access_key: &str, secret_key: &str) -> SdkConfig {
    let credentials = Credentials::new(access_key, secret_key, None, None, "local");
    SdkConfig::builder()
        .behavior_version(version())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(Builder::new().build_http())
        .build()
}

/// The client for the table. It never retries: `table::call` does.
pub fn dynamodb(config: &SdkConfig) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::config::Builder::from(config).retry_config(RetryConfig::disabled()).build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// The client for the packages. Its calls are reads, copies and deletions under names that are used once, so the SDK may
/// retry them.
pub fn s3(config: &SdkConfig, bucket: &BucketConfig) -> aws_sdk_s3::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_mins(1))
        .build();
    let config = aws_sdk_s3::config::Builder::from(config)
        .retry_config(RetryConfig::standard().with_max_attempts(4))
        .timeout_config(timeouts)
        .force_path_style(bucket.path_style)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}

/// The client for mail. It never retries: a mail whose answer was lost is sent again later, if at all.
#[cfg(feature = "ses")]
pub fn ses(config: &SdkConfig) -> aws_sdk_sesv2::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .read_timeout(Duration::from_secs(15))
        .operation_timeout(Duration::from_secs(20))
        .build();
    let config = aws_sdk_sesv2::config::Builder::from(config).retry_config(RetryConfig::disabled()).timeout_config(timeouts).build();
    aws_sdk_sesv2::Client::from_conf(config)
}

/// The client for queues. A message that is put twice is told twice, which may happen anyway: the SDK may retry.
#[cfg(feature = "queue")]
pub fn sqs(config: &SdkConfig) -> aws_sdk_sqs::Client {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(1)).operation_timeout(Duration::from_secs(5)).build();
    let config = aws_sdk_sqs::config::Builder::from(config)
        .retry_config(RetryConfig::standard().with_max_attempts(4))
        .timeout_config(timeouts)
        .build();
    aws_sdk_sqs::Client::from_conf(config)
}

fn version() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// The HTTP client behind all of them.
fn http_client(trust: Trust) -> SharedHttpClient {
    let roots = match trust {
        Trust::Amazon => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS),
        Trust::System => TrustStore::default(),
    };
    let builder = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    match TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => builder.tls_context(context).build_https(),
        Err(_) => builder.build_https(),
    }
}
