//! Redeeming a discount: a purchase was made cheaper.

use super::find_product::find_product;
use crate::core::Core;
use crate::domain::discount::{Discount, DiscountCode, DiscountRefusal};
use crate::domain::ids::AccountId;
use crate::domain::text::Line;
use crate::fault::Fault;
use crate::table::{NotRedeemed, Redemption};

/// What a vendor's shop says when a discount is redeemed.
#[derive(Clone, Debug)]
pub struct RedeemDiscount {
    /// What the buyer typed in.
    pub code: DiscountCode,
    /// The public code of the product that is bought.
    pub product_code: Option<String>,
    /// What the shop calls the purchase: a discount is used once for each. Drawn where nothing is said.
    pub reference: Option<Line<64>>,
}

/// Why a discount was not redeemed.
#[derive(Debug, thiserror::Error)]
pub enum RedeemDiscountError {
    /// The account has no product with that code.
    #[error("there is no such product")]
    NoProduct,
    /// A fact about the discount.
    #[error("refused: {}", .0.name())]
    Refused(DiscountRefusal),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A discount that was redeemed.
#[derive(Clone, Debug)]
pub struct RedeemedDiscount {
    /// The discount, as it was before.
    pub discount: Discount,
    /// The use.
    pub redemption: Redemption,
}

/// Redeems a discount once. Under a reference that it was redeemed under before, that use is the answer, also after the discount's
/// end: a shop may ask again where it did not hear.
///
/// One round trip for what it is judged by, and a transaction that counts the use where its time has come, has not passed, and a
/// use is left.
pub async fn redeem_discount(core: &Core, account: AccountId, ask: RedeemDiscount) -> Result<RedeemedDiscount, RedeemDiscountError> {
    let RedeemDiscount { code: typed, product_code, reference } = ask;
    let product = async {
        match product_code {
            Some(text) => find_product(core, account, &text).await?.map(Some).ok_or(RedeemDiscountError::NoProduct),
            None => Ok(None),
        }
    };
    let (discount, product) = tokio::join!(Box::pin(core.table.discount(account, &typed)), Box::pin(product));
    let product = product?;
    let discount = discount?.ok_or(RedeemDiscountError::Refused(DiscountRefusal::Unknown))?;
    if !discount.is_for(product) {
        return Err(RedeemDiscountError::Refused(DiscountRefusal::OtherProduct));
    }
    let now = core.now();
    let reference = match reference {
        Some(reference) => reference,
        None => Line::parse(&core.random.ulid(now).to_string()).map_err(|error| Fault::corrupt("drawing a reference", error))?,
    };
    match core.table.redeem_discount(&discount, product, reference, now).await {
        Ok(redemption) => Ok(RedeemedDiscount { discount, redemption }),
        Err(NotRedeemed::Refused(refusal)) => Err(RedeemDiscountError::Refused(refusal)),
        Err(NotRedeemed::Fault(fault)) => Err(fault.into()),
    }
}
