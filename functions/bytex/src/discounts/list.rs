//! `GET /API/Public/v1/Discounts/r1/List` (seed 001 has none: ours, to see what was made).

use axum::extract::State;
use latchkey_core::domain::api_key::Permission;
use latchkey_core::domain::discount::DiscountCode;
use latchkey_core::ops::list_discounts::{MOST_DISCOUNTS, list_discounts};
use serde::Serialize;

use super::DiscountBody;
use crate::Vendor;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::Error;
use crate::fields::Fields;

/// A page of the account's discounts.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct ListBody {
    discounts: Vec<DiscountBody>,
    /// What `After` has to be for the next page; nothing on the last one.
    next: Option<String>,
}

/// Lists discounts in the order of their codes.
pub(crate) async fn handle(State(vendor): State<Vendor>, call: Call) -> Result<Answer<ListBody>, Error> {
    let Call { fields, presented } = call;
    let (after, limit) = vendor.understood(&presented, Permission::Read, fields.and_then(|fields| parse(&fields))).await?;
    let account = vendor.admit(&presented, Permission::Read).await?.account;
    let page = list_discounts(&vendor.core, account, after.as_ref(), limit).await?;
    let discounts = page.discounts.iter().map(DiscountBody::new).collect();
    Ok(Answer { account, response: ListBody { discounts, next: page.next.map(|code| code.to_string()) } })
}

/// After which code, and how many.
fn parse(fields: &Fields) -> Result<(Option<DiscountCode>, u16), Error> {
    let after = fields.parsed("After", DiscountCode::parse)?;
    Ok((after, fields.parsed("Limit", limit)?.unwrap_or(MOST_DISCOUNTS)))
}

fn limit(text: &str) -> Result<u16, String> {
    let limit = text.parse().ok().filter(|limit| (1..=MOST_DISCOUNTS).contains(limit));
    limit.ok_or_else(|| format!("must be a whole number from 1 to {MOST_DISCOUNTS}"))
}
