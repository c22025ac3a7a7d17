//! What calls need, and what Lambda does in a function's name: actions on resources, as they stand in the template.

use std::collections::BTreeSet;

use latchkey_tests::proxy::Recorded;
use serde_json::{Value, json};

use crate::agreement::template::Template;

/// An action on a resource, as it stands in the template.
pub(super) fn action(name: &str, resource: &Value) -> String {
    format!("{name} on {resource}")
}

/// What a recorded call needs. A transaction needs the actions that it is made of
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>).
pub(super) fn needed(call: &Recorded) -> Vec<String> {
    let body = call.json();
    let names = match call.operation.as_str() {
        "TransactGetItems" | "TransactWriteItems" => {
            let members = body["TransactItems"].as_array().unwrap().iter().flat_map(|item| item.as_object().unwrap().keys());
            members.map(|member| format!("dynamodb:{member}Item")).collect()
        }
        other if other.starts_with("S3.") => return needed_of_the_bucket(call),
        other => vec![format!("dynamodb:{other}")],
    };
    let resource = match body["IndexName"].as_str() {
        Some(index) => json!({"!Sub": format!("${{Table.Arn}}/index/{index}")}),
        None => json!({"!GetAtt": "Table.Arn"}),
    };
    names.iter().map(|name| action(name, &resource)).collect()
}

/// The same of a call to the bucket. That an object is not there, who may not list the bucket is not told
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>, "Permissions").
fn needed_of_the_bucket(call: &Recorded) -> Vec<String> {
    let below = |key: &str| json!({"!Sub": format!("${{Bucket.Arn}}/{}*", key.split_inclusive('/').next().unwrap())});
    let own = match call.operation.as_str() {
        "S3.GET" => "s3:GetObject",
        "S3.PUT" => "s3:PutObject",
        "S3.DELETE" => "s3:DeleteObject",
        other => panic!("say here which action {other} needs"),
    };
    let copied = call.copied.iter().map(|source| action("s3:GetObject", &below(source)));
    let listed = (call.status == Some(404)).then(|| action("s3:ListBucket", &json!({"!GetAtt": "Bucket.Arn"})));
    copied.chain(listed).chain([action(own, &below(&call.object))]).collect()
}

/// What Lambda does in the name of a function that follows the stream
/// (<https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html>), and logging.
pub(super) fn in_its_name(template: &Template, worker: &str) -> BTreeSet<String> {
    let function = template.function(worker);
    let queue = &function.properties["Events"]["Changes"]["Properties"]["DestinationConfig"]["OnFailure"]["Destination"];
    let logs = function.properties["LoggingConfig"]["LogGroup"]["!Ref"].as_str().unwrap();
    let (stream, logs) = (json!({"!GetAtt": "Table.StreamArn"}), json!({"!GetAtt": format!("{logs}.Arn")}));
    let reads = ["DescribeStream", "GetRecords", "GetShardIterator"].map(|name| action(&format!("dynamodb:{name}"), &stream));
    let writes = ["CreateLogStream", "PutLogEvents"].map(|name| action(&format!("logs:{name}"), &logs));
    let streams = action("dynamodb:ListStreams", &json!({"!Sub": "${Table.Arn}/stream/*"}));
    reads.into_iter().chain(writes).chain([streams, action("sqs:SendMessage", queue)]).collect()
}

/// What a function may do that a queue tells what to do, and that puts more into it; and what Lambda does in its name
/// (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>).
pub(super) fn for_its_queue(template: &Template, consumer: &str) -> BTreeSet<String> {
    let function = template.function(consumer);
    let queue = &function.properties["Events"]["Messages"]["Properties"]["Queue"];
    let logs = function.properties["LoggingConfig"]["LogGroup"]["!Ref"].as_str().unwrap();
    let logs = json!({"!GetAtt": format!("{logs}.Arn")});
    let calls = ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"].map(|name| action(&format!("sqs:{name}"), queue));
    calls.into_iter().chain(["CreateLogStream", "PutLogEvents"].map(|name| action(&format!("logs:{name}"), &logs))).collect()
}

/// What a function may do that puts jobs into the queue of webhooks and is not told by it; and logging.
pub(super) fn for_the_queue_of_webhooks(template: &Template, worker: &str) -> BTreeSet<String> {
    let logs = template.function(worker).properties["LoggingConfig"]["LogGroup"]["!Ref"].as_str().unwrap();
    let logs = json!({"!GetAtt": format!("{logs}.Arn")});
    let writes = ["CreateLogStream", "PutLogEvents"].map(|name| action(&format!("logs:{name}"), &logs));
    writes.into_iter().chain([action("sqs:SendMessage", &json!({"!GetAtt": "Webhooks.Arn"}))]).collect()
}

/// What a function may do that answers requests and puts jobs into both queues.
pub(super) fn for_notices() -> impl Iterator<Item = String> {
    ["Pushes", "Webhooks"].into_iter().map(|queue| action("sqs:SendMessage", &json!({"!GetAtt": format!("{queue}.Arn")})))
}

/// What a function may do that sends mail: by the sender's address or its domain, and by the configuration set. SES asks for the right to
/// send a whole message, whichever of its calls carries that.
pub(super) fn for_sending_mail() -> BTreeSet<String> {
    let of = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}";
    let domain = json!({"Domain": {"!Select": [1, {"!Split": ["@", {"!Ref": "MailFrom"}]}]}});
    let resources = [
        json!({"!Sub": format!("{of}:identity/${{MailFrom}}")}),
        json!({"!Sub": [format!("{of}:identity/${{Domain}}"), domain]}),
        json!({"!Sub": format!("{of}:configuration-set/${{MailFeedback}}")}),
    ];
    resources.iter().map(|resource| action("ses:SendRawEmail", resource)).collect()
}
