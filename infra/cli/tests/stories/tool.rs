//! The local stack, and the tool pointed at it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use latchkey_core::clock::Clock;
use latchkey_core::domain::destination::Reach;
use latchkey_core::random::Random;
use latchkey_local::{Options, Stack, Storage};
use serde_json::Value;

pub(crate) async fn stack() -> Stack {
    let options =
        Options { port: 0, storage: Storage::Ephemeral, clock: Clock::System, random: Random::System, reach: Reach::Local, smtp: None };
    Stack::start(options).await.unwrap()
}

/// The tool, pointed at one address.
pub(crate) struct Tool {
    local: String,
}

impl Tool {
    pub(crate) fn at(url: &str) -> Self {
        Self { local: format!("--local={url}") }
    }

    /// Runs the tool with `words`, in an environment that would lead it elsewhere if it looked there.
    pub(crate) fn run(&self, words: &[&str], input: &str) -> Output {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        tool.arg(&self.local).args(words).env("LATCHKEY_TABLE", "elsewhere").env("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
        let mut tool = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        tool.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        tool.wait_with_output().unwrap()
    }

    /// Begins to run a command that nobody listens to.
    pub(crate) fn begin(&self, words: &str) -> Child {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        tool.arg(&self.local).args(words.split(' ')).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The JSON that a command answers that is done.
    pub(crate) fn json(&self, words: &str) -> Value {
        self.json_given(words, "")
    }

    pub(crate) fn json_given(&self, words: &str, input: &str) -> Value {
        let output = self.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), input);
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The exit code and the error of a command that is not done.
    pub(crate) fn error(&self, words: &str) -> (Option<i32>, Value) {
        let output = self.run(&[&words.split(' ').collect::<Vec<_>>()[..], &["--json"]].concat(), "");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{words}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        (output.status.code(), error["error"].clone())
    }

    pub(crate) fn code(&self, words: &str) -> (Option<i32>, String) {
        let (status, error) = self.error(words);
        (status, error["code"].as_str().unwrap().to_owned())
    }

    /// What people read of a command that is done.
    pub(crate) fn text(&self, words: &str) -> String {
        let output = self.run(&words.split(' ').collect::<Vec<_>>(), "");
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// An account with a plugin for `acme-tools`.
    pub(crate) fn vendor(&self) {
        assert_eq!(self.json("account create --name Acme")["account"], 1);
        let product = self.json("product create --account 1 --slug acme-tools --name Tools --author Acme --code acme --seats 2");
        assert_eq!(product["product"], 1);
    }
}

pub(crate) fn rejected(code: &str) -> (Option<i32>, String) {
    (Some(1), code.to_owned())
}

/// A plugin's zip in `folder`, of `version`.
pub(crate) fn plugin(folder: &Path, file: &str, version: &str) -> PathBuf {
    let path = folder.join(file);
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.add_directory("acme-tools/", options).unwrap();
    zip.start_file("acme-tools/acme-tools.php", options).unwrap();
    write!(zip, "<?php\n/**\n * Plugin Name: Acme Tools\n * Version: {version}\n * Requires PHP: 8.1\n */\n").unwrap();
    zip.start_file("acme-tools/readme.txt", options).unwrap();
    write!(zip, "=== Acme Tools ===\nStable tag: {version}\n").unwrap();
    zip.finish().unwrap();
    path
}

pub(crate) fn publish(version: &str, file: &Path) -> String {
    format!("release publish --account 1 --slug acme-tools --version {version} --file {}", file.display())
}
