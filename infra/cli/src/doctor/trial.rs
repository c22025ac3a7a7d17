//! One licence, from being issued to being gone.

use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::probe::{Active, ProbeError, Probed, probe};
use reqwest::StatusCode;

use super::deployed;
use super::finding::Finding;
use super::outside::ask;
use crate::session::Session;

const CHECK: &str = "activation";

/// Issues a licence in a throw-away account, activates, checks and deactivates it, asks the public address for it where that is known, and
/// takes everything away. While it is active, the deployed functions are asked whether they have the same secrets.
pub(super) async fn activation(session: &Session) -> Vec<Finding> {
    let origin = session.target.public_url.as_ref().map(|url| url.origin().to_owned());
    let mut secrets = Vec::new();
    let outside = async |active: &Active| {
        let Some(origin) = &origin else { return Ok(()) };
        seen_from_outside(origin, active).await?;
        secrets = Box::pin(deployed::secrets(session, origin, active)).await;
        Ok(())
    };
    let Probed { outcome, swept } = Box::pin(probe(&session.core, outside)).await;
    let mut found = vec![tried(session, outcome, swept, origin.is_some())];
    found.append(&mut secrets);
    found
}

fn tried(session: &Session, outcome: Option<Result<(), ProbeError>>, swept: Result<(), Fault>, is_outside: bool) -> Finding {
    let done = match outcome {
        None => return Finding::skipped(CHECK, "another doctor is at work", "run it again in ten minutes"),
        Some(Ok(())) if is_outside => Finding::ok(CHECK, "issued, activated, seen at the public address, checked, deactivated and gone"),
        Some(Ok(())) => Finding::ok(CHECK, "issued, activated, checked, deactivated and gone; not looked at from outside"),
        Some(Err(ProbeError { step, fault })) => {
            let found = Finding::of_fault(CHECK, &fault, &session.target);
            Finding { message: format!("{step}: {}", found.message), ..found }
        }
    };
    match swept {
        Ok(()) => done,
        Err(fault) => {
            let found = Finding::of_fault(CHECK, &fault, &session.target);
            let hint = "the throw-away account 2147483647 is left; the next doctor takes it away, ten minutes from now at the earliest";
            Finding { message: format!("taking away: {}", found.message), hint: Some(hint.to_owned()), ..found }
        }
    }
}

/// What stands in its place where it is not tried.
pub(super) fn left_out(read_only: bool) -> Finding {
    if read_only {
        Finding::skipped(CHECK, "left out, as asked", "run without --read-only to try one")
    } else {
        Finding::skipped(CHECK, "not tried without a table", "see what failed above")
    }
}

/// Whether the deployed functions show the licence: their table is the one that it was written to.
async fn seen_from_outside(origin: &str, active: &Active) -> Result<(), ProbeError> {
    const STEP: &str = "asking the public address for the licence";
    let wrong = |text: String| ProbeError { step: STEP, fault: Fault::caused(FaultKind::Unavailable, STEP, text) };
    match ask(origin, active.key.expose(), active.slug.as_str()).await {
        Ok((StatusCode::OK, _)) => Ok(()),
        Ok((status, body)) => {
            let code = body["code"].as_str().unwrap_or("no code").to_owned();
            Err(wrong(format!("{status}, {code}: do the functions work with this table?")))
        }
        Err(error) => Err(wrong(error)),
    }
}
