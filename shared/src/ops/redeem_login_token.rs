//! Redeeming a login token: the vendor's service is told, once, who is there.

use super::find_product::find_product;
use crate::core::Core;
use crate::domain::customer::Customer;
use crate::domain::ids::AccountId;
use crate::fault::{Fault, FaultKind};
use crate::table::Redeemed;
use crate::tokens::{LoginToken, TokenKeys};

/// Why nobody was identified.
#[derive(Debug, thiserror::Error)]
pub enum LoginFailure {
    /// The token is none, is too old, was used, is another account's or for another product. Which of them is nobody's business.
    #[error("the login token is not valid")]
    NotValid,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A token that is good as far as reading can tell, and who it stands for.
#[derive(Debug)]
pub struct OpenedLogin {
    token: LoginToken,
    customer: Customer,
}

/// Opens a token for an account, and for a product where one is named, and reads who it stands for; nothing is read for what is no
/// token of the account. Needs no more than the account, so it can go out beside authentication, and a fault in it leaves the
/// token as it was.
pub async fn open_login_token(
    core: &Core,
    keys: &TokenKeys,
    account: AccountId,
    sealed: &str,
    product_code: Option<&str>,
) -> Result<OpenedLogin, LoginFailure> {
    let token = LoginToken::open(sealed, account, keys, core.now()).ok_or(LoginFailure::NotValid)?;
    let product = async {
        match product_code {
            Some(text) => find_product(core, account, text).await,
            None => Ok(Some(token.product)),
        }
    };
    let (product, customer) = tokio::join!(Box::pin(product), Box::pin(core.table.customer(account, token.customer)));
    if product? != Some(token.product) {
        return Err(LoginFailure::NotValid);
    }
    let customer = customer?.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a login token leads to no customer"))?;
    Ok(OpenedLogin { token, customer })
}

/// Uses the token up: one conditional write, which decides between all who try.
pub async fn redeem_login_token(core: &Core, opened: OpenedLogin) -> Result<Customer, LoginFailure> {
    match core.table.redeem_login(&opened.token).await? {
        Redeemed::Now => Ok(opened.customer),
        Redeemed::Before => Err(LoginFailure::NotValid),
    }
}
