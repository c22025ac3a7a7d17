//! `latchkey doctor`: whether a deployment is as it should be, and what to do where it is not.

mod deployed;
mod finding;
mod outside;
mod secrets;
mod stored;
mod stores;
mod trial;

use clap::Args;
use serde::Serialize;

use self::finding::{Finding, State};
use crate::members::{self, Member};
use crate::problem::Failed;
use crate::say::Answer;
use crate::session::Session;

const GIVEN_UP_HELP: &str =
    "More queues of dead letters to look into, by their addresses, such as the outputs WorkerSitesGivenUpUrl and WorkerEventsGivenUpUrl";

/// What is asked of the doctor.
#[derive(Args)]
#[command(after_long_help = members::list_help("checks", &MEMBERS, &OTHERS))]
pub(crate) struct Doctor {
    /// Change nothing at all: leave out the licence that is issued, activated and taken away again
    #[arg(long)]
    read_only: bool,
    #[arg(long = "given-up", value_name = "URL", help = GIVEN_UP_HELP)]
    given_up: Vec<String>,
}

const MEMBERS: [Member; 4] = [
    ("check", "what was looked at"),
    ("state", "ok, warning, failed, or skipped"),
    ("message", "what was found"),
    ("hint", "what to do about it; null where nothing is to be done"),
];

const OTHERS: [Member; 3] = [
    ("healthy", "whether no check failed; the exit code is 1 otherwise"),
    ("failed", "how many did"),
    ("warnings", "how many are warnings"),
];

#[derive(Serialize)]
struct View {
    healthy: bool,
    failed: usize,
    warnings: usize,
    checks: Vec<Finding>,
}

/// Looks at everything. A check that cannot be made does not keep the next one from being made.
pub(crate) async fn run(args: &Doctor, session: &Session) -> Result<Answer, Failed> {
    let mut checks = vec![stores::credentials(session).await];
    // Without credentials that are accepted, all the rest would say the same.
    if checks[0].state != State::Failed {
        checks.extend(stores::table(session).await);
        checks.push(stores::version(session).await);
        checks.push(stores::restores(session).await);
        checks.extend(stores::bucket(session).await);
        checks.extend(stores::queues(session, &args.given_up).await);
        checks.extend(Box::pin(stored::all(session)).await);
    }
    checks.extend(secrets::all(session));
    checks.push(outside::clock(session).await);
    checks.push(outside::reachable(session).await);
    let may_try = !args.read_only && checks[0].state != State::Failed;
    checks.extend(if may_try { Box::pin(trial::activation(session)).await } else { vec![trial::left_out(args.read_only)] });
    let count = |state: State| checks.iter().filter(|check| check.state == state).count();
    let (failed, warnings) = (count(State::Failed), count(State::Warning));
    let text = finding::listed(&checks, failed, warnings);
    let answer = Answer::new(&View { healthy: failed == 0, failed, warnings, checks }, text)?;
    Ok(if failed == 0 { answer } else { answer.of_no() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let checks = vec![Finding::ok("table", "as it should be")];
        assert_eq!(members::names_in(&checks[0]), members::names_of(&MEMBERS));
        let mut names = members::names_in(&View { healthy: true, failed: 0, warnings: 0, checks });
        assert!(names.remove("checks"));
        assert_eq!(names, members::names_of(&OTHERS));
    }
}
