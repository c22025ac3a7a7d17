//! The table's definition: what `template.yaml` declares, for the engines that are not set up by a template.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType,
    TimeToLiveSpecification,
};
use aws_sdk_dynamodb::{Client, Error};

use super::keys::{BY_CUSTOMER, BY_PRODUCT, CUSTOMER_KEY, LICENSE_NUMBER, PK, PRODUCT_KEY, SK, TTL};

/// Each index's name, partition key and sort key. All attributes are in all of them.
pub const INDEXES: [(&str, &str, &str); 2] = [(BY_PRODUCT, PRODUCT_KEY, LICENSE_NUMBER), (BY_CUSTOMER, CUSTOMER_KEY, LICENSE_NUMBER)];

/// Creates the table `name` with its indexes and its time to live.
///
/// # Errors
/// What the engine says; `ResourceInUseException` where the table is there already.
pub async fn create(client: &Client, name: &str) -> Result<(), Error> {
    let mut create = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [
        (PK, ScalarAttributeType::S),
        (SK, ScalarAttributeType::S),
        (PRODUCT_KEY, ScalarAttributeType::S),
        (CUSTOMER_KEY, ScalarAttributeType::S),
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
    create.send().await?;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(TTL).build()?;
    client.update_time_to_live().table_name(name).time_to_live_specification(ttl).send().await?;
    Ok(())
}

fn keys(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, Error> {
    let key = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![key(partition, KeyType::Hash)?, key(sort, KeyType::Range)?])
}
