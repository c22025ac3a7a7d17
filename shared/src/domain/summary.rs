//! A licence in short, for lists and figures of a whole account that would otherwise read every grant.
//!
//! Like the index of sites it is no part of any answer's path: it is brought up to date afterwards, from what is stored.

use serde::{Deserialize, Serialize};

use super::grant::Grant;
use super::ids::{AccountId, LicenseId};
use super::key::KeyDigest;
use super::license::{LicenseMode, Standing};
use super::seat::SeatLimit;

/// A licence in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The account.
    pub account: AccountId,
    /// The licence.
    pub license: LicenseId,
    /// The digest of its key.
    pub key: KeyDigest,
    /// How its seats are taken.
    #[serde(default, skip_serializing_if = "LicenseMode::is_usual")]
    pub mode: LicenseMode,
    /// Whether it may be used.
    pub standing: Standing,
    /// Whether its uses are traced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trace: bool,
    /// How many seats it has.
    pub limit: SeatLimit,
    /// How many are taken. Of floating ones those too whose time is over, until somebody else takes them.
    pub taken: u32,
    /// How many development sites it has.
    pub development: u32,
}

impl Summary {
    /// What there is to say of a grant.
    pub fn of(grant: &Grant) -> Self {
        Self {
            account: grant.account,
            license: grant.license,
            key: grant.key,
            mode: grant.mode,
            standing: grant.standing,
            trace: grant.trace,
            limit: grant.seat_limit,
            taken: grant.seats.taken(),
            development: u32::try_from(grant.free.len()).unwrap_or(u32::MAX),
        }
    }

    /// Whether anybody holds a seat.
    pub fn has_seats(&self) -> bool {
        self.taken > 0 || self.development > 0
    }
}

/// An account's licences and seats, as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// All licences.
    pub licenses: u64,
    /// Those that were revoked.
    pub revoked: u64,
    /// Those whose uses are traced.
    pub traced: u64,
    /// Those of [`LicenseMode::File`].
    pub file: u64,
    /// Those of [`LicenseMode::Activation`].
    pub activation: u64,
    /// Those of [`LicenseMode::Floating`].
    pub floating: u64,
    /// Seats that are held for good, development sites included.
    pub activated_seats: u64,
    /// Floating seats that are held.
    pub floating_seats: u64,
    /// Floating seats whose time is over and that nobody needed since.
    pub expired_seats: u64,
    /// How many seats there are, of the licences that have a limit.
    pub most_seats: u64,
    /// Licences without a limit.
    pub unlimited: u64,
}

impl Figures {
    /// Counts a licence. Floating seats are all taken for held.
    pub fn count(&mut self, summary: &Summary) {
        self.licenses += 1;
        self.revoked += u64::from(summary.standing == Standing::Revoked);
        self.traced += u64::from(summary.trace);
        let (of_mode, seats) = match summary.mode {
            LicenseMode::File => (&mut self.file, &mut self.activated_seats),
            LicenseMode::Activation => (&mut self.activation, &mut self.activated_seats),
            LicenseMode::Floating => (&mut self.floating, &mut self.floating_seats),
        };
        *of_mode += 1;
        *seats += u64::from(summary.taken) + u64::from(summary.development);
        match (summary.mode, summary.limit) {
            (LicenseMode::File, _) => {}
            (LicenseMode::Activation | LicenseMode::Floating, SeatLimit::Limited(seats)) => self.most_seats += u64::from(seats),
            (LicenseMode::Activation | LicenseMode::Floating, SeatLimit::Unlimited) => self.unlimited += 1,
        }
    }

    /// Counts `over` of the floating seats as those whose time is over.
    pub fn over(&mut self, over: u64) {
        self.floating_seats = self.floating_seats.saturating_sub(over);
        self.expired_seats += over;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grant::Seats;
    use crate::domain::testing::grant;

    #[test]
    fn licences_are_counted_by_what_they_are() {
        let mut figures = Figures::default();
        figures.count(&Summary::of(&grant()));
        figures.count(&Summary::of(&Grant { mode: LicenseMode::File, trace: true, ..grant() }));
        let floating =
            Grant { mode: LicenseMode::Floating, seats: Seats::Items { taken: 5 }, seat_limit: SeatLimit::Limited(9), ..grant() };
        figures.count(&Summary::of(&floating));
        figures.count(&Summary::of(&Grant { standing: Standing::Revoked, seat_limit: SeatLimit::Unlimited, ..floating }));
        figures.over(4);
        let expected = Figures {
            licenses: 4,
            revoked: 1,
            traced: 1,
            file: 1,
            activation: 1,
            floating: 2,
            activated_seats: 0,
            floating_seats: 6,
            expired_seats: 4,
            most_seats: 11,
            unlimited: 1,
        };
        assert_eq!(figures, expected);
    }
}
