//! What holds of every command: its help, its JSON, its exit codes, and its place in the README.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the tool where there is no deployment and nothing says where one is.
fn run(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_latchkey")).env_clear().args(words).output().unwrap()
}

fn help(path: &[String]) -> String {
    let words: Vec<_> = path.iter().map(String::as_str).chain(["--help"]).collect();
    let output = run(&words);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{path:?} --help");
    String::from_utf8(output.stdout).unwrap()
}

/// The subcommands that a help lists.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = listed.lines().take_while(|line| line.starts_with("  "));
    let names = lines.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Every command that does something, as it is typed.
fn leaves() -> Vec<Vec<String>> {
    let (mut open, mut leaves) = (vec![Vec::new()], Vec::new());
    while let Some(path) = open.pop() {
        let names = subcommands(&help(&path));
        if names.is_empty() {
            leaves.push(path);
        } else {
            open.extend(names.into_iter().map(|name| [path.clone(), vec![name]].concat()));
        }
    }
    leaves
}

#[test]
fn every_command_says_what_it_is_for_what_its_json_holds_and_takes_json() {
    let leaves = leaves();
    assert!(leaves.len() > 55, "{leaves:?}");
    for path in leaves {
        let help = help(&path);
        let first = help.lines().next().unwrap();
        assert!(first.len() > 8 && first.contains(' '), "{path:?} does not say what it is for: {first:?}");
        for part in ["Members of the JSON answer:", "--json", "--table", "Usage: latchkey"] {
            assert!(help.contains(part), "{path:?} does not tell of {part:?}");
        }
    }
}

#[test]
fn every_command_ends_with_two_and_one_object_where_its_words_are_wrong() {
    for path in leaves() {
        let words: Vec<_> = path.iter().map(String::as_str).chain(["--no-such-option", "--json"]).collect();
        let output = run(&words);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{path:?}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let error = error["error"].as_object().unwrap();
        assert_eq!(error.keys().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(["code", "hint", "message"]), "{path:?}");
        assert!(error["hint"].is_string(), "{path:?} does not say what to do");
    }
}

#[test]
fn what_needs_no_deployment_asks_for_none() {
    for words in [&["completions", "bash", "--json"][..], &["man", "--json"]] {
        let output = run(words);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
        assert!(serde_json::from_slice::<Value>(&output.stdout).unwrap().is_object());
    }
    let output = run(&["account", "show", "1", "--json"]);
    assert_eq!(output.status.code(), Some(2), "a table that nobody named is wrong usage");
}

#[test]
fn the_readme_lists_every_command_and_every_exit_code_and_no_others() {
    let readme = include_str!("../../README.md");
    let cells = |heading: &str| -> BTreeSet<String> {
        let part = readme.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("there is no part {heading:?}"));
        let part = part.split("\n## ").next().unwrap();
        let rows = part.lines().filter(|line| line.starts_with("| `"));
        rows.map(|line| line.split('`').nth(1).unwrap().to_owned()).collect()
    };
    let commands: BTreeSet<_> = leaves().into_iter().map(|path| path.join(" ")).collect();
    assert_eq!(cells("Commands"), commands);
    let codes = help(&[])
        .split("\nExit codes:\n")
        .nth(1)
        .unwrap()
        .lines()
        .take_while(|line| line.starts_with("  "))
        .map(str::trim)
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect::<BTreeSet<_>>();
    assert_eq!(cells("Exit codes"), codes);
}
