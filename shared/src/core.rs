//! What every operation is given: the table, the clock, randomness, and what is remembered between requests.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::PublicUrl;
use crate::credentials::CredentialKeys;
#[cfg(feature = "sealing")]
use crate::domain::destination::Reach;
use crate::domain::grant::Grant;
use crate::domain::ids::{AccountId, PackageId, ProductId};
use crate::domain::key::KeyDigest;
use crate::domain::log_entry;
use crate::domain::product::Product;
use crate::domain::refusal::Refusal;
use crate::domain::release::CurrentRelease;
use crate::domain::setting::Settings;
use crate::domain::shelf::Shelf;
use crate::domain::summary::Figures;
use crate::domain::time::Timestamp;
use crate::domain::trace::Event;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
#[cfg(feature = "sealing")]
use crate::ops::announce::WebhookJob;
#[cfg(feature = "sealing")]
use crate::ops::notify_sites::PushJob;
#[cfg(feature = "sealing")]
use crate::ops::webhooks::Sealing;
use crate::packages::Packages;
use crate::packages::readme::Readme;
use crate::places::Places;
#[cfg(feature = "sealing")]
use crate::queue::Queue;
use crate::random::Random;
use crate::remembered::Remembered;
use crate::sink::{Noted, NotedTrace, Sink, actor, caller, tells};
use crate::table::{Freshness, REMEMBERED_SECONDS, Table};
use crate::tokens::{BearerKeys, TokenKeys};

/// The most products that are remembered, each of at most about 250 KB with its changelog.
const PRODUCTS: usize = 100;

/// The most of readmes that is remembered, in bytes: forty of the largest, some hundreds of the usual size.
const README_BYTES: usize = 8 << 20;

/// The most packages of products that are remembered, each of at most about a kilobyte.
const SHELVED: usize = 4_000;

/// The most accounts whose figures, and whose settings, are remembered.
const ACCOUNTS: usize = 1_000;

/// What every operation needs.
#[derive(Clone, Debug)]
pub struct Core {
    /// The table.
    pub table: Table,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The address that customers' software calls.
    pub public_url: PublicUrl,
    /// Traces, and entries of accounts' logs, on their way to the table.
    pub sink: Sink,
    pub(crate) places: Places,
    products: Remembered<(AccountId, ProductId), Product>,
    readmes: Remembered<(AccountId, PackageId), Readme>,
    shelves: Remembered<(AccountId, ProductId), Shelf>,
    figures: Remembered<AccountId, Figures>,
    settings: Remembered<AccountId, Settings>,
}

/// What operations need that hand out packages.
#[derive(Clone, Debug)]
pub struct Downloads {
    /// The packages.
    pub packages: Packages,
    /// The keys of update tokens and links.
    pub tokens: TokenKeys,
}

/// What operations need that take or make API keys.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// What keys are digested under.
    pub keys: CredentialKeys,
}

/// What operations need that have customers' sites and vendors' own systems be told.
#[cfg(feature = "sealing")]
#[derive(Clone, Debug)]
pub struct Notices {
    /// The queue of update notifications.
    pub pushes: Queue<PushJob>,
    /// The queue of webhooks.
    pub webhooks: Queue<WebhookJob>,
    /// What webhooks' secrets are sealed under.
    pub sealing: Sealing,
    /// Which addresses a webhook may have.
    pub reach: Reach,
}

/// What operations need that users log in by.
#[derive(Clone, Debug)]
pub struct Access {
    /// What failures are counted under.
    pub credentials: Credentials,
    /// What Bearers are signed under.
    pub bearer: BearerKeys,
}

impl Core {
    /// A core that remembers nothing yet.
    pub fn new(table: Table, clock: Clock, random: Random, public_url: PublicUrl) -> Self {
        let (products, readmes) = (Remembered::at_most(PRODUCTS), Remembered::at_most(README_BYTES));
        let (places, shelves) = (Places::default(), Remembered::at_most(SHELVED));
        let (figures, settings) = (Remembered::at_most(ACCOUNTS), Remembered::at_most(ACCOUNTS));
        Self { table, clock, random, public_url, sink: Sink::default(), places, products, readmes, shelves, figures, settings }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Notes what a client did with a licence, where that is traced. Nobody waits for it, and a fault of ours is none of its doing.
    pub(crate) fn trace<T>(&self, key: KeyDigest, outcome: &Result<T, Failure>, event: impl FnOnce(Timestamp) -> Event) {
        match outcome {
            Ok(_) => self.trace_verdict(key, None, event),
            Err(Failure::Refused(refusal)) => self.trace_verdict(key, Some(*refusal), event),
            Err(Failure::Fault(_)) => {}
        }
    }

    /// The same for an answer that shows the licence whatever it says.
    pub(crate) fn trace_verdict(&self, key: KeyDigest, refusal: Option<Refusal>, event: impl FnOnce(Timestamp) -> Event) {
        if let Some((account, license)) = self.table.traced(&key) {
            let event = Event { address: caller(), refusal, ..event(self.now()) };
            self.sink.note(&self.table, Noted::Trace(NotedTrace { account, license, key, event }));
        }
    }

    /// The same for a licence that is at hand.
    pub(crate) fn trace_grant(&self, grant: &Grant, refusal: Option<Refusal>, event: impl FnOnce(Timestamp) -> Event) {
        if grant.trace {
            let event = Event { address: caller(), refusal, ..event(self.now()) };
            let Grant { account, license, key, .. } = *grant;
            self.sink.note(&self.table, Noted::Trace(NotedTrace { account, license, key, event }));
        }
    }

    /// Puts an entry into the account's log. Nobody waits for it. It tells who acts and from where, as far as that is known, beside what
    /// it tells already.
    pub fn note(&self, account: AccountId, entry: log_entry::Entry) {
        let entry = match caller() {
            Some(address) => entry.with("ClientAddress", address),
            None => entry,
        };
        let entry = match actor().filter(|actor| actor.account == account) {
            Some(actor) => entry.with("ByUser", actor.user).with("ByApiKey", actor.key),
            None => entry,
        };
        tells();
        let noted = log_entry::Noted { at: self.now(), content: entry.content() };
        self.sink.note(&self.table, Noted::Entry(account, noted));
    }

    /// A product that a licence leads to, at most [`REMEMBERED_SECONDS`] old.
    pub async fn product_of_license(&self, account: AccountId, id: ProductId) -> Result<Arc<Product>, Fault> {
        if let Some(product) = self.products.get(&(account, id), self.now()).filter(|product| product.current.is_some()) {
            return Ok(product);
        }
        // That there is nothing to fetch is a no, which a stale read must not be the reason of.
        let product = match self.table.product(account, id, Freshness::Eventual).await?.filter(|product| product.current.is_some()) {
            Some(product) => Some(product),
            None => self.table.product(account, id, Freshness::Strong).await?,
        };
        self.remember(product)
    }

    /// The same for an answer that shows the product and turns nobody away for want of a release: that there is none may be
    /// as old as the rest.
    pub async fn shown_product(&self, account: AccountId, id: ProductId) -> Result<Arc<Product>, Fault> {
        if let Some(product) = self.products.get(&(account, id), self.now()) {
            return Ok(product);
        }
        let product = match self.table.product(account, id, Freshness::Eventual).await? {
            Some(product) => Some(product),
            None => self.table.product(account, id, Freshness::Strong).await?,
        };
        self.remember(product)
    }

    /// The same for many products: those that are not remembered are read together.
    pub async fn shown_products(&self, account: AccountId, ids: &BTreeSet<ProductId>) -> Result<HashMap<ProductId, Arc<Product>>, Fault> {
        let now = self.now();
        let mut products: HashMap<_, _> =
            ids.iter().filter_map(|id| self.products.get(&(account, *id), now).map(|product| (*id, product))).collect();
        let missing: Vec<ProductId> = ids.iter().copied().filter(|id| !products.contains_key(id)).collect();
        if !missing.is_empty() {
            for product in self.table.products_with(account, &missing).await? {
                products.insert(product.id, self.remember(Some(product))?);
            }
        }
        for id in missing {
            if let Entry::Vacant(entry) = products.entry(id) {
                entry.insert(self.shown_product(account, id).await?);
            }
        }
        Ok(products)
    }

    /// The packages of a product, at most [`REMEMBERED_SECONDS`] old.
    pub async fn shelf(&self, account: AccountId, product: ProductId) -> Result<Arc<Shelf>, Fault> {
        match self.shelves.get(&(account, product), self.now()) {
            Some(remembered) => Ok(remembered),
            None => self.read_shelf(account, product, Freshness::Eventual).await,
        }
    }

    /// The same as they are now, for an answer that says no for want of one.
    pub async fn present_shelf(&self, account: AccountId, product: ProductId) -> Result<Arc<Shelf>, Fault> {
        self.read_shelf(account, product, Freshness::Strong).await
    }

    async fn read_shelf(&self, account: AccountId, product: ProductId, freshness: Freshness) -> Result<Arc<Shelf>, Fault> {
        let read = Arc::new(self.table.shelf(account, product, freshness).await?);
        let until = self.now().plus_seconds(REMEMBERED_SECONDS);
        self.shelves.put((account, product), Arc::clone(&read), read.packages().len().max(1), until);
        Ok(read)
    }

    /// What a release's package says of itself, where it has a `readme.txt`.
    pub async fn readme(&self, product: &Product, release: &CurrentRelease) -> Result<Option<Arc<Readme>>, Fault> {
        if !release.published.has_readme {
            return Ok(None);
        }
        let package = release.published.package.id;
        let key = (product.account, package);
        if let Some(readme) = self.readmes.get(&key, self.now()) {
            return Ok(Some(readme));
        }
        let readme = Arc::new(self.table.readme(product.account, product.id, package).await?);
        self.readmes.put(key, Arc::clone(&readme), readme.bytes(), self.now().plus_seconds(REMEMBERED_SECONDS));
        Ok(Some(readme))
    }

    /// An account's figures, at most [`REMEMBERED_SECONDS`] old.
    pub(crate) fn remembered_figures(&self, account: AccountId) -> Option<Arc<Figures>> {
        self.figures.get(&account, self.now())
    }

    /// Remembers an account's figures.
    pub(crate) fn remember_figures(&self, account: AccountId, figures: Figures) {
        self.figures.put(account, Arc::new(figures), 1, self.now().plus_seconds(REMEMBERED_SECONDS));
    }

    /// An account's settings, at most [`REMEMBERED_SECONDS`] old.
    pub(crate) fn remembered_settings(&self, account: AccountId) -> Option<Arc<Settings>> {
        self.settings.get(&account, self.now())
    }

    /// Remembers an account's settings, or forgets them.
    pub(crate) fn remember_settings(&self, account: AccountId, settings: Option<Arc<Settings>>) {
        match settings {
            Some(settings) => self.settings.put(account, settings, 1, self.now().plus_seconds(REMEMBERED_SECONDS)),
            None => self.settings.forget(&account),
        }
    }

    fn remember(&self, product: Option<Product>) -> Result<Arc<Product>, Fault> {
        let product = Arc::new(product.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence leads to no product"))?);
        let until = self.now().plus_seconds(REMEMBERED_SECONDS);
        self.products.put((product.account, product.id), Arc::clone(&product), 1, until);
        Ok(product)
    }
}
