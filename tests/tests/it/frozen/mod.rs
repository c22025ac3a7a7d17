//! Tables as earlier releases left them, in today's hands; and tables of tomorrow's.

mod journeys;
mod later;
mod migrating;
mod play;

use std::collections::BTreeSet;

use latchkey_core::config::{Environment as _, ProcessEnvironment};
use latchkey_core::table::migration::{KINDS, WRITTEN};
use latchkey_tests::exchange::{Ask, post_json};
use latchkey_tests::frozen::Frozen;
use latchkey_tests::world::World;
use serde_json::json;

/// The vendor's plugin: its slug. Its code is the same without the stroke.
const PLUGIN: &str = "frozen-plugin";
const PLUGIN_CODE: &str = "frozenplugin";
const SITE: &str = "https://example.com";
/// A site that is told of releases.
const HOST: &str = "frozen.shop.example";
const README: &str = "=== Frozen Plugin ===\nStable tag: 1.0.0\n\nShort.\n\n== Changelog ==\n\n= 1.0.0 =\n* First.\n";
const USER: &str = "frozen-erika";
const PASSWORD: &str = "a password of the tests";
const EMAIL: &str = "erika.mustermann@example.org";
const API_KEY: &str = "frozen-api-key-of-the-tests-00001";
const CODE: &str = "FRZEN-BDFZ8-L8PEX";

/// The largest that a frozen table may be, in bytes.
const MOST_BYTES: usize = 512 * 1024;

/// What a copy of the plugin asks.
fn woosa(verb: &str, key: &str, site: &str) -> Ask {
    post_json(&format!("/wp-json/lmn/v1/license/{verb}"), &json!({"key": key, "package": PLUGIN, "site_url": site}))
}

/// All that there may be.
fn all_kinds() -> BTreeSet<&'static str> {
    KINDS.iter().map(|(name, ..)| *name).collect()
}

/// Plays a world with an item of every kind. With `LATCHKEY_FREEZE=1` in the environment, it becomes the frozen table of the version
/// that is written: once, when a version is released, and never again.
#[tokio::test]
async fn a_world_can_be_played_that_has_an_item_of_every_kind() {
    let world = World::new().await;
    let facts = play::play(&world).await;
    let played = Frozen::of(&world, facts).await;
    assert_eq!(play::kinds(played.items.keys()), all_kinds());
    if ProcessEnvironment.get("LATCHKEY_FREEZE").is_some() {
        std::fs::write(Frozen::path(WRITTEN), played.to_text()).unwrap();
    }
}

#[test]
fn the_frozen_table_has_an_item_of_every_kind_of_its_version() {
    let frozen = Frozen::read(1);
    // What came to be later is not in here.
    let later = ["site that was not told", "restore", "number of a deleted licence"];
    let expected = all_kinds().into_iter().filter(|kind| !later.contains(kind)).collect();
    assert_eq!(play::kinds(frozen.items.keys()), expected);
    for (key, item) in &frozen.items {
        assert_eq!(item.get("v").and_then(|version| version.as_n().ok()).map(String::as_str), Some("1"), "{key:?}");
    }
    assert!(frozen.to_text().len() <= MOST_BYTES);
}
