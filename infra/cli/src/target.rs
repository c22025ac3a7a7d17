//! What the tool works on: a deployment in AWS, or the local stack.

use clap::Args;
use latchkey_core::config::{
    BucketConfig, ConfigError, CredentialSecrets, Environment, ProcessEnvironment, PublicUrl, SealingSecrets, queue_url,
};
use latchkey_core::local;
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::notify_sites::PushJob;
use latchkey_core::ops::send_mail::MailJob;

use crate::problem::{Exit, Problem};

/// The options that say what to work on.
///
/// The variables are read in `latchkey_core::config`, as all are, and not by clap: with `--local` they must not count.
#[derive(Args, Clone, Default)]
pub(crate) struct TargetArgs {
    #[arg(long, global = true, help_heading = COMMON, value_name = "NAME", help = "The DynamoDB table [env: LATCHKEY_TABLE]")]
    pub(crate) table: Option<String>,
    #[arg(long, global = true, help_heading = COMMON, value_name = "NAME", help = "The S3 bucket; needed to publish releases [env: LATCHKEY_BUCKET]")]
    pub(crate) bucket: Option<String>,
    #[arg(long, global = true, help_heading = COMMON, value_name = "URL", help = PUBLIC_URL_HELP)]
    pub(crate) public_url: Option<String>,
    #[arg(long, global = true, help_heading = COMMON, value_name = "URL", help = PUSH_QUEUE_HELP)]
    pub(crate) push_queue: Option<String>,
    #[arg(long, global = true, help_heading = COMMON, value_name = "URL", help = WEBHOOK_QUEUE_HELP)]
    pub(crate) webhook_queue: Option<String>,
    #[arg(long, global = true, help_heading = COMMON, value_name = "URL", help = MAIL_QUEUE_HELP)]
    pub(crate) mail_queue: Option<String>,
    #[arg(long, global = true, value_name = "URL", num_args = 0..=1, require_equals = true, default_missing_value = local::URL)]
    #[arg(help_heading = COMMON, value_parser = local_url, help = format!("Work on the local stack, at {} unless an address is given", local::URL))]
    pub(crate) local: Option<PublicUrl>,
}

/// The heading in the help of what every command takes.
pub(crate) const COMMON: &str = "Options of every command";

const PUBLIC_URL_HELP: &str = "The address that customers' software calls; needed to issue keys that carry it [env: LATCHKEY_PUBLIC_URL]";

const PUSH_QUEUE_HELP: &str = "The queue that sites are notified from, as SQS names it; needed to notify them [env: LATCHKEY_PUSH_QUEUE]";

const WEBHOOK_QUEUE_HELP: &str =
    "The queue that events are sent from, as SQS names it; needed to send one again [env: LATCHKEY_WEBHOOK_QUEUE]";

const MAIL_QUEUE_HELP: &str = "The queue that mail is sent from, as SQS names it; needed to look into it [env: LATCHKEY_MAIL_QUEUE]";

/// What is worked on, as messages about it need to know.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The table's name.
    pub(crate) table: String,
    /// The bucket, or what is wrong with its name: most commands need none.
    pub(crate) bucket: Result<BucketConfig, ConfigError>,
    /// The public address, where one was given: most commands need none.
    pub(crate) public_url: Option<PublicUrl>,
    /// The address of the queue of notifications, or what is wrong with it: most commands need none.
    pub(crate) push_queue: Result<String, ConfigError>,
    /// The address of the queue of webhooks, or what is wrong with it: most commands need none.
    pub(crate) webhook_queue: Result<String, ConfigError>,
    /// The address of the queue of mail, or what is wrong with it: most commands need none.
    pub(crate) mail_queue: Result<String, ConfigError>,
    /// The secrets that webhooks' secrets are sealed under, or what is wrong with them: most commands need none.
    pub(crate) sealing: Result<SealingSecrets, ConfigError>,
    /// The secrets that API keys are digested under, or what is wrong with them: most commands need none.
    pub(crate) credentials: Result<CredentialSecrets, ConfigError>,
    /// The local stack's address, where that is meant.
    pub(crate) local: Option<PublicUrl>,
    /// The region, as far as it is known.
    pub(crate) region: Option<String>,
}

impl Target {
    /// Reads the options, and the environment where they say nothing.
    pub(crate) fn read(args: TargetArgs) -> Result<Self, Problem> {
        Self::read_from(args, &ProcessEnvironment)
    }

    fn read_from(args: TargetArgs, environment: &impl Environment) -> Result<Self, Problem> {
        let TargetArgs { table, bucket, public_url, push_queue, webhook_queue, mail_queue, local } = args;
        let settings = |variable: &str| {
            let said = match variable {
                "LATCHKEY_TABLE" => table.clone(),
                "LATCHKEY_BUCKET" => bucket.clone(),
                "LATCHKEY_PUBLIC_URL" => public_url.clone(),
                "LATCHKEY_PUSH_QUEUE" => push_queue.clone(),
                "LATCHKEY_WEBHOOK_QUEUE" => webhook_queue.clone(),
                "LATCHKEY_MAIL_QUEUE" => mail_queue.clone(),
                _ => None,
            };
            let usual = || local.as_ref().map_or_else(|| environment.get(variable), |local| of_local_stack(variable, local));
            said.or_else(usual)
        };
        let public_url = settings.get("LATCHKEY_PUBLIC_URL").map(|url| PublicUrl::parse(&url)).transpose();
        Ok(Self {
            table: settings.get("LATCHKEY_TABLE").ok_or_else(no_table)?,
            bucket: BucketConfig::read(&settings),
            push_queue: queue_url::<PushJob>(&settings),
            webhook_queue: queue_url::<WebhookJob>(&settings),
            mail_queue: queue_url::<MailJob>(&settings),
            sealing: SealingSecrets::read(&settings),
            credentials: CredentialSecrets::read(&settings),
            public_url: public_url.map_err(|error| misconfigured(&error))?,
            region: None,
            local,
        })
    }

    /// Where the deployment is, in words.
    pub(crate) fn place(&self) -> String {
        match (&self.local, &self.region) {
            (Some(local), _) => format!("at {}", local.origin()),
            (None, Some(region)) => format!("in {region}"),
            (None, None) => "in this region".to_owned(),
        }
    }
}

/// What is wrong with a setting, as a problem.
pub(crate) fn misconfigured(error: &ConfigError) -> Problem {
    let ConfigError { variable, problem } = error;
    // A secret on the command line would stand in the shell's history and in every list of processes.
    if variable.contains("SECRET") {
        return Problem {
            code: "not_configured",
            message: format!("{variable} {problem}"),
            hint: Some(format!("set it to the value of the secret that the stack's output {} names; --local needs none", output(variable))),
            exit: Exit::Usage,
        };
    }
    let option = variable.trim_start_matches("LATCHKEY_").to_ascii_lowercase().replace('_', "-");
    Problem {
        code: "not_configured",
        message: format!("--{option} or {variable} {problem}"),
        hint: Some(format!("give --{option} or set {variable}; --local works on the local stack and needs neither")),
        exit: Exit::Usage,
    }
}

/// The stack's output that names a secret.
fn output(variable: &str) -> &'static str {
    if variable.contains("SEALING") { "SealingSecretArn" } else { "CredentialSecretArn" }
}

fn no_table() -> Problem {
    misconfigured(&ConfigError { variable: "LATCHKEY_TABLE", problem: "is not set" })
}

fn of_local_stack(variable: &str, local: &PublicUrl) -> Option<String> {
    match variable {
        "LATCHKEY_TABLE" => Some(local::TABLE.to_owned()),
        "LATCHKEY_BUCKET" => Some(local::BUCKET.to_owned()),
        "LATCHKEY_PUBLIC_URL" => Some(local.origin().to_owned()),
        "LATCHKEY_PUSH_QUEUE" => Some(format!("{}{}", local.origin(), local::PUSH_QUEUE)),
        "LATCHKEY_WEBHOOK_QUEUE" => Some(format!("{}{}", local.origin(), local::WEBHOOK_QUEUE)),
        "LATCHKEY_MAIL_QUEUE" => Some(format!("{}{}", local.origin(), local::MAIL_QUEUE)),
        "LATCHKEY_SEALING_SECRET" => Some(local::SEALING_SECRET.to_owned()),
        "LATCHKEY_CREDENTIAL_SECRET" => Some(local::CREDENTIAL_SECRET.to_owned()),
        // There is no host per bucket on a loopback address.
        "LATCHKEY_S3_PATH_STYLE" => Some("true".to_owned()),
        _ => None,
    }
}

fn local_url(text: &str) -> Result<PublicUrl, String> {
    PublicUrl::parse(text).map_err(|_| format!("write an address without a path, such as {}", local::URL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variable: &str) -> Option<String> {
        let value = match variable {
            "LATCHKEY_TABLE" => "production",
            "LATCHKEY_BUCKET" => "production-packages",
            "LATCHKEY_PUBLIC_URL" => "https://licenses.example.com",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn local() -> Option<PublicUrl> {
        PublicUrl::parse("http://127.0.0.1:9000").ok()
    }

    #[test]
    fn an_option_counts_more_than_a_variable() {
        let args = TargetArgs { table: Some("mine".to_owned()), ..TargetArgs::default() };
        let target = Target::read_from(args, &environment).unwrap();
        assert_eq!((target.table.as_str(), target.bucket.unwrap().name.as_str()), ("mine", "production-packages"));
        assert_eq!(target.public_url.unwrap().host(), "licenses.example.com");
    }

    #[test]
    fn on_the_local_stack_no_variable_counts_and_options_do() {
        let args = TargetArgs { local: local(), table: Some("mine".to_owned()), ..TargetArgs::default() };
        let target = Target::read_from(args, &environment).unwrap();
        let bucket = target.bucket.unwrap();
        assert_eq!((target.table.as_str(), bucket.name.as_str(), bucket.path_style), ("mine", local::BUCKET, true));
        assert_eq!(target.public_url.unwrap().host(), "127.0.0.1:9000");
    }

    #[test]
    fn a_missing_table_is_wrong_usage_and_a_missing_bucket_is_not_yet() {
        let nothing = |_: &str| None::<String>;
        let problem = Target::read_from(TargetArgs::default(), &nothing).unwrap_err();
        assert_eq!((problem.code, problem.exit), ("not_configured", Exit::Usage));
        assert_eq!(problem.message, "--table or LATCHKEY_TABLE is not set");
        let args = TargetArgs { table: Some("mine".to_owned()), ..TargetArgs::default() };
        let target = Target::read_from(args, &nothing).unwrap();
        assert!(target.bucket.is_err() && target.public_url.is_none());
        let problem = misconfigured(&target.credentials.unwrap_err());
        assert_eq!((problem.message.as_str(), problem.exit), ("LATCHKEY_CREDENTIAL_SECRET is not set", Exit::Usage));
    }

    #[test]
    fn a_wrong_public_address_is_told_under_its_option() {
        let args = TargetArgs { local: local(), public_url: Some("licenses.example.com".to_owned()), ..TargetArgs::default() };
        let problem = Target::read_from(args, &environment).unwrap_err();
        assert!(problem.message.starts_with("--public-url or LATCHKEY_PUBLIC_URL must be an address"), "{}", problem.message);
    }
}
