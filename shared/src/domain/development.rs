//! Which sites are somebody's workshop: local, development and staging copies, which take no seat.
//!
//! A site is one of these when its host
//!
//! - is an address that the internet does not route: loopback, private (RFC 1918), link-local, shared (carrier-grade NAT,
//!   RFC 6598), unspecified; unique-local in IPv6; or an IPv6 spelling of such an IPv4 address;
//! - is a single label, such as `localhost`;
//! - lies under a name that is set aside for private or test use;
//! - lies under a hoster's or a tunnel's domain for sites that are not live yet;
//! - begins with exactly `dev`, `staging`, `stage` or `test`, with or without a number behind it: `dev2.example.com`. Neither
//!   `device.example.com` nor `dev-2.example.com` is meant. A whole domain has to follow: two labels, or three under the likes of
//!   `co.uk`, so the registered domains `dev.to` and `test.co.uk` are sites like any other;
//! - matches one of the product's own [`Patterns`].
//!
//! Ports and paths do not count.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use super::site::Site;

mod patterns;

pub use patterns::{MAX_PATTERN_CHARS, MAX_PATTERNS, Pattern, PatternError, Patterns};

/// What a site is to its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// A site for visitors: it takes a seat.
    Production,
    /// A local, development or staging copy.
    Development,
}

/// Tells a working copy from a live site, by the built-in rules and then by the product's own patterns.
pub fn classify(site: &Site, own: &Patterns) -> Deployment {
    let host = site.host();
    let built_in = match address(host) {
        Some(address) => is_unrouted(address),
        None => is_development_name(host),
    };
    if built_in || own.iter().any(|pattern| pattern.matches(host)) { Deployment::Development } else { Deployment::Production }
}

/// Names for private and test use: RFC 2606, RFC 6761, RFC 6762 (`local`), RFC 8375 (`home.arpa`), `internal` by ICANN's resolution
/// of 2024; `lan` is what home routers use.
const RESERVED: &[&str] = &[".local", ".test", ".localhost", ".example", ".invalid", ".lan", ".internal", ".home.arpa"];

/// Domains under which hosters put sites that have no domain of their own yet, and tunnels that show a local site.
const TEMPORARY: &[&str] = &[
    ".bigscoots-staging.com", // BigScoots, staging sites
    ".cloudwaysapps.com",     // Cloudways, temporary domains
    ".ddev.site",             // DDEV, local projects
    ".dev.cc",                // DesktopServer, local sites
    ".flywheelsites.com",     // Flywheel, sites before launch
    ".flywheelstaging.com",   // Flywheel, staging sites
    ".instawp.xyz",           // InstaWP, throw-away sites
    ".kinsta.cloud",          // Kinsta, temporary domains and staging sites
    ".lndo.site",             // Lando, local projects
    ".loca.lt",               // localtunnel
    ".myftpupload.com",       // GoDaddy Managed WordPress, temporary domains
    ".mystagingwebsite.com",  // Pressable, staging sites
    ".ngrok-free.app",        // ngrok, tunnels of free accounts
    ".ngrok-free.dev",        // ngrok, tunnels of free accounts
    ".ngrok.io",              // ngrok, tunnels
    ".onrocket.site",         // Rocket.net, temporary domains and staging sites
    ".pantheonsite.io",       // Pantheon, platform domains of dev, test and multidev
    ".runcloud.link",         // RunCloud, test domains
    ".sg-host.com",           // SiteGround, temporary domains
    ".tastewp.com",           // TasteWP, throw-away sites
    ".trycloudflare.com",     // Cloudflare, quick tunnels
    ".wpcomstaging.com",      // WordPress.com, staging sites
    ".wpengine.com",          // WP Engine, environments' own domains
    ".wpenginepowered.com",   // WP Engine, environments' own domains
];

/// First labels that say what a site is for.
const FIRST_LABELS: &[&str] = &["dev", "staging", "stage", "test"];

/// Second-level labels under which countries register domains, as in `co.uk`.
const REGISTRY_LABELS: &[&str] = &["ac", "co", "com", "edu", "gov", "net", "org"];

fn is_development_name(host: &str) -> bool {
    !host.contains('.') || RESERVED.iter().chain(TEMPORARY).any(|suffix| is_under(host, suffix)) || has_development_label(host)
}

/// Whether `host` has a label before `suffix`, which begins with a dot.
fn is_under(host: &str, suffix: &str) -> bool {
    host.len() > suffix.len() && host.ends_with(suffix)
}

fn has_development_label(host: &str) -> bool {
    before_a_domain(host).is_some_and(|label| FIRST_LABELS.contains(&label.trim_end_matches(|c: char| c.is_ascii_digit())))
}

/// The first label of `host` where a whole domain follows it: two labels, or three where the last two look like `co.uk`.
fn before_a_domain(host: &str) -> Option<&str> {
    let (first, domain) = host.split_once('.')?;
    let (registered, country) = domain.rsplit_once('.')?;
    let is_registry = country.len() == 2 && REGISTRY_LABELS.contains(&registered);
    if is_registry { None } else { Some(first) }
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    IpAddr::from_str(bare).ok()
}

fn is_unrouted(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_unspecified() || v4.is_loopback() || v4.is_private() || v4.is_link_local() || is_shared(v4),
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// `100.64.0.0/10`, which carriers share between their customers.
fn is_shared(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    first == 100 && (64..128).contains(&second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(address: &str, own: &Patterns) -> Deployment {
        classify(&Site::parse(address).unwrap(), own)
    }

    #[test]
    fn working_copies_are_told_by_their_host() {
        for address in [
            "http://localhost:10003/shop",
            "127.0.0.1",
            "127.8.9.1:8080",
            "0.0.0.0:8000",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.178.20/wp",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "[::1]:8080",
            "[::]",
            "[fe80::1]",
            "[fd12:3456::1]",
            "[fc00::1]",
            "[::ffff:192.168.0.1]",
            "[::ffff:127.0.0.1]",
            "wordpress",
            "web-1:8080",
            "shop.local",
            "shop.test",
            "www.shop.test",
            "a.b.localhost",
            "shop.example",
            "shop.invalid",
            "nas.lan",
            "shop.internal",
            "shop.home.arpa",
            "dev.example.com",
            "DEV.Example.COM",
            "www.dev.example.com",
            "dev2.example.com",
            "staging.example.com",
            "staging1.example.co.uk",
            "stage.example.com",
            "stage03.shop.example.com",
            "test.example.com/wp",
            "test10.example.com",
            "example.wpengine.com",
            "example.wpenginepowered.com",
            "stg-example-live.kinsta.cloud",
            "dev-example.pantheonsite.io",
            "abc.myftpupload.com",
            "wordpress-1-2.cloudwaysapps.com",
            "example.flywheelsites.com",
            "example.flywheelstaging.com",
            "1a2b.ngrok.io",
            "1a2b.eu.ngrok.io",
            "1a2b.ngrok-free.app",
            "example.instawp.xyz",
            "example.tastewp.com",
            "example.wpcomstaging.com",
            "example1.sg-host.com",
            "abc-staging.onrocket.site",
            "example.dev.cc",
            "examplecom.bigscoots-staging.com",
        ] {
            assert_eq!(deployment(address, &Patterns::default()), Deployment::Development, "{address}");
        }
    }

    #[test]
    fn near_misses_are_live_sites() {
        for address in [
            "example.com",
            "www.example.com/staging",
            "example.com:8080",
            "device.example.com",
            "developer.example.com",
            "latest.com",
            "testing.com",
            "testing.example.com",
            "dev-2.example.com",
            "dev2a.example.com",
            "2dev.example.com",
            "mydev.example.com",
            "shop.dev.example.com",
            "dev-example.com",
            "dev.to",
            "test.com",
            "www.test.com",
            "dev.co.uk",
            "test.com.br",
            "example.dev",
            "preview.example.com",
            "local.example.com",
            "localhost.example.com",
            "example.locals",
            "mylan.com",
            "wpengine.com",
            "notwpengine.com",
            "kinsta.cloud.example.com",
            "ngrok.io",
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "192.169.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "169.253.1.1",
            "11.0.0.1",
            "[2001:4860::1]",
            "[fec0::1]",
            "[::ffff:8.8.8.8]",
        ] {
            assert_eq!(deployment(address, &Patterns::default()), Deployment::Production, "{address}");
        }
    }

    #[test]
    fn the_products_own_patterns_add_to_the_rules() {
        let own = Patterns::parse(["*.staging.example.com", "preview.*", "demo.example.net"]).unwrap();
        for address in ["a.staging.example.com", "a.b.staging.example.com/x", "preview.example.org", "www.demo.example.net:8080"] {
            assert_eq!(deployment(address, &own), Deployment::Development, "{address}");
            assert_eq!(deployment(address, &Patterns::default()), Deployment::Production, "{address}");
        }
        for address in
            ["mystaging.example.com", "a.preview.example.org", "preview.org", "preview.co.uk", "demo.example.com", "a.demo.example.net"]
        {
            assert_eq!(deployment(address, &own), Deployment::Production, "{address}");
        }
    }

    #[test]
    fn the_suffixes_are_sorted_and_begin_with_a_dot() {
        assert!(TEMPORARY.is_sorted());
        assert!(RESERVED.iter().chain(TEMPORARY).all(|suffix| suffix.starts_with('.') && *suffix == suffix.to_lowercase()));
    }
}
