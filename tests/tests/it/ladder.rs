//! The condition of a write and the ladder say the same: on random licences and random asks, taking a seat ends as the
//! ladder decides on the grant that was read before, and a refusal leaves the grant as it was.

use latchkey_core::domain::development::{Deployment, classify};
use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::{Occupancy, ProductClaim, Room, SeatClaim, judge};
use latchkey_core::domain::product::DevelopmentSites;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::{Device, SeatLimit};
use latchkey_core::failure::Failure;
use latchkey_core::ops::activate::{Activate, activate};
use latchkey_core::table::Freshness;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::woosa::stop;

const CASES: usize = 400;

#[tokio::test]
async fn a_write_ends_as_the_ladder_decides() {
    let world = World::new().await;
    let vendors = [world.vendor().await, counting_vendor(&world).await];
    let mut rng = StdRng::seed_from_u64(11);
    let mut seen = std::collections::BTreeMap::new();
    for case in 0..CASES {
        let vendor = vendors.choose(&mut rng).unwrap();
        let key = some_license(&world, vendor, &mut rng, case).await;
        for _ in 0..2 {
            let device = some_device(&mut rng);
            let product = some_claim(vendor, &mut rng);
            let key = if rng.random_ratio(1, 12) { LicenseKey::parse("NO-SUCH-KEY").unwrap() } else { key.clone() };
            let before = world.core.table.grant(key.digest(), Freshness::Strong).await.unwrap();
            let expected = expected(&world, before.as_ref(), product, &device).await;
            let ask = Activate { key: &key, product, device: &device, label: None };
            let done = match activate(&world.core, ask).await {
                Ok(_) => Ok(()),
                Err(Failure::Refused(refusal)) => Err(refusal),
                Err(Failure::Fault(fault)) => panic!("case {case}: {fault}"),
            };
            assert_eq!(done, expected, "case {case}: {product:?} {device:?} {before:?}");
            let after = world.core.table.grant(key.digest(), Freshness::Strong).await.unwrap();
            match done {
                Ok(()) => assert_eq!(occupancy(&world, after.as_ref(), &device).await, Occupancy::Held, "case {case}"),
                Err(_) => assert_eq!(after, before, "case {case}"),
            }
            *seen.entry(done.err().map(Refusal::name)).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), 9, "all rungs that an activation can fail on, and success, must have been met: {seen:?}");
}

async fn counting_vendor(world: &World) -> Vendor {
    let mut product = new_product("test-plugin");
    product.development_sites = DevelopmentSites::Counted;
    world.vendor_of(product).await
}

async fn some_license(world: &World, vendor: &Vendor, rng: &mut StdRng, case: usize) -> LicenseKey {
    let limit = [Some(1), Some(2), Some(50), Some(51), None].choose(rng).copied().flatten();
    let license = world
        .license(vendor, |new| {
            new.key = LicenseKey::parse(&format!("KEY-{case}")).ok();
            new.seat_limit = Some(limit.map_or(SeatLimit::Unlimited, SeatLimit::Limited));
        })
        .await;
    for _ in 0..rng.random_range(0..3) {
        let ask = Activate { key: &license.key, product: claim(vendor), device: &some_device(rng), label: None };
        // Where it is full already, it stays so.
        let _ = activate(&world.core, ask).await;
    }
    if let Some(how) =
        [None, None, None, Some("suspended"), Some("revoked"), Some("refunded"), Some("future"), Some("ended")].choose(rng).unwrap()
    {
        stop(world, &license, how).await;
    }
    license.key
}

fn claim(vendor: &Vendor) -> ProductClaim<'_> {
    ProductClaim::Slug(vendor.product.slug.as_str())
}

fn some_claim<'a>(vendor: &'a Vendor, rng: &mut StdRng) -> ProductClaim<'a> {
    let product = &vendor.product;
    let other = latchkey_core::domain::ids::ProductId::new(99).unwrap();
    *[
        claim(vendor),
        claim(vendor),
        ProductClaim::Code(product.code.as_str()),
        ProductClaim::Id(product.id),
        ProductClaim::Slug("other-plugin"),
        ProductClaim::Code("other"),
        ProductClaim::Id(other),
    ]
    .choose(rng)
    .unwrap()
}

fn some_device(rng: &mut StdRng) -> Device {
    let texts = ["one.example.com", "two.example.com", "three.example.com", "shop.test", "dev.example.com", "#machine-1"];
    Device::parse(texts.choose(rng).unwrap()).unwrap()
}

async fn expected(world: &World, grant: Option<&Grant>, product: ProductClaim<'_>, device: &Device) -> Result<(), Refusal> {
    let held = occupancy(world, grant, device).await;
    let room = grant.is_some_and(|grant| {
        let is_free = match (device, &grant.development_sites) {
            (Device::Site(site), DevelopmentSites::Free(own)) => classify(site, own) == Deployment::Development,
            _ => false,
        };
        is_free || grant.has_room()
    });
    let room = if room { Room::Left } else { Room::Full };
    judge(grant, product, SeatClaim::Wanted(held, room), world.core.now()).map(|_| ())
}

async fn occupancy(world: &World, grant: Option<&Grant>, device: &Device) -> Occupancy {
    let Some(grant) = grant else { return Occupancy::NotHeld };
    let digest = device.digest();
    let item = world.core.table.seat_item(grant.key, digest, Freshness::Strong).await.unwrap();
    Occupancy::of(grant.seat(&digest).or(item.as_ref()))
}
