//! Which numbers of a list are read, and which way round.

use crate::query::Direction;

/// Numbers from the first to the last, and which way round a list of them goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The least.
    pub first: u32,
    /// The greatest. Before the first, there is none.
    pub last: u32,
    /// Which end the list begins at.
    pub direction: Direction,
}

impl Span {
    /// All numbers, from the least on.
    pub const ALL: Self = Self { first: 1, last: i32::MAX.unsigned_abs(), direction: Direction::Ascending };

    /// The numbers from `first` to `last`, as far as numbers go; none, where one of them is beyond that or they are the wrong way round.
    pub fn between(first: i64, last: i64) -> Self {
        let bounded = |number: i64, beyond| u32::try_from(number.min(i64::from(Self::ALL.last))).unwrap_or(beyond);
        // What begins behind the last number there is, has none.
        let first = if first > i64::from(Self::ALL.last) { u32::MAX } else { bounded(first, 0).max(1) };
        Self { first, last: bounded(last, 0), ..Self::ALL }
    }

    /// The same numbers in that order.
    #[must_use]
    pub fn towards(self, direction: Direction) -> Self {
        Self { direction, ..self }
    }

    /// What comes after `after`; nothing where nothing can.
    pub(super) fn rest(self, after: Option<u32>) -> Option<Self> {
        let rest = match (after, self.direction) {
            (None, _) => self,
            (Some(after), Direction::Ascending) => Self { first: self.first.max(after.checked_add(1)?), ..self },
            (Some(after), Direction::Descending) => Self { last: self.last.min(after.checked_sub(1)?), ..self },
        };
        let rest = Self { first: rest.first.max(Self::ALL.first), last: rest.last.min(Self::ALL.last), ..rest };
        // The store refuses a range that is the wrong way round.
        (rest.first <= rest.last).then_some(rest)
    }

    /// The numbers that are in both.
    pub(super) fn within(self, first: u32, last: u32) -> Self {
        Self { first: self.first.max(first), last: self.last.min(last), ..self }
    }

    /// Whether it goes from the least to the greatest.
    pub(super) fn is_forward(self) -> bool {
        self.direction == Direction::Ascending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(span: Span, after: Option<u32>) -> Option<(u32, u32)> {
        span.rest(after).map(|rest| (rest.first, rest.last))
    }

    #[test]
    fn a_list_goes_on_after_where_it_ended_whichever_way_it_goes() {
        let up = Span::between(3, 9);
        let down = up.towards(Direction::Descending);
        assert_eq!(
            [rest(up, None), rest(up, Some(5)), rest(up, Some(1)), rest(up, Some(9))],
            [Some((3, 9)), Some((6, 9)), Some((3, 9)), None]
        );
        assert_eq!([rest(down, None), rest(down, Some(5)), rest(down, Some(3))], [Some((3, 9)), Some((3, 4)), None]);
        assert_eq!(rest(Span::ALL, Some(i32::MAX.unsigned_abs())), None);
    }

    #[test]
    fn a_range_beyond_all_numbers_has_none() {
        let all = Some((1, i32::MAX.unsigned_abs()));
        assert_eq!([rest(Span::between(i64::MIN, i64::MAX), None), rest(Span::ALL, None)], [all, all]);
        for (first, last) in [(5, 4), (1, 0), (1, -7), (i64::from(i32::MAX) + 1, i64::MAX), (i64::MAX, i64::MAX)] {
            assert_eq!(rest(Span::between(first, last), None), None, "{first} to {last}");
        }
    }
}
