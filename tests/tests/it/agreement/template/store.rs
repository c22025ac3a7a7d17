//! The table and the bucket are what the code takes them for.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::KeySchemaElement;
use latchkey_core::clock::Clock;
use latchkey_core::domain::ids::{AccountId, ProductId, ReleaseId};
use latchkey_core::packages::Packages;
use latchkey_core::random::Random;
use latchkey_core::table::keys::TTL;
use latchkey_core::table::schema::INDEXES;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::Template;

/// Attributes with their types, the table's key, each index's key and projection.
type Shape = (BTreeSet<(String, String)>, Vec<(String, String)>, BTreeMap<String, (Vec<(String, String)>, String)>);

const SAME: &str = "template.yaml (left) must declare the table that shared/src/table/schema.rs makes (right)";

fn declared(table: &Value) -> Shape {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let keys = |schema: &Value| list(schema).iter().map(|key| (text(&key["AttributeName"]), text(&key["KeyType"]))).collect();
    let attributes = list(&table["AttributeDefinitions"]);
    let attributes = attributes.iter().map(|one| (text(&one["AttributeName"]), text(&one["AttributeType"]))).collect();
    let indexes = list(&table["GlobalSecondaryIndexes"]);
    let indexes = indexes.iter().map(|index| {
        let projection = text(&index["Projection"]["ProjectionType"]);
        (text(&index["IndexName"]), (keys(&index["KeySchema"]), projection))
    });
    (attributes, keys(&table["KeySchema"]), indexes.collect())
}

/// What the code makes, as the store tells it.
async fn made(world: &World) -> Shape {
    let described = world.dynamodb.describe_table().table_name(world.core.table.name()).send().await.unwrap().table.unwrap();
    let keys = |schema: &[KeySchemaElement]| {
        schema.iter().map(|key| (key.attribute_name().to_owned(), key.key_type().as_str().to_owned())).collect()
    };
    let attributes = described.attribute_definitions().iter();
    let attributes = attributes.map(|one| (one.attribute_name().to_owned(), one.attribute_type().as_str().to_owned())).collect();
    let indexes = described.global_secondary_indexes().iter().map(|index| {
        let projection = index.projection().unwrap().projection_type().unwrap().as_str().to_owned();
        (index.index_name().unwrap().to_owned(), (keys(index.key_schema()), projection))
    });
    (attributes, keys(described.key_schema()), indexes.collect())
}

#[tokio::test]
async fn the_tables_keys_and_indexes_are_the_codes() {
    let world = World::new().await;
    let template = Template::read();
    let table = template.only("AWS::DynamoDB::Table");
    let (declared, made) = (declared(table), made(&world).await);
    assert_eq!(declared, made, "{SAME}");
    assert_eq!(made.2.keys().map(String::as_str).collect::<BTreeSet<_>>(), INDEXES.map(|(name, ..)| name).into());
    assert!(table.get("LocalSecondaryIndexes").is_none(), "{SAME}");
    assert_eq!(table["TimeToLiveSpecification"], json!({"AttributeName": TTL, "Enabled": true}), "{SAME}");
}

#[test]
fn the_table_is_kept_and_can_be_restored() {
    let template = Template::read();
    let table = template.only("AWS::DynamoDB::Table");
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["DeletionProtectionEnabled"], true);
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert!(table.get("TableName").is_none(), "a table with a name of its own cannot be restored beside the old one");
}

#[test]
fn what_holds_data_outlives_the_stack() {
    let template = Template::read();
    for (kind, count) in
        [("AWS::DynamoDB::Table", 1), ("AWS::S3::Bucket", 1), ("AWS::S3::BucketPolicy", 1), ("AWS::SecretsManager::Secret", 4)]
    {
        // What the front proves itself with holds nothing: another one does as well.
        let names: Vec<_> = template.of_type(kind).into_iter().filter(|name| *name != "OriginSecret").collect();
        assert_eq!(names.len(), count, "{kind}: {names:?}");
        for name in names {
            let declared = template.resource(name);
            assert_eq!(declared["UpdateReplacePolicy"], "Retain", "{name}");
            // What is protected cannot be taken back, and would keep the rest from being.
            let is_protected = declared["Properties"]["DeletionProtectionEnabled"] == true;
            let kept = if is_protected { "Retain" } else { "RetainExceptOnCreate" };
            assert_eq!(declared["DeletionPolicy"], kept, "{name}: a first deployment that failed leaves as little behind as it can");
        }
    }
}

#[test]
fn the_bucket_is_private_encrypted_and_versioned() {
    let template = Template::read();
    let bucket = template.only("AWS::S3::Bucket");
    let closed = json!({"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true});
    assert_eq!(bucket["PublicAccessBlockConfiguration"], closed);
    assert_eq!(bucket["OwnershipControls"]["Rules"], json!([{"ObjectOwnership": "BucketOwnerEnforced"}]));
    assert_eq!(bucket["VersioningConfiguration"]["Status"], "Enabled");
    let encryption = &bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
    assert_eq!(encryption["SSEAlgorithm"], "AES256");
}

#[test]
fn the_bucket_answers_over_tls_only() {
    let template = Template::read();
    let policy = template.only("AWS::S3::BucketPolicy");
    assert_eq!(policy["Bucket"], json!({"!Ref": "Bucket"}));
    let refusal = json!({
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [{"!GetAtt": "Bucket.Arn"}, {"!Sub": "${Bucket.Arn}/*"}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    });
    assert_eq!(policy["PolicyDocument"]["Statement"], json!([refusal]), "a bucket's policy may refuse, and opens to nobody");
}

#[test]
fn uploads_are_swept_and_packages_are_not() {
    let (account, product, release) = (AccountId::new(1).unwrap(), ProductId::new(2).unwrap(), ReleaseId::new(3).unwrap());
    let unique = Random::seeded(1).ulid(Clock::System.now());
    let upload = Packages::upload_key(account, unique);
    let package = Packages::package_key(account, product, release, unique);
    let template = Template::read();
    let rules = template.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"].as_array().unwrap();
    // A deleted object's marker is no object: that rule may hold everywhere.
    let sweeping: Vec<&Value> = rules.iter().filter(|rule| !rule["ExpirationInDays"].is_null()).collect();
    assert!(!sweeping.is_empty(), "abandoned uploads stay for ever");
    for rule in sweeping {
        assert_eq!(rule["Status"], "Enabled", "{}", rule["Id"]);
        let prefix = rule["Prefix"].as_str().unwrap_or_else(|| panic!("{} deletes everything: give it a Prefix", rule["Id"]));
        let first = upload.split_inclusive('/').next().unwrap();
        assert_eq!(prefix, first, "{}: its Prefix must be the beginning of Packages::upload_key", rule["Id"]);
        assert!(!package.starts_with(prefix), "{} deletes packages that customers paid for", rule["Id"]);
    }
}
