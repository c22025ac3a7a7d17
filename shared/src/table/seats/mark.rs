//! What a grant remembers the last change of its seats by: the last removal, and where seats are items the last one taken.
//!
//! A removal whose answer is lost is sent again and finds no seat: the mark tells that it was this very call that freed it
//! (reliability F5). And a counter that was read while a change was being made tells by the mark whether it includes that
//! change.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::time::Timestamp;
use crate::random::Random;
use crate::table::item::{Item, number};

/// How far the clocks of two functions may be apart, in microseconds: a minute.
const TOLERANCE_MICROS: u128 = 60_000_000;

/// Random numbers below this tell calls of one microsecond apart.
const RANDOM: u64 = 1_000_000_000;

/// A call's mark: the moment it began, and a random number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    micros: u128,
    random: u128,
}

impl Mark {
    /// A new mark for a call that begins at `now`.
    pub(super) fn draw(random: &Random, now: Timestamp) -> Self {
        let micros = u128::try_from(now.as_micros()).unwrap_or(0);
        Self { micros, random: u128::from(random.below(RANDOM)) }
    }

    /// The mark that a grant bears under `name`.
    pub(super) fn of(item: &Item, name: &str) -> Option<Self> {
        let number: u128 = item.get(name)?.as_n().ok()?.parse().ok()?;
        Some(Self { micros: number / u128::from(RANDOM), random: number % u128::from(RANDOM) })
    }

    /// As it is stored: one number.
    pub(super) fn attribute(self) -> AttributeValue {
        number(self.micros * u128::from(RANDOM) + self.random)
    }

    /// Whether this mark may have been set after `other` was, as far as clocks can tell.
    pub(super) fn may_follow(self, other: Self) -> bool {
        self.micros + TOLERANCE_MICROS >= other.micros
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_one_number_and_comes_back() {
        let mark = Mark { micros: 1_795_322_846_000_007, random: 42 };
        let item = Item::from([("freed".to_owned(), mark.attribute())]);
        assert_eq!(Mark::of(&item, "freed"), Some(mark));
        assert_eq!(Mark::of(&item, "took"), None);
    }

    #[test]
    fn a_mark_of_long_before_cannot_follow() {
        let at = |seconds: u128| Mark { micros: seconds * 1_000_000, random: 0 };
        assert!(!at(1_000).may_follow(at(1_100)));
        assert!(at(1_050).may_follow(at(1_100)));
        assert!(at(1_200).may_follow(at(1_100)));
    }
}
