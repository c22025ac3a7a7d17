//! `POST /wp-json/lmn/v1/license/deactivate` (seed 002, "POST /license/deactivate").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::ops::deactivate::{Deactivate, deactivate};

use super::LicenseBody;
use crate::answer::Answer;
use crate::error::Error;
use crate::request::Sited;

/// Removes the site from the licence. A site that is not on it is told so.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri, headers: HeaderMap, body: Body) -> Result<Answer<LicenseBody>, Error> {
    let Sited { licensed, device } = Sited::of_request(&uri, &headers, body).await?;
    let ask = Deactivate { key: &licensed.key, product: licensed.product(), device: &device };
    let snapshot = deactivate(&core, ask).await?;
    Ok(Answer::ok(snapshot.grant.account, LicenseBody::new(&snapshot, core.now())))
}
