//! The stack: engine, S3 server and functions, started and stopped together.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_sdk_dynamodb::error::DisplayErrorContext;
use http::uri::InvalidUri;
use latchkey_core::aws;
use latchkey_core::clock::Clock;
use latchkey_core::config::{BearerSecrets, BucketConfig, ConfigError, CredentialSecrets, PublicUrl, SealingSecrets, Secret, TokenSecrets};
use latchkey_core::core::{Access, Core, Credentials, Downloads, Notices};
use latchkey_core::credentials::CredentialKeys;
use latchkey_core::domain::destination::Reach;
use latchkey_core::fault::Fault;
use latchkey_core::local::{ACCESS_KEY, BUCKET, CREDENTIAL_SECRET, SEALING_SECRET, SECRET_KEY, TABLE};
use latchkey_core::ops::announce::WebhookJob;
use latchkey_core::ops::notify_sites::PushJob;
use latchkey_core::ops::signing_key::SignatureKeys;
use latchkey_core::ops::webhooks::Sealing;
use latchkey_core::packages::Packages;
use latchkey_core::post::{Smtp, SmtpAddress};
use latchkey_core::queue::Queue;
use latchkey_core::random::Random;
use latchkey_core::signing::seal::SealingKeys;
use latchkey_core::table::{Patience, Table, schema};
use latchkey_core::tokens::{BearerKeys, TokenKeys};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::engine::Engine;
use crate::events::Events;
use crate::feed::Feed;
use crate::folder::{Folder, Secrets};
use crate::front::Front;
use crate::functions::{Parts, functions};
use crate::gateway::Gateway;
use crate::hooks::Hooks;
use crate::mail::{self, Post};
use crate::objects::Objects;
use crate::pushes;
use crate::queues::{InProcess, Rules};
use crate::server::Server;
use crate::tap::Tap;

/// How a stack is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Where data is kept.
    pub storage: Storage,
    /// The functions' clock. The S3 server goes by the machine's.
    pub clock: Clock,
    /// The functions' randomness.
    pub random: Random,
    /// How far requests to other people's servers go.
    pub reach: Reach,
    /// The mail server that mail is handed to, beside the files that are made of it.
    pub smtp: Option<SmtpAddress>,
}

/// Where a stack keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In memory, and packages in a temporary folder: all is gone when it ends.
    Ephemeral,
    /// In this folder, which is made where it is not there.
    Folder(PathBuf),
}

/// Why a stack did not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// Another process has the data folder.
    #[error("{} is in use by another local stack: stop that one, or choose another folder with --data, or none with --ephemeral", .0.display())]
    Locked(PathBuf),
    /// Something listens on the port already.
    #[error("port {0} is in use: stop what listens there, or choose another one with --port (0 takes any that is free)")]
    PortInUse(u16),
    /// The port cannot be had for another reason.
    #[error("listening on 127.0.0.1: {0}")]
    Listen(io::Error),
    /// A file or folder cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The DynamoDB engine did not start.
    #[error("the DynamoDB engine: {0}")]
    Engine(String),
    /// The S3 server did not start.
    #[error("the S3 server: {0}")]
    Objects(String),
    /// The table could not be made.
    #[error(transparent)]
    Table(#[from] Fault),
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Mail cannot be sent as it was wished.
    #[error("mail: {0}")]
    Mail(String),
    /// The stack's own address is wrong.
    #[error(transparent)]
    Address(#[from] InvalidUri),
}

/// A running stack. Call [`Stack::shutdown`] to end it in order; dropped, it ends when its runtime does.
#[derive(Debug)]
pub struct Stack {
    server: Server,
    tap: Server,
    gateway: Gateway,
    engine: Engine,
    feed: JoinHandle<()>,
    pushes: InProcess,
    pusher: JoinHandle<()>,
    hooks: Hooks,
    post: Post,
    core: Core,
    downloads: Downloads,
    credentials: Credentials,
    access: Access,
    dynamodb: aws_sdk_dynamodb::Client,
    s3: aws_sdk_s3::Client,
    place: Place,
}

/// Where data is: the lock, or the temporary folder, lives as long as this.
#[derive(Debug)]
enum Place {
    Temporary(TempDir),
    Folder(Folder),
}

impl Options {
    /// A free port, nothing kept, the machine's clock and randomness.
    pub fn ephemeral() -> Self {
        Self { port: 0, storage: Storage::Ephemeral, clock: Clock::System, random: Random::System, reach: Reach::Public, smtp: None }
    }
}

impl Stack {
    /// Starts everything. It answers once this returns.
    pub async fn start(options: Options) -> Result<Self, StackError> {
        let Options { port, storage, clock, random, reach, smtp } = options;
        let place = Place::open(&storage)?;
        let secrets = place.secrets(&random)?;
        let listener = listen(port).await?;
        let url = format!("http://{}", listener.local_addr().map_err(StackError::Listen)?);
        let engine = place.engine(&clock).await?;
        let objects = Objects::open(&place.path().join("s3"))?;

        ensure_table(&aws::dynamodb(&aws::local(engine.url(), ACCESS_KEY, SECRET_KEY))).await?;
        let feed = Feed::default();
        let events = Events::new(clock.clone(), random.clone());
        let authority = engine.url().trim_start_matches("http://").parse()?;
        let tap = Tap::new(authority, feed.clone(), events.clone());
        let tapped = tap.serve().await?;
        let dynamodb = aws::dynamodb(&aws::local(&tapped.url(), ACCESS_KEY, SECRET_KEY));
        // The public address, so that presigned links are on the one port.
        let bucket = BucketConfig { name: BUCKET.to_owned(), path_style: true };
        let s3 = aws::s3(&aws::local(&url, ACCESS_KEY, SECRET_KEY), &bucket);

        let table = Table::new(dynamodb.clone(), TABLE, random.clone(), Patience::default());
        let core = Core::new(table, clock.clone(), random.clone(), PublicUrl::parse(&url)?);
        core.table.note_empty(core.now()).await?;
        let tokens = TokenSecrets { current: Secret::parse("LATCHKEY_TOKEN_SECRET", &secrets.token)?, previous: None };
        let downloads = Downloads { packages: Packages::new(s3.clone(), BUCKET), tokens: TokenKeys::new(&tokens) };

        let current = Secret::parse("LATCHKEY_CREDENTIAL_SECRET", CREDENTIAL_SECRET)?;
        let credentials = Credentials { keys: CredentialKeys::new(&CredentialSecrets { current, previous: None }) };
        let bearer = BearerSecrets { current: Secret::parse("LATCHKEY_BEARER_SECRET", &secrets.bearer)?, previous: None };
        let access = Access { credentials: credentials.clone(), bearer: BearerKeys::new(&bearer) };
        let sealing = SealingSecrets { current: Secret::parse("LATCHKEY_SEALING_SECRET", SEALING_SECRET)?, previous: None };

        let pushes = InProcess::new(clock.clone(), Rules::default());
        let webhooks = InProcess::new(clock.clone(), Rules::default());
        let parts = Parts {
            core: core.clone(),
            downloads: downloads.clone(),
            credentials: credentials.clone(),
            access: access.clone(),
            sealing: SealingKeys::new(&sealing),
            notices: Notices {
                pushes: Queue::inbox(Arc::new(pushes.clone())),
                webhooks: Queue::inbox(Arc::new(webhooks.clone())),
                sealing: Sealing::new(&sealing),
                reach,
            },
        };
        let mail = InProcess::new(clock.clone(), Rules::default());
        let gateway = Gateway::with_ids(functions(&parts), clock, random);
        let front =
            Front { gateway: gateway.clone(), objects, tap, url, pushes: pushes.clone(), webhooks: webhooks.clone(), mail: mail.clone() };
        let server = Server::start(listener, move |request| {
            let front = front.clone();
            async move { front.call(request).await }
        });
        let server = server.map_err(StackError::Listen)?;
        let feed = feed.start(core.clone());
        let telling = pushes::start(core.clone(), pushes.clone(), reach);
        let hooks = Hooks::start(&core, &events, webhooks, mail::queue(&mail), Sealing::new(&sealing), reach);
        let smtp = smtp.as_ref().map(Smtp::new).transpose().map_err(|error| StackError::Mail(error.to_string()))?;
        let post = Post::start(&core, mail, place.path().join("mail"), smtp, SignatureKeys::new(&sealing))?;
        Ok(Self {
            server,
            tap: tapped,
            gateway,
            engine,
            feed,
            pushes,
            pusher: telling,
            hooks,
            post,
            core,
            downloads,
            credentials,
            access,
            dynamodb,
            s3,
            place,
        })
    }

    /// `http://127.0.0.1:port`: the functions, the engine and the S3 server.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What operations need: for setting up what a test then asks for over HTTP.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// What operations need that hand out packages.
    pub fn downloads(&self) -> &Downloads {
        &self.downloads
    }

    /// What operations need that take or make API keys.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What operations need that users log in by.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The queue of notifications.
    pub fn pushes(&self) -> &InProcess {
        &self.pushes
    }

    /// The same, for putting jobs into it.
    pub fn push_queue(&self) -> Queue<PushJob> {
        Queue::inbox(Arc::new(self.pushes.clone()))
    }

    /// The queue of webhooks.
    pub fn webhooks(&self) -> &InProcess {
        &self.hooks.messages
    }

    /// The same, for putting jobs into it.
    pub fn webhook_queue(&self) -> Queue<WebhookJob> {
        self.hooks.queue()
    }

    /// The queue of mail.
    pub fn mail(&self) -> &InProcess {
        &self.post.messages
    }

    /// The folder with a file for every mail that was sent, which is made with the first one. Gone with the stack where nothing is kept.
    pub fn mail_folder(&self) -> &Path {
        &self.post.folder
    }

    /// What webhooks' secrets are sealed under.
    pub fn sealing(&self) -> &Sealing {
        &self.hooks.sealing
    }

    /// The functions, in process.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// A client of the engine, which never retries. What it writes is indexed.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        &self.dynamodb
    }

    /// The engine's own port, past the feed of the indexes: where a proxy that injects faults can be put in between.
    pub fn engine_url(&self) -> String {
        self.engine.url().to_owned()
    }

    /// A client of the S3 server.
    pub fn s3(&self) -> &aws_sdk_s3::Client {
        &self.s3
    }

    /// The folder that keeps the data; nothing where nothing is kept.
    pub fn data(&self) -> Option<&Path> {
        self.folder().map(Folder::path)
    }

    /// Ends in order: requests in flight are answered, then the engine closes its file.
    pub async fn shutdown(self) {
        let Self { server, tap, engine, feed, pusher, hooks, post, place, .. } = self;
        server.shutdown().await;
        feed.abort();
        pusher.abort();
        hooks.abort();
        post.abort();
        tap.shutdown().await;
        engine.shutdown().await;
        drop(place);
    }

    pub(crate) fn folder(&self) -> Option<&Folder> {
        match &self.place {
            Place::Temporary(_) => None,
            Place::Folder(folder) => Some(folder),
        }
    }
}

impl Place {
    fn open(storage: &Storage) -> Result<Self, StackError> {
        match storage {
            Storage::Ephemeral => {
                let folder = tempfile::Builder::new().prefix("latchkey-").tempdir();
                folder.map(Self::Temporary).map_err(|source| StackError::File { path: std::env::temp_dir(), source })
            }
            Storage::Folder(path) => Folder::open(path).map(Self::Folder),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Folder(folder) => folder.path(),
        }
    }

    fn secrets(&self, random: &Random) -> Result<Secrets, StackError> {
        match self {
            Self::Temporary(_) => Ok(Secrets::draw(random)),
            Self::Folder(folder) => folder.secrets(random),
        }
    }

    async fn engine(&self, clock: &Clock) -> Result<Engine, StackError> {
        match self {
            Self::Temporary(_) => Engine::in_memory(clock.clone()).await,
            Self::Folder(folder) => Engine::in_file(&folder.path().join("dynamodb.sqlite")).await,
        }
    }
}

async fn listen(port: u16) -> Result<TcpListener, StackError> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(StackError::PortInUse(port)),
        Err(error) => Err(StackError::Listen(error)),
    }
}

/// Makes the table where it is not there. Looks first, because the engine warns of a table that it is asked for twice.
async fn ensure_table(client: &aws_sdk_dynamodb::Client) -> Result<(), StackError> {
    let tables = client.list_tables().send().await.map_err(|error| StackError::Engine(DisplayErrorContext(error).to_string()))?;
    if !tables.table_names().iter().any(|name| name == TABLE) {
        schema::create(client, TABLE).await?;
    }
    Ok(())
}
