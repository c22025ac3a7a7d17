//! The product of an order: what of it was sold, and at which price.

use serde::{Deserialize, Serialize};

use super::fixed_point::FixedPoint;
use super::ids::{AccountId, OrderId, ProductId};
use super::text::Prose;

/// The most of a product that an order has.
pub const MOST_SOLD: u32 = 1_000_000_000;

/// A product of an order. An order has a product once.
///
/// It is what the vendor says: nothing is computed from it, and the order's total stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderProduct {
    /// The account.
    pub account: AccountId,
    /// The order.
    pub order: OrderId,
    /// The product.
    pub product: ProductId,
    /// How much of it was sold, and at which price.
    pub sale: Sale,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// How much of a product was sold, and at which price.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// How many, at most [`MOST_SOLD`].
    #[serde(default)]
    pub quantity: u32,
    /// What one costs, in the order's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<FixedPoint>,
    /// What is taken off, as the vendor understands it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<FixedPoint>,
    /// What comes on top, as the vendor understands it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taxes: Option<FixedPoint>,
    /// What the staff noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Prose<2000>>,
}
