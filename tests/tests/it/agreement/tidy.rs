//! Tidiness: what reviews would otherwise have to look for.

use super::endpoints::endpoints;
use super::sources::{Source, root, sources};

/// The most lines of a file, without its tests.
const MOST_LINES: usize = 400;

/// The dialects' words: the core speaks one language (`shared/src/lib.rs`).
const DIALECTS: [&str; 6] = ["babel", "bytex", "cs-cart", "cscart", "sellcodes", "woosa"];

/// Where the core names one all the same: file, what the line says, and why. No line is added where another word will do.
const NAMED: [(&str, &str, &str); 5] = [
    ("shared/src/domain/key/addressed.rs", "The codec of Woosa's keys", "cites whose published client fixes the form"),
    ("shared/src/domain/key/addressed.rs", "decode(&key(EXAMPLE))", "the published example, byte for byte"),
    ("shared/src/domain/key/addressed.rs", "server_host(&key(EXAMPLE))", "the published example, byte for byte"),
    ("shared/src/domain/key/addressed.rs", "server_host(&key(&EXAMPLE.to_lowercase()))", "the published example, byte for byte"),
    ("shared/src/domain/key/pattern.rs", "the Babel Licensing Service", "cites whose language it is"),
];

fn without_tests(source: &Source) -> usize {
    let tests = source.text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(source.text.len());
    source.text[..tests].lines().count()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

#[test]
fn no_file_is_too_long_to_be_read_at_once() {
    for source in sources(".", &[".rs"]).iter().filter(|source| !is_test(&source.path)) {
        let lines = without_tests(source);
        assert!(lines <= MOST_LINES, "{} has {lines} lines without its tests: split it by what it does", source.path);
    }
}

#[test]
fn nothing_is_left_undone() {
    // In parts, so that this file is not found.
    let words = [["TO", "DO"], ["FIX", "ME"], ["to", "do!("], ["unimpl", "emented!("], ["#[ig", "nore"]].map(|parts| parts.concat());
    for source in sources(".", &[".rs", ".toml", ".yaml", ".yml", ".md", ".sh", ".py", ".xml", ".txt", "run"]) {
        for (number, line) in source.text.lines().enumerate() {
            let word = words.iter().find(|word| line.contains(word.as_str()));
            assert!(word.is_none(), "{}:{} says {word:?}: do it, or leave it out", source.path, number + 1);
        }
    }
}

#[test]
fn every_endpoint_is_a_file_that_says_so_and_is_registered() {
    let endpoints = endpoints();
    for endpoint in &endpoints {
        let router = router_of(&endpoint.package);
        let route = format!(".route(\"{}\",", endpoint.path);
        let handler = format!("{}({})", endpoint.method.to_lowercase(), endpoint.handler);
        let is_registered = router.split(".route(").skip(1).any(|registered| {
            let registered = format!(".route({registered}");
            registered.starts_with(&route) && registered.contains(&handler)
        });
        assert!(
            is_registered,
            "{}: register {route} … {handler} in {}/src/lib.rs or its area's mod.rs, or correct its first line",
            endpoint.file, endpoint.package
        );
    }
    let packages: std::collections::BTreeSet<&str> = endpoints.iter().map(|endpoint| endpoint.package.as_str()).collect();
    for package in packages {
        let registered = router_of(package).matches("::handle)").count();
        let files = endpoints.iter().filter(|endpoint| endpoint.package == package).count();
        assert_eq!(registered, files, "{package} registers {registered} handlers of {files} files: one file, one endpoint");
    }
}

/// A package's `lib.rs`, or what its areas' `mod.rs` register where it leaves that to them, without white space, so that line breaks do
/// not matter. What an area registers is named from the package's root on.
fn router_of(package: &str) -> String {
    let sources = root().join(package).join("src");
    let plain = |path: std::path::PathBuf| -> String { std::fs::read_to_string(path).unwrap().split_whitespace().collect() };
    let mut router = plain(sources.join("lib.rs"));
    let areas = std::fs::read_dir(&sources).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.join("mod.rs").exists());
    for area in areas {
        let (name, text) = (area.file_name().unwrap().to_str().unwrap(), plain(area.join("mod.rs")));
        if text.contains("fnroutes()->Router<") {
            router += ["get(", "post(", "put(", "delete("]
                .iter()
                .fold(text, |text, verb| text.replace(verb, &format!("{verb}{name}::")))
                .as_str();
        }
    }
    router
}

#[test]
fn the_core_does_not_speak_a_dialect() {
    let sources = sources("shared/src", &[".rs"]);
    for source in &sources {
        for (number, line) in source.text.lines().enumerate() {
            let lower = line.to_lowercase();
            let Some(word) = DIALECTS.into_iter().find(|word| lower.contains(word)) else { continue };
            let is_named = NAMED.iter().any(|(path, text, _)| *path == source.path && line.contains(text));
            assert!(is_named, "{}:{} says {word:?}: the core has a word of its own for it", source.path, number + 1);
        }
    }
    for (path, text, why) in NAMED {
        let is_there = sources.iter().any(|source| source.path == path && source.text.contains(text));
        assert!(is_there, "{path} no longer says {text:?} ({why}): take it off the list");
    }
}

#[test]
fn functions_know_no_aws() {
    for source in sources("functions", &[".rs", "Cargo.toml"]) {
        let word = ["aws_sdk_", "aws-sdk-", "aws_config", "aws-config"].into_iter().find(|word| source.text.contains(word));
        assert!(word.is_none(), "{} says {word:?}: the table is `latchkey_core::table`'s business, the bucket `packages`'s", source.path);
    }
}
