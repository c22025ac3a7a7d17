//! `GET /wp-json/lmn/v1/license/info` (seed 002, "GET /license/info").

use axum::extract::State;
use http::Uri;
use latchkey_core::core::Core;
use latchkey_core::http::Params;
use latchkey_core::ops::inspect_license::inspect_license;

use super::LicenseBody;
use crate::answer::Answer;
use crate::error::Error;
use crate::request::Licensed;

/// Tells about the licence and its sites.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri) -> Result<Answer<LicenseBody>, Error> {
    let licensed = Licensed::parse(&Params::of_query(&uri))?;
    let snapshot = inspect_license(&core, &licensed.key, licensed.product()).await?;
    Ok(Answer::ok(snapshot.grant.account, LicenseBody::new(&snapshot, core.now())))
}
