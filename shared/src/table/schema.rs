//! The table's definition: what `template.yaml` declares, for stores that are not set up by a template.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType,
    TableStatus, TimeToLiveSpecification,
};

use super::keys::{BY_CUSTOMER, BY_EMAIL, BY_PRODUCT, CUSTOMER_KEY, EMAIL_KEY, LICENSE_NUMBER, PK, PRODUCT_KEY, SK, TTL};
use crate::fault::{Fault, FaultKind};

/// Each index's name, partition key and sort key. All attributes are in all of them.
pub const INDEXES: [(&str, &str, &str); 3] =
    [(BY_PRODUCT, PRODUCT_KEY, LICENSE_NUMBER), (BY_CUSTOMER, CUSTOMER_KEY, LICENSE_NUMBER), (BY_EMAIL, EMAIL_KEY, LICENSE_NUMBER)];

const WHAT: &str = "creating the table";

/// Whether the table was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It was made by this call.
    New,
    /// It was there already, and was left as it is.
    Before,
}

/// Creates the table `name` with its indexes and its time to live, and waits until it can be used.
pub async fn create(client: &Client, name: &str) -> Result<Created, Fault> {
    match definition(client, name).map_err(|error| Fault::corrupt(WHAT, error))?.send().await {
        Ok(_) => {}
        Err(error) if code(&error) == Some("ResourceInUseException") => return Ok(Created::Before),
        Err(error) => return Err(fault(error)),
    }
    wait(client, name).await?;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(TTL).build();
    let ttl = ttl.map_err(|error| Fault::corrupt(WHAT, error))?;
    match client.update_time_to_live().table_name(name).time_to_live_specification(ttl).send().await {
        Ok(_) => Ok(Created::New),
        // Some stores switch it on by themselves.
        Err(error) if code(&error) == Some("ValidationException") => Ok(Created::New),
        Err(error) => Err(fault(error)),
    }
}

fn definition(
    client: &Client,
    name: &str,
) -> Result<aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder, BuildError> {
    let mut create = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [
        (PK, ScalarAttributeType::S),
        (SK, ScalarAttributeType::S),
        (PRODUCT_KEY, ScalarAttributeType::S),
        (CUSTOMER_KEY, ScalarAttributeType::S),
        (EMAIL_KEY, ScalarAttributeType::S),
        (LICENSE_NUMBER, ScalarAttributeType::N),
    ] {
        create = create.attribute_definitions(AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build()?);
    }
    create = create.set_key_schema(Some(keys(PK, SK)?));
    for (index, partition, sort) in INDEXES {
        let index = GlobalSecondaryIndex::builder()
            .index_name(index)
            .set_key_schema(Some(keys(partition, sort)?))
            .projection(Projection::builder().projection_type(ProjectionType::All).build());
        create = create.global_secondary_indexes(index.build()?);
    }
    Ok(create)
}

fn keys(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    let key = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![key(partition, KeyType::Hash)?, key(sort, KeyType::Range)?])
}

/// Asks every half second, for a minute.
async fn wait(client: &Client, name: &str) -> Result<(), Fault> {
    for _ in 0..120 {
        let described = client.describe_table().table_name(name).send().await.map_err(fault)?;
        if described.table.and_then(|table| table.table_status) == Some(TableStatus::Active) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Err(Fault::new(FaultKind::Unavailable, "the table is not ready after a minute"))
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

fn fault<E, R>(error: SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let kind = if error.as_service_error().is_some() { FaultKind::Denied } else { FaultKind::Unavailable };
    Fault::caused(kind, WHAT, error)
}
