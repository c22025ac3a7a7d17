//! `POST /API/Public/v1/Discounts/r1/Create` (seed 001, "/API/Public/v1/Discounts/r1/Create").

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::discount::{DiscountCode, Reduction};
use latchkey_core::domain::license::Validity;
use latchkey_core::domain::money::{Currency, Money, Percentage};
use latchkey_core::ops::create_discount::{NewDiscount, create_discount};
use serde::Serialize;

use crate::Vendor;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::fields::{Fields, SKU};
use crate::wire;

const A_TIME: &str = "must be a time such as 2026-11-22T06:00:00";

/// The new discount's code.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct CreateBody {
    code: String,
}

/// Makes a discount.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<CreateBody>, Error> {
    let Call { fields, presented } = call;
    let new = vendor.understood(&presented, Permission::Create, fields.and_then(|fields| parse(&fields))).await?;
    let account = vendor.admit(&presented, Permission::Create).await?.account;
    let discount = create_discount(&vendor.core, account, new).await?;
    Ok(Answer { account, response: CreateBody { code: discount.code.to_string() } })
}

/// The eight fields.
fn parse(fields: &Fields) -> Result<NewDiscount, Error> {
    let product_code = fields.get(SKU)?.map(str::to_owned);
    let code = fields.parsed("Code", DiscountCode::parse)?;
    let validity = Validity {
        from: fields.parsed("ValidFrom", |text| wire::parse_time(text).ok_or(A_TIME))?,
        until: fields.parsed("ValidUntil", |text| wire::parse_time(text).ok_or(A_TIME))?.filter(|end| !wire::is_permanent(*end)),
    };
    let most_uses = fields.parsed("MaxUses", uses)?;
    Ok(NewDiscount { product_code, code, reduction: reduction(fields)?, validity, most_uses })
}

/// `Percentage`, or `Amount` and `Currency`.
fn reduction(fields: &Fields) -> Result<Reduction, Error> {
    let currency = fields.parsed("Currency", Currency::parse)?;
    match (fields.get("Percentage")?, fields.get("Amount")?, currency) {
        (Some(_), None, None) => {
            let percentage =
                fields.parsed("Percentage", |text| Percentage::parse(text).map_err(|error| format!("{error}: from 1 to 100")))?;
            percentage.map(Reduction::Percentage).ok_or_else(|| Error::Missing(vec!["Percentage"]))
        }
        (None, Some(_), Some(currency)) => {
            let money = fields.parsed("Amount", |text| Money::parse(text, currency))?;
            money.map(Reduction::Amount).ok_or_else(|| Error::Missing(vec!["Amount"]))
        }
        (None, Some(_), None) => Err(Error::Missing(vec!["Currency"])),
        (None, None, _) => Err(Error::Missing(vec!["Percentage"])),
        (Some(_), Some(_), _) => Err(Error::Invalid("Amount", "a discount has a percentage or an amount, not both.".to_owned())),
        (Some(_), None, Some(_)) => Err(Error::Invalid("Currency", "a percentage has no currency.".to_owned())),
    }
}

fn uses(text: &str) -> Result<u32, &'static str> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|uses| is_number && (1..=i32::MAX.unsigned_abs()).contains(uses))
        .ok_or("must be a whole number from 1 to 2147483647")
}
