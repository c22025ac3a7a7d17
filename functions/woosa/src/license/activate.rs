//! `POST /wp-json/lmn/v1/license/activate` (seed 002, "POST /license/activate").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::ops::activate::{Activate, activate};

use super::LicenseBody;
use crate::answer::Answer;
use crate::error::Error;
use crate::request::Sited;

/// Activates the licence for the site. The same site again is the same activation.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri, headers: HeaderMap, body: Body) -> Result<Answer<LicenseBody>, Error> {
    let Sited { licensed, device } = Sited::of_request(&uri, &headers, body).await?;
    let ask = Activate { key: &licensed.key, product: licensed.product(), device: &device, label: None };
    let snapshot = activate(&core, ask).await?;
    Ok(Answer::ok(snapshot.grant.account, LicenseBody::new(&snapshot, core.now())))
}
