//! What the AWS client makes of the faults, which is what the application will see.

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};

use super::*;

fn client(stand: &Stand, attempts: u32) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("a", "b", None, None, "tests"))
        .endpoint_url(stand.proxy.url())
        .retry_config(RetryConfig::standard().with_max_attempts(attempts).with_initial_backoff(Duration::from_millis(1)))
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

async fn get(client: &aws_sdk_dynamodb::Client) -> Result<(), Option<String>> {
    let get = client.get_item().table_name("t").key("pk", AttributeValue::S("a".to_owned()));
    bounded(get.send()).await.map(|_| ()).map_err(|error| error.code().map(str::to_owned))
}

#[tokio::test]
async fn every_passing_fault_is_retried() {
    for fault in [Fault::Throttle, Fault::ThrottleRequests, Fault::Status(500), Fault::Status(503), Fault::DropBefore, Fault::DropAfter] {
        let stand = Stand::with(Rule::first(2, fault.clone())).await;
        assert_eq!(get(&client(&stand, 3)).await, Ok(()), "{fault:?}");
        assert_eq!(stand.proxy.calls().len(), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lasting_fault_ends_in_its_own_error() {
    for (fault, code) in [
        (Fault::Throttle, Some("ProvisionedThroughputExceededException")),
        (Fault::AccessDenied, Some("AccessDeniedException")),
        (Fault::Expired, Some("ExpiredTokenException")),
        (Fault::DropBefore, None),
        (Fault::TruncateBody, None),
    ] {
        let stand = Stand::with(Rule::every(fault.clone())).await;
        assert_eq!(get(&client(&stand, 2)).await, Err(code.map(str::to_owned)), "{fault:?}");
    }
}

#[tokio::test]
async fn the_reasons_of_a_cancelled_transaction_are_read_by_position() {
    let stand = Stand::with(Rule::every(Fault::ConditionFailed { position: 1 }).on("TransactWriteItems")).await;
    let delete = |key: &str| {
        let delete = Delete::builder().table_name("t").key("pk", AttributeValue::S(key.to_owned())).build().unwrap();
        TransactWriteItem::builder().delete(delete).build()
    };
    let transaction = client(&stand, 1).transact_write_items().transact_items(delete("a")).transact_items(delete("b"));
    let error = bounded(transaction.send()).await.map_err(SdkError::into_service_error).unwrap_err();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else { panic!("{error:?}") };
    let codes: Vec<_> = cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap()).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    assert_eq!(cancelled.message().unwrap().matches("ConditionalCheckFailed").count(), 1);
}
