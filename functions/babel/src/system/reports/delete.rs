//! `DELETE /v1/reports/{reportId}` (seed 004, "DELETE /v1/reports/{reportId}").

use axum::extract::State;
use latchkey_core::domain::ids::ReportId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::reports::delete_report;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a report with its properties.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(number): Path<i32>) -> Result<Answer<Done>, Error> {
    let report = id(number, ReportId::new, Thing::Report)?;
    delete_report(&service.core, caller.account(), report).await?;
    Ok(Answer::done(&caller))
}
