//! What a fault of the store means for an operator.
//!
//! A [`Fault`] tells its causes as text only; what is looked for in it are the error codes of AWS, which are stable, and the
//! system's and the SDK's own words for the few things that go wrong before a store is reached.

use latchkey_core::fault::{Fault, FaultKind};

use crate::problem::{Exit, Problem};
use crate::target::Target;

/// Something that goes wrong for a reason an operator can do something about.
struct Symptom {
    code: &'static str,
    /// Any of these in the fault's text.
    signs: &'static [&'static str],
    /// What happened.
    message: fn(&Target) -> String,
    /// What to do.
    hint: fn(&Target) -> String,
}

/// How much is told of what a store said, in characters.
const MOST_TEXT: usize = 600;

/// In the order in which they are looked for: the more specific first.
const SYMPTOMS: [Symptom; 9] = [
    Symptom {
        code: "no_table",
        signs: &["ResourceNotFoundException"],
        message: |target| format!("there is no table `{}` {}", target.table, target.place()),
        hint: |target| match target.local {
            Some(_) => "check --table; `latchkey table create` makes one on a local engine".to_owned(),
            None => "check --table, AWS_PROFILE and AWS_REGION: the stack's outputs tell the table's name".to_owned(),
        },
    },
    Symptom {
        code: "no_bucket",
        signs: &["NoSuchBucket"],
        message: |target| {
            let bucket = target.bucket.as_ref().map_or("", |bucket| bucket.name.as_str());
            format!("there is no bucket `{bucket}` {}", target.place())
        },
        hint: |_| "check --bucket, AWS_PROFILE and AWS_REGION: the stack's outputs tell the bucket's name".to_owned(),
    },
    Symptom {
        code: "no_queue",
        signs: &["QueueDoesNotExist", "NonExistentQueue"],
        message: |target| format!("there is no queue at the address that was given {}", target.place()),
        hint: |_| "check the queue's address, AWS_PROFILE and AWS_REGION: the stack's outputs tell the queues' addresses".to_owned(),
    },
    Symptom {
        code: "credentials_expired",
        signs: &["ExpiredToken", "RequestExpired", "the session has expired", "token has expired"],
        message: |_| "the AWS credentials have expired".to_owned(),
        hint: |_| "log in again, for example with `aws sso login`".to_owned(),
    },
    Symptom {
        code: "no_credentials",
        signs: &[
            "no providers in chain provided credentials",
            "no credentials found in chain",
            "failed to load credentials",
            "failed to load IMDS session token",
        ],
        message: |_| "there are no AWS credentials".to_owned(),
        hint: |_| "set AWS_PROFILE or log in with the AWS tools; --local works on the local stack and needs none".to_owned(),
    },
    Symptom {
        code: "credentials_refused",
        signs: &[
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "MissingAuthenticationToken",
        ],
        message: |_| "AWS does not accept the credentials".to_owned(),
        hint: |_| "check AWS_PROFILE, the access key and this machine's clock".to_owned(),
    },
    Symptom {
        code: "denied",
        signs: &["AccessDenied"],
        message: |target| format!("these credentials may not do that on `{}` {}", target.table, target.place()),
        hint: |_| "the policy of the user or role has to allow it: see AWS_PROFILE".to_owned(),
    },
    Symptom {
        code: "no_connection",
        signs: &["Connection refused", "ConnectionRefused"],
        message: |target| match &target.local {
            Some(local) => format!("nothing listens at {}", local.origin()),
            None => "the store refuses connections".to_owned(),
        },
        hint: |target| match target.local {
            Some(_) => "is the local stack running? `cargo run` starts it; --local=URL says where it is".to_owned(),
            None => "check AWS_ENDPOINT_URL and the like, or use --local for the local stack".to_owned(),
        },
    },
    Symptom {
        code: "no_address",
        signs: &["dns error", "failed to lookup address"],
        message: |target| format!("the store has no address {}", target.place()),
        hint: |_| "check AWS_REGION for a slip of the pen, and the network".to_owned(),
    },
];

/// The fault as a problem.
pub(crate) fn fault(fault: &Fault, target: &Target) -> Problem {
    let text = fault.to_string();
    if let Some(problem) = missing_permission(&text) {
        return problem;
    }
    match SYMPTOMS.iter().find(|symptom| symptom.signs.iter().any(|sign| text.contains(sign))) {
        Some(symptom) => {
            Problem { code: symptom.code, message: (symptom.message)(target), hint: Some((symptom.hint)(target)), exit: Exit::Fault }
        }
        None => refused_request(&text).unwrap_or_else(|| of_kind(fault.kind, &text)),
    }
}

/// What AWS says of a call that no policy allows
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>): the action, mostly what it was to be done to, and
/// whether it was a policy that forbids it.
fn missing_permission(text: &str) -> Option<Problem> {
    let word = |after: &str| {
        let (_, rest) = text.split_once(after)?;
        let word = rest.trim_start().split(char::is_whitespace).next()?.trim_matches(|c: char| "\"'.,;)".contains(c));
        (!word.is_empty()).then(|| word.to_owned())
    };
    let action = word("is not authorized to perform:")?;
    let resource = word("on resource:").map_or_else(String::new, |resource| format!(" on {resource}"));
    let hint = if text.contains("explicit deny") {
        format!(
            "a policy denies it expressly, perhaps one of the organisation's: whoever keeps that has to except `{action}` for who AWS_PROFILE is"
        )
    } else {
        format!("allow `{action}` in IAM to the user or role that AWS_PROFILE stands for, or use one that has it")
    };
    Some(Problem { code: "denied", message: format!("the permission {action}{resource} is missing"), hint: Some(hint), exit: Exit::Fault })
}

/// What DynamoDB says of a request that makes no sense to it
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html>): a table with other keys, mostly.
fn refused_request(text: &str) -> Option<Problem> {
    let hint = "is it a table of Latchkey's, and of this version? `latchkey doctor` compares it";
    text.contains("ValidationException").then(|| Problem {
        code: "refused_request",
        message: cut(text),
        hint: Some(hint.to_owned()),
        exit: Exit::Fault,
    })
}

/// The beginning of a text: a store's own words may hold whole requests.
fn cut(text: &str) -> String {
    let beginning: String = text.chars().take(MOST_TEXT).collect();
    if beginning.len() == text.len() { beginning } else { beginning + "…" }
}

fn of_kind(kind: FaultKind, text: &str) -> Problem {
    let hint = match kind {
        FaultKind::Throttled => "the store asks to slow down: wait a moment, then run the command again",
        FaultKind::Unavailable => "check the network, then run the command again",
        FaultKind::Contended => "others change the same thing at the moment: run the command again",
        FaultKind::Denied => "the store does not allow it: check AWS_PROFILE, AWS_REGION and --table",
        FaultKind::Corrupt => "something stored is not as this version writes it: is the tool as new as the deployment?",
    };
    Problem { code: kind.name(), message: cut(text), hint: Some(hint.to_owned()), exit: Exit::Fault }
}

#[cfg(test)]
mod tests {
    use latchkey_core::config::PublicUrl;

    use super::*;
    use crate::target::TargetArgs;

    fn target(local: bool) -> Target {
        let local = local.then(|| PublicUrl::parse("http://127.0.0.1:9000").unwrap());
        let args = TargetArgs { local, table: Some("keys".to_owned()), bucket: Some("files".to_owned()), ..TargetArgs::default() };
        Target { region: Some("eu-west-1".to_owned()), ..Target::read(args).unwrap() }
    }

    fn said(cause: &'static str, local: bool) -> (&'static str, String) {
        let problem = fault(&Fault::caused(FaultKind::Denied, "reading an item", cause), &target(local));
        assert_eq!(problem.exit, Exit::Fault);
        (problem.code, problem.message)
    }

    #[test]
    fn known_causes_are_told_in_plain_words() {
        for (cause, code, message) in [
            ("service error: ResourceNotFoundException: Requested resource not found", "no_table", "there is no table `keys` in eu-west-1"),
            ("service error: NoSuchBucket: The specified bucket does not exist", "no_bucket", "there is no bucket `files` in eu-west-1"),
            ("(QueueDoesNotExist)", "no_queue", "there is no queue at the address that was given in eu-west-1"),
            ("no credentials found in chain. Attempted: \"Environment\"", "no_credentials", "there are no AWS credentials"),
            ("describing the bucket: NoSuchBucket", "no_bucket", "there is no bucket `files` in eu-west-1"),
            ("ExpiredTokenException: The security token has expired", "credentials_expired", "the AWS credentials have expired"),
            ("UnrecognizedClientException: The security token is invalid", "credentials_refused", "AWS does not accept the credentials"),
            ("AccessDeniedException: not authorized", "denied", "these credentials may not do that on `keys` in eu-west-1"),
            ("io error: Connection refused (os error 111)", "no_connection", "the store refuses connections"),
            ("dns error: failed to lookup address information", "no_address", "the store has no address in eu-west-1"),
        ] {
            assert_eq!(said(cause, false), (code, message.to_owned()));
        }
    }

    #[test]
    fn a_call_that_is_not_allowed_names_the_permission_that_is_missing() {
        let denied = |cause: &'static str| fault(&Fault::caused(FaultKind::Denied, "asking a queue", cause), &target(false));
        let told = denied(
            "service error: AccessDeniedException: User: arn:aws:iam::123456789012:user/ops is not authorized to perform: \
             sqs:getqueueattributes on resource: arn:aws:sqs:eu-west-1:123456789012:mails because no identity-based policy allows it",
        );
        assert_eq!(
            (told.code, told.message.as_str()),
            ("denied", "the permission sqs:getqueueattributes on arn:aws:sqs:eu-west-1:123456789012:mails is missing")
        );
        assert!(told.hint.unwrap().starts_with("allow `sqs:getqueueattributes` in IAM"));
        let told = denied("User: ops is not authorized to perform: s3:GetBucketPolicy with an explicit deny in a service control policy");
        assert_eq!(told.message, "the permission s3:GetBucketPolicy is missing");
        assert!(told.hint.unwrap().contains("denies it expressly"));
    }

    #[test]
    fn on_the_local_stack_the_hint_asks_whether_it_runs() {
        let refused = Fault::caused(FaultKind::Unavailable, "reading an item", "tcp connect error: Connection refused (os error 111)");
        let problem = fault(&refused, &target(true));
        assert_eq!((problem.code, problem.message.as_str()), ("no_connection", "nothing listens at http://127.0.0.1:9000"));
        assert!(problem.hint.unwrap().contains("is the local stack running?"));
    }

    #[test]
    fn a_request_that_the_store_does_not_take_is_told_and_not_at_any_length() {
        let long = format!("ValidationException: The provided key element does not match the schema: {}", "x".repeat(9_000));
        let problem = fault(&Fault::caused(FaultKind::Denied, "reading an item", long), &target(false));
        assert_eq!((problem.code, problem.message.chars().count()), ("refused_request", MOST_TEXT + 1));
    }

    #[test]
    fn an_unknown_cause_is_told_as_it_is() {
        assert_eq!(said("a teapot", false), ("denied", "denied: reading an item: a teapot".to_owned()));
    }
}
