//! Publishing while the table or the bucket is broken (F1, F5, F6, F8, F9, F13, F17, F19): the current release always leads to a
//! complete object whose length and SHA-256 are those that are stored (I9), and trying again converges.

use latchkey_core::domain::ids::ReleaseId;
use latchkey_core::domain::release::Release;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::packages::hex;
use latchkey_core::table::Freshness;
use latchkey_tests::plugin;
use latchkey_tests::proxy::{Fault, Rule};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use sha2::{Digest as _, Sha256};

use super::{passing, staying, world};

async fn publish(world: &World, vendor: &Vendor, release: ReleaseId) -> Result<Release, Rejected> {
    world.publish_draft(vendor, release).await
}

/// A vendor with 1.0.0 published and 2.0.0 uploaded.
async fn uploaded(world: &World) -> (Vendor, ReleaseId) {
    let vendor = world.vendor().await;
    world.publish(&vendor, "1.0.0").await;
    let package = plugin::zip("test-plugin", "2.0.0");
    let drafted = world.draft(&vendor, "2.0.0", &package).await.unwrap();
    assert_eq!(world.upload(&drafted, &package).await, 200);
    (vendor, drafted.release.id)
}

/// I9, read from the table and the bucket themselves. Gives the current version.
async fn current(world: &World, vendor: &Vendor) -> String {
    let table = world.direct().table;
    let product = table.product(vendor.account, vendor.product.id, Freshness::Strong).await.unwrap().unwrap();
    let current = product.current.expect("there is a current release");
    let package = &current.published.package;
    let object = world.s3.get_object().bucket(world.downloads.packages.bucket()).key(&package.object_key).send().await;
    if current.published.has_readme {
        let readme = table.readme(vendor.account, vendor.product.id, package.id).await.unwrap();
        assert_eq!(readme.stable_tag.as_deref(), Some(current.version.as_str()), "the readme of the release itself");
    }
    let bytes = object.unwrap_or_else(|_| panic!("{} has no object", current.version)).body.collect().await.unwrap().into_bytes();
    let digest = hex(&Sha256::digest(&bytes));
    assert_eq!((bytes.len() as u64, &digest), (package.size, &package.sha256), "{}", current.version);
    current.version.to_string()
}

/// Publishes again, as a vendor's script would; "published already" is done.
async fn converge(world: &World, vendor: &Vendor, release: ReleaseId, what: &str) {
    match publish(world, vendor, release).await {
        Ok(_) => {}
        Err(Rejected::ReleaseState(state)) => assert_eq!(state.0, "published", "{what}"),
        Err(other) => panic!("{what}: {other}"),
    }
    assert_eq!(current(world, vendor).await, "2.0.0", "{what}");
}

#[tokio::test]
async fn publishing_comes_through_what_passes_in_the_table() {
    let world = world().await;
    for (what, rule) in passing() {
        for operation in ["TransactWriteItems", "GetItem", "PutItem"] {
            let (vendor, release) = uploaded(&world).await;
            world.table.inject(rule.clone().on(operation));
            let published = publish(&world, &vendor, release).await;
            world.table.clear();
            assert!(published.is_ok(), "{what} at {operation}: {published:?}");
            assert_eq!(current(&world, &vendor).await, "2.0.0", "{what} at {operation}");
        }
    }
}

#[tokio::test]
async fn what_stays_in_the_table_leaves_the_old_release_or_the_new_one_whole() {
    let world = world().await;
    for (what, fault) in staying().into_iter().chain([("F5 every answer lost", Fault::DropAfter)]) {
        let (vendor, release) = uploaded(&world).await;
        world.table.inject(Rule::every(fault.clone()).on("TransactWriteItems"));
        let published = publish(&world, &vendor, release).await;
        world.table.clear();
        assert!(matches!(published, Err(Rejected::Fault(_))), "{what}: {published:?}");
        let version = current(&world, &vendor).await;
        assert!(version == "1.0.0" || matches!(fault, Fault::DropAfter), "{what}: {version}");
        converge(&world, &vendor, release, what).await;
    }
}

#[tokio::test]
async fn where_the_readme_cannot_be_kept_nothing_is_published() {
    let world = world().await;
    for (what, fault) in staying().into_iter().chain([("F5 every answer lost", Fault::DropAfter)]) {
        let (vendor, release) = uploaded(&world).await;
        world.table.inject(Rule::every(fault).on("PutItem"));
        let published = publish(&world, &vendor, release).await;
        world.table.clear();
        assert!(matches!(published, Err(Rejected::Fault(_))), "{what}: {published:?}");
        assert_eq!(current(&world, &vendor).await, "1.0.0", "{what}");
        converge(&world, &vendor, release, what).await;
    }
}

#[tokio::test]
async fn the_buckets_faults_leave_the_old_release_serving() {
    let world = world().await;
    let faults = [
        ("F13 the copy is refused", Rule::every(Fault::Status(503)).on("S3.PUT")),
        ("F13 the copy fails", Rule::every(Fault::Status(500)).on("S3.PUT")),
        ("F13 fetching is refused", Rule::every(Fault::Status(503)).on("S3.GET")),
        ("F13 the body is cut short", Rule::every(Fault::TruncateBody).on("S3.GET")),
        ("F22 permission denied", Rule::every(Fault::AccessDenied).on("S3.GET")),
    ];
    for (what, rule) in faults {
        let (vendor, release) = uploaded(&world).await;
        world.bucket.inject(rule);
        let published = publish(&world, &vendor, release).await;
        world.bucket.clear();
        assert!(matches!(published, Err(Rejected::Fault(_))), "{what}: {published:?}");
        assert_eq!(current(&world, &vendor).await, "1.0.0", "{what}");
        converge(&world, &vendor, release, what).await;
    }
    for (what, rule) in [
        ("F13 slow down once", Rule::first(1, Fault::Status(503))),
        ("F6 lost on the way", Rule::first(1, Fault::DropBefore)),
        ("F5 carried out, and the answer lost", Rule::first(1, Fault::DropAfter)),
    ] {
        let (vendor, release) = uploaded(&world).await;
        world.bucket.inject(rule);
        let published = publish(&world, &vendor, release).await;
        world.bucket.clear();
        assert!(published.is_ok(), "{what}: {published:?}");
        assert_eq!(current(&world, &vendor).await, "2.0.0", "{what}");
    }
}

#[tokio::test]
async fn dying_between_any_two_calls_loses_nothing() {
    // F17: the process dies before its k-th call to the table or to the bucket, for every k there is.
    let world = world().await;
    let (vendor, release) = uploaded(&world).await;
    world.table.reset_calls();
    world.bucket.reset_calls();
    publish(&world, &vendor, release).await.unwrap();
    let calls = [world.table.calls().len(), world.bucket.calls().len()];
    assert!(calls[0] >= 4 && calls[1] >= 3, "{calls:?}");
    for (proxy, count) in [(&world.table, calls[0]), (&world.bucket, calls[1])] {
        for index in 0..count as u64 {
            let (vendor, release) = uploaded(&world).await;
            proxy.reset_calls();
            proxy.kill_at(index);
            let died = publish(&world, &vendor, release).await;
            proxy.revive();
            let what = format!("dying before call {index}: {died:?}");
            current(&world, &vendor).await;
            converge(&world, &vendor, release, &what).await;
        }
    }
}
