//! `GET /wp-json/lmn/v1/software/update/download` (seed 002, "GET /software/update/download").
//!
//! The seed answers 200 with the bytes. Here a redirect leads to them: bytes never pass through a function, and the client
//! follows redirects and needs a 200 at their end (contracts §3 and §6).

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use http::{StatusCode, Uri};
use latchkey_core::http::{Note, Params};
use latchkey_core::ops::redeem_download::redeem_download;

use crate::Software;
use crate::error::Error;
use crate::request::license_key;

/// Redirects to the package, for a minute.
pub(crate) async fn handle(State(software): State<Software>, uri: Uri) -> Result<Response, Error> {
    let params = Params::of_query(&uri);
    let [token, key] = params.require(["access_token", "key"]).map_err(Error::Missing)?;
    let Software { core, downloads } = software;
    let redeemed = redeem_download(&core, &downloads, &license_key(key)?, token).await?;
    let headers = [(LOCATION, redeemed.url), (CACHE_CONTROL, "no-store".to_owned())];
    let mut response = (StatusCode::FOUND, headers).into_response();
    response.extensions_mut().insert(Note { account: Some(redeemed.account), outcome: "ok", fault: None });
    Ok(response)
}
