//! `GET /push-file` (seed 003, "GET PRODUCT’S VERSION UPDATES": `package`, `download_link`).
//!
//! WordPress keeps the link for hours and then fetches it with a plain GET, following redirects to a 200 with the zip (contracts
//! §4, §6). What goes wrong is a plain sentence: WordPress shows the body of a refused download to the site's owner.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use http::{StatusCode, Uri};
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::http::{Note, Params};
use latchkey_core::ops::redeem_link::redeem_link;

use crate::Sellcodes;
use crate::error::{said_of, with_fault};
use crate::words::words;

/// Redirects to the package, for a minute.
pub(crate) async fn handle(State(sellcodes): State<Sellcodes>, uri: Uri) -> Response {
    let Sellcodes { core, downloads } = sellcodes;
    let params = Params::of_query(&uri);
    match redeem_link(&core, &downloads, params.get("file").unwrap_or_default()).await {
        Ok(redeemed) => {
            let headers = [(LOCATION, redeemed.url), (CACHE_CONTROL, "no-store".to_owned())];
            let mut response = (StatusCode::FOUND, headers).into_response();
            response.extensions_mut().insert(Note { account: Some(redeemed.account), outcome: "ok", fault: None });
            response
        }
        Err(Failure::Refused(refusal)) => {
            let mut response = sentence(status(refusal), words(refusal).message);
            response.extensions_mut().insert(Note { account: None, outcome: refusal.name(), fault: None });
            response
        }
        Err(Failure::Fault(fault)) => {
            let (status, message) = said_of(&fault);
            with_fault(sentence(status, message), fault)
        }
    }
}

/// A link that is none is not found, one that was good once is gone, and one whose licence says no is forbidden: no client takes
/// the answer to a download for one about its licence.
fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::LinkInvalid => StatusCode::NOT_FOUND,
        Refusal::LinkExpired | Refusal::NoRelease => StatusCode::GONE,
        Refusal::UnknownKey
        | Refusal::WrongProduct
        | Refusal::UnknownProduct
        | Refusal::Revoked
        | Refusal::Refunded
        | Refusal::Suspended
        | Refusal::NotYetValid
        | Refusal::Expired
        | Refusal::NotActivatedHere
        | Refusal::NoSeatsLeft
        | Refusal::SeatExpired
        | Refusal::OtherMode => StatusCode::FORBIDDEN,
    }
}

/// Plain text (`text/plain; charset=utf-8` is what a text is sent as).
fn sentence(status: StatusCode, text: &str) -> Response {
    // Some of the seed's sentences go on in another one after a comma; here none does.
    let text = text.trim_matches([' ', ',']);
    (status, [(CACHE_CONTROL, "no-store")], format!("{text}\n")).into_response()
}
