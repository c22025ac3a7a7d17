//! `GET /v1/license-tokens` (seed 004, "GET /v1/license-tokens").

use axum::extract::State;

use super::rows::Tokens;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{BothWays, List, Listing};
use crate::wire::{LicenseToken, LicenseTokens};

/// The tokens of all licences. Which licences have any is behind by seconds; the tokens are as they are.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    list: List,
) -> Result<Listing<LicenseToken, LicenseTokens>, Error> {
    let query = list.query::<LicenseToken>()?;
    let rows = BothWays(Tokens::of_account(&service.core, caller.account()));
    Listing::of(&caller, &query, &rows).await
}
