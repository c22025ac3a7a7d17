//! The order: what was bought at once.

use serde::{Deserialize, Serialize};

use super::ids::{AccountId, CustomerId, LicenseId, OrderId};
use super::license::Licensee;
use super::text::Line;
use super::time::Timestamp;

/// The most lines of an order.
pub const MOST_LINES: u16 = 1_000;

/// A purchase of one or more licences.
///
/// The numbers of its licences are reserved when it is recorded, one a line. So a line has one licence by its number alone,
/// however often it is asked for and by whom, and the licences of an order lie side by side in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number within the account.
    pub id: OrderId,
    /// The account.
    pub account: AccountId,
    /// Who bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Who its licences are made out to: the customer, as it was on the day of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensee: Option<Licensee>,
    /// The number that the vendor's shop gave it, unique in the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Line<64>>,
    /// When it was placed.
    pub placed: Timestamp,
    /// The licence number of its line 0.
    pub first_license: LicenseId,
    /// How many lines it has, from 1 to [`MOST_LINES`].
    pub lines: u16,
}

/// One line of an order. Exactly one licence is ever issued for a line, however often that is asked for (reliability I4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The order.
    pub order: OrderId,
    /// The line's number within the order, from 0.
    pub line: u16,
}

impl Order {
    /// The number of the licence for a line, or nothing where the order has no such line.
    pub fn license_of(&self, line: u16) -> Option<LicenseId> {
        if line < self.lines { LicenseId::new(self.first_license.get() + u32::from(line)) } else { None }
    }

    /// The number of the last line's licence.
    pub fn last_license(&self) -> Option<LicenseId> {
        self.license_of(self.lines.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_a_number_of_its_own_and_a_line_too_many_has_none() {
        let order = Order {
            id: OrderId::new(1).unwrap(),
            account: AccountId::new(1).unwrap(),
            customer: None,
            licensee: None,
            reference: None,
            placed: Timestamp::MIN,
            first_license: LicenseId::new(41).unwrap(),
            lines: 3,
        };
        let numbers: Vec<_> = (0..5).map(|line| order.license_of(line).map(LicenseId::get)).collect();
        assert_eq!(numbers, [Some(41), Some(42), Some(43), None, None]);
        assert_eq!(order.last_license(), LicenseId::new(43));
    }
}
