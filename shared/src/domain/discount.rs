//! The discount: a code that makes a purchase cheaper.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::ids::{AccountId, ProductId};
use super::license::Validity;
use super::money::{Money, Percentage};
use super::text::ProductCode;
use super::time::Timestamp;
use crate::random::Random;

/// A discount of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// The account.
    pub account: AccountId,
    /// What a buyer types in, unique in the account.
    pub code: DiscountCode,
    /// What it is for, or nothing where it is for all products of the account.
    pub product: Option<DiscountedProduct>,
    /// How much cheaper.
    pub reduction: Reduction,
    /// From when until when it can be redeemed. The end itself is outside.
    pub validity: Validity,
    /// How often it can be redeemed, or nothing where that does not matter: at least 1.
    pub most_uses: Option<u32>,
    /// How often it was redeemed.
    pub uses: u32,
    /// When it was made.
    pub created: Timestamp,
}

/// The product that a discount is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountedProduct {
    /// Its number.
    pub id: ProductId,
    /// Its public code, which never changes.
    pub code: ProductCode,
}

/// How much cheaper something gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// By a share of the price.
    Percentage(Percentage),
    /// By an amount.
    Amount(Money),
}

/// A code of 15 letters and digits in groups of five: `PFNHX-BDFZ8-L8PEX`. Upper case; typed in any case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DiscountCode(String);

/// The text is no discount's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a discount's code is three groups of five letters or digits, such as PFNHX-BDFZ8-L8PEX")]
pub struct NotADiscountCode;

/// Why a discount is not redeemed. The first that holds, in this order, is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountRefusal {
    /// The account has no such code.
    Unknown,
    /// It is for another product, or for a certain one and none was named.
    OtherProduct,
    /// Its time has not come.
    NotYetValid,
    /// Its time is over.
    Expired,
    /// It was redeemed as often as it can be.
    UsedUp,
}

const GROUPS: usize = 3;
const GROUP: usize = 5;

/// Without those that are read wrong: 0 and O, 1 and I.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

impl Discount {
    /// Whether it is for `product`: one for all products is for none in particular, too.
    pub fn is_for(&self, product: Option<ProductId>) -> bool {
        self.product.as_ref().is_none_or(|bound| Some(bound.id) == product)
    }

    /// Whether it can be redeemed for `product` at `now`.
    pub fn judge(&self, product: Option<ProductId>, now: Timestamp) -> Result<(), DiscountRefusal> {
        if !self.is_for(product) {
            return Err(DiscountRefusal::OtherProduct);
        }
        if self.validity.from.is_some_and(|from| now < from) {
            return Err(DiscountRefusal::NotYetValid);
        }
        if self.validity.until.is_some_and(|until| now >= until) {
            return Err(DiscountRefusal::Expired);
        }
        if self.most_uses.is_some_and(|most| self.uses >= most) {
            return Err(DiscountRefusal::UsedUp);
        }
        Ok(())
    }
}

impl DiscountCode {
    /// Takes a code in any case, without the white space around it.
    pub fn parse(text: &str) -> Result<Self, NotADiscountCode> {
        let text = text.trim();
        let is_group = |group: &str| group.len() == GROUP && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_code = text.split('-').all(is_group) && text.split('-').count() == GROUPS;
        if is_code { Ok(Self(text.to_ascii_uppercase())) } else { Err(NotADiscountCode) }
    }

    /// A new code: 75 random bits.
    pub fn generate(random: &Random) -> Self {
        let groups: Vec<String> = (0..GROUPS).map(|_| random.text(LETTERS, GROUP)).collect();
        Self(groups.join("-"))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DiscountRefusal {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_discount",
            Self::OtherProduct => "discount_of_other_product",
            Self::NotYetValid => "discount_not_yet_valid",
            Self::Expired => "discount_expired",
            Self::UsedUp => "discount_used_up",
        }
    }
}

impl fmt::Display for DiscountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DiscountCode {
    type Err = NotADiscountCode;

    fn from_str(text: &str) -> Result<Self, NotADiscountCode> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for DiscountCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    fn product(number: u32) -> Option<ProductId> {
        ProductId::new(number)
    }

    fn discount() -> Discount {
        Discount {
            account: AccountId::new(1).unwrap(),
            code: DiscountCode::parse("PFNHX-BDFZ8-L8PEX").unwrap(),
            product: Some(DiscountedProduct { id: product(3).unwrap(), code: ProductCode::parse("jJPUX40f").unwrap() }),
            reduction: Reduction::Percentage(Percentage::parse("15").unwrap()),
            validity: Validity { from: Some(at(100)), until: Some(at(200)) },
            most_uses: Some(2),
            uses: 2,
            created: at(0),
        }
    }

    #[test]
    fn the_first_thing_that_is_wrong_is_the_answer() {
        let mut discount = discount();
        assert_eq!(discount.judge(product(4), at(99)), Err(DiscountRefusal::OtherProduct));
        assert_eq!(discount.judge(None, at(99)), Err(DiscountRefusal::OtherProduct));
        assert_eq!(discount.judge(product(3), at(99)), Err(DiscountRefusal::NotYetValid));
        assert_eq!(discount.judge(product(3), at(200)), Err(DiscountRefusal::Expired));
        assert_eq!(discount.judge(product(3), at(199)), Err(DiscountRefusal::UsedUp));
        discount.uses = 1;
        assert_eq!(discount.judge(product(3), at(100)), Ok(()));
    }

    #[test]
    fn a_discount_for_everything_is_for_every_product_and_for_none() {
        let discount = Discount { product: None, validity: Validity::ALWAYS, most_uses: None, uses: u32::MAX, ..discount() };
        assert_eq!(discount.judge(product(9), at(0)), Ok(()));
        assert_eq!(discount.judge(None, at(0)), Ok(()));
    }

    #[test]
    fn a_code_is_three_groups_of_five_in_any_case() {
        assert_eq!(DiscountCode::parse(" pfnhx-bdfz8-l8pex\n").unwrap().as_str(), "PFNHX-BDFZ8-L8PEX");
        for text in
            ["", "PFNHX", "PFNHX-BDFZ8", "PFNHX-BDFZ8-L8PEX-AAAAA", "PFNHXBDFZ8L8PEX", "PFNHX-BDFZ8-L8PE#", "PFNHX-BDFZ8-L8PÉX", "-----"]
        {
            assert_eq!(DiscountCode::parse(text), Err(NotADiscountCode), "{text}");
        }
    }

    #[test]
    fn a_made_code_is_a_code_without_letters_that_are_read_wrong() {
        let random = Random::seeded(1);
        for _ in 0..100 {
            let code = DiscountCode::generate(&random);
            assert_eq!(DiscountCode::parse(code.as_str()), Ok(code.clone()));
            assert!(!code.as_str().contains(['0', 'O', '1', 'I']), "{code}");
        }
    }
}
