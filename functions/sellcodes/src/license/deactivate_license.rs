//! `POST /v2/licenses/deactivate_license` (seed 003, "LICENSE KEY DEACTIVATION").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::ops::deactivate::Deactivate;
use latchkey_core::ops::described::Described;
use latchkey_core::ops::try_deactivate::try_deactivate;
use serde::Serialize;

use super::{count, customer_email, customer_name, expires, left, limit};
use crate::answer::Answer;
use crate::error::{Error, Verb};
use crate::request::Asked;
use crate::words::{Words, words};

/// What became of the seat (seed 003, cases a and b).
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub(crate) enum DeactivateBody {
    Deactivated(Deactivated),
    Inactive(Inactive),
}

/// The site has given its seat up.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Deactivated {
    success: bool,
    license: &'static str,
    item_name: String,
    expires: String,
    customer_name: String,
    customer_email: String,
}

/// The site held none.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Inactive {
    success: bool,
    license: &'static str,
    item_name: String,
    message: &'static str,
    expires: String,
    slug: String,
    customer_name: String,
    customer_email: String,
    /// `0` is unlimited.
    license_limit: String,
    site_count: String,
    /// A million where there is no limit.
    activations_left: u32,
}

/// Removes the site from the licence. A site that is not on it is told so.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri, headers: HeaderMap, body: Body) -> Result<Answer<DeactivateBody>, Error> {
    let asked = Asked::of_request(&core, Verb::Other, &uri, &headers, body).await?;
    let ask = Deactivate { key: &asked.key, product: asked.product(), device: &asked.device };
    let done = try_deactivate(&core, ask).await.map_err(|failure| Verb::Other.failed(failure))?;
    Ok(Answer { account: done.grant.account, verdict: done.verdict, body: DeactivateBody::from(&done) })
}

impl From<&Described> for DeactivateBody {
    fn from(done: &Described) -> Self {
        let Described { grant, product, verdict } = done;
        let item_name = product.name.as_str().to_owned();
        let (expires, customer_name, customer_email) = (expires(grant), customer_name(grant), customer_email(grant));
        match verdict {
            Ok(()) => {
                let license = "deactivated";
                Self::Deactivated(Deactivated { success: true, license, item_name, expires, customer_name, customer_email })
            }
            Err(refusal) => {
                let Words { license, message } = words(*refusal);
                Self::Inactive(Inactive {
                    success: false,
                    license,
                    item_name,
                    message,
                    expires,
                    slug: product.slug.to_string(),
                    customer_name,
                    customer_email,
                    license_limit: limit(grant),
                    site_count: count(grant),
                    activations_left: left(grant),
                })
            }
        }
    }
}
