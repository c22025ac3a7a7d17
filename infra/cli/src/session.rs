//! What a command works with: the core over the target's table, and its packages.

use std::time::Duration;

use aws_config::SdkConfig;
use latchkey_core::aws::{self, Trust};
use latchkey_core::clock::Clock;
use latchkey_core::config::{ProcessEnvironment, PublicUrl, log_settings};
use latchkey_core::core::{Core, Credentials};
use latchkey_core::credentials::CredentialKeys;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::fault::Fault;
use latchkey_core::local;
use latchkey_core::log;
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::notify_sites::PushJob;
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::webhooks::Sealing;
use latchkey_core::packages::{self, Packages};
use latchkey_core::queue::{self, Queue, Sqs};
use latchkey_core::random::Random;
use latchkey_core::signing::seal::SealingKeys;
use latchkey_core::table::schema::{self, Created};
use latchkey_core::table::{Patience, Table, TableInspection, inspect_table};

use crate::problem::{Exit, Failed, Problem};
use crate::target::{Target, TargetArgs, misconfigured};

/// No gateway cuts this tool off, and credentials may have to be fetched from somewhere slow first.
const PATIENCE: Patience = Patience { attempt: Duration::from_secs(15), call: Duration::from_secs(15), attempts: 6 };

/// Where a command's operations go.
pub(crate) struct Session {
    /// The operations' context.
    pub(crate) core: Core,
    /// What it all is about.
    pub(crate) target: Target,
    /// Whether somebody may be watching: no progress is shown to programs.
    pub(crate) is_watched: bool,
    sdk: SdkConfig,
}

impl Session {
    /// Reads the configuration. Nothing is called yet.
    pub(crate) async fn open(args: TargetArgs, json: bool) -> Result<Self, Problem> {
        if let (Some(filter), _) = log_settings(&ProcessEnvironment) {
            log::begin_to(Some(&filter), std::io::stderr);
        }
        let mut target = Target::read(args)?;
        let sdk = match &target.local {
            Some(local) => aws::local(local.origin(), local::ACCESS_KEY, local::SECRET_KEY),
            None => aws::load(Trust::System).await,
        };
        target.region = Some(sdk.region().ok_or_else(no_region)?.to_string());
        let table = Table::new(aws::dynamodb(&sdk), &target.table, Random::System, PATIENCE);
        let core = Core::new(table, Clock::System, Random::System, public_url(&target)?);
        Ok(Self { core, target, is_watched: !json, sdk })
    }

    /// Makes the table.
    pub(crate) async fn create_table(&self) -> Result<Created, Fault> {
        schema::create(&aws::dynamodb(&self.sdk), self.core.table.name()).await
    }

    /// How the store that the table is in is set up.
    pub(crate) async fn inspect_table(&self) -> Result<TableInspection, Fault> {
        inspect_table(&aws::dynamodb(&self.sdk), self.core.table.name()).await
    }

    /// How the bucket is set up, where one was named.
    pub(crate) async fn inspect_bucket(&self) -> Option<Result<packages::inspect::Inspection, Fault>> {
        let bucket = self.target.bucket.as_ref().ok()?;
        Some(packages::inspect::inspect(&aws::s3(&self.sdk, bucket), &bucket.name).await)
    }

    /// What waits in a queue, where the store says so.
    pub(crate) async fn inspect_queue(&self, url: &str) -> Result<Option<queue::inspect::Inspection>, Fault> {
        queue::inspect::inspect(&aws::sqs(&self.sdk), url).await
    }

    /// The packages, where a bucket was given.
    pub(crate) fn packages(&self) -> Result<Packages, Failed> {
        match &self.target.bucket {
            Ok(bucket) => Ok(Packages::new(aws::s3(&self.sdk, bucket), &bucket.name)),
            Err(error) => Err(misconfigured(error).into()),
        }
    }

    /// The queue of notifications, where its address was given.
    pub(crate) fn pushes(&self) -> Result<Queue<PushJob>, Failed> {
        match &self.target.push_queue {
            Ok(url) => Ok(Queue::sqs(Sqs::new(aws::sqs(&self.sdk), url, Random::System))),
            Err(error) => Err(misconfigured(error).into()),
        }
    }

    /// The queue of webhooks, where its address was given.
    pub(crate) fn webhooks(&self) -> Result<Queue<WebhookJob>, Failed> {
        match &self.target.webhook_queue {
            Ok(url) => Ok(Queue::sqs(Sqs::new(aws::sqs(&self.sdk), url, Random::System))),
            Err(error) => Err(misconfigured(error).into()),
        }
    }

    /// What webhooks' secrets are sealed under, where that secret was given.
    pub(crate) fn sealing(&self) -> Result<Sealing, Failed> {
        match &self.target.sealing {
            Ok(secrets) => Ok(Sealing::new(secrets)),
            Err(error) => Err(misconfigured(error).into()),
        }
    }

    /// What private signature keys are sealed under, where that secret was given.
    pub(crate) fn signature_sealing(&self) -> Result<SealingKeys, Failed> {
        match &self.target.sealing {
            Ok(secrets) => Ok(SealingKeys::new(secrets)),
            Err(error) => Err(misconfigured(error).into()),
        }
    }

    /// What API keys are digested under, where the secret was given.
    pub(crate) fn credentials(&self) -> Result<Credentials, Failed> {
        match &self.target.credentials {
            Ok(secrets) => Ok(Credentials { keys: CredentialKeys::new(secrets) }),
            Err(error) => Err(misconfigured(error).into()),
        }
    }

    /// That the account exists: several writes would take any number.
    pub(crate) async fn require_account(&self, account: AccountId) -> Result<(), Failed> {
        self.core.table.account(account).await?.map(|_| ()).ok_or_else(|| Rejected::NotFound(Thing::Account).into())
    }
}

/// The public address for the core. Only issuing a key that carries it needs a true one, and asks for it beforehand.
fn public_url(target: &Target) -> Result<PublicUrl, Problem> {
    match &target.public_url {
        Some(url) => Ok(url.clone()),
        None => PublicUrl::parse("https://not-configured.invalid").map_err(|error| misconfigured(&error)),
    }
}

fn no_region() -> Problem {
    Problem {
        code: "no_region",
        message: "no AWS region is set".to_owned(),
        hint: Some("set AWS_REGION, or `region` in the AWS profile".to_owned()),
        exit: Exit::Usage,
    }
}
