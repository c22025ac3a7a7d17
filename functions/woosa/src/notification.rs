//! The request that tells a client's shop of a release: `POST https://{client_shop}/wp-json/{package}/v1/software/update` (seed 002,
//! "Client endpoint"), with the licence's key in `x-license-key`, which the seed leaves out (contracts §3, seen in client).
//!
//! The shop answers 204; 403 `invalid_license_key` and 400 `bad_request` are its refusals (contracts §3).

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use latchkey_core::domain::destination::{Destination, NotCalled, Reach};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::product::Product;
use latchkey_core::domain::release::CurrentRelease;
use latchkey_core::domain::site::Site;
use latchkey_core::domain::text::Slug;

use crate::software::info::SoftwareBody;

const LICENSE_KEY: HeaderName = HeaderName::from_static("x-license-key");

/// How a shop's host is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As sites are kept: without `www.`.
    Kept,
    /// With `www.` before it.
    Www,
}

/// Where a shop is told: below the path that it was activated with, where WordPress lies in a folder. HTTPS, but for shops on this
/// machine, where those may be called at all.
pub fn destination(site: &Site, package: &Slug, spelling: Spelling, reach: Reach) -> Result<Destination, NotCalled> {
    let scheme = if reach == Reach::Local && is_here(site) { "http" } else { "https" };
    let www = match spelling {
        Spelling::Kept => "",
        Spelling::Www => "www.",
    };
    Destination::parse(&format!("{scheme}://{www}{site}/wp-json/{package}/v1/software/update"), reach)
}

fn is_here(site: &Site) -> bool {
    let host = site.host().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// The headers; nothing where the key cannot stand in one. It is marked, so that it is shown in no log.
pub fn headers(key: &LicenseKey) -> Option<HeaderMap> {
    let mut key = HeaderValue::from_bytes(key.expose().as_bytes()).ok()?;
    key.set_sensitive(true);
    Some(HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json")), (LICENSE_KEY, key)]))
}

/// The body: what [`GET software/info`](crate::software_router) answers.
pub fn body(product: &Product, release: &CurrentRelease) -> Vec<u8> {
    // Texts and nothing else: they can always be written.
    serde_json::to_vec(&SoftwareBody::of(product, release)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(site: &str, spelling: Spelling, reach: Reach) -> Result<String, NotCalled> {
        let package = Slug::parse("test-plugin").unwrap();
        destination(&Site::parse(site).unwrap(), &package, spelling, reach).map(|destination| destination.as_str().to_owned())
    }

    #[test]
    fn a_shop_is_told_at_its_own_endpoint_wherever_its_wordpress_lies() {
        for (site, expected) in [
            ("http://www.example.com", "https://example.com/wp-json/test-plugin/v1/software/update"),
            ("https://example.com:8443/Shop/", "https://example.com:8443/Shop/wp-json/test-plugin/v1/software/update"),
            ("example.com/a b/été", "https://example.com/a%20b/%C3%A9t%C3%A9/wp-json/test-plugin/v1/software/update"),
        ] {
            assert_eq!(at(site, Spelling::Kept, Reach::Public).as_deref(), Ok(expected), "{site}");
        }
        let www = "https://www.example.com/shop/wp-json/test-plugin/v1/software/update";
        assert_eq!(at("example.com/shop", Spelling::Www, Reach::Public).as_deref(), Ok(www));
    }

    #[test]
    fn only_the_local_stack_calls_this_machine_and_only_there_without_tls() {
        let local = |site| at(site, Spelling::Kept, Reach::Local);
        assert!(local("127.0.0.1:8081/shop").unwrap().starts_with("http://127.0.0.1:8081/shop/wp-json/"));
        assert!(local("http://localhost:8081").unwrap().starts_with("http://localhost:8081/wp-json/"));
        assert!(local("[::1]:8081").unwrap().starts_with("http://[::1]:8081/wp-json/"));
        assert!(local("localhost.example.com").unwrap().starts_with("https://"));
        for site in ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254"] {
            assert!(matches!(at(site, Spelling::Kept, Reach::Public), Err(NotCalled::Reserved(_))), "{site}");
        }
    }

    #[test]
    fn the_key_stands_in_a_header_and_is_not_shown() {
        let headers = headers(&LicenseKey::parse("TEST-KEY-0001").unwrap()).unwrap();
        assert_eq!(headers["x-license-key"], "TEST-KEY-0001");
        assert_eq!(headers["content-type"], "application/json");
        assert!(!format!("{headers:?}").contains("TEST-KEY"));
    }
}
