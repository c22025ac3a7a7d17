//! `GET /v1/log/levels` (seed 004, "GET /v1/log/levels").

use axum::extract::State;
use latchkey_core::ops::account_log::{Levels, count_levels};
use serde::Serialize;

use super::{Intervals, Within};
use crate::Service;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::Moment;

/// How many entries there are of each level, by intervals.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogLevelsAnswer {
    /// The counts that are not 0, by time and then by level.
    log_levels: Vec<LogLevel>,
    /// How long an interval is, as ISO 8601 has it: `PT3600S`.
    group_by: String,
    /// How many entries were counted together.
    total_log_level_entries_count: i64,
}

/// How many entries of a level there are in an interval.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LogLevel {
    /// When the interval begins.
    date: Moment,
    /// The level.
    level: String,
    /// How many.
    count: i64,
}

/// Counts the entries of a period by level, in as many intervals as are asked for: 12 where nothing is said.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Within(period): Within,
    Intervals(intervals): Intervals,
) -> Result<Answer<LogLevelsAnswer>, Error> {
    let Levels { counts, seconds } = count_levels(&service.core, caller.account(), &period, intervals).await?;
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let total_log_level_entries_count = count(counts.iter().map(|level| level.count).sum());
    let log_levels = counts.into_iter().map(|level| LogLevel {
        date: level.begin.into(),
        level: level.level.name().to_owned(),
        count: count(level.count),
    });
    let body = LogLevelsAnswer { log_levels: log_levels.collect(), group_by: format!("PT{seconds}S"), total_log_level_entries_count };
    Ok(Answer::new(&caller, body))
}
