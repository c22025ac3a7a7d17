//! A deployment of one's own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Extension;
use latchkey_core::clock::{Clock, ManualClock};
use latchkey_core::config::{BearerSecrets, CredentialSecrets, PublicUrl, SealingSecrets, Secret, TokenSecrets};
use latchkey_core::core::{Access, Core, Credentials, Downloads, Notices};
use latchkey_core::credentials::CredentialKeys;
use latchkey_core::domain::destination::Reach;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::metrics::Metrics;
use latchkey_core::ops::signing_key::SignatureKeys;
use latchkey_core::ops::webhooks::Sealing;
use latchkey_core::packages::Packages;
use latchkey_core::queue::Queue;
use latchkey_core::random::Random;
use latchkey_core::signing::seal::SealingKeys;
use latchkey_core::table::{Patience, Table};
use latchkey_core::tokens::{BearerKeys, TokenKeys};
use latchkey_local::queues::{InProcess, Rules};
use latchkey_local::{Gateway, Parts};

use crate::emulator;
use crate::engines::{self, Engines, Stores};
use crate::log_capture;
use crate::proxy::Proxy;
use crate::work_queue::WorkQueue;

/// What is proven does not depend on how fast the machine is.
const UNHURRIED: Patience = Patience { attempt: Duration::from_mins(2), call: Duration::from_mins(5), attempts: 50 };

/// The moment that every world's clock begins at.
pub const BEGINNING: &str = "2026-11-22T06:00:00Z";

/// The secret that every world digests API keys under.
pub const CREDENTIAL_SECRET: &str = "the-secret-of-the-tests-credentials-0123456789";

/// What API keys are digested under, with these secrets.
pub fn credentials(current: &str, previous: Option<&str>) -> Credentials {
    let secret = |text: &str| Secret::parse("LATCHKEY_CREDENTIAL_SECRET", text).unwrap();
    Credentials { keys: CredentialKeys::new(&CredentialSecrets { current: secret(current), previous: previous.map(secret) }) }
}

/// The secret that every world signs Bearers under.
pub const BEARER_SECRET: &str = "the-secret-of-the-tests-bearers-0123456789";

/// What Bearers are signed under, with these secrets.
pub fn bearer_keys(current: &str, previous: Option<&str>) -> BearerKeys {
    let secret = |text: &str| Secret::parse("LATCHKEY_BEARER_SECRET", text).unwrap();
    BearerKeys::new(&BearerSecrets { current: secret(current), previous: previous.map(secret) })
}

/// The secret that every world seals signature keys under.
pub const SEALING_SECRET: &str = "the-secret-of-the-tests-sealing-0123456789";

/// What signature keys are sealed under, with these secrets.
pub fn signature_keys(current: &str, previous: Option<&str>) -> SignatureKeys {
    let secret = |text: &str| Secret::parse("LATCHKEY_SEALING_SECRET", text).unwrap();
    SignatureKeys::new(&SealingSecrets { current: secret(current), previous: previous.map(secret) })
}

/// What signature keys are sealed under, with these secrets.
pub fn sealing_keys(current: &str, previous: Option<&str>) -> SealingKeys {
    let secret = |text: &str| Secret::parse("LATCHKEY_SEALING_SECRET", text).unwrap();
    SealingKeys::new(&SealingSecrets { current: secret(current), previous: previous.map(secret) })
}

/// What webhooks' secrets are sealed under, with these secrets.
pub fn webhook_sealing(current: &str, previous: Option<&str>) -> Sealing {
    let secret = |text: &str| Secret::parse("LATCHKEY_SEALING_SECRET", text).unwrap();
    Sealing::new(&SealingSecrets { current: secret(current), previous: previous.map(secret) })
}

/// What sites and vendors' own systems are told by, over these queues.
pub fn notices(pushes: &InProcess, webhooks: &InProcess) -> Notices {
    Notices {
        pushes: Queue::inbox(Arc::new(pushes.clone())),
        webhooks: Queue::inbox(Arc::new(webhooks.clone())),
        sealing: webhook_sealing(SEALING_SECRET, None),
        reach: Reach::Public,
    }
}

/// A table, a bucket, and the product over them.
pub struct World {
    /// The product's core; its table lies behind [`Self::table`].
    pub core: Core,
    /// The product's packages; its bucket lies behind [`Self::bucket`].
    pub downloads: Downloads,
    /// What the product digests API keys under.
    pub credentials: Credentials,
    /// What users log in to the product by.
    pub access: Access,
    /// What the product seals signature keys under.
    pub signature_keys: SignatureKeys,
    /// The same, for functions.
    pub sealing: SealingKeys,
    /// What the product has sites and vendors' own systems be told by; its queues are [`Self::pushes`] and [`Self::webhooks`].
    pub notices: Notices,
    /// The queue of notifications that the product's functions put jobs into.
    pub pushes: InProcess,
    /// The queue of webhooks that they put jobs into.
    pub webhooks: InProcess,
    /// The product's clock.
    pub clock: ManualClock,
    /// Between the product and its table.
    pub table: Proxy,
    /// Between the product and its bucket.
    pub bucket: Proxy,
    /// The product's gateway, with all functions behind it.
    pub gateway: Gateway,
    /// The table itself, for looking at what is stored.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// The bucket itself.
    pub s3: aws_sdk_s3::Client,
    /// What it runs on.
    pub engines: Engines,
    queues: BTreeMap<String, String>,
    metric_lines: Arc<Mutex<Vec<String>>>,
    secrets: Mutex<Vec<String>>,
    log_position: usize,
}

impl World {
    /// A world with nothing in it. Where what it runs on was rehearsed, it waits for its table however slow the stand-in is.
    pub async fn new() -> Self {
        let patience = if engines::are_rehearsed() { UNHURRIED } else { Patience::default() };
        Box::pin(Self::with_patience(patience)).await
    }

    /// A world whose product waits for its table however busy the machine is: for what goes on for days of the clock, where a call that was
    /// given up would only show later.
    pub async fn unhurried() -> Self {
        Box::pin(Self::with_patience(UNHURRIED)).await
    }

    /// A world whose product waits for its table as long as `patience` says.
    pub async fn with_patience(patience: Patience) -> Self {
        log_capture::begin();
        let log_position = log_capture::position();
        let engines = Engines::start().await;
        let table = Proxy::start(&engines.dynamodb).await.unwrap();
        let bucket = Proxy::start(&engines.s3).await.unwrap();
        let Stores { table: table_name, bucket: bucket_name, queues } = engines.stores().await;
        let dynamodb = engines::dynamodb(&engines.dynamodb);
        let s3 = engines::s3(&engines.s3, &bucket_name);

        let elsewhere = engines::functions();
        // Functions elsewhere have the machine's clock, and one table for all worlds.
        let (beginning, random) = match &elsewhere {
            None => (Timestamp::parse(BEGINNING).unwrap(), Random::seeded(1)),
            Some(_) => (Clock::System.now(), Random::System),
        };
        let clock = ManualClock::at(beginning);
        let core = Core::new(
            // Many worlds may share a store, and a transaction's token must be drawn once only.
            Table::new(engines::dynamodb_behind(&table), table_name, Random::System, patience),
            Clock::Manual(clock.clone()),
            random,
            PublicUrl::parse("https://licenses.example.com").unwrap(),
        );
        let secret = "the-secret-of-the-tests-tokens-0123456789";
        let current = Secret::parse("LATCHKEY_TOKEN_SECRET", secret).unwrap();
        let downloads = Downloads {
            packages: Packages::new(engines::s3(&bucket.url(), &bucket_name), bucket_name),
            tokens: TokenKeys::new(&TokenSecrets { current, previous: None }),
        };
        let credentials = credentials(CREDENTIAL_SECRET, None);
        let access = Access { credentials: credentials.clone(), bearer: bearer_keys(BEARER_SECRET, None) };
        let signature_keys = signature_keys(SEALING_SECRET, None);
        let sealing = sealing_keys(SEALING_SECRET, None);
        let rules = Rules { visibility: 180, most_tellings: 5 };
        let (pushes, webhooks) = (InProcess::new(core.clock.clone(), rules), InProcess::new(core.clock.clone(), rules));
        let notices = notices(&pushes, &webhooks);
        let parts = Parts {
            core: core.clone(),
            downloads: downloads.clone(),
            credentials: credentials.clone(),
            access: access.clone(),
            sealing: sealing.clone(),
            notices: notices.clone(),
        };
        let metric_lines = Arc::new(Mutex::new(Vec::new()));
        let metrics = metrics(Clock::Manual(clock.clone()), Arc::clone(&metric_lines));
        let functions = latchkey_local::functions(&parts).into_iter();
        let functions = functions.map(|(function, router)| match &elsewhere {
            None => (function, router.layer(Extension(metrics.clone()))),
            Some(url) => (function, emulator::function(url, function.name)),
        });
        let gateway = Gateway::new(functions.collect());
        let secrets = Mutex::new([secret, CREDENTIAL_SECRET, BEARER_SECRET, SEALING_SECRET].map(str::to_owned).to_vec());
        Self {
            core,
            downloads,
            credentials,
            access,
            signature_keys,
            sealing,
            notices,
            pushes,
            webhooks,
            clock,
            table,
            bucket,
            gateway,
            dynamodb,
            s3,
            engines,
            queues,
            metric_lines,
            secrets,
            log_position,
        }
    }

    /// What the product's functions are built from.
    pub fn parts(&self) -> Parts {
        Parts {
            core: self.core.clone(),
            downloads: self.downloads.clone(),
            credentials: self.credentials.clone(),
            access: self.access.clone(),
            sealing: self.sealing.clone(),
            notices: self.notices.clone(),
        }
    }

    /// The queue that the template calls so, or else one inside the process.
    pub fn work_queue(&self, name: &str) -> WorkQueue {
        if self.queues.is_empty() {
            return WorkQueue::in_process(self.core.clock.clone());
        }
        let url = self.queues.get(name).unwrap_or_else(|| panic!("the template has no queue {name}"));
        WorkQueue::Sqs(engines::sqs(&self.engines.dynamodb), url.clone())
    }

    /// Declares a text that must never be logged.
    pub fn keep_secret(&self, secret: &str) {
        self.secrets.lock().unwrap().push(secret.to_owned());
    }

    /// A second product over the same table, with nothing remembered: as another Lambda has it.
    pub fn another_process(&self) -> Core {
        Core::new(self.core.table.forgetful(), self.core.clock.clone(), self.core.random.clone(), self.core.public_url.clone())
    }

    /// A second product over the same table, without the proxy in between: for crowds. It waits for its table however busy the
    /// machine is: what a crowd proves must not depend on how fast that is.
    pub fn direct(&self) -> Core {
        let table = Table::new(self.dynamodb.clone(), self.core.table.name(), Random::System, UNHURRIED);
        Core::new(table, self.core.clock.clone(), self.core.random.clone(), self.core.public_url.clone())
    }

    /// The lines of metrics that this world's functions wrote since they were last asked for.
    pub fn metric_lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.metric_lines.lock().unwrap())
    }

    /// The lines that were logged by this process since the world began; other tests' lines are among them.
    pub fn log(&self) -> Vec<String> {
        log_capture::since(self.log_position)
    }
}

/// Metrics whose lines are kept, and searched for secrets with all other lines.
fn metrics(clock: Clock, lines: Arc<Mutex<Vec<String>>>) -> Metrics {
    let writer = move |line: &[u8]| {
        log_capture::keep(line);
        lines.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
    };
    Metrics::to("Latchkey/test", clock, Arc::new(writer))
}

/// Every world ends with a search of the log, and of its writes for items that would not say of which version they are.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let unversioned = self.table.unversioned();
        assert!(unversioned.is_empty(), "an item without the version of its form was written: {unversioned:?}");
        let log = self.log();
        for secret in self.secrets.lock().unwrap().iter() {
            let line = log.iter().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "a secret was logged: {}", line.map(String::as_str).unwrap_or_default());
        }
    }
}
