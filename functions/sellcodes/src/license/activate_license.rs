//! `POST /v2/licenses/activate_license` (seed 003, "LICENSE KEY ACTIVATION").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::domain::license::Standing;
use latchkey_core::ops::activate::Activate;
use latchkey_core::ops::described::Described;
use latchkey_core::ops::try_activate::try_activate;
use serde::Serialize;

use super::{UNLIMITED, count, customer_name, limit};
use crate::answer::Answer;
use crate::error::{Error, Verb};
use crate::request::Asked;

/// The licence, and whether the site holds a seat now (seed 003, cases a and e).
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "the seed's shape")]
pub(crate) struct ActivateBody {
    success: bool,
    message: &'static str,
    #[serde(rename = "License_key_valid")]
    license_key_valid: bool,
    #[serde(rename = "Activation_ok")]
    activation_ok: bool,
    #[serde(rename = "Activation_count")]
    activation_count: String,
    /// `0` is unlimited.
    #[serde(rename = "Maximum_activations")]
    maximum_activations: String,
    #[serde(rename = "Product_name")]
    product_name: String,
    #[serde(rename = "Username")]
    username: String,
    /// In seconds since 1970.
    #[serde(rename = "Purchase_date")]
    purchase_date: i64,
    #[serde(rename = "Expiry_date")]
    expiry_date: Expiry,
    #[serde(rename = "Refunded")]
    refunded: bool,
}

/// When the licence ends: here a text or a number.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
enum Expiry {
    /// [`UNLIMITED`].
    Never(&'static str),
    /// In seconds since 1970.
    At(i64),
}

/// Activates the licence for the site. The same site again is the same activation.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri, headers: HeaderMap, body: Body) -> Result<Answer<ActivateBody>, Error> {
    let asked = Asked::of_request(&core, Verb::Activate, &uri, &headers, body).await?;
    let ask = Activate { key: &asked.key, product: asked.product(), device: &asked.device, label: None };
    let Described { grant, product, verdict } = try_activate(&core, ask).await.map_err(|failure| Verb::Activate.failed(failure))?;
    let body = ActivateBody {
        success: true,
        message: "",
        license_key_valid: true,
        activation_ok: verdict.is_ok(),
        activation_count: count(&grant),
        maximum_activations: limit(&grant),
        product_name: product.name.as_str().to_owned(),
        username: customer_name(&grant),
        purchase_date: grant.created.as_seconds(),
        expiry_date: grant.validity.until.map_or(Expiry::Never(UNLIMITED), |until| Expiry::At(until.as_seconds())),
        refunded: grant.standing == Standing::Refunded,
    };
    Ok(Answer { account: grant.account, verdict, body })
}
