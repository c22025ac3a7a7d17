//! Making a discount.

use super::find_product::find_product;
use crate::core::Core;
use crate::domain::discount::{Discount, DiscountCode, DiscountedProduct, Reduction};
use crate::domain::ids::AccountId;
use crate::domain::license::Validity;
use crate::domain::text::ProductCode;
use crate::fault::Fault;
use crate::table::Exists;

/// What a vendor says about a new discount.
#[derive(Clone, Debug)]
pub struct NewDiscount {
    /// The public code of the product that it is for; for all products where nothing is said.
    pub product_code: Option<String>,
    /// What buyers type in; drawn where it is not given.
    pub code: Option<DiscountCode>,
    /// How much cheaper.
    pub reduction: Reduction,
    /// From when until when it can be redeemed.
    pub validity: Validity,
    /// How often it can be redeemed: at least once.
    pub most_uses: Option<u32>,
}

/// Why a discount was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateDiscountError {
    /// The account has no product with that code.
    #[error("there is no such product")]
    NoProduct,
    /// Another discount of the account has the code.
    #[error("the code is in use already")]
    CodeTaken,
    /// It could never be redeemed: its end comes before its beginning, or has passed, or it has no uses.
    #[error("the discount could never be redeemed")]
    NeverRedeemable,
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Makes a discount. Its code must be new in the account.
pub async fn create_discount(core: &Core, account: AccountId, new: NewDiscount) -> Result<Discount, CreateDiscountError> {
    let now = core.now();
    let NewDiscount { product_code, code: given, reduction, validity, most_uses } = new;
    if !validity.is_ordered() || validity.until.is_some_and(|until| until <= now) || most_uses == Some(0) {
        return Err(CreateDiscountError::NeverRedeemable);
    }
    let product = match product_code {
        Some(text) => {
            // What cannot be a code is no product of the account either.
            let public_code = ProductCode::parse(&text).map_err(|_| CreateDiscountError::NoProduct)?;
            let id = find_product(core, account, &text).await?.ok_or(CreateDiscountError::NoProduct)?;
            Some(DiscountedProduct { id, code: public_code })
        }
        None => None,
    };
    let is_given = given.is_some();
    let drawn = || DiscountCode::generate(&core.random);
    let mut discount =
        Discount { account, code: given.unwrap_or_else(drawn), product, reduction, validity, most_uses, uses: 0, created: now };
    // A drawn code that is in use by chance is drawn again, once: twice in a row is no chance.
    for is_last in [is_given, true] {
        match core.table.create_discount(&discount).await? {
            Ok(()) => return Ok(discount),
            Err(Exists) if is_last => break,
            Err(Exists) => discount.code = drawn(),
        }
    }
    Err(CreateDiscountError::CodeTaken)
}
