//! The table, the bucket and the queues.

use latchkey_core::domain::restore::Restore;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::table::migration::WRITTEN;
use latchkey_core::table::{TableInspection, TableVersion};

use super::finding::{Finding, State};
use crate::queues::{self, Seen};
use crate::session::Session;
use crate::target::Target;

const TEMPLATE: &str = "deploy the stack as template.yaml has it: `sam deploy`, and look for drift in CloudFormation";

/// Whether the store accepts who is asking.
pub(super) async fn credentials(session: &Session) -> Finding {
    match session.core.table.warm_up().await {
        Ok(()) => Finding::ok("credentials", format!("accepted {}", session.target.place())),
        Err(fault) => Finding::of_fault("credentials", &fault, &session.target),
    }
}

/// The table's keys, indexes and safeguards.
pub(super) async fn table(session: &Session) -> Vec<Finding> {
    match session.inspect_table().await {
        Ok(found) => of_table(&found, &session.target),
        Err(fault) => vec![Finding::of_fault("table", &fault, &session.target)],
    }
}

fn of_table(found: &TableInspection, target: &Target) -> Vec<Finding> {
    let schema = match found.differences.as_slice() {
        [] => Finding::ok("table", format!("keys and indexes are as they should be; about {} items", found.items)),
        differences => Finding::failed("table", differences.join("; "), TEMPLATE),
    };
    let stream = match found.stream.as_deref() {
        Some("NEW_AND_OLD_IMAGES") => Finding::ok("stream", "shows items before and after"),
        Some(other) => Finding::failed("stream", format!("shows {other}, and events need NEW_AND_OLD_IMAGES"), TEMPLATE),
        // The local stack tells its workers without one.
        None if target.local.is_some() => Finding::skipped("stream", "the local stack has none", "only AWS has this"),
        None => Finding::failed("stream", "there is none: indexes, events and webhooks stand still", TEMPLATE),
    };
    let tidying =
        Finding::failed("time_to_live", "is off, or goes by another attribute than `ttl`: what has run out is never tidied up", TEMPLATE);
    let backups = Finding::failed("point_in_time_recovery", "is off: what is lost stays lost", TEMPLATE);
    let protection = Finding::warning("deletion_protection", "is off", TEMPLATE);
    let is_local = target.local.is_some();
    vec![
        schema,
        stream,
        Finding::of_setting("time_to_live", found.tidies_up, "on, by `ttl`", tidying),
        Finding::of_setting("point_in_time_recovery", found.point_in_time.filter(|_| !is_local), "on", backups),
        Finding::of_setting("deletion_protection", found.is_protected.filter(|_| !is_local), "on", protection),
    ]
}

/// The version of the table's items.
pub(super) async fn version(session: &Session) -> Finding {
    match session.core.table.version().await {
        Ok(version) => of_version(version.as_ref()),
        Err(fault) => Finding::of_fault("version", &fault, &session.target),
    }
}

fn of_version(stated: Option<&TableVersion>) -> Finding {
    const CHECK: &str = "version";
    let Some(stated) = stated else {
        return Finding::warning(
            CHECK,
            "the table does not say of which version it is",
            "run `latchkey migrate`, which verifies it and notes so",
        );
    };
    if let Some(run) = &stated.run {
        let message = format!("a migration to version {} was begun and has not ended: {} items are done", run.to, run.seen);
        return Finding::warning(CHECK, message, "run `latchkey migrate`: it goes on where it was");
    }
    match stated.version {
        Some(version) if version == WRITTEN => Finding::ok(CHECK, format!("{version}, as this program writes")),
        Some(version) if version > WRITTEN => {
            let message = format!("{version}, and this program knows {WRITTEN}");
            Finding::failed(CHECK, message, "use the tool of the release that is deployed")
        }
        Some(version) => {
            let message = format!("{version}, and this program writes {WRITTEN}");
            Finding::warning(CHECK, message, "run `latchkey migrate` when all functions are of this release")
        }
        None => Finding::warning(CHECK, "was never found out", "run `latchkey migrate`"),
    }
}

/// Whether the table is one that everything was restored into.
pub(super) async fn restores(session: &Session) -> Finding {
    match session.core.table.restores().await {
        Ok(restores) => of_restores(&restores, session.core.now()),
        Err(fault) => Finding::of_fault("restores", &fault, &session.target),
    }
}

fn of_restores(restores: &[Restore], now: Timestamp) -> Finding {
    const CHECK: &str = "restores";
    let open = || restores.iter().filter(|restore| !restore.is_over);
    let Some(last) = open().max_by_key(|restore| restore.until) else {
        return Finding::ok(CHECK, "none was begun that has not ended");
    };
    if now < last.until {
        let message =
            format!("one is at work, or broke off: it began at {}, and what is new is not told before {}", last.begun, last.until);
        return Finding::warning(CHECK, message, "let it end; where it broke off, the same command with --resume goes on with it");
    }
    let message = format!("one that was begun at {} has not ended: items may be missing", last.begun);
    Finding::failed(CHECK, message, "run the same `latchkey restore` with --resume: it goes on")
}

/// How the bucket is set up.
pub(super) async fn bucket(session: &Session) -> Vec<Finding> {
    let found = match session.inspect_bucket().await {
        None => return vec![Finding::skipped("bucket", "no bucket was named", "give --bucket or set LATCHKEY_BUCKET")],
        Some(Err(fault)) => return vec![Finding::of_fault("bucket", &fault, &session.target)],
        Some(Ok(found)) => found,
    };
    let public = Finding::failed("bucket_public_access", "is not blocked", TEMPLATE);
    let plain = Finding::failed("bucket_tls", "its policy does not deny plain HTTP", TEMPLATE);
    let versions = Finding::warning("bucket_versioning", "is off: what is overwritten or deleted by mistake is gone", TEMPLATE);
    let cors = match found.origins.as_deref() {
        None => Finding::skipped("bucket_cors", "the store does not say", "only AWS has this"),
        Some([]) => Finding::ok("bucket_cors", "no browser may call it"),
        Some(origins) if origins.iter().any(|origin| origin == "*") => {
            Finding::warning("bucket_cors", "browsers may call it from everywhere", "name the origins that need it, or none")
        }
        Some(origins) => Finding::ok("bucket_cors", format!("browsers may call it from {}", origins.join(", "))),
    };
    let is_local = session.target.local.is_some();
    vec![
        Finding::ok("bucket", "is there"),
        Finding::of_setting("bucket_public_access", found.is_private.filter(|_| !is_local), "blocked", public),
        Finding::of_setting("bucket_tls", found.is_tls_only.filter(|_| !is_local), "plain HTTP is denied", plain),
        Finding::of_setting("bucket_versioning", found.is_versioned.filter(|_| !is_local), "on", versions),
        cors,
    ]
}

/// What waits in the queues, and what was given up.
pub(super) async fn queues(session: &Session, given_up: &[String]) -> Vec<Finding> {
    const GIVEN_UP: &str = "given_up";
    let mut found: Vec<_> = queues::all(session).await.into_iter().map(|queue| of_queue(queue.check, queue.found)).collect();
    for url in given_up {
        found.push(match queues::ask(session, url).await {
            Seen::Counted(queue) => match queue.visible + queue.in_flight {
                0 => Finding::ok(GIVEN_UP, "none was given up"),
                count => dead_letters(GIVEN_UP, count),
            },
            other @ (Seen::NotGiven(_) | Seen::Unsaid | Seen::Failed(..)) => of_queue(GIVEN_UP, other),
        });
    }
    found
}

fn of_queue(check: &'static str, found: Seen) -> Finding {
    match found {
        Seen::Counted(queue) => match queue.given_up {
            None => Finding::failed(check, "has no queue of dead letters", TEMPLATE),
            Some(0) => Finding::ok(check, format!("{} wait, none was given up", queue.visible + queue.delayed)),
            Some(dead) => dead_letters(check, dead),
        },
        Seen::NotGiven(hint) => Finding::skipped(check, "its address was not given", hint),
        Seen::Unsaid => Finding::skipped(check, "the store does not say", "only AWS has this"),
        Seen::Failed(message, hint) => Finding { check, state: State::Failed, message, hint },
    }
}

fn dead_letters(check: &'static str, count: u64) -> Finding {
    let hint = "find out why in the logs, then start a redrive: infra/README.md, \"What each alarm means\"";
    Finding::warning(check, format!("{count} were given up"), hint)
}

#[cfg(test)]
mod tests {
    use latchkey_core::queue::inspect::Inspection;

    use super::*;
    use crate::target::TargetArgs;

    fn target() -> Target {
        Target::read(TargetArgs { table: Some("keys".to_owned()), ..TargetArgs::default() }).unwrap()
    }

    fn sound() -> TableInspection {
        TableInspection {
            differences: Vec::new(),
            stream: Some("NEW_AND_OLD_IMAGES".to_owned()),
            tidies_up: Some(true),
            point_in_time: Some(true),
            is_protected: Some(true),
            items: 12,
        }
    }

    fn wrong(found: &TableInspection) -> Vec<(&'static str, State)> {
        let found = of_table(found, &target()).into_iter();
        found.map(|found| (found.check, found.state)).filter(|(_, state)| *state != State::Ok).collect()
    }

    #[test]
    fn each_thing_that_is_wrong_with_a_table_is_told_alone() {
        assert_eq!(wrong(&sound()), []);
        let index = vec!["the index by_email is missing".to_owned()];
        for (found, check, state) in [
            (TableInspection { differences: index, ..sound() }, "table", State::Failed),
            (TableInspection { stream: None, ..sound() }, "stream", State::Failed),
            (TableInspection { stream: Some("KEYS_ONLY".to_owned()), ..sound() }, "stream", State::Failed),
            (TableInspection { tidies_up: Some(false), ..sound() }, "time_to_live", State::Failed),
            (TableInspection { point_in_time: Some(false), ..sound() }, "point_in_time_recovery", State::Failed),
            (TableInspection { is_protected: Some(false), ..sound() }, "deletion_protection", State::Warning),
            (TableInspection { is_protected: None, ..sound() }, "deletion_protection", State::Skipped),
        ] {
            assert_eq!(wrong(&found), [(check, state)]);
        }
    }

    #[test]
    fn a_table_that_says_nothing_of_its_version_is_a_warning() {
        assert_eq!(of_version(None).state, State::Warning);
        assert_eq!(dead_letters("given_up", 2).message, "2 were given up");
    }

    #[test]
    fn a_restore_that_was_begun_and_has_not_ended_is_told_whoever_has_ended_beside_it() {
        let at = |seconds: i64| Timestamp::from_seconds(1_800_000_000 + seconds).unwrap();
        let restore = |until: i64, is_over| Restore { id: "a".to_owned(), begun: at(0), since: at(0), until: at(until), is_over };
        let state = |restores: &[Restore], now| of_restores(restores, at(now)).state;
        assert_eq!(state(&[], 0), State::Ok);
        assert_eq!(state(&[restore(900, true)], 10), State::Ok);
        let both = [restore(900, false), restore(5_000, true)];
        assert_eq!([state(&both, 899), state(&both, 900), state(&both, 1_000_000)], [State::Warning, State::Failed, State::Failed]);
    }

    #[test]
    fn a_queue_is_sound_only_if_nothing_was_given_up_and_there_is_where_to() {
        let state =
            |given_up| of_queue("queue_of_mail", Seen::Counted(Inspection { visible: 3, delayed: 4, given_up, ..Inspection::default() }));
        assert_eq!((state(Some(0)).state, state(Some(0)).message.as_str()), (State::Ok, "7 wait, none was given up"));
        assert_eq!([state(Some(1)).state, state(None).state], [State::Warning, State::Failed]);
        let denied = of_queue("queue_of_mail", Seen::Failed("denied".to_owned(), Some("allow it".to_owned())));
        assert_eq!((denied.state, denied.hint.as_deref()), (State::Failed, Some("allow it")));
        assert_eq!(of_queue("queue_of_mail", Seen::NotGiven("give it".to_owned())).state, State::Skipped);
    }
}
