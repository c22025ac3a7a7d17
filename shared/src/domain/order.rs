//! The order: what was bought at once.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, CustomerId, OrderId};
use super::text::Line;
use super::time::Timestamp;

/// A purchase of one or more licences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number within the account.
    pub id: OrderId,
    /// The account.
    pub account: AccountId,
    /// Who bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The number that the vendor's shop gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Line<64>>,
    /// When it was placed.
    pub placed: Timestamp,
}

/// One line of an order. Exactly one licence is ever issued for a line, however often that is asked for (reliability I4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The order.
    pub order: OrderId,
    /// The line's number within the order, from 0.
    pub line: u16,
}
