//! Verifying signed licences, as an operator does it without a deployment.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

/// A file of the core's tests.
fn vector(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/src/signing/vectors").join(name)
}

/// The tool in an environment that says nothing of a deployment.
fn verify(license: &str, key: Option<&str>) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    tool.env_clear().args(["license", "verify", "--json"]).arg(vector(license));
    if let Some(key) = key {
        tool.arg("--public-key").arg(vector(key));
    }
    tool.output().unwrap()
}

#[test]
fn a_vendors_file_is_valid_without_any_deployment() {
    let output = verify("vendor.licenses", Some("vendor.pub.b64"));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&shown["valid"], &shown["form"], &shown["key_kind"]), (&true.into(), &"xml".into(), &"RSA 1024".into()));
    assert_eq!(shown["content"]["licensee"]["company"], "ACME");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_not_valid_ends_with_one() {
    for (license, key, code, status) in [
        ("vendor.licenses", Some("rsa.pub.pem"), "forged", 1),
        ("vendor.licenses", None, "unverified", 1),
        ("vendor.pub.b64", Some("vendor.pub.b64"), "not_a_signed_license", 1),
        ("vendor.licenses", Some("rsa.pem"), "usage", 2),
        ("nothing", Some("rsa.pub.pem"), "usage", 2),
    ] {
        let output = verify(license, key);
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!((&error["error"]["code"], output.status.code()), (&code.into(), Some(status)), "{license} {key:?}: {error}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    }
}
