//! How the bucket is set up, for whoever compares it with what `template.yaml` declares.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::BucketVersioningStatus;
use serde_json::Value;

use crate::fault::{Fault, FaultKind};

const WHAT: &str = "describing the bucket";

/// What a store says of a bucket. What it does not know of is nothing: local engines lack some of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Whether all four blocks of public access are on.
    pub is_private: Option<bool>,
    /// Whether its policy denies whatever does not come by TLS.
    pub is_tls_only: Option<bool>,
    /// Whether it keeps old versions.
    pub is_versioned: Option<bool>,
    /// The origins that browsers may call it from.
    pub origins: Option<Vec<String>>,
}

/// Asks the store. Five calls.
pub async fn inspect(client: &Client, bucket: &str) -> Result<Inspection, Fault> {
    client.head_bucket().bucket(bucket).send().await.map_err(|error| {
        // The answer to a HEAD has no body that could name the error
        // (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>).
        match error.raw_response().map(|response| response.status().as_u16()) {
            Some(404) => Fault::caused(FaultKind::Denied, WHAT, "NoSuchBucket"),
            Some(_) | None => fault(error),
        }
    })?;
    let block = asked(client.get_public_access_block().bucket(bucket).send().await, "NoSuchPublicAccessBlockConfiguration")?;
    let is_private = block.map(|block| {
        let block = block.and_then(|block| block.public_access_block_configuration);
        block.is_some_and(|block| {
            let all = [block.block_public_acls, block.block_public_policy, block.ignore_public_acls, block.restrict_public_buckets];
            all.iter().all(|one| *one == Some(true))
        })
    });
    let policy = asked(client.get_bucket_policy().bucket(bucket).send().await, "NoSuchBucketPolicy")?;
    let is_tls_only = policy.map(|policy| policy.and_then(|policy| policy.policy).is_some_and(|policy| denies_plain_http(&policy)));
    let versioning = asked(client.get_bucket_versioning().bucket(bucket).send().await, "")?;
    let is_versioned = versioning.map(|answer| answer.and_then(|answer| answer.status) == Some(BucketVersioningStatus::Enabled));
    let cors = asked(client.get_bucket_cors().bucket(bucket).send().await, "NoSuchCORSConfiguration")?;
    let origins = cors.map(|cors| {
        let rules = cors.and_then(|cors| cors.cors_rules).unwrap_or_default();
        rules.into_iter().flat_map(|rule| rule.allowed_origins).collect()
    });
    Ok(Inspection { is_private, is_tls_only, is_versioned, origins })
}

/// Whether a policy denies everything to everybody who does not come by TLS.
pub fn denies_plain_http(policy: &str) -> bool {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy["Statement"].as_array().cloned().unwrap_or_else(|| vec![policy["Statement"].clone()]);
    statements.iter().any(|statement| {
        let everybody = statement["Principal"] == "*" || statement["Principal"]["AWS"] == "*";
        let condition = &statement["Condition"]["Bool"]["aws:SecureTransport"];
        let is_plain = *condition == "false" || *condition == false;
        statement["Effect"] == "Deny" && everybody && statement["Action"] == "s3:*" && is_plain
    })
}

/// What came of a question.
enum Asked<T> {
    /// The store does not know it.
    Unknown,
    /// There is definitely none.
    Nothing,
    /// The answer.
    Found(T),
}

impl<T> Asked<T> {
    /// What follows from the answer, or from there being none. Nothing where the store does not say.
    fn map<R>(self, what: impl FnOnce(Option<T>) -> R) -> Option<R> {
        match self {
            Self::Unknown => None,
            Self::Nothing => Some(what(None)),
            Self::Found(answer) => Some(what(Some(answer))),
        }
    }
}

/// `none` is the error that says that there is none.
fn asked<T, E, R>(answer: Result<T, SdkError<E, R>>, none: &str) -> Result<Asked<T>, Fault>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match answer {
        Ok(answer) => Ok(Asked::Found(answer)),
        Err(error) => match error.as_service_error().map(|error| error.code().unwrap_or_default()) {
            Some(code) if !none.is_empty() && code == none => Ok(Asked::Nothing),
            Some("NotImplemented" | "MethodNotAllowed" | "") => Ok(Asked::Unknown),
            Some(_) | None => Err(fault(error)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_denies_plain_http_only_where_it_does_so_to_everybody_and_everything() {
        let policy = |effect: &str, principal: &str, action: &str, secure: &str| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":"{principal}","Action":"{action}",
                "Resource":"*","Condition":{{"Bool":{{"aws:SecureTransport":"{secure}"}}}}}}]}}"#
            )
        };
        assert!(denies_plain_http(&policy("Deny", "*", "s3:*", "false")));
        for (effect, principal, action, secure) in [
            ("Allow", "*", "s3:*", "false"),
            ("Deny", "me", "s3:*", "false"),
            ("Deny", "*", "s3:Get*", "false"),
            ("Deny", "*", "s3:*", "true"),
        ] {
            assert!(!denies_plain_http(&policy(effect, principal, action, secure)), "{effect} {principal} {action} {secure}");
        }
        assert!(!denies_plain_http("") && !denies_plain_http("{}"));
    }
}
