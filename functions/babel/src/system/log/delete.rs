//! `DELETE /v1/log` (seed 004, "DELETE /v1/log").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::log_entry::Level;
use latchkey_core::ops::account_log::{Deleted, delete_log, delete_log_entry, delete_log_where};
use latchkey_core::query::{Access, Period, Query};
use serde::Serialize;

use super::Deleting;
use crate::Service;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::LogEntry;

/// How many entries were deleted. These names are theirs, as the seed has them; those of every answer are there beside.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LogDeletedAnswer {
    /// That it was done.
    success: bool,
    /// `A total of 10 log entries have been deleted.`
    message: String,
    /// How many were deleted.
    deleted_log_count: i64,
}

/// Deletes an entry of the log by its number, those that fit a filter, those of a period, or all: at most 2,000 by one request, which
/// says where there may be more.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, what: Deleting) -> Result<Answer<LogDeletedAnswer>, Error> {
    let (core, account) = (&service.core, caller.account());
    let Deleted { count, may_be_more } = match what {
        Deleting::One(id) => {
            delete_log_entry(core, account, id).await?;
            Deleted { count: 1, may_be_more: false }
        }
        Deleting::All => delete_log(core, account, &Period::default()).await?,
        Deleting::Within(period) => delete_log(core, account, &period).await?,
        Deleting::Some(query, period) => delete_fitting(core, account, &query, &period).await?,
    };
    let mut message = format!("A total of {count} log entries have been deleted.");
    if may_be_more {
        message.push_str(" There may be more: repeat the request.");
    }
    let deleted_log_count = i64::try_from(count).unwrap_or(i64::MAX);
    Ok(Answer::new(&caller, LogDeletedAnswer { success: true, message, deleted_log_count }))
}

async fn delete_fitting(core: &Core, account: AccountId, query: &Query, period: &Period) -> Result<Deleted, Error> {
    let plan = query.plan();
    let level = match plan.accesses.as_slice() {
        [] => return Ok(Deleted { count: 0, may_be_more: false }),
        [Access::Equal(index, value)] if index.path == ["level"] => {
            let Some(level) = value.as_text().and_then(Level::of_name) else { return Ok(Deleted { count: 0, may_be_more: false }) };
            Some(level)
        }
        _ => None,
    };
    Ok(delete_log_where(core, account, period, level, |entry| query.fits(&LogEntry::from(entry.clone()))).await?)
}
