//! The DynamoDB and S3 endpoints that the suite runs on: the embedded ones, unless the environment names others.
//!
//! | variable | meaning |
//! |---|---|
//! | `LATCHKEY_TEST_DYNAMODB_ENDPOINT` | such as `http://127.0.0.1:8000` for DynamoDB Local |
//! | `LATCHKEY_TEST_S3_ENDPOINT` | such as `http://127.0.0.1:5000` for moto |
//! | `LATCHKEY_TEST_TEMPLATE` | a CloudFormation template with what data is kept in: each test's table and bucket are made of it, by the CloudFormation at the first endpoint (`infra/rehearsal/rehearse.sh`) |
//! | `LATCHKEY_TEST_FUNCTIONS` | where the functions themselves run: `http://127.0.0.1:9000` for cargo-lambda's emulator (`infra/rehearsal/emulator.sh`), which serves `over_http` |
//! | `LATCHKEY_TEST_TABLE`, `LATCHKEY_TEST_BUCKET` | what those functions were told to use |

use std::collections::BTreeMap;

use latchkey_core::config::{BucketConfig, Environment as _, ProcessEnvironment};
use latchkey_core::local::{ACCESS_KEY, SECRET_KEY};
use latchkey_core::random::Random;
use latchkey_core::{aws, table};
use latchkey_local::{Options, Stack};

use crate::proxy::Proxy;
use crate::vendor::http_client;

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

/// A client for queues at `endpoint`.
pub fn sqs(endpoint: &str) -> aws_sdk_sqs::Client {
    aws::sqs(&sdk(endpoint))
}

/// Where the functions run, where that is not in the test.
pub fn functions() -> Option<String> {
    ProcessEnvironment.get("LATCHKEY_TEST_FUNCTIONS")
}

/// Whether each test's stores are made of a template.
pub fn are_rehearsed() -> bool {
    ProcessEnvironment.get("LATCHKEY_TEST_TEMPLATE").is_some()
}

/// A name that no other test uses, on whatever endpoint.
pub fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", Random::System.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 16))
}

/// What data is kept in.
pub struct Stores {
    /// The table's name.
    pub table: String,
    /// The bucket's.
    pub bucket: String,
    /// The queues' addresses by their names in the template; none where no template made any.
    pub queues: BTreeMap<String, String>,
}

impl Engines {
    /// A table and a bucket: those of functions that run elsewhere, or some that no other test uses, as the code makes them, or as the template has them made.
    pub async fn stores(&self) -> Stores {
        let named = ProcessEnvironment.get("LATCHKEY_TEST_TABLE").zip(ProcessEnvironment.get("LATCHKEY_TEST_BUCKET"));
        if let Some((table, bucket)) = named {
            return Stores { table, bucket, queues: BTreeMap::new() };
        }
        if let Some(path) = ProcessEnvironment.get("LATCHKEY_TEST_TEMPLATE") {
            return self.deployed(&std::fs::read_to_string(path).unwrap()).await;
        }
        let stores = Stores { table: unique("table"), bucket: unique("bucket"), queues: BTreeMap::new() };
        create_table(&dynamodb(&self.dynamodb), &stores.table).await;
        s3(&self.s3, &stores.bucket).create_bucket().bucket(&stores.bucket).send().await.unwrap();
        stores
    }

    /// The same as a stack of its own.
    async fn deployed(&self, template: &str) -> Stores {
        let stack = unique("stack");
        self.cloudformation("CreateStack", &[("StackName", &stack), ("TemplateBody", template)]).await;
        let made = self.cloudformation("DescribeStackResources", &[("StackName", &stack)]).await;
        let inner = |member: &str, tag: &str| {
            let (_, rest) = member.split_once(&format!("<{tag}>"))?;
            Some(rest.split('<').next()?.to_owned())
        };
        let of_kind = |kind: &str| -> BTreeMap<String, String> {
            let members = made.split("<member>").filter(|member| inner(member, "ResourceType").as_deref() == Some(kind));
            members.filter_map(|member| inner(member, "LogicalResourceId").zip(inner(member, "PhysicalResourceId"))).collect()
        };
        let of = |kind: &str, name: &str| of_kind(kind).remove(name).unwrap_or_else(|| panic!("no {name} was made: {made}"));
        Stores { table: of("AWS::DynamoDB::Table", "Table"), bucket: of("AWS::S3::Bucket", "Bucket"), queues: of_kind("AWS::SQS::Queue") }
    }

    /// Asks CloudFormation, whose stand-in takes the service's name from what a signature would say.
    async fn cloudformation(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", "2010-05-15").extend_pairs(parameters);
        let request = http_client().post(&self.dynamodb).body(form.finish());
        let request = request.header("content-type", "application/x-www-form-urlencoded").header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0",
        );
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{action}: {status} {text}");
        text
    }
}

/// Makes a table with the product's schema.
async fn create_table(client: &aws_sdk_dynamodb::Client, name: &str) {
    assert_eq!(table::schema::create(client, name).await.unwrap(), table::schema::Created::New);
}

fn sdk(endpoint: &str) -> aws_config::SdkConfig {
    aws::local(endpoint, ACCESS_KEY, SECRET_KEY)
}
