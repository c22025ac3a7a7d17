//! Crowds on one licence: never oversold, never lost (reliability I1–I3, I5, I6; F21 without faults).
//!
//! More than 1,000 trials in all, most of them small. Nothing is timed: what is compared is who was told what, and what the
//! table holds afterwards, read from the table itself.

mod crowds;
mod mixes;

use std::sync::Arc;

use latchkey_core::core::Core;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::Device;
use latchkey_core::failure::Failure;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::ops::deactivate::{Deactivate, deactivate};
use latchkey_core::table::Freshness;
use latchkey_tests::world::World;

/// A licence that many use at once.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) core: Arc<Core>,
    pub(crate) key: LicenseKey,
}

impl Shared {
    pub(crate) fn new(world: &World, key: &LicenseKey) -> Self {
        Self { core: Arc::new(world.direct()), key: key.clone() }
    }

    /// Activates as a client would that tries again after a fault: what comes is a yes or a definite no.
    pub(crate) async fn activate(&self, site: &str) -> Result<u32, Refusal> {
        let device = Device::parse(site).unwrap();
        let product = ProductClaim::Slug("test-plugin");
        settled(|| activate(&self.core, Activate { key: &self.key, product, device: &device, label: None })).await
    }

    pub(crate) async fn deactivate(&self, site: &str) -> Result<u32, Refusal> {
        let device = Device::parse(site).unwrap();
        let product = ProductClaim::Slug("test-plugin");
        settled(|| deactivate(&self.core, Deactivate { key: &self.key, product, device: &device })).await
    }

    /// The sites that hold a counted seat by the table itself, which must be as many as are counted and no more than allowed.
    pub(crate) async fn stored(&self, sites: &[String]) -> Vec<String> {
        let grant = self.core.table.grant(self.key.digest(), Freshness::Strong).await.unwrap().unwrap();
        let mut held = Vec::new();
        for site in sites {
            let digest = Device::parse(site).unwrap().digest();
            let item = self.core.table.seat_item(self.key.digest(), digest, Freshness::Strong).await.unwrap();
            assert!(grant.seat(&digest).is_none() || item.is_none(), "{site} holds a seat in both layouts");
            if grant.seat(&digest).is_some() || item.is_some() {
                held.push(site.clone());
            }
        }
        assert_eq!(held.len(), grant.seats.taken() as usize, "the seats that are there are those that are counted");
        if let Some(limit) = grant.seat_limit.number() {
            assert!(grant.seats.taken() <= limit, "oversold: {} of {limit}", grant.seats.taken());
        }
        held
    }
}

async fn settled<F>(ask: impl Fn() -> F) -> Result<u32, Refusal>
where
    F: Future<Output = Result<latchkey_core::table::seats::Snapshot, Failure>>,
{
    for _ in 0..50 {
        match ask().await {
            Ok(snapshot) => return Ok(snapshot.grant.seats.taken()),
            Err(Failure::Refused(refusal)) => return Err(refusal),
            Err(Failure::Fault(fault)) => assert!(fault.is_passing(), "{fault}"),
        }
    }
    panic!("fifty faults in a row")
}

pub(crate) fn sites(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("site-{number}.example.com")).collect()
}
