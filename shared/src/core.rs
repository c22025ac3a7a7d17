//! What every operation is given: the table, the clock, randomness, and what is remembered between requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;
use crate::config::PublicUrl;
use crate::credentials::CredentialKeys;
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::product::Product;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};
use crate::packages::Packages;
use crate::places::Places;
use crate::random::Random;
use crate::table::{Freshness, REMEMBERED_SECONDS, Table};
use crate::tokens::TokenKeys;

/// The most products that are remembered, each of at most about 250 KB with its changelog. When it is reached, all are
/// forgotten.
const PRODUCT_CACHE_SIZE: usize = 100;

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
    pub(crate) places: Places,
    products: ProductCache,
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

#[derive(Clone, Debug, Default)]
struct ProductCache(Arc<Mutex<HashMap<(AccountId, ProductId), Remembered>>>);

#[derive(Clone, Debug)]
struct Remembered {
    product: Arc<Product>,
    until: Timestamp,
}

impl Core {
    /// A core that remembers nothing yet.
    pub fn new(table: Table, clock: Clock, random: Random, public_url: PublicUrl) -> Self {
        Self { table, clock, random, public_url, places: Places::default(), products: ProductCache::default() }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A product that a licence leads to, at most [`REMEMBERED_SECONDS`] old.
    pub async fn product_of_license(&self, account: AccountId, id: ProductId) -> Result<Arc<Product>, Fault> {
        let now = self.now();
        if let Some(product) = self.products.get(account, id, now) {
            return Ok(product);
        }
        // That there is nothing to fetch is a no, which a stale read must not be the reason of; and it is not remembered.
        let product = match self.table.product(account, id, Freshness::Eventual).await?.filter(|product| product.current.is_some()) {
            Some(product) => Some(product),
            None => self.table.product(account, id, Freshness::Strong).await?,
        };
        let product = product.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a licence leads to no product"))?;
        let product = Arc::new(product);
        if product.current.is_some() {
            self.products.put(Arc::clone(&product), now);
        }
        Ok(product)
    }
}

impl ProductCache {
    fn get(&self, account: AccountId, id: ProductId, now: Timestamp) -> Option<Arc<Product>> {
        let products = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let remembered = products.get(&(account, id))?;
        (now < remembered.until).then(|| Arc::clone(&remembered.product))
    }

    fn put(&self, product: Arc<Product>, now: Timestamp) {
        let mut products = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if products.len() >= PRODUCT_CACHE_SIZE {
            products.clear();
        }
        let until = now.plus_seconds(REMEMBERED_SECONDS);
        products.insert((product.account, product.id), Remembered { product, until });
    }
}
