//! Discounts: what is told of one.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod redeem;

use latchkey_core::domain::discount::{Discount, Reduction};
use latchkey_core::domain::money::Money;
use serde::Serialize;

use crate::wire;

/// How much cheaper, and what.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
struct ReductionBody {
    code: String,
    /// Nothing where the discount is for all products.
    product_sku: Option<String>,
    /// A number from 1 to 100 as text, or nothing.
    percentage: Option<String>,
    /// With all digits of its currency, as text; or nothing.
    amount: Option<String>,
    currency: Option<&'static str>,
}

/// A discount as it stands.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
struct DiscountBody {
    #[serde(flatten)]
    reduction: ReductionBody,
    valid_from: String,
    valid_until: String,
    /// Nothing where it can be used without end.
    max_uses: Option<u32>,
    uses: u32,
}

impl ReductionBody {
    fn new(discount: &Discount) -> Self {
        let (percentage, money) = match discount.reduction {
            Reduction::Percentage(percentage) => (Some(percentage.to_string()), None),
            Reduction::Amount(money) => (None, Some(money)),
        };
        Self {
            code: discount.code.to_string(),
            product_sku: discount.product.as_ref().map(|product| product.code.to_string()),
            percentage,
            amount: money.map(Money::amount),
            currency: money.map(|money| money.currency().code()),
        }
    }
}

impl DiscountBody {
    fn new(discount: &Discount) -> Self {
        Self {
            reduction: ReductionBody::new(discount),
            valid_from: wire::time(discount.validity.from.unwrap_or(discount.created)),
            valid_until: wire::end(discount.validity.until),
            max_uses: discount.most_uses,
            uses: discount.uses,
        }
    }
}
