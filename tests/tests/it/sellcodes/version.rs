//! `get_version`.

use latchkey_core::domain::product::ProductKind;
use latchkey_core::domain::release::Notes;
use latchkey_core::ops::draft_release::{NewRelease, draft_release};
use latchkey_core::packages::hex;
use latchkey_tests::world::World;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::seed::{CHECK_D, CHECK_E, VERSION, assert_seed, kind, members};
use super::{
    KEY, OTHER_SITE, PRODUCT, SITE, SLUG, activate, ask, assert_recorded, deactivate, license, one_license, package, publish, sample,
    version,
};
use crate::woosa::stop;

/// The seed's product's, as far as its answer shows it, and a little of everything else.
pub(super) const README: &str = "=== Sellcodes sample wordpress plugin ===
Contributors: sellcodes
Tags: licensing, sellcodes, referral
Requires at least: 3.0
Tested up to: 4.9.4
Requires PHP: 5.4
Stable tag: 1.0
Donate link: https://example.com/donate

Sellcodes sample plugin – größer & better

== Description ==

Shows *how* it works.

== Installation ==

1. Extract the zip.

== Frequently Asked Questions ==

= Does it load? =

It does.

== Changelog ==

= 1.0 =
* First release – größer

== Screenshots ==

1. The settings

== Upgrade Notice ==

= 1.0 =
Everything.

== Credits ==

Thanks.
";

async fn published(world: &World) {
    let (vendor, _) = one_license(world).await;
    publish(world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(world).await;
}

#[tokio::test]
async fn the_answer_is_what_a_readme_parser_yields_and_the_way_to_the_package() {
    let world = World::new().await;
    published(&world).await;
    world.clock.advance_seconds(3_600);
    let answer = version(KEY, SITE).send(&world).await;
    assert_eq!(answer.status, 200);
    let (ours, theirs) = (members(&answer.body), members(VERSION.as_bytes()));
    for ((our_name, _), (their_name, _)) in ours.iter().zip(&theirs) {
        assert_eq!(our_name, their_name, "the seed's members come first, in its order");
    }
    for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        // In the seed these are empty.
        if !["donate_link", "upgrade_notice"].contains(&name.as_str()) {
            assert_eq!(kind(ours), kind(theirs), "{name}");
        }
    }
    let same = ["name", "tags", "requires_at_least", "tested_up_to", "stable_tag", "contributors", "new_version", "last_updated"];
    for (name, theirs) in
        theirs.iter().filter(|(name, _)| same.contains(&name.as_str()) || ["stable_version", "expires", "slug"].contains(&name.as_str()))
    {
        assert_eq!(answer.json()[name], *theirs, "{name}");
    }
    let json = answer.json();
    assert_eq!(json["package"], json["download_link"]);
    assert_eq!(json["url"], "https://licenses.example.com/v2/licenses/changelog?product_id=jJPUX40f");
    assert_eq!(json["homepage"], "https://example.com/software/page-id");
    assert!(json.get("success").is_none() && json.get("message").is_none());
    assert_recorded("get_version", &answer);
}

#[tokio::test]
async fn sections_are_phps_with_lengths_in_bytes() {
    let world = World::new().await;
    published(&world).await;
    let json = version(KEY, SITE).send(&world).await.json();
    let sections = unserialized(json["sections"].as_str().unwrap());
    let titles: Vec<&str> = sections.iter().map(|(title, _)| title.as_str()).collect();
    let all = ["description", "installation", "frequently_asked_questions", "changelog", "screenshots", "upgrade_notice", "other_notes"];
    assert_eq!(titles, all);
    assert_eq!(sections[0].1, "<p>Shows <em>how</em> it works.</p>");
    assert!(sections[3].1.contains("First release – größer"), "{}", sections[3].1);
}

/// Reads what PHP would, of an array of texts by texts. Lengths count bytes.
fn unserialized(text: &str) -> Vec<(String, String)> {
    let (count, mut rest) = text.strip_prefix("a:").unwrap().split_once(":{").unwrap();
    let mut texts = Vec::new();
    while let Some(after) = rest.strip_prefix("s:") {
        let (length, after) = after.split_once(":\"").unwrap();
        let length: usize = length.parse().unwrap();
        texts.push(after[..length].to_owned());
        rest = after[length..].strip_prefix("\";").unwrap();
    }
    assert_eq!(rest, "}");
    assert_eq!(texts.len(), 2 * count.parse::<usize>().unwrap());
    texts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

#[tokio::test]
async fn a_licence_without_a_right_to_updates_is_told_all_but_the_way_to_them() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(&world).await;
    let whole = version(KEY, SITE).send(&world).await.json();
    for how in ["suspended", "revoked", "refunded", "future", "ended"] {
        let key = &format!("KEY-{how}");
        let stopped = license(&world, &vendor, key, Some(1)).await;
        activate(key, SITE).send(&world).await;
        stop(&world, &stopped, how).await;
        assert_without_package(&whole, &version(key, SITE).send(&world).await.json(), how);
    }
    license(&world, &vendor, "KEY-ELSEWHERE", Some(1)).await;
    let not_here = version("KEY-ELSEWHERE", SITE).send(&world).await;
    assert_without_package(&whole, &not_here.json(), "not activated");
    assert_recorded("get_version_site_inactive", &not_here);
    assert_without_package(&whole, &version(KEY, OTHER_SITE).send(&world).await.json(), "no seat left");
    deactivate(KEY, SITE).send(&world).await;
    assert_without_package(&whole, &version(KEY, SITE).send(&world).await.json(), "deactivated");
}

fn assert_without_package(whole: &Value, answer: &Value, what: &str) {
    let mut expected = whole.as_object().unwrap().clone();
    let mut found = answer.as_object().unwrap().clone();
    for name in ["package", "download_link"] {
        assert!(expected.remove(name).is_some() && !found.contains_key(name), "{what}: {name}");
    }
    assert!(found.remove("message").is_some_and(|message| message.as_str().unwrap().len() > 10), "{what}");
    // When it ends is the licence's own.
    expected.remove("expires");
    found.remove("expires");
    assert_eq!(found, expected, "{what}");
}

#[tokio::test]
async fn an_unknown_key_and_an_unknown_product() {
    let world = World::new().await;
    published(&world).await;
    assert_seed(&version("NO-SUCH-KEY", SITE).send(&world).await, 400, CHECK_D, &[]);
    assert_seed(&ask("get_version", "nothing", KEY, SITE).send(&world).await, 400, CHECK_E, &[]);
}

#[tokio::test]
async fn a_product_without_a_release_has_no_version() {
    let world = World::new().await;
    one_license(&world).await;
    activate(KEY, SITE).send(&world).await;
    assert_recorded("get_version_no_release", &version(KEY, SITE).send(&world).await);
}

#[tokio::test]
async fn a_program_is_told_about_from_its_own_fields() {
    let world = World::new().await;
    let mut product = sample();
    product.kind = ProductKind::Program;
    product.name = "Desk & App".parse().unwrap();
    let vendor = world.vendor_of(product).await;
    license(&world, &vendor, KEY, Some(1)).await;
    let package = b"MZ any bytes";
    let new = NewRelease {
        product: vendor.product.id,
        version: latchkey_core::domain::version::Version::parse("1.0").unwrap(),
        notes: Notes { changelog: "Faster & smaller.\nAnd <b>safer</b>.".parse().unwrap(), description: "A program.".parse().unwrap() },
        size: package.len() as u64,
        sha256: hex(&Sha256::digest(package)),
        file_name: "app-1.0.exe".parse().unwrap(),
    };
    let drafted = draft_release(&world.core, &world.downloads.packages, vendor.account, new).await.unwrap();
    assert_eq!(world.upload(&drafted, package).await, 200);
    world.publish_draft(&vendor, drafted.release.id).await.unwrap();
    activate(KEY, SITE).send(&world).await;
    let answer = version(KEY, SITE).send(&world).await;
    let sections = unserialized(answer.json()["sections"].as_str().unwrap());
    let expected = [("description", "<p>A program.</p>"), ("changelog", "<p>Faster &amp; smaller.<br>And &lt;b&gt;safer&lt;/b&gt;.</p>")];
    assert_eq!(sections, expected.map(|(title, html)| (title.to_owned(), html.to_owned())));
    assert_recorded("get_version_program", &answer);
}

#[tokio::test]
async fn a_plugin_without_a_readme_has_what_its_header_and_its_vendor_say() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    let main = "<?php\n/**\n * Plugin Name: Sample\n * Version: 1.0\n * Requires at least: 5.0\n * Requires PHP: 7.2\n */\n";
    let zip = latchkey_tests::plugin::files(&[(&format!("{SLUG}/{SLUG}.php"), main.as_bytes())]);
    let release = world.publish_package(&vendor, "1.0", &zip).await;
    assert_eq!(release.notes.description.as_str(), "A plugin for tests.");
    activate(KEY, SITE).send(&world).await;
    let json = version(KEY, SITE).send(&world).await.json();
    assert_eq!((&json["requires_at_least"], &json["requires_php"]), (&json!("5.0"), &json!("7.2")));
    assert_eq!((&json["stable_tag"], &json["tested_up_to"], &json["tags"]), (&json!("1.0"), &Value::Null, &json!([])));
    assert_eq!((&json["name"], &json["short_description"]), (&json!("Sellcodes sample wordpress plugin"), &json!("A plugin for tests.")));
    package(&version(KEY, SITE).send(&world).await);
}

#[tokio::test]
async fn a_new_release_is_seen_within_a_minute_with_its_own_readme() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(&world).await;
    assert_eq!(version(KEY, SITE).send(&world).await.json()["new_version"], "1.0");
    let newer = README.replace("Stable tag: 1.0", "Stable tag: 1.1").replace("First release", "Second release");
    publish(&world, &vendor, "1.1", &newer).await;
    world.clock.advance_seconds(60);
    let json = version(KEY, SITE).send(&world).await.json();
    assert_eq!((&json["new_version"], &json["stable_tag"], &json["last_updated"]), (&json!("1.1"), &json!("1.1"), &json!("1 min ago")));
    assert!(json["sections"].as_str().unwrap().contains("Second release"));
    let current = world.core.table.product(vendor.account, vendor.product.id, latchkey_core::table::Freshness::Strong).await;
    let newest = current.unwrap().unwrap().current.unwrap();
    latchkey_core::ops::yank_release::yank_release(&world.core, vendor.account, vendor.product.id, newest.id, None).await.unwrap();
    world.clock.advance_seconds(60);
    let json = version(KEY, SITE).send(&world).await.json();
    assert_eq!(json["new_version"], "1.0");
    assert!(json["sections"].as_str().unwrap().contains("First release"), "the readme of the release that is current again");
}

#[tokio::test]
async fn the_largest_readme_there_can_be_is_kept_and_told() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    // Each of these characters is five in HTML; what is more than 200 KB of that is left out section by section.
    let ampersands = format!("{} ", "&".repeat(18)).repeat(2_100);
    let large = format!(
        "=== Large ===\nStable tag: 1.0\n\nShort.\n\n== Description ==\n\n{ampersands}\n\n== Installation ==\n\n{}\n\n== Changelog ==\n\n{ampersands}\n",
        "größer ".repeat(1_000),
    );
    publish(&world, &vendor, "1.0", &large).await;
    activate(KEY, SITE).send(&world).await;
    let json = version(KEY, SITE).send(&world).await.json();
    let sections = unserialized(json["sections"].as_str().unwrap());
    let bytes: usize = sections.iter().take(2).map(|(_, html)| html.len()).sum();
    assert!((190_000..=latchkey_core::packages::readme::HTML_BYTES).contains(&bytes), "{bytes}");
    assert_eq!(sections[2], ("changelog".to_owned(), "<p>Some changes go here...</p>".to_owned()), "the vendor's, in its place");
    assert_eq!(json["slug"], SLUG);
    assert_eq!(
        ask("get_version", PRODUCT, KEY, SITE).send(&world).await.json()["package"],
        json["package"],
        "the same moment, the same link"
    );
}
