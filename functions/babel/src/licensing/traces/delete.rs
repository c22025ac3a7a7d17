//! `DELETE /v1/license-traces` (seed 004, "DELETE /v1/license-traces").

use axum::extract::State;
use latchkey_core::domain::ids::{LicenseId, TraceId};
use latchkey_core::domain::trace::Trace;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::traces::{Deleted, delete_trace, delete_traces};
use latchkey_core::query::{Parameters, Query};
use serde::Deserialize;

use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::code::Code;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;
use crate::wire::{LICENSE_TRACE, LicenseTrace};

/// Which traces are to be deleted: those that are all of what is said. 0 and an empty text say nothing.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct DoomedTraces {
    /// This one.
    trace_id: Option<i32>,
    /// Those of this license.
    license_id: Option<i32>,
    /// Those that fit this condition, in the language of lists.
    filter: Option<String>,
}

/// Deletes traces. Who says nothing of which is refused: all of them are meant by `Id > 0`, and by no slip.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Body(body): Body<DoomedTraces>) -> Result<Answer<Done>, Error> {
    let DoomedTraces { trace_id, license_id, filter } = body;
    let filter = filter.filter(|filter| !filter.trim().is_empty());
    let query = Query::parse(&LICENSE_TRACE, &Parameters { filter: filter.clone(), ..Parameters::default() })?;
    let trace = trace_id.filter(|trace| *trace != 0).map(|trace| id(trace, TraceId::new, Thing::Trace)).transpose()?;
    let license = license_id.filter(|license| *license != 0).map(|license| id(license, LicenseId::new, Thing::License)).transpose()?;
    let (core, account) = (&service.core, caller.account());
    let fits = |trace: &Trace| query.fits(&LicenseTrace::from(trace));
    if let Some(trace) = trace {
        let is_meant = |trace: &Trace| license.is_none_or(|license| license == trace.license) && fits(trace);
        Box::pin(delete_trace(core, account, trace, is_meant)).await?;
        return Ok(Answer::done(&caller));
    }
    if license.is_none() && filter.is_none() {
        return Err(Error::new(Code::InvalidMember, "One of traceId, licenseId and filter has to say which traces are to be deleted."));
    }
    let Deleted { count, are_all } = Box::pin(delete_traces(core, account, license, fits)).await?;
    if count == 0 && !are_all {
        return Err(Error::new(Code::TooBroad, "None of the oldest traces is meant, and no more are looked at: please name a license."));
    }
    let more = if are_all { "" } else { " There may be more." };
    Ok(Answer::done(&caller).saying(format!("A total of {count} license traces have been deleted.{more}")))
}
