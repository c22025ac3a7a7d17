//! `GET /v1/licenses/{licenseId}/tokens` (seed 004, "GET /v1/licenses/{licenseId}/tokens").

use axum::extract::State;
use latchkey_core::domain::ids::LicenseId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::seat_tokens::tokens_of_license;

use super::rows::Tokens;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{BothWays, List, Listing};
use crate::path::{Path, id};
use crate::wire::{LicenseToken, LicenseTokens};

/// The tokens of one licence as they are, the oldest first.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(license): Path<i32>,
    list: List,
) -> Result<Listing<LicenseToken, LicenseTokens>, Error> {
    let license = id(license, LicenseId::new, Thing::License)?;
    let query = list.query::<LicenseToken>()?;
    let (core, account) = (&service.core, caller.account());
    let tokens = Box::pin(tokens_of_license(core, account, license)).await?;
    let rows = BothWays(Tokens::of_license(core, account, &tokens));
    Listing::of(&caller, &query, &rows).await
}
