//! Issuing a login token: a customer is sent on to the vendor's service.

use super::find_product::find_product;
use crate::core::Core;
use crate::domain::ids::{AccountId, CustomerId};
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::tokens::{LOGIN_TOKEN_SECONDS, LoginNonce, LoginToken, TokenKeys};

/// A token that was issued.
#[derive(Clone)]
pub struct IssuedLogin {
    /// 84 letters and digits.
    pub token: String,
    /// The first moment at which it is too old.
    pub expires: Timestamp,
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueLoginError {
    /// The account has no product with that code.
    #[error("there is no such product")]
    NoProduct,
    /// The account has no customer with that number.
    #[error("there is no such customer")]
    NoCustomer,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A token for the customer and the product, good once and for 300 seconds. Nothing is written: only its use is.
///
/// Whether the customer has a licence for the product is not asked: the service finds that out for itself, and may have something
/// to say to those who have none.
pub async fn issue_login_token(
    core: &Core,
    keys: &TokenKeys,
    account: AccountId,
    customer: CustomerId,
    product_code: &str,
) -> Result<IssuedLogin, IssueLoginError> {
    let (product, found) =
        tokio::join!(Box::pin(find_product(core, account, product_code)), Box::pin(core.table.customer(account, customer)));
    let product = product?.ok_or(IssueLoginError::NoProduct)?;
    if found?.is_none() {
        return Err(IssueLoginError::NoCustomer);
    }
    // The token knows whole seconds.
    let expires = Timestamp::from_seconds(core.now().as_seconds() + LOGIN_TOKEN_SECONDS).unwrap_or(Timestamp::MAX);
    let token = LoginToken { account, customer, product, nonce: LoginNonce::draw(&core.random), expires };
    Ok(IssuedLogin { token: token.seal(keys), expires })
}
