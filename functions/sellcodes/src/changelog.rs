//! `GET /v2/licenses/changelog` (seed 003, "GET PRODUCT’S VERSION UPDATES": `url`).
//!
//! The address names the product alone: the original's has the licence key in it, which then lies in logs and histories.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{StatusCode, Uri};
use latchkey_core::core::Core;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::failure::Failure;
use latchkey_core::http::{Note, Params};
use latchkey_core::ops::look_up_changelog::{Changelog, look_up_changelog};
use maud::{Markup, PreEscaped, html};

use crate::error::{said_of, with_fault};
use crate::html::{changelog, page};

/// Nothing is loaded, run or sent. Who may show the page in a frame is left open: WordPress shows a theme's in one, on any site.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'";

/// Shows what changed in a product's current release.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri) -> Response {
    let params = Params::of_query(&uri);
    match look_up_changelog(&core, params.get("product_id").unwrap_or_default()).await {
        Ok(found) => shown(&found),
        Err(Failure::Refused(refusal)) => refused(refusal),
        Err(Failure::Fault(fault)) => {
            let (status, sentence) = said_of(&fault);
            with_fault(answer(status, "no-store", "Changelog", &html! { p { (sentence) } }), fault)
        }
    }
}

fn shown(found: &Changelog) -> Response {
    let Changelog { product, release, readme } = found;
    let changes = changelog(release, readme.as_deref());
    let content = html! {
        p { "Version " (release.version) ", " (release.published.at.date()) }
        @if changes.is_empty() { p { "Nothing is said about this version." } } @else { (PreEscaped(changes)) }
    };
    let mut response = answer(StatusCode::OK, "public, max-age=60", product.name.as_str(), &content);
    response.extensions_mut().insert(Note { account: Some(product.account), outcome: "ok", fault: None });
    response
}

/// Only that there is no such product, or no release of it, is ever refused here.
fn refused(refusal: Refusal) -> Response {
    let content = html! { p { "There is no changelog at this address." } };
    let mut response = answer(StatusCode::NOT_FOUND, "public, max-age=60", "Changelog", &content);
    response.extensions_mut().insert(Note { account: None, outcome: refusal.name(), fault: None });
    response
}

fn answer(status: StatusCode, cache: &'static str, title: &str, content: &Markup) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, cache),
    ];
    (status, headers, page(title, content)).into_response()
}
