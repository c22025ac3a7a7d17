//! Discounts and their uses.
//!
//! What is said when a discount is made never changes; only its uses are counted.

use aws_sdk_dynamodb::types::Update;
use serde::{Deserialize, Serialize};

use super::item::{Item, item, number, value};
use super::keys::{self, PK};
use super::once::Put;
use super::transact::{NotDone, Transaction};
use super::{Exists, Freshness, Table};
use crate::domain::discount::{Discount, DiscountCode, DiscountRefusal, DiscountedProduct, Reduction};
use crate::domain::ids::{AccountId, ProductId};
use crate::domain::license::Validity;
use crate::domain::text::Line;
use crate::domain::time::Timestamp;
use crate::fault::{Fault, FaultKind};

const STARTS: &str = "starts";
const ENDS: &str = "ends";
const MOST: &str = "most";
const USES: &str = "uses";

/// A use of a discount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    /// What the vendor calls it: an order's number. A discount is used once for each.
    pub reference: Line<64>,
    /// When it was redeemed.
    pub at: Timestamp,
}

/// Why a discount was not redeemed.
#[derive(Debug)]
pub enum NotRedeemed {
    /// A fact about the discount.
    Refused(DiscountRefusal),
    /// A fault of ours.
    Fault(Fault),
}

/// A page of an account's discounts.
#[derive(Clone, Debug)]
pub struct DiscountPage {
    /// The discounts, in the order of their codes.
    pub discounts: Vec<Discount>,
    /// The last code, after which the next page begins, where there may be one.
    pub next: Option<DiscountCode>,
}

#[derive(Serialize, Deserialize)]
struct DiscountItem {
    account: AccountId,
    code: DiscountCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product: Option<DiscountedProduct>,
    reduction: Reduction,
    /// Microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    starts: Option<i64>,
    /// Microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most: Option<u32>,
    uses: u32,
    created: Timestamp,
}

/// The conditions of redeeming.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    ReferenceFree,
    Redeemable,
}

impl Table {
    /// Records a discount, unless the account has one with this code.
    pub async fn create_discount(&self, discount: &Discount) -> Result<Result<(), Exists>, Fault> {
        let stored = DiscountItem {
            account: discount.account,
            code: discount.code.clone(),
            product: discount.product.clone(),
            reduction: discount.reduction,
            starts: discount.validity.from.map(Timestamp::as_micros),
            ends: discount.validity.until.map(Timestamp::as_micros),
            most: discount.most_uses,
            uses: discount.uses,
            created: discount.created,
        };
        let discount = item(keys::discount(discount.account, &discount.code), &stored)?;
        match self.put_once(discount, "making a discount").await? {
            Put::Done => Ok(Ok(())),
            Put::Taken => Ok(Err(Exists)),
        }
    }

    /// The account's discount with this code.
    pub async fn discount(&self, account: AccountId, code: &DiscountCode) -> Result<Option<Discount>, Fault> {
        self.get(keys::discount(account, code), Freshness::Strong).await?.map(discount_from_item).transpose()
    }

    /// At most `limit` discounts of an account, after the code `after`.
    pub async fn discounts(&self, account: AccountId, after: Option<&DiscountCode>, limit: u16) -> Result<DiscountPage, Fault> {
        let after = after.map(|code| keys::discount(account, code).attributes());
        let (items, more) = self.query(&keys::discounts(account), after, i32::from(limit), Freshness::Strong).await?;
        let discounts = items.into_iter().map(discount_from_item).collect::<Result<Vec<_>, _>>()?;
        let next = if more.is_some() { discounts.last().map(|discount| discount.code.clone()) } else { None };
        Ok(DiscountPage { discounts, next })
    }

    /// Counts a use of the discount for `product` at `now`, under a reference. Redeemed under the same reference before, it is not
    /// counted again, and that use is the answer.
    pub async fn redeem_discount(
        &self,
        discount: &Discount,
        product: Option<ProductId>,
        reference: Line<64>,
        now: Timestamp,
    ) -> Result<Redemption, NotRedeemed> {
        let Discount { account, code, .. } = discount;
        let redemption = Redemption { reference, at: now };
        let mut transaction = Transaction::new("redeeming a discount");
        let used = item(keys::discount_use(*account, code, &redemption.reference), &redemption)?;
        transaction.create(self, Condition::ReferenceFree, used)?;
        let count = Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::discount(*account, code).attributes()))
            .update_expression("ADD #uses :one")
            .condition_expression(
                "attribute_exists(#pk) AND (attribute_not_exists(#starts) OR #starts <= :now) \
                 AND (attribute_not_exists(#ends) OR #ends > :now) AND (attribute_not_exists(#most) OR #uses < #most)",
            )
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#starts", STARTS)
            .expression_attribute_names("#ends", ENDS)
            .expression_attribute_names("#most", MOST)
            .expression_attribute_names("#uses", USES)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", number(now.as_micros()));
        transaction.update(Condition::Redeemable, count)?;
        let mut failed = match transaction.run(self).await {
            Ok(()) => return Ok(redemption),
            Err(NotDone::Fault(fault)) => return Err(fault.into()),
            Err(NotDone::Conditions(failed, _)) => failed,
        };
        let mut item_of = |condition| {
            let place = failed.iter().position(|failed| failed.condition == condition)?;
            Some(failed.swap_remove(place).item)
        };
        if let Some(before) = item_of(Condition::ReferenceFree) {
            let before = before.ok_or_else(|| Fault::new(FaultKind::Corrupt, "a use of a discount is in use by nothing"))?;
            return Ok(value(before)?);
        }
        let stands = item_of(Condition::Redeemable).flatten().map(discount_from_item).transpose()?;
        let refusal = stands.map_or(Err(DiscountRefusal::Unknown), |discount| discount.judge(product, now));
        match refusal {
            Err(refusal) => Err(NotRedeemed::Refused(refusal)),
            Ok(()) => Err(Fault::new(FaultKind::Corrupt, "a discount was refused that could be redeemed").into()),
        }
    }
}

fn discount_from_item(item: Item) -> Result<Discount, Fault> {
    let DiscountItem { account, code, product, reduction, starts, ends, most, uses, created } = value(item)?;
    let moment = |micros| Timestamp::from_micros(micros).ok_or_else(|| Fault::new(FaultKind::Corrupt, "a discount's time is out of range"));
    let validity = Validity { from: starts.map(moment).transpose()?, until: ends.map(moment).transpose()? };
    Ok(Discount { account, code, product, reduction, validity, most_uses: most, uses, created })
}

impl From<Fault> for NotRedeemed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
