//! The answers that a fault gives in the service's place.

use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::call::{Request, Service};

/// The namespaces of DynamoDB's error names differ; clients read only what follows the `#`
/// (<https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization>).
const NAMESPACE: &str = "com.amazonaws.dynamodb.v20120810#";

/// A refusal by name in the shape of the request's service.
pub(super) fn refuse(request: &Request, dynamodb: (u16, &str), s3: (u16, &str)) -> Response<Bytes> {
    match request.service {
        Service::DynamoDb => dynamodb_error(dynamodb.0, dynamodb.1, json!({})),
        Service::S3 => s3_error(request, s3.0, s3.1),
    }
}

/// The service's own failure with this status.
pub(super) fn fail(request: &Request, status: u16) -> Response<Bytes> {
    match status {
        500 => refuse(request, (500, "InternalServerError"), (500, "InternalError")),
        503 => refuse(request, (503, "ServiceUnavailable"), (503, "SlowDown")),
        _ => answer(status, "text/plain", String::new()),
    }
}

/// A transaction's cancellation with one reason code for each position, made by `code`; `None` where the request is no transaction.
pub(super) fn cancel(request: &Request, code: impl Fn(usize) -> &'static str) -> Option<Response<Bytes>> {
    let body = request.json();
    let items = body["TransactItems"].as_array()?;
    let codes: Vec<_> = (0..items.len()).map(code).collect();
    let reasons: Vec<Value> = codes.iter().map(|code| reason(code)).collect();
    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
    let message = format!("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes.join(", "));
    Some(dynamodb_error(400, "TransactionCanceledException", json!({ "Message": message, "CancellationReasons": reasons })))
}

/// A batch's answer that has everything still to be done; `None` where the request is no batch.
pub(super) fn nothing_processed(request: &Request) -> Option<Response<Bytes>> {
    let mut body = request.json();
    let items = body["RequestItems"].take();
    let tables = items.as_object()?;
    let answered = match request.operation.as_str() {
        "BatchGetItem" => {
            let none: serde_json::Map<_, _> = tables.keys().map(|table| (table.clone(), json!([]))).collect();
            json!({ "Responses": none, "UnprocessedKeys": items })
        }
        "BatchWriteItem" => json!({ "UnprocessedItems": items }),
        _ => return None,
    };
    Some(answer(200, "application/x-amz-json-1.0", answered.to_string()))
}

/// What a fault answers that does not fit the call: an error of the test, which no client retries.
pub(super) fn misplaced(request: &Request, what: &str) -> Response<Bytes> {
    let message = format!("the fault proxy has {what} for {}", request.operation);
    match request.service {
        Service::DynamoDb => dynamodb_error(400, "ValidationException", json!({ "message": message })),
        Service::S3 => s3_error(request, 400, "InvalidRequest"),
    }
}

fn reason(code: &str) -> Value {
    match code {
        "None" => json!({ "Code": code }),
        "ConditionalCheckFailed" => json!({ "Code": code, "Message": "The conditional request failed" }),
        "TransactionConflict" => json!({ "Code": code, "Message": "Transaction is ongoing for the item" }),
        _ => json!({ "Code": code, "Message": "injected by the fault proxy" }),
    }
}

fn dynamodb_error(status: u16, code: &str, mut body: Value) -> Response<Bytes> {
    body["__type"] = format!("{NAMESPACE}{code}").into();
    if body["Message"].is_null() && body["message"].is_null() {
        body["message"] = "injected by the fault proxy".into();
    }
    answer(status, "application/x-amz-json-1.0", body.to_string())
}

/// S3's error document (<https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>); an answer to HEAD has none.
fn s3_error(request: &Request, status: u16, code: &str) -> Response<Bytes> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Error><Code>{code}</Code><Message>injected by the fault proxy</Message><RequestId>0</RequestId></Error>"
    );
    answer(status, "application/xml", if request.wants_no_body() { String::new() } else { body })
}

fn answer(status: u16, content_type: &'static str, body: String) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dynamodb(operation: &str, body: &Value) -> Request {
        let request = http::Request::post("/").header("x-amz-target", format!("DynamoDB_20120810.{operation}")).body(()).unwrap();
        Request::new(request.into_parts().0, Bytes::from(body.to_string()))
    }

    fn s3(method: &str) -> Request {
        Request::new(http::Request::builder().method(method).uri("/bucket/key").body(()).unwrap().into_parts().0, Bytes::new())
    }

    fn json_of(answer: &Response<Bytes>) -> Value {
        serde_json::from_slice(answer.body()).unwrap()
    }

    #[test]
    fn a_cancelled_transaction_has_a_reason_for_each_position() {
        let request = dynamodb("TransactWriteItems", &json!({ "TransactItems": [{}, {}, {}] }));
        let answer = cancel(&request, |at| if at == 1 { "ConditionalCheckFailed" } else { "None" }).unwrap();
        assert_eq!(answer.status(), 400);
        let body = json_of(&answer);
        assert_eq!(body["__type"], "com.amazonaws.dynamodb.v20120810#TransactionCanceledException");
        assert!(body["Message"].as_str().unwrap().ends_with("[None, ConditionalCheckFailed, None]"), "{body}");
        let codes: Vec<_> = body["CancellationReasons"].as_array().unwrap().iter().map(|reason| &reason["Code"]).collect();
        assert_eq!(codes, ["None", "ConditionalCheckFailed", "None"]);
    }

    #[test]
    fn a_plain_call_cannot_be_cancelled() {
        assert!(cancel(&dynamodb("PutItem", &json!({})), |_| "None").is_none());
    }

    #[test]
    fn an_unprocessed_batch_hands_back_the_whole_request() {
        let items = json!({ "t": { "Keys": [{ "pk": { "S": "a" } }], "ConsistentRead": true } });
        let answer = nothing_processed(&dynamodb("BatchGetItem", &json!({ "RequestItems": items }))).unwrap();
        assert_eq!(json_of(&answer), json!({ "Responses": { "t": [] }, "UnprocessedKeys": items }));

        let items = json!({ "t": [{ "DeleteRequest": { "Key": { "pk": { "S": "a" } } } }] });
        let answer = nothing_processed(&dynamodb("BatchWriteItem", &json!({ "RequestItems": items }))).unwrap();
        assert_eq!(json_of(&answer), json!({ "UnprocessedItems": items }));

        assert!(nothing_processed(&dynamodb("PutItem", &json!({}))).is_none());
    }

    #[test]
    fn a_failure_has_the_shape_of_its_service() {
        let unavailable = fail(&dynamodb("PutItem", &json!({})), 503);
        assert_eq!(
            (unavailable.status().as_u16(), &json_of(&unavailable)["__type"]),
            (503, &json!(format!("{NAMESPACE}ServiceUnavailable")))
        );
        let slow_down = fail(&s3("GET"), 503);
        assert!(std::str::from_utf8(slow_down.body()).unwrap().contains("<Code>SlowDown</Code>"));
        assert_eq!(slow_down.headers()[CONTENT_TYPE], "application/xml");
        assert!(fail(&s3("HEAD"), 503).body().is_empty());
        assert!(fail(&s3("GET"), 502).body().is_empty());
    }
}
