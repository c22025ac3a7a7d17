//! What holds for every address: 100,000 of them, made from parts that have gone wrong somewhere before.

use super::{MAX_BYTES, Site};
use crate::random::Random;

const LABELS: &[&str] = &[
    "example",
    "Shop",
    "www",
    "WWW",
    "a-b",
    "x_y",
    "xn--bcher-kva",
    "bücher",
    "straße",
    "例え",
    "пример",
    "1",
    "dev2",
    "♥",
    "עברית",
    "é",
    "%61",
    "",
];
const ENDS: &[&str] = &["com", "co.uk", "NL", "рф", "test", "com.", "1", "xn--p1ai"];
const ADDRESSES: &[&str] = &["127.0.0.1", "10.1", "0x7f.1", "[::1]", "[FE80::1]", "[::ffff:10.0.0.1]", "localhost", "256.1.1.1"];
const PORTS: &[&str] = &["", "", "", ":8080", ":0", ":65535", ":65536", ":x"];
const SEGMENTS: &[&str] = &[
    "shop", "Shop", "a b", "é", "%C3%A9", "%c3%a9", "%2F", "..", ".", "%2e%2E", "a;b", "a:b", "@", "'", "|", "^", "`", "{x}", "%zz", "%",
    "\\", "日本", "http:", "~u", "", "[", "a\u{a0}b",
];
const TAILS: &[&str] = &["", "", "?q=1", "#x", "?a=/b#c/", "#?", "?"];
const SCRAPS: &[&str] = &[
    "http",
    "https",
    "://",
    ":",
    "//",
    "/",
    "\\",
    "www.",
    ".",
    "..",
    "@",
    "?",
    "#",
    "%",
    "%2",
    "[",
    "]",
    "::1",
    "example.com",
    "\u{200b}",
    "\u{202e}",
    "\u{3002}",
    "\t",
    "\0",
    "a\u{a0}b",
    " ",
    "*",
    "xn--",
    "--",
    "999",
    "ß",
    "İ",
    "ſ",
    "\u{ad}",
    "\u{10ffff}",
    "80",
    "443",
];

fn pick<'a>(random: &Random, from: &[&'a str]) -> &'a str {
    from[usize::try_from(random.below(from.len() as u64)).unwrap()]
}

fn host(random: &Random) -> String {
    if random.below(8) == 0 {
        return pick(random, ADDRESSES).to_owned();
    }
    let mut host = String::new();
    for _ in 0..=random.below(3) {
        host.push_str(pick(random, LABELS));
        host.push('.');
    }
    host + pick(random, ENDS)
}

fn path(random: &Random) -> String {
    (0..random.below(4)).flat_map(|_| ["/", pick(random, SEGMENTS)]).collect()
}

fn idempotent(input: &str) -> Option<Site> {
    let site = Site::parse(input).ok()?;
    assert_eq!(Site::parse(site.as_str()).as_ref(), Ok(&site), "{input:?}");
    assert!(site.as_str().is_ascii() && site.as_str().len() <= MAX_BYTES, "{input:?}");
    Some(site)
}

#[test]
fn ways_to_write_an_address_do_not_make_another_site() {
    let random = Random::seeded(20);
    let mut accepted = 0;
    for round in 0..60_000 {
        let (host, port, path, tail) = (host(&random), pick(&random, PORTS), path(&random), pick(&random, TAILS));
        let plain = format!("{host}{port}{path}");
        let other = match round % 8 {
            0 => format!("https://{plain}{tail}"),
            1 => format!("HTTP://{plain}{tail}"),
            2 => format!("{}{port}{path}{tail}", host.to_ascii_uppercase()),
            // A number and a single label have no `www.` to lose.
            3 if host.contains('.') && !host.ends_with(['1', ']']) => format!("www.{plain}"),
            4 => format!("{host}{port}{path}/{tail}"),
            5 if port.is_empty() => format!("http://{host}:443{path}"),
            6 if port.is_empty() => format!("https://{host}:80{path}"),
            7 => format!("https://u:p@{plain}"),
            _ => format!("//{plain}//"),
        };
        let site = idempotent(&plain);
        accepted += usize::from(site.is_some());
        assert_eq!(Site::parse(&other).ok(), site, "{plain:?} and {other:?}");
    }
    assert!(accepted > 20_000, "only {accepted} of the addresses were sites");
}

#[test]
fn no_text_makes_it_panic() {
    let random = Random::seeded(21);
    let mut accepted = 0;
    for _ in 0..40_000 {
        let mut text = String::new();
        for _ in 0..random.below(8) {
            match random.below(8) {
                0 => text.extend(char::from_u32(u32::try_from(random.below(0x0011_0000)).unwrap())),
                1 => text.extend(char::from_u32(u32::try_from(random.below(0x80)).unwrap())),
                _ => text.push_str(pick(&random, SCRAPS)),
            }
        }
        accepted += usize::from(idempotent(&text).is_some());
    }
    assert!(accepted > 1_000, "only {accepted} of the texts were sites");
}
