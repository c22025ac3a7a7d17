//! Publishing and yanking.

use latchkey_core::domain::ids::ReleaseId;
use latchkey_core::domain::product::{Product, ProductKind};
use latchkey_core::domain::release::{Notes, Release, ReleaseState};
use latchkey_core::domain::version::Version;
use latchkey_core::ops::draft_release::{NewRelease, draft_release};
use latchkey_core::ops::publish_release::publish_release;
use latchkey_core::ops::rejected::{Rejected, Unique};
use latchkey_core::ops::yank_release::yank_release;
use latchkey_core::packages::hex;
use latchkey_core::table::Freshness;
use latchkey_tests::plugin;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;
use sha2::{Digest as _, Sha256};

async fn product(world: &World, vendor: &Vendor) -> Product {
    world.core.table.product(vendor.account, vendor.product.id, Freshness::Strong).await.unwrap().unwrap()
}

async fn current(world: &World, vendor: &Vendor) -> Option<String> {
    product(world, vendor).await.current.map(|current| current.version.to_string())
}

async fn publish(world: &World, vendor: &Vendor, release: ReleaseId) -> Result<Release, Rejected> {
    world.publish_draft(vendor, release).await
}

async fn yank(world: &World, vendor: &Vendor, release: &Release) -> Result<Release, Rejected> {
    yank_release(&world.core, vendor.account, vendor.product.id, release.id, Some("broken".parse().unwrap())).await
}

/// Every object below `prefix`.
async fn objects(world: &World, prefix: &str) -> Vec<String> {
    let bucket = world.downloads.packages.bucket();
    let listed = world.s3.list_objects_v2().bucket(bucket).prefix(prefix).send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_newest_version_is_current_whatever_the_order_of_publishing() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    for (version, expected) in
        [("1.9.0", "1.9.0"), ("1.10.0", "1.10.0"), ("1.9.5", "1.10.0"), ("2.0.0-beta", "2.0.0-beta"), ("2.0.0", "2.0.0")]
    {
        world.publish(&vendor, version).await;
        assert_eq!(current(&world, &vendor).await.as_deref(), Some(expected), "after {version}");
    }
}

#[tokio::test]
async fn yanking_the_current_release_makes_the_newest_other_one_current() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let old = world.publish(&vendor, "1.0.0").await;
    let middle = world.publish(&vendor, "1.1.0").await;
    let new = world.publish(&vendor, "1.2.0").await;
    yank(&world, &vendor, &middle).await.unwrap();
    assert_eq!(current(&world, &vendor).await.as_deref(), Some("1.2.0"));
    let yanked = yank(&world, &vendor, &new).await.unwrap();
    let ReleaseState::Yanked(state) = &yanked.state else { panic!("{yanked:?}") };
    assert_eq!(state.why.as_ref().unwrap().as_str(), "broken");
    assert_eq!(current(&world, &vendor).await.as_deref(), Some("1.0.0"));
    yank(&world, &vendor, &old).await.unwrap();
    assert_eq!(current(&world, &vendor).await, None);
    assert!(matches!(yank(&world, &vendor, &old).await, Err(Rejected::ReleaseState(_))));
}

#[tokio::test]
async fn the_package_that_is_current_is_the_one_that_was_announced() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let package = plugin::zip("test-plugin", "1.0.0");
    world.publish(&vendor, "1.0.0").await;
    let stored = product(&world, &vendor).await.current.unwrap().published;
    let key = &stored.package.object_key;
    let object = world.s3.get_object().bucket(world.downloads.packages.bucket()).key(key).send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().into_bytes(), package);
    assert_eq!(stored.package.size, package.len() as u64);
    assert_eq!(stored.requirements.php.unwrap().as_str(), "7.2");
    assert_eq!(stored.requirements.wordpress.unwrap().as_str(), "5.0");
    assert!(objects(&world, "uploads/").await.is_empty(), "the upload is not kept");
}

#[tokio::test]
async fn what_the_vendor_does_not_say_the_readme_says() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let package = plugin::zip("test-plugin", "1.0.0");
    let new = NewRelease {
        product: vendor.product.id,
        version: Version::parse("1.0.0").unwrap(),
        notes: Notes::default(),
        size: package.len() as u64,
        sha256: hex(&Sha256::digest(&package)),
        file_name: "test-plugin.zip".parse().unwrap(),
    };
    let drafted = draft_release(&world.core, &world.downloads.packages, vendor.account, new).await.unwrap();
    assert_eq!(world.upload(&drafted, &package).await, 200);
    let notes = publish(&world, &vendor, drafted.release.id).await.unwrap().notes;
    assert_eq!(notes.description.as_str(), "A plugin for tests.");
    assert!(notes.changelog.as_str().contains("<li>Better.</li>"), "{:?}", notes.changelog);
    assert_eq!(product(&world, &vendor).await.current.unwrap().notes, notes);
}

#[tokio::test]
async fn nothing_is_published_that_was_not_uploaded_or_is_not_what_was_announced() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let package = plugin::zip("test-plugin", "1.0.0");
    let drafted = world.draft(&vendor, "1.0.0", &package).await.unwrap();
    assert!(matches!(publish(&world, &vendor, drafted.release.id).await, Err(Rejected::NotUploaded)));

    // Somebody who can write to the bucket puts other bytes where the upload lies.
    let ReleaseState::Draft(upload) = &drafted.release.state else { panic!("{:?}", drafted.release) };
    let other = plugin::zip("test-plugin", "1.0.1");
    let put = world.s3.put_object().bucket(world.downloads.packages.bucket()).key(&upload.object_key);
    put.body(other.into()).send().await.unwrap();
    assert!(matches!(publish(&world, &vendor, drafted.release.id).await, Err(Rejected::PackageDiffers)));
    assert_eq!(current(&world, &vendor).await, None);
    assert!(objects(&world, "packages/").await.is_empty(), "a rejected package is not kept");

    assert_eq!(world.upload(&drafted, &package).await, 200);
    publish(&world, &vendor, drafted.release.id).await.unwrap();
    assert_eq!(current(&world, &vendor).await.as_deref(), Some("1.0.0"));
    assert!(matches!(publish(&world, &vendor, drafted.release.id).await, Err(Rejected::ReleaseState(_))));
}

#[tokio::test]
async fn other_bytes_than_the_announced_ones_are_not_taken_by_the_store_and_never_published() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let package = plugin::zip("test-plugin", "1.0.0");
    let drafted = world.draft(&vendor, "1.0.0", &package).await.unwrap();
    let mut same_length = package.clone();
    same_length[40] ^= 1;
    for (what, bytes) in [("another SHA-256", &same_length[..]), ("another length", &package[1..])] {
        let status = world.upload(&drafted, bytes).await;
        // moto takes what AWS and the embedded store refuse.
        assert!(status >= 400 || !world.engines.is_embedded, "{what}: {status}");
        let published = publish(&world, &vendor, drafted.release.id).await;
        assert!(matches!(published, Err(Rejected::NotUploaded | Rejected::PackageDiffers)), "{what}: {published:?}");
    }
}

#[tokio::test]
async fn a_zip_that_is_no_plugin_or_another_version_is_rejected_and_can_be_announced_anew() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let rejected = [
        plugin::zip("other-plugin", "1.0.0"),
        plugin::zip("test-plugin", "1.0.1"),
        plugin::files(&[("test-plugin/../../evil.php", b"<?php")]),
        plugin::files(&[("test-plugin/readme.txt", b"no plugin")]),
        b"PK\x03\x04 not a zip".to_vec(),
    ];
    let mut id = None;
    for package in rejected {
        let drafted = world.draft(&vendor, "1.0.0", &package).await.unwrap();
        assert_eq!(*id.get_or_insert(drafted.release.id), drafted.release.id, "the same draft");
        assert_eq!(world.upload(&drafted, &package).await, 200);
        let refused = publish(&world, &vendor, drafted.release.id).await;
        assert!(matches!(refused, Err(Rejected::Archive(_) | Rejected::VersionDiffers { .. })), "{refused:?}");
        assert_eq!(current(&world, &vendor).await, None);
    }
    world.publish(&vendor, "1.0.0").await;
    assert_eq!(current(&world, &vendor).await.as_deref(), Some("1.0.0"));
    let taken = world.draft(&vendor, "1.0.0", b"x").await;
    assert!(matches!(taken, Err(Rejected::InUse(Unique::Version))), "{taken:?}");
}

#[tokio::test]
async fn a_draft_that_somebody_else_announced_anew_is_not_published_in_its_place() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let (mine, theirs) = (
        plugin::zip("test-plugin", "1.0.0"),
        plugin::files(&[("test-plugin/test-plugin.php", b"<?php // Plugin Name: X\n// Version: 1.0.0\n")]),
    );
    let drafted = world.draft(&vendor, "1.0.0", &mine).await.unwrap();
    assert_eq!(world.upload(&drafted, &mine).await, 200);
    let again = world.draft(&vendor, "1.0.0", &theirs).await.unwrap();
    assert_eq!(world.upload(&again, &theirs).await, 200);
    let announced = hex(&Sha256::digest(&mine));
    let (account, product, release) = (vendor.account, vendor.product.id, drafted.release.id);
    let publish = publish_release(&world.core, &world.downloads.packages, account, product, release, &announced);
    assert!(matches!(publish.await, Err(Rejected::Changed)));
    assert_eq!(current(&world, &vendor).await, None);
}

#[tokio::test]
async fn a_programs_package_is_measured_and_not_opened() {
    let world = World::new().await;
    let mut new = new_product("desktop-app");
    new.kind = ProductKind::Program;
    let vendor = world.vendor_of(new).await;
    let drafted = world.draft(&vendor, "1.0.0", b"MZ any bytes").await.unwrap();
    assert_eq!(world.upload(&drafted, b"MZ any bytes").await, 200);
    publish(&world, &vendor, drafted.release.id).await.unwrap();
    assert_eq!(current(&world, &vendor).await.as_deref(), Some("1.0.0"));
}

#[tokio::test]
async fn publishing_at_the_same_time_ends_with_the_newest_as_current() {
    let world = World::new().await;
    let vendor = world.vendor().await;
    let mut drafts = Vec::new();
    for version in ["1.0.0", "1.1.0", "1.2.0", "1.3.0"] {
        let package = plugin::zip("test-plugin", version);
        let drafted = world.draft(&vendor, version, &package).await.unwrap();
        assert_eq!(world.upload(&drafted, &package).await, 200);
        drafts.push(drafted.release.id);
    }
    let publish = |index: usize| publish(&world, &vendor, drafts[index]);
    let (a, b, c, d) = tokio::join!(publish(2), publish(3), publish(0), publish(1));
    for release in [a, b, c, d] {
        release.unwrap();
    }
    assert_eq!(current(&world, &vendor).await.as_deref(), Some("1.3.0"));
}
