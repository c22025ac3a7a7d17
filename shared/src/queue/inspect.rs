//! What waits in a queue, and what was given up, for whoever looks after a deployment.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;

use crate::fault::{Fault, FaultKind};

/// What a queue says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// About how many messages wait to be told.
    pub visible: u64,
    /// About how many were told, and are not answered for yet.
    pub in_flight: u64,
    /// About how many wait for their moment.
    pub delayed: u64,
    /// About how many were given up and wait for somebody; nothing where the queue has no dead letters.
    pub given_up: Option<u64>,
}

/// Asks the queue at `url`, and the one that its dead letters go to. Three calls. Nothing where the store does not know the question:
/// local engines do not.
pub async fn inspect(client: &Client, url: &str) -> Result<Option<Inspection>, Fault> {
    let Some((found, redrive)) = attributes(client, url).await? else { return Ok(None) };
    let Some(dead) = redrive.as_deref().and_then(dead_letters) else { return Ok(Some(found)) };
    let queue = client.get_queue_url().queue_name(dead).send().await.map_err(fault)?;
    // Somebody who looks at one of them, in the console for example, hides it for a moment.
    let given_up = attributes(client, queue.queue_url.as_deref().unwrap_or_default()).await?;
    Ok(Some(Inspection { given_up: given_up.map(|(dead, _)| dead.visible + dead.in_flight), ..found }))
}

async fn attributes(client: &Client, url: &str) -> Result<Option<(Inspection, Option<String>)>, Fault> {
    const COUNTS: [QueueAttributeName; 3] = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        QueueAttributeName::ApproximateNumberOfMessagesDelayed,
    ];
    let redrive = QueueAttributeName::RedrivePolicy;
    let names = COUNTS.into_iter().chain([redrive.clone()]).collect();
    let asked = client.get_queue_attributes().queue_url(url).set_attribute_names(Some(names));
    let mut attributes = match asked.send().await {
        Ok(answer) => answer.attributes.unwrap_or_default(),
        Err(error) if is_unknown(&error) => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    let [visible, in_flight, delayed] = COUNTS.map(|name| attributes.get(&name).and_then(|count| count.parse().ok()).unwrap_or(0));
    Ok(Some((Inspection { visible, in_flight, delayed, given_up: None }, attributes.remove(&redrive))))
}

/// The name of the queue of dead letters in a redrive policy: the end of its ARN.
fn dead_letters(policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(policy).ok()?;
    policy["deadLetterTargetArn"].as_str()?.rsplit(':').next().map(str::to_owned)
}

fn is_unknown<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error.as_service_error().map(|error| error.code().unwrap_or_default());
    matches!(
        code,
        Some("InvalidAction" | "UnsupportedOperation" | "AWS.SimpleQueueService.UnsupportedOperation" | "UnknownOperationException" | "")
    )
}

fn fault<E, R>(error: SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let kind = if error.as_service_error().is_some() { FaultKind::Denied } else { FaultKind::Unavailable };
    Fault::caused(kind, "asking a queue", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_letters_go_to_the_queue_that_the_policy_names() {
        let policy = r#"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:latchkey-pushes-given-up","maxReceiveCount":5}"#;
        assert_eq!(dead_letters(policy).as_deref(), Some("latchkey-pushes-given-up"));
        assert_eq!(dead_letters("{}"), None);
    }
}
