//! One start of one function: what AWS calls a sandbox, from its making to its end.

use crate::failure::Failure;
use crate::options::Cold;
use crate::process::{peak_memory_kib, processor_time};
use crate::quota::{Group, Quotas};
use crate::runtime_api::{Held, RuntimeApi, Step};
use crate::subject::Subject;
use hyper::body::Bytes;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that a function may be silent: a start under the smallest share takes a fraction of a second.
const PATIENCE: Duration = Duration::from_mins(1);
/// Long enough for any check of a length; it signs nothing that leaves this machine.
const TOKEN_SECRET: &str = "a secret of the benchmark, known to everyone";
const CREDENTIAL_SECRET: &str = "another secret of the benchmark's, known to everyone";
const BEARER_SECRET: &str = "a third secret of the benchmark's, known to everyone";
const SEALING_SECRET: &str = "a fourth secret of the benchmark's, known to everyone";

/// What one start gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// From `exec` to the first question for an event.
    pub(crate) init: Duration,
    /// From `exec` to the first answer.
    pub(crate) first_answer: Duration,
    /// Time on a processor from `exec` to the first question.
    pub(crate) init_cpu: Duration,
    /// Time on a processor from `exec` to the first answer.
    pub(crate) cpu: Duration,
    /// Time on a processor for one of the further requests, on average; nothing when there were none.
    pub(crate) warm_cpu: Option<Duration>,
    /// The most memory that was resident at any time until the last answer, in KiB.
    pub(crate) peak_memory_kib: u64,
    /// The HTTP status of the first answer, 0 when it has none: whoever compares functions must see that none of them just failed.
    pub(crate) status: u16,
}

/// What all starts of a run have in common.
#[derive(Debug)]
pub(crate) struct Conditions<'a> {
    pub(crate) options: &'a Cold,
    /// Nothing: full speed.
    pub(crate) quotas: Option<Quotas>,
    /// Address of the `DynamoDB`, canned or not.
    pub(crate) dynamodb: String,
}

/// A function that runs; it is killed, and its quota removed, when this is dropped.
#[derive(Debug)]
struct Sandbox<'a> {
    label: String,
    path: PathBuf,
    process: Child,
    group: Option<Group>,
    api: RuntimeApi,
    conditions: &'a Conditions<'a>,
}

/// Starts the function, sends it the event, then again for each warm request, and ends it.
pub(crate) async fn run(subject: &Subject, event: &Bytes, conditions: &Conditions<'_>) -> Result<Sample, Failure> {
    Sandbox::prepare(subject, event, conditions).await?.measure().await
}

impl<'a> Sandbox<'a> {
    /// Everything that is AWS's part, up to a process that needs but a line on its standard input to become the function.
    ///
    /// It is a shell until then, because a process can only be put into a control group once it exists, and that takes longer than the
    /// whole start of a function.
    async fn prepare(subject: &Subject, event: &Bytes, conditions: &'a Conditions<'a>) -> Result<Self, Failure> {
        let api = RuntimeApi::start(event.clone()).await?;
        let group = conditions.quotas.as_ref().map(Quotas::group).transpose()?;
        let process =
            command(subject, &api.address(), conditions).spawn().map_err(|source| Failure::Start { path: subject.path.clone(), source })?;
        let sandbox = Self { label: subject.label(), path: subject.path.clone(), process, group, api, conditions };
        if let Some(group) = &sandbox.group {
            group.join(sandbox.process.id())?;
        }
        Ok(sandbox)
    }

    /// Lets the shell become the function, and gives the moment.
    fn start(&mut self) -> Result<Instant, Failure> {
        let mut input = self.process.stdin.take();
        let started = Instant::now();
        let written = input.as_mut().map_or(Ok(()), |input| input.write_all(b"\n"));
        written.map_err(|source| Failure::Start { path: self.path.clone(), source })?;
        Ok(started)
    }

    async fn measure(&mut self) -> Result<Sample, Failure> {
        let pid = self.process.id();
        if !self.conditions.options.init_unthrottled {
            self.throttle()?;
        }
        let of_the_shell = processor_time(pid)?;
        let started = self.start()?;
        let asked = self.asked().await?;
        let init = asked.at - started;
        let init_cpu = processor_time(pid)?.saturating_sub(of_the_shell);
        if self.conditions.options.init_unthrottled {
            self.throttle()?;
        }
        asked.release();
        let (answered, body) = self.answered().await?;
        let first_answer = answered.at - started;
        let until_answer = processor_time(pid)?;
        let cpu = until_answer.saturating_sub(of_the_shell);
        answered.release();
        for _ in 0..self.conditions.options.warm {
            self.asked().await?.release();
            self.answered().await?.0.release();
        }
        // It waits for another event: all that the last request costs is done.
        let _last = self.asked().await?;
        let warm_cpu = processor_time(pid)?.saturating_sub(until_answer).checked_div(self.conditions.options.warm);
        Ok(Sample { init, first_answer, init_cpu, cpu, warm_cpu, peak_memory_kib: peak_memory_kib(pid)?, status: status(&body) })
    }

    fn throttle(&self) -> Result<(), Failure> {
        self.group.as_ref().map_or(Ok(()), Group::limit)
    }

    async fn asked(&mut self) -> Result<Held, Failure> {
        match self.step().await? {
            Step::Asked(held) => Ok(held),
            Step::Answered(..) => Err(self.ended("it answered twice")),
            Step::Failed(report) => Err(Failure::Reported { label: self.label.clone(), report }),
        }
    }

    async fn answered(&mut self) -> Result<(Held, Bytes), Failure> {
        match self.step().await? {
            Step::Answered(held, body) => Ok((held, body)),
            Step::Asked(_) => Err(self.ended("it asked for another event")),
            Step::Failed(report) => Err(Failure::Reported { label: self.label.clone(), report }),
        }
    }

    async fn step(&mut self) -> Result<Step, Failure> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Ok(Some(step)) = tokio::time::timeout(Duration::from_millis(100), self.api.step()).await {
                return Ok(step);
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(self.ended(&status.to_string()));
            }
        }
        Err(Failure::Silent { label: self.label.clone(), seconds: PATIENCE.as_secs() })
    }

    fn ended(&self, state: &str) -> Failure {
        Failure::Ended { label: self.label.clone(), state: state.to_owned() }
    }
}

impl Drop for Sandbox<'_> {
    fn drop(&mut self) {
        // It may have ended already. The wait is what empties the control group, which is dropped after this.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A shell that waits for a line and then becomes the function, with Lambda's environment
/// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>), the product's, and nothing of this process's own.
fn command(subject: &Subject, runtime_api: &str, conditions: &Conditions<'_>) -> Command {
    let memory = conditions.options.share.to_string();
    let mut command = Command::new("/bin/sh");
    command.args(["-c", r#"read -r go; exec "$0" </dev/null"#]).arg(whole_path(&subject.path));
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_SESSION_TOKEN", "a session token of the benchmark"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &conditions.dynamodb),
        ("LATCHKEY_TABLE", "latchkey"),
        ("LATCHKEY_BUCKET", "latchkey-packages"),
        ("LATCHKEY_PUBLIC_URL", "https://licenses.example.com"),
        ("LATCHKEY_TOKEN_SECRET", TOKEN_SECRET),
        ("LATCHKEY_CREDENTIAL_SECRET", CREDENTIAL_SECRET),
        ("LATCHKEY_BEARER_SECRET", BEARER_SECRET),
        ("LATCHKEY_SEALING_SECRET", SEALING_SECRET),
        // Nothing that is measured puts anything into them.
        ("LATCHKEY_PUSH_QUEUE", "http://127.0.0.1:9/pushes"),
        ("LATCHKEY_WEBHOOK_QUEUE", "http://127.0.0.1:9/webhooks"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("TZ", ":UTC"),
    ]);
    if let Some(s3) = &conditions.options.s3 {
        command.env("AWS_ENDPOINT_URL_S3", s3);
    }
    command.envs(subject.variables.iter().map(|(name, value)| (name, value)));
    command
}

/// A name without a folder would be looked for in the shell's `PATH` instead of here.
fn whole_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The `statusCode` of an answer in API Gateway's format.
fn status(body: &[u8]) -> u16 {
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    answer.get("statusCode").and_then(serde_json::Value::as_u64).and_then(|status| status.try_into().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_in_this_folder_is_named_with_its_folder() {
        let path = whole_path(Path::new("bench-empty"));
        assert!(path.is_absolute() && path.ends_with("bench-empty"), "{}", path.display());
    }

    #[test]
    fn the_status_is_read_from_api_gateways_format() {
        assert_eq!(status(br#"{"statusCode":404,"headers":{}}"#), 404);
        assert_eq!(status(b"ok"), 0);
    }
}
