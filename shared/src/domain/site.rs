//! The address of a site, in the one form in which two addresses are the same site.
//!
//! The normal form is `host[:port][/path]`. To reach it:
//!
//! - white space around the text is trimmed; a control character within it is refused;
//! - `http://`, `https://`, `//` and nothing mean the same and are dropped; any other scheme is refused;
//! - user info is dropped. Without a scheme it is refused, for `info@example.com` is a mailbox and not a site;
//! - the host is lower-cased and IDNA-encoded; one trailing dot is dropped; every leading `www.` is dropped as long as two
//!   labels remain after it, so `www.com` stays. IPv4 is written as four numbers, IPv6 in brackets;
//! - the ports 80 and 443 are dropped, whatever the scheme; any other port makes another site;
//! - query and fragment are dropped;
//! - dot segments of the path are resolved, repeated slashes collapsed and trailing slashes dropped. The path keeps its case,
//!   since the sub-directories of a multisite are sites of their own. What the URL standard does not escape, or finds already
//!   escaped, stays as it is.
//!
//! Normalising is idempotent: a normal form is its own normal form.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::{Host, ParseError, Url};

/// The most bytes that an address may have as it was sent.
pub const MAX_INPUT_BYTES: usize = 2_048;
/// The most bytes of a normal form.
pub const MAX_BYTES: usize = 255;

/// The normal form of a site's address: `example.com/shop`. Always ASCII, at most [`MAX_BYTES`] long.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Site(String);

/// Why a text is not the address of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// The text, or what remains of it, is too long.
    #[error("the address of a site has at most {MAX_INPUT_BYTES} bytes, and {MAX_BYTES} in its short form")]
    TooLong,
    /// There is no host in it.
    #[error("the address has no host")]
    NoHost,
    /// Its scheme is neither http nor https.
    #[error("the address of a site begins with http:// or https://")]
    Scheme,
    /// It has a host or a port that no site can have.
    #[error("this is not the address of a site")]
    Malformed,
}

impl Site {
    /// Normalises the address that a client sent.
    pub fn parse(input: &str) -> Result<Self, SiteError> {
        if input.len() > MAX_INPUT_BYTES {
            return Err(SiteError::TooLong);
        }
        let text = input.trim();
        if text.chars().any(char::is_control) {
            return Err(SiteError::Malformed);
        }
        let address = without_scheme(text)?;
        // The URL standard would skip these slashes and take the first segment of a path for the host.
        if address.is_empty() || address.starts_with(['/', '\\']) {
            return Err(SiteError::NoHost);
        }
        let url = Url::parse(&format!("http://{address}")).map_err(refusal)?;
        let mut normal = canonical_host(&url.host().ok_or(SiteError::NoHost)?)?;
        // Port 80 is already gone: it is the default of the scheme that was put in front.
        if let Some(port) = url.port().filter(|port| *port != 443) {
            normal.push(':');
            normal.push_str(&port.to_string());
        }
        for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
            normal.push('/');
            normal.push_str(segment);
        }
        if normal.len() > MAX_BYTES { Err(SiteError::TooLong) } else { Ok(Self(normal)) }
    }

    /// The normal form, `host[:port][/path]`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host alone; an IPv6 address stands in its brackets.
    pub fn host(&self) -> &str {
        let authority = self.0.split('/').next().unwrap_or(&self.0);
        match authority.find(']') {
            Some(bracket) => &authority[..=bracket],
            None => authority.split(':').next().unwrap_or(authority),
        }
    }

    /// The path with its leading slash, or an empty text for a site at the root of its host.
    pub fn path(&self) -> &str {
        self.0.find('/').map_or("", |slash| &self.0[slash..])
    }

    /// The address as a URL. The normal form does not know the scheme, so it is `https` whatever was sent.
    pub fn url_https(&self) -> String {
        format!("https://{}", self.0)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Site {
    type Error = SiteError;

    fn try_from(text: String) -> Result<Self, SiteError> {
        Self::parse(&text)
    }
}

/// The host as a normal form has it: no trailing dot, no leading `www.`, nothing but what a host name may have.
pub(super) fn canonical_host<S: AsRef<str> + fmt::Display>(host: &Host<S>) -> Result<String, SiteError> {
    let name = match host {
        Host::Ipv4(_) | Host::Ipv6(_) => return Ok(host.to_string()),
        Host::Domain(name) => name.as_ref(),
    };
    let mut name = name.strip_suffix('.').unwrap_or(name);
    if !name.split('.').all(is_label) {
        return Err(SiteError::Malformed);
    }
    while let Some(rest) = name.strip_prefix("www.").filter(|rest| rest.contains('.')) {
        name = rest;
    }
    Ok(name.to_owned())
}

/// What a label of a host may be, underscores included: they are wrong, and used.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn without_scheme(text: &str) -> Result<&str, SiteError> {
    if let Some((scheme, rest)) = text.split_once("://")
        && is_scheme(scheme)
    {
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        return if is_web { Ok(rest) } else { Err(SiteError::Scheme) };
    }
    let rest = text.strip_prefix("//").unwrap_or(text);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest);
    if authority.contains('@') { Err(SiteError::Malformed) } else { Ok(rest) }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn refusal(error: ParseError) -> SiteError {
    if error == ParseError::EmptyHost { SiteError::NoHost } else { SiteError::Malformed }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_site_have_one_normal_form() {
        let table: &[(&str, &[&str])] = &[
            (
                "example.com",
                &[
                    "example.com",
                    "  https://example.com/ ",
                    "HTTP://WWW.Example.COM",
                    "//example.com",
                    "https://example.com.",
                    "http://example.com:443",
                    "https://example.com:80//",
                    "https://user:secret@example.com",
                    "example.com?utm_source=x",
                    "example.com/#top",
                    "http://example.com:/",
                    "www.www.example.com",
                    "https://example.com/a/..",
                    "http://example.com\\",
                ],
            ),
            ("example.com/Shop", &["example.com/Shop", "https://www.example.com//Shop///", "example.com/./Shop/", "example.com\\Shop"]),
            ("example.com/shop", &["http://example.com:80/shop?page_id=2#x"]),
            ("example.com:8080/a/b", &["example.com:8080/a//b", "https://www.example.com:8080/a/b/"]),
            ("xn--bcher-kva.example", &["bücher.example", "BÜCHER.Example", "https://www.xn--bcher-kva.example/", "bücher。example"]),
            ("example.com/%C3%A9t%C3%A9", &["example.com/été", "example.com/%C3%A9t%C3%A9/"]),
            ("example.com/a%20b", &["example.com/a b", "example.com/a%20b"]),
            ("example.com/a@b", &["example.com/a@b"]),
            ("example.com/http:/x", &["example.com/http://x"]),
            ("www.com", &["www.com", "https://www.www.com", "WWW.COM."]),
            ("co.uk", &["www.co.uk"]),
            ("127.0.0.1:8888", &["127.0.0.1:8888", "http://127.1:8888/", "http://0x7f000001:8888"]),
            ("[::1]", &["http://[::1]:80/", "[0:0:0:0:0:0:0:1]"]),
            ("[2001:db8::1]:8443/wp", &["https://[2001:DB8:0::1]:8443/wp/"]),
            ("localhost:10003", &["localhost:10003", "http://LOCALHOST:10003/"]),
            ("my_site.example.com", &["my_site.example.com"]),
        ];
        for (normal, inputs) in table {
            for input in *inputs {
                assert_eq!(Site::parse(input).as_ref().map(Site::as_str), Ok(*normal), "{input:?}");
            }
        }
    }

    #[test]
    fn what_is_not_the_address_of_a_site_is_refused() {
        let table = [
            ("", SiteError::NoHost),
            ("   ", SiteError::NoHost),
            ("https://", SiteError::NoHost),
            ("https:///shop", SiteError::NoHost),
            ("/shop", SiteError::NoHost),
            ("?q=1", SiteError::NoHost),
            ("http://:8080/", SiteError::NoHost),
            ("https://user@/x", SiteError::NoHost),
            ("ftp://example.com", SiteError::Scheme),
            ("file:///etc/hosts", SiteError::Scheme),
            ("app+dev://example.com", SiteError::Scheme),
            ("info@example.com", SiteError::Malformed),
            ("mailto:info@example.com", SiteError::Malformed),
            ("javascript:alert(1)", SiteError::Malformed),
            ("example.com:99999", SiteError::Malformed),
            ("exa mple.com", SiteError::Malformed),
            ("example.com/a\nb", SiteError::Malformed),
            ("example..com", SiteError::Malformed),
            ("*.example.com", SiteError::Malformed),
            ("exa$mple.com", SiteError::Malformed),
            ("http://1.2.3.999", SiteError::Malformed),
            ("http://[::1", SiteError::Malformed),
        ];
        for (input, error) in table {
            assert_eq!(Site::parse(input), Err(error), "{input:?}");
        }
    }

    #[test]
    fn the_bounds_are_exact() {
        let longest = format!("example.com/{}", "a".repeat(MAX_BYTES - 12));
        assert_eq!(Site::parse(&longest).map(|site| site.as_str().len()), Ok(MAX_BYTES));
        assert_eq!(Site::parse(&format!("{longest}a")), Err(SiteError::TooLong));
        let padded = format!("example.com?{}", "q".repeat(MAX_INPUT_BYTES - 12));
        assert_eq!(Site::parse(&padded).map(|site| site.0), Ok("example.com".to_owned()));
        assert_eq!(Site::parse(&format!("{padded}q")), Err(SiteError::TooLong));
        assert!(Site::parse(&format!("{}.com", "a".repeat(63))).is_ok());
        assert_eq!(Site::parse(&format!("{}.com", "a".repeat(64))), Err(SiteError::Malformed));
    }

    #[test]
    fn a_site_knows_its_parts() {
        for (input, host, path, url) in [
            ("http://www.example.com/", "example.com", "", "https://example.com"),
            ("example.com:81/a/b", "example.com", "/a/b", "https://example.com:81/a/b"),
            ("http://[::1]:81/a", "[::1]", "/a", "https://[::1]:81/a"),
            ("[::1]", "[::1]", "", "https://[::1]"),
            ("example.com/a:b]", "example.com", "/a:b]", "https://example.com/a:b]"),
        ] {
            let site = Site::parse(input).unwrap();
            assert_eq!((site.host(), site.path(), site.url_https().as_str()), (host, path, url));
        }
    }

    #[test]
    fn json_carries_the_normal_form() {
        let site: Site = serde_json::from_str("\"https://www.Example.com/Shop/\"").unwrap();
        let text = serde_json::to_string(&site).unwrap();
        assert_eq!(text, "\"example.com/Shop\"");
        assert_eq!(serde_json::from_str::<Site>(&text).unwrap(), site);
        assert!(serde_json::from_str::<Site>("\"ftp://example.com\"").is_err());
    }
}
