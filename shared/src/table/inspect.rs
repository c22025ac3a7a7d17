//! How the store that the table is in is set up, for whoever compares it with what `template.yaml` declares.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    GlobalSecondaryIndexDescription, IndexStatus, KeySchemaElement, KeyType, PointInTimeRecoveryStatus, ProjectionType, TableDescription,
    TableStatus, TimeToLiveStatus,
};

use super::keys::{PK, SK, TTL};
use super::schema::INDEXES;
use crate::fault::{Fault, FaultKind};

const WHAT: &str = "describing the table";

/// What a store says of the table. What it does not know of is nothing: local engines lack some of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// What of its keys and indexes is not as this code needs it: each as one sentence.
    pub differences: Vec<String>,
    /// What its stream shows, by DynamoDB's name; nothing where it has none.
    pub stream: Option<String>,
    /// Whether it tidies up by the attribute that this code writes.
    pub tidies_up: Option<bool>,
    /// Whether it can be restored to a point in time.
    pub point_in_time: Option<bool>,
    /// Whether it is protected against being deleted.
    pub is_protected: Option<bool>,
    /// About how many items it has: the store counts every six hours or so.
    pub items: u64,
}

/// Asks the store. Three calls.
pub async fn inspect(client: &Client, name: &str) -> Result<Inspection, Fault> {
    let described = client.describe_table().table_name(name).send().await.map_err(fault)?;
    let table = described.table.ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?;
    let ttl = known(client.describe_time_to_live().table_name(name).send().await)?.and_then(|answer| answer.time_to_live_description);
    let tidies_up = ttl.map(|ttl| {
        let is_on = matches!(ttl.time_to_live_status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling));
        is_on && ttl.attribute_name.as_deref() == Some(TTL)
    });
    let backups = known(client.describe_continuous_backups().table_name(name).send().await)?;
    let point_in_time = backups.and_then(|backups| backups.continuous_backups_description).map(|backups| {
        let status = backups.point_in_time_recovery_description.and_then(|description| description.point_in_time_recovery_status);
        status == Some(PointInTimeRecoveryStatus::Enabled)
    });
    let stream = table.stream_specification.as_ref().filter(|stream| stream.stream_enabled);
    Ok(Inspection {
        differences: differences(&table),
        stream: stream.and_then(|stream| stream.stream_view_type.as_ref()).map(|view| view.as_str().to_owned()),
        tidies_up,
        point_in_time,
        is_protected: table.deletion_protection_enabled,
        items: table.item_count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
    })
}

fn differences(table: &TableDescription) -> Vec<String> {
    let mut found = Vec::new();
    if table.table_status != Some(TableStatus::Active) {
        found.push(format!("the table is not active but {}", table.table_status.as_ref().map_or("unknown", TableStatus::as_str)));
    }
    if !has_keys(table.key_schema.as_deref().unwrap_or_default(), PK, SK) {
        found.push(format!("the table's keys are not {PK} and {SK}"));
    }
    let indexes = table.global_secondary_indexes.as_deref().unwrap_or_default();
    for (name, partition, sort) in INDEXES {
        let Some(index) = indexes.iter().find(|index| index.index_name.as_deref() == Some(name)) else {
            found.push(format!("the index {name} is missing"));
            continue;
        };
        if !has_keys(index.key_schema.as_deref().unwrap_or_default(), partition, sort) {
            found.push(format!("the index {name} has other keys than {partition} and {sort}"));
        }
        found.extend(state_of(name, index));
    }
    found
}

fn state_of(name: &str, index: &GlobalSecondaryIndexDescription) -> Vec<String> {
    let mut found = Vec::new();
    if index.projection.as_ref().and_then(|projection| projection.projection_type.as_ref()) != Some(&ProjectionType::All) {
        found.push(format!("the index {name} does not have all attributes"));
    }
    // Engines that make an index at once say nothing.
    if index.index_status.as_ref().is_some_and(|status| *status != IndexStatus::Active) {
        found.push(format!("the index {name} is not active yet"));
    }
    found
}

fn has_keys(schema: &[KeySchemaElement], partition: &str, sort: &str) -> bool {
    let is = |element: &KeySchemaElement, name: &str, kind: &KeyType| element.attribute_name == name && element.key_type == *kind;
    schema.len() == 2 && is(&schema[0], partition, &KeyType::Hash) && is(&schema[1], sort, &KeyType::Range)
}

/// The answer, or nothing where the store does not know the question.
fn known<T, E, R>(answer: Result<T, SdkError<E, R>>) -> Result<Option<T>, Fault>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => match error.as_service_error().map(ProvideErrorMetadata::code) {
            Some(Some("UnknownOperationException" | "SerializationException" | "NotImplemented") | None) => Ok(None),
            Some(Some(_)) | None => Err(fault(error)),
        },
    }
}

fn fault<E, R>(error: SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let kind = if error.as_service_error().is_some() { FaultKind::Denied } else { FaultKind::Unavailable };
    Fault::caused(kind, WHAT, error)
}
