//! Telling sites of releases (seed 002, "Client endpoint"; contracts §3): who is told, what, once, and whatever happens meanwhile.

mod attempts;
mod crowds;
mod endpoint;
mod faults;
mod isolation;
mod lifecycle;
mod over_queue;

use latchkey_core::domain::product::DevelopmentSites;
use latchkey_core::domain::release::Release;
use latchkey_core::ops::create_product::NewProduct;
use latchkey_tests::shop::Shop;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;

use crate::woosa::activate;

/// A vendor with a licence for so many sites, each active, and a release that they are told of.
struct Story {
    vendor: Vendor,
    release: Release,
    shop: Shop,
    hosts: Vec<String>,
}

impl Story {
    async fn with_sites(world: &World, sites: usize) -> Self {
        Self::with_sites_of(world, sites, 0).await
    }

    /// One of several stories of a world: keys are unique in all of it.
    async fn with_sites_of(world: &World, sites: usize, story: usize) -> Self {
        let vendor = vendor(world).await;
        for (number, host) in (0..sites).zip(hosts(sites)) {
            license(world, &vendor, &format!("KEY-{story}-{number}"), &[&format!("https://{host}")]).await;
        }
        let release = world.publish(&vendor, "1.0.0").await;
        Self { vendor, release, shop: Shop::open(world).await, hosts: hosts(sites) }
    }

    /// One of several stories of a world, with three sites on three pages: the one in the middle has a licence whose seats are items.
    async fn with_pages(world: &World, story: usize) -> Self {
        let vendor = vendor(world).await;
        for (number, host) in (0..3).zip(hosts(3)) {
            let key = format!("KEY-{story}-{number}");
            world.license_with(&vendor, &key, (number != 1).then_some(12)).await;
            assert_eq!(activate(&key, &format!("https://{host}")).send(world).await.status, 200);
        }
        let release = world.publish(&vendor, "1.0.0").await;
        Self { vendor, release, shop: Shop::open(world).await, hosts: hosts(3) }
    }
}

/// A vendor all of whose sites are counted: those below `shop.example` are no customers' by their names.
async fn vendor(world: &World) -> Vendor {
    world.vendor_of(NewProduct { development_sites: DevelopmentSites::Counted, ..new_product("test-plugin") }).await
}

/// A licence with this key, active on these sites.
async fn license(world: &World, vendor: &Vendor, key: &str, sites: &[&str]) -> latchkey_core::domain::license::License {
    let license = world.license_with(vendor, key, Some(12)).await;
    for site in sites {
        assert_eq!(activate(key, site).send(world).await.status, 200, "{site}");
    }
    license
}

/// The hosts of so many sites, in the order of their names.
fn hosts(sites: usize) -> Vec<String> {
    let mut hosts: Vec<String> = (0..sites).map(|number| format!("site-{number}.shop.example")).collect();
    hosts.sort();
    hosts
}
