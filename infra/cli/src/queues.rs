//! The queues that the workers work off, for whoever looks at what waits in them.

use latchkey_core::config::ConfigError;
use latchkey_core::queue::inspect::Inspection;

use crate::diagnose;
use crate::session::Session;

/// A queue of the deployment's.
pub(crate) struct Watched {
    /// What is in it: stable, for programs.
    pub(crate) name: &'static str,
    /// The doctor's check of it.
    pub(crate) check: &'static str,
    /// What was found.
    pub(crate) found: Seen,
}

/// What was found of a queue.
pub(crate) enum Seen {
    /// What it says of itself.
    Counted(Inspection),
    /// Its address was not given: how it would be.
    NotGiven(String),
    /// The store does not say.
    Unsaid,
    /// It could not be asked: why, and what to do.
    Failed(String, Option<String>),
}

/// Asks them all, as far as they are known.
pub(crate) async fn all(session: &Session) -> Vec<Watched> {
    let target = &session.target;
    let mut seen = Vec::new();
    for (name, check, url) in [
        ("notifications", "queue_of_notifications", &target.push_queue),
        ("webhooks", "queue_of_webhooks", &target.webhook_queue),
        ("mail", "queue_of_mail", &target.mail_queue),
    ] {
        let found = match url {
            Ok(url) => ask(session, url).await,
            Err(error) => Seen::NotGiven(how(error)),
        };
        seen.push(Watched { name, check, found });
    }
    seen
}

/// Asks the queue at an address.
pub(crate) async fn ask(session: &Session, url: &str) -> Seen {
    match session.inspect_queue(url).await {
        Ok(Some(counted)) => Seen::Counted(counted),
        Ok(None) => Seen::Unsaid,
        Err(fault) => {
            let problem = diagnose::fault(&fault, &session.target);
            Seen::Failed(problem.message, problem.hint)
        }
    }
}

fn how(error: &ConfigError) -> String {
    let option = error.variable.trim_start_matches("LATCHKEY_").to_ascii_lowercase().replace('_', "-");
    format!("give --{option} or set {}", error.variable)
}
