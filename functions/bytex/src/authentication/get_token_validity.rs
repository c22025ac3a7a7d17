//! `GET /API/Public/v1/Authentication/r1/GetTokenValidity` (seed 001, "/API/Public/v1/Authentication/r1/GetTokenValidity").

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::country::Country;
use latchkey_core::domain::customer::Customer;
use latchkey_core::ops::authenticate::authenticate_and_read;
use latchkey_core::ops::redeem_login_token::{open_login_token, redeem_login_token};
use serde::Serialize;

use crate::Vendor;
use crate::answer::Answer;
use crate::call::{Call, allowed};
use crate::error::Error;
use crate::fields::{Fields, SKU};
use crate::wire;

/// Who came along with the token.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidityBody {
    authenticated_identity: Identity,
}

#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
struct Identity {
    identifier: String,
    /// Nothing where the vendor keeps names in one part.
    first_name: Option<String>,
    /// The whole name where the vendor keeps names in one part.
    last_name: String,
    email: Option<String>,
    is_email_verified: bool,
    country_code3_letter: Option<&'static str>,
}

/// Tells who the token stands for, and uses it up.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<ValidityBody>, Error> {
    let Call { fields, presented } = call;
    let (token, sku) = vendor.understood(&presented, Permission::Read, fields.and_then(|fields| parse(&fields))).await?;
    let Vendor { core, credentials, tokens } = &vendor;
    let read = |account| open_login_token(core, tokens, account, &token, sku.as_deref());
    let (principal, opened) = authenticate_and_read(core, credentials, &presented, read).await?;
    let principal = allowed(Ok(principal), Permission::Read)?;
    let customer = redeem_login_token(core, opened?).await?;
    Ok(Answer { account: principal.account, response: ValidityBody { authenticated_identity: Identity::of(&customer) } })
}

/// The token, and the product that the service insists on.
fn parse(fields: &Fields) -> Result<(String, Option<String>), Error> {
    let [token] = fields.require(["Token"])?;
    Ok((token.to_owned(), fields.get(SKU)?.map(str::to_owned)))
}

impl Identity {
    fn of(customer: &Customer) -> Self {
        let (first, last) = match (&customer.given_name, &customer.family_name) {
            (first, Some(last)) => (first.as_ref(), last),
            (_, None) => (None, &customer.name),
        };
        Self {
            identifier: wire::user(customer.id),
            first_name: first.map(|first| first.as_str().to_owned()),
            last_name: last.as_str().to_owned(),
            email: customer.email.as_ref().map(|email| email.as_str().to_owned()),
            is_email_verified: customer.email_verified,
            country_code3_letter: customer.country.map(Country::alpha3),
        }
    }
}
