//! What a check found.

use latchkey_core::fault::Fault;
use serde::Serialize;

use crate::diagnose;
use crate::target::Target;

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// It works, and should be otherwise.
    Warning,
    /// It does not work, or must not be so.
    Failed,
    /// Not looked at.
    Skipped,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at: stable, for programs.
    pub(super) check: &'static str,
    /// How it stands.
    pub(super) state: State,
    /// What was found.
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Finding {
    /// As it should be.
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Ok, message: message.into(), hint: None }
    }

    /// Not as it should be.
    pub(super) fn warning(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, state: State::Warning, message: message.into(), hint: Some(hint.into()) }
    }

    /// Broken.
    pub(super) fn failed(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, state: State::Failed, message: message.into(), hint: Some(hint.into()) }
    }

    /// Not looked at, and how it would be.
    pub(super) fn skipped(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, state: State::Skipped, message: message.into(), hint: Some(hint.into()) }
    }

    /// A fault on the way.
    pub(super) fn of_fault(check: &'static str, fault: &Fault, target: &Target) -> Self {
        let problem = diagnose::fault(fault, target);
        Self { check, state: State::Failed, message: problem.message, hint: problem.hint }
    }

    /// Right, wrong, or not known to the store.
    pub(super) fn of_setting(check: &'static str, is_right: Option<bool>, right: &str, wrong: Self) -> Self {
        match is_right {
            Some(true) => Self::ok(check, right),
            Some(false) => wrong,
            None => Self::skipped(check, "the store does not say", "only AWS has this"),
        }
    }
}

/// All of them for people.
pub(super) fn listed(checks: &[Finding], failed: usize, warnings: usize) -> String {
    let mut text = String::new();
    for Finding { check, state, message, hint } in checks {
        let mark = match state {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Failed => "FAILED",
            State::Skipped => "skipped",
        };
        text.push_str(&format!("{mark:8} {check}: {message}\n"));
        if let Some(hint) = hint {
            text.push_str(&format!("{:9}{hint}\n", ""));
        }
    }
    text.push_str(&match (failed, warnings) {
        (0, 0) => "Nothing is wrong with what was looked at.".to_owned(),
        (0, warnings) => format!("Nothing failed; warnings: {warnings}."),
        (failed, warnings) => format!("Failed: {failed}; warnings: {warnings}."),
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_one_line_a_check_and_what_to_do_below_it() {
        let checks = [Finding::ok("table", "fine"), Finding::failed("clock", "ten minutes off", "set it")];
        let expected = "ok       table: fine\nFAILED   clock: ten minutes off\n         set it\nFailed: 1; warnings: 0.";
        assert_eq!(listed(&checks, 1, 0), expected);
    }
}
