//! The Woosa contract: every endpoint and every refusal, byte for byte.
//!
//! The recorded exchanges lie in `snapshots/`. The clock stands still and randomness has a seed, so nothing in them is left
//! out but a presigned address's signature.

mod activate;
mod deactivate;
mod download;
mod info;
mod malformed;
mod prepare;
mod software_info;

use latchkey_core::domain::license::License;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::edit_license::Edit;
use latchkey_core::ops::refund_license::refund_license;
use latchkey_core::ops::revoke_license::revoke_license;
use latchkey_core::ops::suspend_license::suspend_license;
use latchkey_tests::exchange::{Ask, Exchange, get, post_json};
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use serde_json::json;

pub(crate) const KEY: &str = "TEST-KEY-0001";
pub(crate) const SITE: &str = "https://example.com";

pub(crate) fn info(key: &str) -> Ask {
    get("/wp-json/lmn/v1/license/info", &[("key", key), ("package", "test-plugin")])
}

pub(crate) fn activate(key: &str, site: &str) -> Ask {
    post_json("/wp-json/lmn/v1/license/activate", &json!({"key": key, "package": "test-plugin", "site_url": site}))
}

pub(crate) fn deactivate(key: &str, site: &str) -> Ask {
    post_json("/wp-json/lmn/v1/license/deactivate", &json!({"key": key, "package": "test-plugin", "site_url": site}))
}

pub(crate) fn software_info(key: &str, site: &str) -> Ask {
    get("/wp-json/lmn/v1/software/info", &[("key", key), ("package", "test-plugin"), ("site_url", site)])
}

pub(crate) fn prepare(key: &str, site: &str) -> Ask {
    post_json("/wp-json/lmn/v1/software/update/prepare", &json!({"key": key, "package": "test-plugin", "site_url": site}))
}

pub(crate) fn download(key: &str, token: &str) -> Ask {
    get("/wp-json/lmn/v1/software/update/download", &[("access_token", token), ("key", key)])
}

/// A vendor with one licence of two seats under [`KEY`].
pub(crate) async fn one_license(world: &World) -> (Vendor, License) {
    let vendor = world.vendor().await;
    let license = world.license_with(&vendor, KEY, Some(2)).await;
    (vendor, license)
}

/// What can be wrong with a licence as such, with the code that says so.
pub(crate) const STOPPED: [(&str, &str); 5] = [
    ("suspended", "license_suspended"),
    ("revoked", "license_revoked"),
    ("refunded", "license_refunded"),
    ("future", "license_not_yet_valid"),
    ("ended", "license_expired"),
];

/// Stops a licence in the way that [`STOPPED`] names.
pub(crate) async fn stop(world: &World, license: &License, how: &str) {
    let edit = Edit { account: license.account, license: license.id, seen: None };
    let core = &world.core;
    let validity = |from, until| latchkey_core::domain::license::Validity { from, until };
    let (hour_ago, in_an_hour) = (world.clock.now().plus_seconds(-3_600), world.clock.now().plus_seconds(3_600));
    let change = async |validity| latchkey_core::ops::change_validity::change_validity(core, edit, validity).await;
    match how {
        "suspended" => suspend_license(core, edit, None).await,
        "revoked" => revoke_license(core, edit, None).await,
        "refunded" => refund_license(core, edit, None).await,
        "future" => change(validity(Some(in_an_hour), None)).await,
        "ended" => change(validity(None::<Timestamp>, Some(hour_ago))).await,
        other => panic!("no licence is stopped by {other}"),
    }
    .unwrap();
}

/// Compares an exchange with the recorded one.
pub(crate) fn assert_recorded(name: &str, exchange: &Exchange) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../../snapshots/woosa");
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), exchange.record()));
}
