//! The DynamoDB and S3 endpoints that the suite runs on: the embedded ones, unless the environment names others.
//!
//! | variable | meaning |
//! |---|---|
//! | `LATCHKEY_TEST_DYNAMODB_ENDPOINT` | such as `http://127.0.0.1:8000` for DynamoDB Local |
//! | `LATCHKEY_TEST_S3_ENDPOINT` | such as `http://127.0.0.1:5000` for moto |

use latchkey_core::config::{BucketConfig, Environment as _, ProcessEnvironment};
use latchkey_core::local::{ACCESS_KEY, SECRET_KEY};
use latchkey_core::random::Random;
use latchkey_core::{aws, table};
use latchkey_local::{Options, Stack};

use crate::proxy::Proxy;

/// The endpoints of one test, and what keeps the embedded ones running.
pub struct Engines {
    /// Where DynamoDB is.
    pub dynamodb: String,
    /// Where S3 is.
    pub s3: String,
    /// Whether DynamoDB is the embedded engine, whose capacity figures are those of the real service.
    pub is_embedded: bool,
    stack: Stack,
}

impl Engines {
    /// The endpoints that the environment names, the embedded ones for the rest.
    pub async fn start() -> Self {
        let options = Options::ephemeral();
        let stack = Stack::start(options).await.unwrap();
        let dynamodb = ProcessEnvironment.get("LATCHKEY_TEST_DYNAMODB_ENDPOINT");
        let s3 = ProcessEnvironment.get("LATCHKEY_TEST_S3_ENDPOINT");
        Self {
            is_embedded: dynamodb.is_none(),
            dynamodb: dynamodb.unwrap_or_else(|| stack.engine_url()),
            s3: s3.unwrap_or_else(|| stack.url()),
            stack,
        }
    }

    /// The embedded stack, which runs beside other endpoints too.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }
}

/// A client for the table at `endpoint`.
pub fn dynamodb(endpoint: &str) -> aws_sdk_dynamodb::Client {
    aws::dynamodb(&sdk(endpoint))
}

/// A client for the table behind `proxy`, watched for its round trips.
pub fn dynamodb_behind(proxy: &Proxy) -> aws_sdk_dynamodb::Client {
    let config = dynamodb(&proxy.url()).config().to_builder().interceptor(proxy.trips()).build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// A client for the bucket at `endpoint`.
pub fn s3(endpoint: &str, bucket: &str) -> aws_sdk_s3::Client {
    aws::s3(&sdk(endpoint), &BucketConfig { name: bucket.to_owned(), path_style: true })
}

/// A name that no other test uses, on whatever endpoint.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", Random::System.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 16))
}

/// Makes a table with the product's schema.
pub async fn create_table(client: &aws_sdk_dynamodb::Client, name: &str) {
    assert_eq!(table::schema::create(client, name).await.unwrap(), table::schema::Created::New);
}

fn sdk(endpoint: &str) -> aws_config::SdkConfig {
    aws::local(endpoint, ACCESS_KEY, SECRET_KEY)
}
