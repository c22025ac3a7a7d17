//! `POST /v2/licenses/check_license` (seed 003, "LICENSE KEY CHECK").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::domain::product::ProductKind;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::ops::check_license::{Check, check_license};
use latchkey_core::ops::described::Described;
use serde::Serialize;

use super::{count, customer_email, customer_name, expires, left, limit};
use crate::answer::Answer;
use crate::error::{Error, Verb};
use crate::request::Asked;
use crate::words::{Words, words};

/// The licence, and how it stands for the site.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct CheckBody {
    success: bool,
    license: &'static str,
    item_name: String,
    message: &'static str,
    /// Not where no activation is left: the seed's case c has none.
    #[serde(rename = "Purchase_date", skip_serializing_if = "Option::is_none")]
    purchase_date: Option<String>,
    expires: String,
    slug: String,
    customer_name: String,
    customer_email: String,
    /// `0` is unlimited.
    license_limit: String,
    site_count: String,
    /// `1` or `0`.
    is_wordpress_product: &'static str,
    /// `1` or `0`.
    offering_automatic_updates: &'static str,
    /// A million where there is no limit.
    activations_left: u32,
    /// Ours: only where it is true.
    #[serde(rename = "Refunded", skip_serializing_if = "Option::is_none")]
    refunded: Option<bool>,
}

/// Tells how the licence stands for the site. No seat is taken.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri, headers: HeaderMap, body: Body) -> Result<Answer<CheckBody>, Error> {
    let asked = Asked::of_request(&core, Verb::Other, &uri, &headers, body).await?;
    let ask = Check { key: &asked.key, product: asked.product(), device: &asked.device };
    let checked = check_license(&core, ask).await.map_err(|failure| Verb::Other.failed(failure))?;
    Ok(Answer { account: checked.grant.account, verdict: checked.verdict, body: CheckBody::from(&checked) })
}

impl From<&Described> for CheckBody {
    fn from(checked: &Described) -> Self {
        let Described { grant, product, verdict } = checked;
        let Words { license, message } = match verdict {
            Ok(()) => Words { license: "valid", message: "License is active" },
            Err(refusal) => words(*refusal),
        };
        Self {
            success: verdict.is_ok(),
            license,
            item_name: product.name.as_str().to_owned(),
            message,
            purchase_date: (*verdict != Err(Refusal::NoSeatsLeft)).then(|| grant.created.date_time()),
            expires: expires(grant),
            slug: product.slug.to_string(),
            customer_name: customer_name(grant),
            customer_email: customer_email(grant),
            license_limit: limit(grant),
            site_count: count(grant),
            is_wordpress_product: match product.kind {
                ProductKind::Plugin | ProductKind::Theme => "1",
                ProductKind::Program => "0",
            },
            offering_automatic_updates: if product.current.is_some() { "1" } else { "0" },
            activations_left: left(grant),
            refunded: (*verdict == Err(Refusal::Refunded)).then_some(true),
        }
    }
}
