//! The Sellcodes contract: every case of the seed, field by field, and every refusal.
//!
//! The recorded exchanges lie in `snapshots/`; the seed's own examples, in `seed.rs`, are compared with what is answered.

mod activate;
mod changelog;
mod check;
mod deactivate;
mod faults;
mod malformed;
mod php;
mod push_file;
mod refusals;
mod seed;
mod version;

use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::{License, Licensee};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::ops::create_product::NewProduct;
use latchkey_tests::exchange::{Ask, Exchange, get, post_form};
use latchkey_tests::plugin;
use latchkey_tests::vendor::{Vendor, new_product};
use latchkey_tests::world::World;

pub(crate) const PRODUCT: &str = "jJPUX40f";
pub(crate) const SLUG: &str = "sellcodes-sample-wordpress-plugin";
pub(crate) const KEY: &str = "TEST-KEY-0001";
pub(crate) const SITE: &str = "https://example.com";
pub(crate) const OTHER_SITE: &str = "https://other.example.com";

/// The four verbs.
pub(crate) const VERBS: [&str; 4] = ["activate_license", "check_license", "deactivate_license", "get_version"];

/// A verb as published clients send it: a form, with a field that nobody asked for.
pub(crate) fn ask(verb: &str, product: &str, key: &str, site: &str) -> Ask {
    let fields = [("product_id", product), ("license_key", key), ("baseurl", site), ("slug", "a-slug")];
    post_form(&format!("/v2/licenses/{verb}"), &fields)
}

pub(crate) fn activate(key: &str, site: &str) -> Ask {
    ask("activate_license", PRODUCT, key, site)
}

pub(crate) fn check(key: &str, site: &str) -> Ask {
    ask("check_license", PRODUCT, key, site)
}

pub(crate) fn deactivate(key: &str, site: &str) -> Ask {
    ask("deactivate_license", PRODUCT, key, site)
}

pub(crate) fn version(key: &str, site: &str) -> Ask {
    ask("get_version", PRODUCT, key, site)
}

/// The seed's product.
pub(crate) fn sample() -> NewProduct {
    let mut product = new_product(SLUG);
    product.code = Some(PRODUCT.parse().unwrap());
    product.name = "Sellcodes sample wordpress plugin".parse().unwrap();
    product
}

/// A licence for Sam.
pub(crate) async fn license(world: &World, vendor: &Vendor, key: &str, seats: Option<u32>) -> License {
    world
        .license(vendor, |new| {
            new.key = Some(LicenseKey::parse(key).unwrap());
            new.seat_limit = Some(seats.map_or(SeatLimit::Unlimited, |seats| SeatLimit::limited(seats).unwrap()));
            new.licensee = Some(Licensee { name: "Sam".parse().unwrap(), email: Some("sam@example.com".parse().unwrap()) });
        })
        .await
}

/// A seller of the seed's product, with one licence of one seat under [`KEY`].
pub(crate) async fn one_license(world: &World) -> (Vendor, License) {
    let vendor = world.vendor_of(sample()).await;
    let license = license(world, &vendor, KEY, Some(1)).await;
    (vendor, license)
}

/// Publishes a version of the seed's product with this `readme.txt`.
pub(crate) async fn publish(world: &World, vendor: &Vendor, version: &str, readme: &str) {
    world.publish_package(vendor, version, &plugin::zip_with_readme(SLUG, version, readme)).await;
}

/// The link of an answer to `get_version`, as a request.
pub(crate) fn push_file(link: &str) -> Ask {
    let token = link.strip_prefix("https://licenses.example.com/push-file?file=").unwrap_or(link);
    get("/push-file", &[("file", token)])
}

/// The `package` of an answer to `get_version`.
pub(crate) fn package(version: &Exchange) -> String {
    version.json()["package"].as_str().expect("there is a package").to_owned()
}

/// Compares an exchange with the recorded one.
pub(crate) fn assert_recorded(name: &str, exchange: &Exchange) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../../snapshots/sellcodes");
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), exchange.record()));
}
