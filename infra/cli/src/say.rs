//! What is printed: the answer to standard output, problems to standard error. Nothing else prints.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;

use crate::problem::{Exit, Failed, Problem};

/// What a command answers, in both forms.
#[derive(Debug)]
pub(crate) struct Answer {
    json: String,
    text: String,
    exit: Option<Exit>,
}

impl Answer {
    /// An answer whose JSON is `value` and which people read as `text`.
    pub(crate) fn new(value: &impl Serialize, text: String) -> Result<Self, Failed> {
        let json = serde_json::to_string(value).map_err(|error| Problem {
            code: "internal",
            message: format!("the answer cannot be written as JSON: {error}"),
            hint: None,
            exit: Exit::Fault,
        })?;
        Ok(Self { json, text, exit: None })
    }

    /// The same, with the exit code of a definite no.
    pub(crate) fn of_no(self) -> Self {
        Self { exit: Some(Exit::Rejected), ..self }
    }
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    error: ErrorMembers<'a>,
}

#[derive(Serialize)]
struct ErrorMembers<'a> {
    code: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

/// Prints an answer.
pub(crate) fn answer(answer: &Answer, json: bool) -> ExitCode {
    let code = written(&mut io::stdout().lock(), if json { &answer.json } else { &answer.text });
    match answer.exit {
        Some(exit) if code == ExitCode::SUCCESS => ExitCode::from(exit.code()),
        Some(_) | None => code,
    }
}

/// Prints a problem; the exit code is the problem's.
pub(crate) fn problem(problem: &Problem, json: bool) -> ExitCode {
    // Where even standard error is closed, the exit code still tells.
    let _ = writeln!(io::stderr().lock(), "{}", problem_text(problem, json));
    ExitCode::from(problem.exit.code())
}

/// Prints what clap has to say: help and the version, or what is wrong with the words.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // The words were not understood, so whether JSON is wanted is read off them directly.
    let json = std::env::args_os().any(|word| word == "--json");
    if error.use_stderr() && json {
        return problem(&usage_problem(error), true);
    }
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(Exit::Usage.code()) } else { ExitCode::SUCCESS }
}

fn usage_problem(error: &clap::Error) -> Problem {
    let text = error.render().to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n").next().unwrap_or_default().trim().to_owned();
    Problem {
        code: "usage",
        message,
        hint: Some("latchkey --help, and --help after each command, say what is expected".to_owned()),
        exit: Exit::Usage,
    }
}

fn problem_text(problem: &Problem, json: bool) -> String {
    let Problem { code, message, hint, exit: _ } = problem;
    if json {
        let object = ErrorObject { error: ErrorMembers { code, message, hint: hint.as_deref() } };
        // Three texts can always be written as JSON; the plain form is for a reader who does not believe it.
        return serde_json::to_string(&object).unwrap_or_else(|_| format!("error: {message}"));
    }
    match hint {
        Some(hint) => format!("error: {message}\nhint: {hint}"),
        None => format!("error: {message}"),
    }
}

/// A reader that went away, as `head` does, wants no more: that is not a failure of the command.
fn written(out: &mut impl Write, text: &str) -> ExitCode {
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(Exit::Fault.code()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    fn example(hint: Option<&str>) -> Problem {
        Problem {
            code: "not_found",
            message: "there is no such \"licence\"".to_owned(),
            hint: hint.map(str::to_owned),
            exit: Exit::Rejected,
        }
    }

    #[test]
    fn people_read_what_happened_and_what_to_do() {
        assert_eq!(problem_text(&example(Some("look again")), false), "error: there is no such \"licence\"\nhint: look again");
        assert_eq!(problem_text(&example(None), false), "error: there is no such \"licence\"");
    }

    #[test]
    fn programs_read_one_object_with_three_members() {
        assert_eq!(
            problem_text(&example(None), true),
            r#"{"error":{"code":"not_found","message":"there is no such \"licence\"","hint":null}}"#
        );
    }

    #[test]
    fn wrong_usage_is_told_without_the_usage_text() {
        let error = Cli::try_parse_from(["latchkey", "account", "show", "zero", "--json"]).err().unwrap();
        let problem = usage_problem(&error);
        assert_eq!((problem.code, problem.exit), ("usage", Exit::Usage));
        assert!(problem.message.starts_with("invalid value 'zero' for '<ACCOUNT>'"), "{}", problem.message);
        assert!(!problem.message.contains("Usage"), "{}", problem.message);
    }

    #[test]
    fn a_full_disk_is_a_failure_and_a_closed_pipe_is_not() {
        struct Broken(io::ErrorKind);
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let code = |kind| format!("{:?}", written(&mut Broken(kind), "text"));
        assert_eq!(code(io::ErrorKind::BrokenPipe), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(code(io::ErrorKind::StorageFull), format!("{:?}", ExitCode::from(3)));
    }
}
