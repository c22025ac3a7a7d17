//! What Cargo says of the workspace.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::sources::{relative, root};

/// A package below `functions/`.
pub(super) struct Package {
    pub(super) name: String,
    /// From the repository's root on.
    pub(super) folder: String,
    pub(super) binaries: Vec<Binary>,
}

/// One of its binaries.
pub(super) struct Binary {
    pub(super) name: String,
    /// The text of its `main`.
    pub(super) text: String,
}

/// What Cargo prints, without a network.
pub(super) fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).current_dir(root()).args(arguments).args(["--offline", "--locked"]).output().unwrap();
    assert!(output.status.success(), "cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every package below `functions/`.
pub(super) fn packages() -> Vec<Package> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let all = metadata["packages"].as_array().unwrap().iter().map(package);
    let ours: Vec<Package> = all.filter(|package| package.folder.starts_with("functions/")).collect();
    assert!(!ours.is_empty(), "cargo metadata names no package below functions/");
    ours
}

fn package(package: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let manifest = text(&package["manifest_path"]);
    let targets = package["targets"].as_array().unwrap().iter();
    let binaries = targets
        .filter(|target| target["kind"][0] == "bin")
        .map(|target| Binary { name: text(&target["name"]), text: fs::read_to_string(text(&target["src_path"])).unwrap() });
    Package { name: text(&package["name"]), folder: relative(Path::new(&manifest).parent().unwrap()), binaries: binaries.collect() }
}
