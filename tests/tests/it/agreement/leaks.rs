//! What the local stack and the tests need does not reach a function's build: each crate and feature more is size, and time at
//! every cold start (`infra/bench/README.md`).

use super::cargo::{cargo, packages};

/// The local stack's and the tool's crates; and TLS by anything but `ring`, which the roots and the build are made for.
const CRATES: [&str; 16] = [
    "aws-lc-fips-sys",
    "aws-lc-rs",
    "aws-lc-sys",
    "clap",
    "dynoxide-rs",
    "hyper-tls",
    "indicatif",
    "latchkey-local",
    "libsqlite3-sys",
    "native-tls",
    "openssl",
    "openssl-sys",
    "reqwest",
    "rusqlite",
    "s3s",
    "s3s-fs",
];

/// Servers, and whatever a function on one thread has no use for.
const FEATURES: [&str; 16] = [
    "aws-config feature \"default-https-client\"",
    "aws-smithy-http-client feature \"rustls-aws-lc\"",
    "axum feature \"default\"",
    "axum feature \"http1\"",
    "axum feature \"http2\"",
    "axum feature \"multipart\"",
    "axum feature \"tokio\"",
    "axum feature \"ws\"",
    "hyper feature \"full\"",
    "hyper feature \"server\"",
    "hyper-util feature \"server\"",
    "hyper-util feature \"server-auto\"",
    "tokio feature \"full\"",
    "tokio feature \"process\"",
    "tokio feature \"signal\"",
    "tokio feature \"test-util\"",
];

/// What `cargo tree` says goes into a package's build: lines such as `axum v0.8.9` and `axum feature "json"`.
fn tree(package: &str, depth: &[&str]) -> Vec<String> {
    let arguments = [&["tree", "-p", package, "-e", "normal,features", "--prefix", "none"], depth].concat();
    let lines: Vec<String> = cargo(&arguments).lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect();
    // A form that is not the expected one would let everything pass.
    let is_as_expected = lines.iter().any(|line| line == "tokio feature \"macros\"") && lines[0].starts_with(&format!("{package} v"));
    assert!(is_as_expected, "cargo tree writes otherwise than it did: {lines:?}");
    lines
}

#[test]
fn no_function_is_built_with_the_local_stacks_crates_or_features() {
    for package in packages() {
        let lines = tree(&package.name, &[]);
        for name in CRATES {
            let found = lines.iter().find(|line| line.starts_with(&format!("{name} ")));
            assert!(found.is_none(), "{found:?} reached {}: `cargo tree -p {0} -e normal -i {name}` says by whom", package.name);
        }
        for feature in FEATURES {
            let name = feature.split(' ').next().unwrap();
            assert!(
                !lines.iter().any(|line| line == feature),
                "{feature} reached {}: `cargo tree -p {0} -e normal,features -i {name}` says by whom; ask for it in the package that needs it",
                package.name
            );
        }
    }
}

/// What signed licences take (`shared/src/signing/`).
const SIGNING: [&str; 5] = ["curve25519-dalek", "ed25519-dalek", "p12-keystore", "roxmltree", "rsa"];

#[test]
fn only_what_signs_licences_is_built_with_the_crates_for_it() {
    let functions = packages();
    for package in functions.iter().map(|package| package.name.as_str()).chain(["latchkey-core"]) {
        let lines = tree(package, &[]);
        if lines.iter().any(|line| line == "latchkey-core feature \"signing\"") {
            continue;
        }
        for name in SIGNING {
            let found = lines.iter().find(|line| line.starts_with(&format!("{name} ")));
            assert!(
                found.is_none(),
                "{found:?} reached {package}: make it part of latchkey-core's feature `signing`, or ask for that feature"
            );
        }
    }
}

#[test]
fn only_what_puts_jobs_into_a_queue_is_built_with_its_client() {
    let functions = packages();
    for package in functions.iter().map(|package| package.name.as_str()).chain(["latchkey-core"]) {
        let lines = tree(package, &[]);
        let is_wanted = lines.iter().any(|line| line == "latchkey-core feature \"queue\"");
        let found = lines.iter().find(|line| line.starts_with("aws-sdk-sqs "));
        assert!(is_wanted || found.is_none(), "{found:?} reached {package}: make it part of latchkey-core's feature `queue`");
    }
}

/// What requests to other people's servers take (`shared/src/outbound/`): nothing that answers a request makes any.
#[test]
fn only_workers_are_built_with_what_calls_other_servers() {
    for package in packages() {
        if package.name != "latchkey-worker" {
            let lines = tree(&package.name, &[]);
            let found = lines.iter().find(|line| *line == "latchkey-core feature \"outbound\"");
            assert!(found.is_none(), "{found:?} reached {}: a function that answers requests waits for nobody", package.name);
        }
    }
}

/// Lambda's runtime turns the multi-threaded scheduler on and does not need it; we must not come to need it.
#[test]
fn what_is_ours_does_not_ask_for_threads() {
    let functions = packages();
    for package in functions.iter().map(|package| package.name.as_str()).chain(["latchkey-core"]) {
        let asked = tree(package, &["--depth", "1"]);
        let threads = "tokio feature \"rt-multi-thread\"";
        assert!(!asked.iter().any(|line| line == threads), "{package} asks for {threads}: a function serves one request at a time");
    }
}
