//! `POST /wp-json/lmn/v1/software/update/prepare` (seed 002, "POST /software/update/prepare").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, StatusCode, Uri};
use latchkey_core::ops::prepare_download::prepare_download;
use serde::Serialize;

use crate::Software;
use crate::answer::Answer;
use crate::error::Error;
use crate::request::Sited;

/// A token for downloading the update.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct PrepareBody {
    /// 100 letters and digits.
    access_token: String,
    /// In seconds.
    expires_in: i64,
}

/// Gives an activated site a token for the current release: 201.
pub(crate) async fn handle(
    State(software): State<Software>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Answer<PrepareBody>, Error> {
    let Sited { licensed, device } = Sited::of_request(&uri, &headers, body).await?;
    let Software { core, downloads } = software;
    let prepared = prepare_download(&core, &downloads, &licensed.key, licensed.product(), &device).await?;
    let body = PrepareBody { access_token: prepared.token, expires_in: prepared.lives_seconds };
    Ok(Answer { status: StatusCode::CREATED, account: Some(prepared.account), body })
}
