//! The order: what was bought at once.

use serde::{Deserialize, Serialize};

use super::fixed_point::FixedPoint;
use super::ids::{AccountId, CustomerId, LicenseId, OrderId};
use super::license::Licensee;
use super::money::Currency;
use super::text::{Line, Prose, TextError};
use super::time::Timestamp;
use crate::random::Random;

/// The most lines that can be promised when an order is placed.
pub const MOST_LINES: u16 = 1_000;

/// A purchase of licences.
///
/// A shop knows how many licences it sold: their numbers are reserved when the order is placed, one a promised line. So such a line
/// has one licence by its number alone, however often it is asked for and by whom. Staff record an order first and issue licences
/// for it later, one by one: each takes the order's next free line (`order_lines.rs`). The licences of an order lie side by side
/// in the table either way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number within the account.
    pub id: OrderId,
    /// The account.
    pub account: AccountId,
    /// Who bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Who its licences are made out to: the customer, as it was when it became the order's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee: Option<Licensee>,
    /// The number that the vendor's shop gave it, or one that was drawn: unique in the account.
    pub reference: Line<64>,
    /// When it was placed.
    pub placed: Timestamp,
    /// The numbers of the licences that were promised when it was placed, where any were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Block>,
    /// What else the vendor knows.
    #[serde(default)]
    pub details: OrderDetails,
    /// When it was changed last, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Counts the changes, from 1.
    pub revision: u32,
}

/// What a vendor's staff keep about an order. None of it is interpreted here, the total least of all: it is what the vendor says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetails {
    /// How far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Line<64>>,
    /// Who processed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processed_by: Option<Line<120>>,
    /// The customer's own number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_order: Option<Line<120>>,
    /// What it costs altogether.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<FixedPoint>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The invoice's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<Line<120>>,
    /// How it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_type: Option<Line<64>>,
    /// The payment's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_number: Option<Line<120>>,
    /// How far the payment is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<Line<64>>,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Timestamp>,
    /// What the staff noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Prose<2000>>,
    /// Through whom it was sold: another customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reseller: Option<CustomerId>,
}

/// One line of an order. Exactly one licence is ever issued for a line, however often that is asked for (reliability I4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The order.
    pub order: OrderId,
    /// The line's number within the order, from 0: first the promised ones, then those that were taken one by one.
    pub line: u16,
}

/// Licence numbers that lie side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(LicenseId, u16)", into = "(LicenseId, u16)")]
pub struct Block {
    /// The first of them.
    pub first: LicenseId,
    /// How many they are, at least 1.
    pub count: u16,
}

impl Order {
    /// The number of the licence for a promised line, or nothing where the order has no such line.
    pub fn license_of(&self, line: u16) -> Option<LicenseId> {
        self.promised?.get(line)
    }

    /// How many lines were promised when it was placed.
    pub fn promised_lines(&self) -> u16 {
        self.promised.map_or(0, |block| block.count)
    }

    /// When it was changed last; when it was placed, where it never was.
    pub fn last_change(&self) -> Timestamp {
        self.updated.unwrap_or(self.placed)
    }
}

impl Block {
    /// One of its numbers, counted from 0.
    pub fn get(self, index: u16) -> Option<LicenseId> {
        if index < self.count { LicenseId::new(self.first.get() + u32::from(index)) } else { None }
    }

    /// The last of its numbers.
    pub fn last(self) -> Option<LicenseId> {
        self.get(self.count.checked_sub(1)?)
    }
}

impl From<(LicenseId, u16)> for Block {
    fn from((first, count): (LicenseId, u16)) -> Self {
        Self { first, count }
    }
}

impl From<Block> for (LicenseId, u16) {
    fn from(Block { first, count }: Block) -> Self {
        (first, count)
    }
}

/// A number for an order that came without one: 41 random bits behind `O-`, so another one is drawn where it is in use.
pub fn draw_reference(random: &Random) -> Result<Line<64>, TextError> {
    Line::parse(&format!("O-{}", random.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_promised_line_has_a_number_of_its_own_and_a_line_too_many_has_none() {
        let mut order = Order {
            id: OrderId::new(1).unwrap(),
            account: AccountId::new(1).unwrap(),
            customer: None,
            licensee: None,
            reference: Line::parse("1001").unwrap(),
            placed: Timestamp::MIN,
            promised: Some(Block { first: LicenseId::new(41).unwrap(), count: 3 }),
            details: OrderDetails::default(),
            updated: None,
            revision: 1,
        };
        let numbers: Vec<_> = (0..5).map(|line| order.license_of(line).map(LicenseId::get)).collect();
        assert_eq!(numbers, [Some(41), Some(42), Some(43), None, None]);
        assert_eq!(order.promised.and_then(Block::last), LicenseId::new(43));
        order.promised = None;
        assert_eq!((order.license_of(0), order.promised_lines()), (None, 0));
    }
}
