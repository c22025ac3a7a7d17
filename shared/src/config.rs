//! Every environment variable that the functions and tools read, and the only place where the environment is read.
//!
//! | variable | needed by | meaning |
//! |---|---|---|
//! | `LATCHKEY_TABLE` | all | the DynamoDB table's name |
//! | `LATCHKEY_PUBLIC_URL` | all | the address that customers' software calls, such as `https://licenses.example.com` |
//! | `LATCHKEY_BUCKET` | what touches packages | the S3 bucket's name |
//! | `LATCHKEY_TOKEN_SECRET` | what makes or redeems tokens | the secret that update tokens and links are authenticated under: at least 32 characters |
//! | `LATCHKEY_TOKEN_SECRET_PREVIOUS` | – | the secret before the last rotation: tokens under it are still accepted |
//! | `LATCHKEY_CREDENTIAL_SECRET` | what takes or makes API keys | the secret that API keys are digested under: at least 32 characters |
//! | `LATCHKEY_CREDENTIAL_SECRET_PREVIOUS` | – | the secret before the last rotation: keys under it are still accepted |
//! | `LATCHKEY_SEALING_SECRET` | what keeps signature keys, and webhooks | the secret that private keys and webhooks' secrets are encrypted under at rest: at least 32 characters, and never lost |
//! | `LATCHKEY_SEALING_SECRET_PREVIOUS` | – | the secret before the last rotation: what is sealed under it still opens |
//! | `LATCHKEY_BEARER_SECRET` | what users log in to | the secret that Bearers are signed under: at least 32 characters |
//! | `LATCHKEY_BEARER_SECRET_PREVIOUS` | – | the secret before the last rotation: Bearers under it are still accepted, which matters for 30 minutes |
//! | `LATCHKEY_ORIGIN_SECRET` | – | what the front proves itself with: who does not come through it is turned away. At least 32 characters |
//! | `LATCHKEY_ORIGIN_SECRET_PREVIOUS` | – | the secret before the last rotation: a front that has it is let in |
//! | `LATCHKEY_METRICS` | – | the namespace that metrics are written in, such as `Latchkey/prod`; none are written without |
//! | `LATCHKEY_PUSH_QUEUE` | what starts or sends update notifications | the address of the queue that they are sent from, as SQS names it |
//! | `LATCHKEY_WEBHOOK_QUEUE` | what notes or sends events for webhooks | the address of the queue that they are sent from, as SQS names it |
//! | `LATCHKEY_MAIL_QUEUE` | what sends mail | the address of the queue that it is sent from, as SQS names it |
//! | `LATCHKEY_MAIL_FROM` | what sends mail | the address that all mail comes from: one that SES knows to be the deployment's |
//! | `LATCHKEY_MAIL_CONFIGURATION_SET` | what sends mail | the configuration set of SES by which bounces are told |
//! | `LATCHKEY_S3_PATH_STYLE` | – | `true` for stores that have no host per bucket |
//! | `LATCHKEY_LOG` | – | how much our own code logs: `error`, `warn`, `info` (the usual), `debug` or `trace` |
//! | `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | all | set by Lambda; the operator's tool takes whatever the AWS tools take |
//! | `AWS_ENDPOINT_URL_SESV2` | – | SES in another place |
//! | `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL_SQS` | – | stores and queues in other places |
//! | `AWS_LAMBDA_FUNCTION_NAME` | – | set by Lambda: the function's name, for the log |

use std::fmt;

use url::Url;

use crate::domain::mail::in_ascii;
use crate::domain::text::Email;
use crate::queue::Job;

/// A setting is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct ConfigError {
    /// Which variable.
    pub variable: &'static str,
    /// What to do about it.
    pub problem: &'static str,
}

/// Where the environment comes from: the process's, or a test's.
pub trait Environment {
    /// The variable's value, where it is set and not empty.
    fn get(&self, variable: &str) -> Option<String>;
}

/// The process's environment.
#[derive(Clone, Copy, Debug)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, variable: &str) -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        std::env::var(variable).ok().filter(|value| !value.is_empty())
    }
}

impl<F: Fn(&str) -> Option<String>> Environment for F {
    fn get(&self, variable: &str) -> Option<String> {
        self(variable).filter(|value| !value.is_empty())
    }
}

/// The address that customers' software calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
}

/// A secret that tokens are authenticated or keys are digested under.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// The secrets that tokens are accepted under; new ones are made under the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSecrets {
    /// For making and accepting.
    pub current: Secret,
    /// For accepting only.
    pub previous: Option<Secret>,
}

/// The secrets that API keys are digested under; new ones are stored under the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialSecrets {
    /// For storing and accepting.
    pub current: Secret,
    /// For accepting only.
    pub previous: Option<Secret>,
}

/// The secrets that private keys at rest are opened with; new ones are sealed under the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingSecrets {
    /// For sealing and opening.
    pub current: Secret,
    /// For opening only.
    pub previous: Option<Secret>,
}

/// The secrets that Bearers are accepted under; new ones are signed under the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerSecrets {
    /// For signing and accepting.
    pub current: Secret,
    /// For accepting only.
    pub previous: Option<Secret>,
}

/// The secrets that the front may prove itself with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginSecrets {
    /// The present one.
    pub current: Secret,
    /// The one before it.
    pub previous: Option<Secret>,
}

/// What every function needs.
#[derive(Clone, Debug)]
pub struct CoreConfig {
    /// The table's name.
    pub table: String,
    /// The public address.
    pub public_url: PublicUrl,
}

/// What functions need that hand out packages.
#[derive(Clone, Debug)]
pub struct DownloadConfig {
    /// The bucket and how it is addressed.
    pub bucket: BucketConfig,
    /// The tokens' secrets.
    pub secrets: TokenSecrets,
}

/// What Lambda puts into a function's environment, for calling AWS.
#[derive(Clone)]
pub struct AwsConfig {
    /// The region.
    pub region: String,
    /// The role's credentials.
    pub access_key: String,
    /// Theirs.
    pub secret_key: String,
    /// Theirs.
    pub session_token: Option<String>,
    /// Where DynamoDB is, where not at its usual place.
    pub dynamodb_endpoint: Option<String>,
    /// Where S3 is, where not at its usual place.
    pub s3_endpoint: Option<String>,
    /// Where SQS is, where not at its usual place.
    pub sqs_endpoint: Option<String>,
}

/// Where packages lie.
#[derive(Clone, Debug)]
pub struct BucketConfig {
    /// The bucket's name.
    pub name: String,
    /// Whether the bucket's name goes into the path instead of the host.
    pub path_style: bool,
}

/// What sending mail needs.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The address that all mail comes from.
    pub from: Email,
    /// By which configuration of SES bounces are told.
    pub configuration_set: String,
    /// Where SES is, where not at its usual place.
    pub endpoint: Option<String>,
}

impl MailConfig {
    /// Reads it.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        const FROM: &str = "LATCHKEY_MAIL_FROM";
        let wrong = ConfigError { variable: FROM, problem: "must be an address that mail can be sent from" };
        let from = Email::parse(&required(environment, FROM)?).ok().filter(|from| in_ascii(from).is_some()).ok_or(wrong)?;
        let configuration_set = required(environment, "LATCHKEY_MAIL_CONFIGURATION_SET")?;
        Ok(Self { from, configuration_set, endpoint: environment.get("AWS_ENDPOINT_URL_SESV2") })
    }
}

impl CoreConfig {
    /// Reads it.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        let public_url = required(environment, "LATCHKEY_PUBLIC_URL")?;
        Ok(Self { table: required(environment, "LATCHKEY_TABLE")?, public_url: PublicUrl::parse(&public_url)? })
    }
}

impl DownloadConfig {
    /// Reads it.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        Ok(Self { secrets: TokenSecrets::read(environment)?, bucket: BucketConfig::read(environment)? })
    }
}

impl TokenSecrets {
    /// Reads them.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        let (current, previous) = secrets(environment, "LATCHKEY_TOKEN_SECRET", "LATCHKEY_TOKEN_SECRET_PREVIOUS")?;
        Ok(Self { current, previous })
    }
}

impl CredentialSecrets {
    /// Reads them.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        let (current, previous) = secrets(environment, "LATCHKEY_CREDENTIAL_SECRET", "LATCHKEY_CREDENTIAL_SECRET_PREVIOUS")?;
        Ok(Self { current, previous })
    }
}

impl SealingSecrets {
    /// Reads them.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        let (current, previous) = secrets(environment, "LATCHKEY_SEALING_SECRET", "LATCHKEY_SEALING_SECRET_PREVIOUS")?;
        Ok(Self { current, previous })
    }
}

impl BearerSecrets {
    /// Reads them.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        let (current, previous) = secrets(environment, "LATCHKEY_BEARER_SECRET", "LATCHKEY_BEARER_SECRET_PREVIOUS")?;
        Ok(Self { current, previous })
    }
}

impl OriginSecrets {
    /// Reads them, where a front is needed.
    pub fn read(environment: &impl Environment) -> Result<Option<Self>, ConfigError> {
        let (present, before) = ("LATCHKEY_ORIGIN_SECRET", "LATCHKEY_ORIGIN_SECRET_PREVIOUS");
        let Some(text) = environment.get(present) else { return Ok(None) };
        let current = Secret::parse(present, &text)?;
        let previous = environment.get(before).map(|text| Secret::parse(before, &text)).transpose()?;
        Ok(Some(Self { current, previous }))
    }
}

impl AwsConfig {
    /// Reads it.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            region: required(environment, "AWS_REGION")?,
            access_key: required(environment, "AWS_ACCESS_KEY_ID")?,
            secret_key: required(environment, "AWS_SECRET_ACCESS_KEY")?,
            session_token: environment.get("AWS_SESSION_TOKEN"),
            dynamodb_endpoint: environment.get("AWS_ENDPOINT_URL_DYNAMODB"),
            s3_endpoint: environment.get("AWS_ENDPOINT_URL_S3"),
            sqs_endpoint: environment.get("AWS_ENDPOINT_URL_SQS"),
        })
    }
}

/// Credentials never reach a log line by way of a debug print.
impl fmt::Debug for AwsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsConfig").field("region", &self.region).finish_non_exhaustive()
    }
}

impl BucketConfig {
    /// Reads it.
    pub fn read(environment: &impl Environment) -> Result<Self, ConfigError> {
        let path_style = environment.get("LATCHKEY_S3_PATH_STYLE").is_some_and(|value| value == "true");
        Ok(Self { name: required(environment, "LATCHKEY_BUCKET")?, path_style })
    }
}

impl PublicUrl {
    /// Parses `https://host` or `http://host:port`: no path, no query, no user.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = ConfigError {
            variable: "LATCHKEY_PUBLIC_URL",
            problem: "must be an address without a path, such as https://licenses.example.com",
        };
        let url = Url::parse(text).map_err(|_| wrong.clone())?;
        let is_plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let Some(host) = url.host_str().filter(|_| is_plain && matches!(url.scheme(), "http" | "https")) else { return Err(wrong) };
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { origin: format!("{}://{host}", url.scheme()), host })
    }

    /// `https://host[:port]`, without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `host[:port]`: what goes into keys that name their server.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl Secret {
    /// A secret of at least 32 characters; `variable` is named where it is shorter.
    pub fn parse(variable: &'static str, text: &str) -> Result<Self, ConfigError> {
        if text.len() < 32 {
            return Err(ConfigError { variable, problem: "must be at least 32 characters" });
        }
        Ok(Self(text.as_bytes().to_vec()))
    }

    /// The secret itself.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// A secret never reaches a log line by way of a debug print.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The address of the queue that jobs of this kind are put into.
pub fn queue_url<J: Job>(environment: &impl Environment) -> Result<String, ConfigError> {
    required(environment, J::VARIABLE)
}

/// What is logged, and by which function.
pub fn log_settings(environment: &impl Environment) -> (Option<String>, Option<String>) {
    (environment.get("LATCHKEY_LOG"), environment.get("AWS_LAMBDA_FUNCTION_NAME"))
}

/// The namespace of metrics, where they are wanted
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>: at most 255 characters of these).
pub fn metrics_namespace(environment: &impl Environment) -> Result<Option<String>, ConfigError> {
    let variable = "LATCHKEY_METRICS";
    let Some(namespace) = environment.get(variable) else { return Ok(None) };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-/#:".contains(c);
    if namespace.len() > 255 || namespace.starts_with(':') || !namespace.chars().all(is_allowed) {
        return Err(ConfigError { variable, problem: "must be a namespace of CloudWatch's, such as Latchkey/prod" });
    }
    Ok(Some(namespace))
}

/// A secret, and the one before it where there is one.
fn secrets(environment: &impl Environment, current: &'static str, previous: &'static str) -> Result<(Secret, Option<Secret>), ConfigError> {
    let before = environment.get(previous).map(|text| Secret::parse(previous, &text)).transpose()?;
    Ok((Secret::parse(current, &required(environment, current)?)?, before))
}

fn required(environment: &impl Environment, variable: &'static str) -> Result<String, ConfigError> {
    environment.get(variable).ok_or(ConfigError { variable, problem: "is not set" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "an environment answers with an option")]
    fn environment(variable: &str) -> Option<String> {
        let value = match variable {
            "LATCHKEY_TABLE" => "latchkey",
            "LATCHKEY_BUCKET" => "packages",
            "LATCHKEY_PUBLIC_URL" => "https://licenses.example.com/",
            "LATCHKEY_TOKEN_SECRET" => "0123456789abcdef0123456789abcdef",
            "LATCHKEY_BEARER_SECRET" => "0011223344556677889900aabbccddee",
            "LATCHKEY_CREDENTIAL_SECRET" => "fedcba9876543210fedcba9876543210",
            "LATCHKEY_CREDENTIAL_SECRET_PREVIOUS" => "00000000000000000000000000000000",
            _ => "",
        };
        Some(value.to_owned())
    }

    #[test]
    fn a_whole_environment_is_read() {
        let core = CoreConfig::read(&environment).unwrap();
        assert_eq!((core.public_url.origin(), core.public_url.host()), ("https://licenses.example.com", "licenses.example.com"));
        let downloads = DownloadConfig::read(&environment).unwrap();
        assert_eq!(downloads.secrets.previous, None);
        assert!(!downloads.bucket.path_style);
        let credentials = CredentialSecrets::read(&environment).unwrap();
        assert_eq!(credentials.current.expose(), b"fedcba9876543210fedcba9876543210");
        let bearer = BearerSecrets::read(&environment).unwrap();
        assert_eq!((bearer.current.expose().len(), bearer.previous), (32, None));
        assert_eq!(credentials.previous.unwrap().expose(), [b'0'; 32]);
    }

    #[test]
    fn sealing_has_a_secret_of_its_own() {
        assert_eq!(SealingSecrets::read(&environment).unwrap_err().variable, "LATCHKEY_SEALING_SECRET");
        let given = |variable: &str| variable.starts_with("LATCHKEY_SEALING_SECRET").then(|| variable.repeat(2));
        let secrets = SealingSecrets::read(&given).unwrap();
        assert!(secrets.previous.is_some_and(|previous| previous != secrets.current));
        let short = |variable: &str| Some(if variable.ends_with("PREVIOUS") { "short".to_owned() } else { "x".repeat(32) });
        assert_eq!(SealingSecrets::read(&short).unwrap_err().variable, "LATCHKEY_SEALING_SECRET_PREVIOUS");
    }

    #[test]
    fn what_is_missing_is_named() {
        let nothing = |_: &str| None::<String>;
        assert_eq!(CoreConfig::read(&nothing).unwrap_err().variable, "LATCHKEY_PUBLIC_URL");
        assert_eq!(DownloadConfig::read(&nothing).unwrap_err().to_string(), "LATCHKEY_TOKEN_SECRET: is not set");
        assert_eq!(CredentialSecrets::read(&nothing).unwrap_err().to_string(), "LATCHKEY_CREDENTIAL_SECRET: is not set");
        assert_eq!(BearerSecrets::read(&nothing).unwrap_err().to_string(), "LATCHKEY_BEARER_SECRET: is not set");
        let short = |name: &str| Some(if name.ends_with("PREVIOUS") { "short".to_owned() } else { "x".repeat(32) });
        assert_eq!(CredentialSecrets::read(&short).unwrap_err().variable, "LATCHKEY_CREDENTIAL_SECRET_PREVIOUS");
    }

    #[test]
    fn a_front_and_metrics_are_there_where_they_are_asked_for() {
        let nothing = |_: &str| None::<String>;
        assert_eq!((OriginSecrets::read(&nothing).unwrap(), metrics_namespace(&nothing).unwrap()), (None, None));
        let given = |variable: &str| variable.starts_with("LATCHKEY_ORIGIN_SECRET").then(|| variable.repeat(2));
        let secrets = OriginSecrets::read(&given).unwrap().unwrap();
        assert!(secrets.previous.is_some_and(|previous| previous != secrets.current));
        assert_eq!(OriginSecrets::read(&|_: &str| Some("short".to_owned())).unwrap_err().variable, "LATCHKEY_ORIGIN_SECRET");
        assert_eq!(metrics_namespace(&|_: &str| Some("Latchkey/prod-1".to_owned())).unwrap().as_deref(), Some("Latchkey/prod-1"));
        for wrong in ["AWS prod", ":x", "ä"] {
            assert!(metrics_namespace(&|_: &str| Some(wrong.to_owned())).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_public_address_has_a_host_and_nothing_behind_it() {
        assert_eq!(PublicUrl::parse("http://127.0.0.1:8080").unwrap().host(), "127.0.0.1:8080");
        for text in ["licenses.example.com", "https://a/b", "https://a?b", "ftp://a", "https://user@a"] {
            assert!(PublicUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_short_secret_is_refused_and_none_is_shown() {
        assert!(Secret::parse("LATCHKEY_TOKEN_SECRET", "short").is_err());
        let secret = Secret::parse("LATCHKEY_TOKEN_SECRET", "0123456789abcdef0123456789abcdef").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
