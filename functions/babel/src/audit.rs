//! What the account's log is told of every operation of management, beside what operations tell of themselves.

use axum::response::Response;
use http::{Method, StatusCode};
use latchkey_core::core::Core;
use latchkey_core::domain::log_entry::{Entry, Level};
use latchkey_core::domain::user::UserId;
use latchkey_core::http::Note;
use latchkey_core::sink;

use crate::roles::Operation;

/// Tells the log of the account that asked: of a change that was made, unless the operation told of it itself; of a change that was
/// refused, or of anything that somebody may not do, as a warning; of a fault of ours as an error. What was asked wrongly, or is not
/// there, is nobody's business but the caller's.
pub(crate) fn note(core: &Core, operation: &'static Operation, path: &str, response: &Response) {
    let Some(actor) = sink::actor() else { return };
    let note = response.extensions().get::<Note>();
    let is_change = !matches!(operation.method, Method::GET | Method::HEAD);
    let entry = match (response.status(), note.and_then(|note| note.fault.as_deref())) {
        (_, Some(fault)) => Entry::error("{Operation} {Path} failed: {Outcome}", fault),
        (status, None) if status.is_server_error() => Entry::new(Level::Error, "{Operation} {Path} failed: {Outcome}"),
        (StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS, None) => Entry::warning("{Operation} {Path} was refused: {Outcome}"),
        (StatusCode::CONFLICT, None) if is_change => Entry::warning("{Operation} {Path} was refused: {Outcome}"),
        (status, None) if status.is_success() && is_change && !sink::is_told() => Entry::information("{Operation} {Path} was done"),
        _ => return,
    };
    let entry = entry.with("Operation", operation.method.as_str()).with("Path", operation.path);
    let entry = entry.with("Outcome", note.map_or("", |note| note.outcome));
    core.note(actor.account, with_ids(entry, operation.path, path));
}

/// With the ids that the path has. What is no id is left out: it may be anything.
fn with_ids(mut entry: Entry, pattern: &'static str, path: &str) -> Entry {
    for (name, value) in pattern.split('/').zip(path.split('/')) {
        let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else { continue };
        if let Ok(number) = value.parse::<i32>() {
            entry = entry.with(name, number);
        } else if let Ok(user) = UserId::parse(value) {
            entry = entry.with(name, user);
        }
    }
    entry
}
