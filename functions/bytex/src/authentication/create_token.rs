//! `POST /API/Public/v1/Authentication/r1/CreateToken` (seed 001 has none: ours, for something must issue the tokens).

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::ops::issue_login_token::issue_login_token;
use serde::Serialize;

use crate::Vendor;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::wire;

/// A login token.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenBody {
    /// 84 letters and digits: the parameter `token` of the service's address.
    token: String,
    valid_until: String,
}

/// Issues a token for a user who wants to use a product: good once, and for five minutes.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<TokenBody>, Error> {
    let Call { fields, presented } = call;
    let asked = fields.and_then(|fields| fields.user_and_sku());
    let (user, sku) = vendor.understood(&presented, Permission::Create, asked).await?;
    let principal = vendor.admit(&presented, Permission::Create).await?;
    let issued = issue_login_token(&vendor.core, &vendor.tokens, principal.account, user, &sku).await?;
    Ok(Answer { account: principal.account, response: TokenBody { token: issued.token, valid_until: wire::time(issued.expires) } })
}
