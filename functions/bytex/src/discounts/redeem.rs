//! `POST /API/Public/v1/Discounts/r1/Redeem` (seed 001 has none: ours, for something must count the uses).

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::discount::DiscountCode;
use latchkey_core::domain::text::Line;
use latchkey_core::ops::redeem_discount::{RedeemDiscount, RedeemedDiscount, redeem_discount};
use serde::Serialize;

use super::ReductionBody;
use crate::Vendor;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::fields::{Fields, SKU};
use crate::wire;

/// What was redeemed, and the use that was counted.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedeemBody {
    #[serde(flatten)]
    reduction: ReductionBody,
    /// What the shop calls the purchase, or what was drawn for it.
    reference: String,
    /// When it was redeemed under this reference for the first time.
    redeemed_at: String,
}

/// Redeems a discount, once for each reference.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<RedeemBody>, Error> {
    let Call { fields, presented } = call;
    let ask = vendor.understood(&presented, Permission::Write, fields.and_then(|fields| parse(&fields))).await?;
    let account = vendor.admit(&presented, Permission::Write).await?.account;
    let redeemed = redeem_discount(&vendor.core, account, ask).await?;
    let RedeemedDiscount { discount, redemption } = redeemed;
    let response = RedeemBody {
        reduction: ReductionBody::new(&discount),
        reference: redemption.reference.as_str().to_owned(),
        redeemed_at: wire::time(redemption.at),
    };
    Ok(Answer { account, response })
}

fn parse(fields: &Fields) -> Result<RedeemDiscount, Error> {
    Ok(RedeemDiscount {
        code: fields.parsed("Code", DiscountCode::parse)?.ok_or_else(|| Error::Missing(vec!["Code"]))?,
        product_code: fields.get(SKU)?.map(str::to_owned),
        reference: fields.parsed("Reference", Line::parse)?,
    })
}
