//! Periods, and the equal parts of one.

use super::bounds::{number, said};
use super::moment;
use super::problem::{Parameter, Problem, QueryError};
use crate::domain::time::Timestamp;

/// The most parts that a period is divided into.
pub const MOST_INTERVALS: u32 = 1_000;

/// The time from a moment to another one, both included. Either may be left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Where it begins.
    pub start: Option<Timestamp>,
    /// Where it ends: not before it begins.
    pub end: Option<Timestamp>,
}

/// A period's parts, from the first to the last. They are equally long, but for a microsecond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervals {
    /// Where each begins, and where the last one ends: one more than there are parts, and at least two.
    boundaries: Vec<Timestamp>,
}

impl Period {
    /// Parses both ends: ISO 8601, UTC where they name no zone.
    pub fn parse(start: Option<&str>, end: Option<&str>) -> Result<Self, QueryError> {
        let moment = |text, parameter| {
            let refused = || QueryError::whole(parameter, Problem::OutOfRange("a date such as 2024-12-31T00:00:00Z"));
            said(text).map(|text| moment::parse(text).ok_or_else(refused)).transpose()
        };
        let (start, end) = (moment(start, Parameter::StartDate)?, moment(end, Parameter::EndDate)?);
        match (start, end) {
            (Some(start), Some(end)) if end < start => {
                Err(QueryError::whole(Parameter::EndDate, Problem::OutOfRange("no earlier than startDate")))
            }
            _ => Ok(Self { start, end }),
        }
    }
}

/// Parses how many parts a period is to have; `default` where nothing is said, or 0.
pub fn intervals(text: Option<&str>, default: u32) -> Result<u32, QueryError> {
    let given = number(text, Parameter::Intervals, MOST_INTERVALS, "a whole number from 1 to 1000")?;
    Ok(given.filter(|given| *given > 0).unwrap_or(default))
}

impl Intervals {
    /// Divides the time from `start` to `end`, which is not earlier, into `count` parts; 0 counts as 1, and more than
    /// [`MOST_INTERVALS`] as that.
    pub fn new(start: Timestamp, end: Timestamp, count: u32) -> Self {
        let count = i128::from(count.clamp(1, MOST_INTERVALS));
        let length = i128::from(end.as_micros()) - i128::from(start.as_micros());
        let boundary = |number| {
            let passed = i64::try_from(length.max(0) * number / count).unwrap_or_default();
            Timestamp::from_micros(start.as_micros() + passed).unwrap_or(end)
        };
        Self { boundaries: (0..=count).map(boundary).collect() }
    }

    /// The parts: where each begins, and where the next one does.
    pub fn parts(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        self.boundaries.iter().copied().zip(self.boundaries.iter().skip(1).copied())
    }

    /// The part, from 0, that a moment lies in: the one that begins with it where it is a boundary, and the last one where it is
    /// the end. Nothing where it lies in none.
    pub fn of(&self, moment: Timestamp) -> Option<usize> {
        let begun = self.boundaries.partition_point(|boundary| *boundary <= moment);
        let last = self.boundaries.len() - 1;
        if begun == 0 || self.boundaries.last().is_none_or(|end| *end < moment) {
            return None;
        }
        Some((begun - 1).min(last - 1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_period_may_be_open_and_does_not_end_before_it_begins() {
        assert_eq!(Period::parse(None, Some("")), Ok(Period::default()));
        let period = Period::parse(Some("2024-01-01"), Some("2024-01-01T00:00:00Z")).unwrap();
        assert_eq!((period.start, period.end), (Some(at("2024-01-01")), Some(at("2024-01-01"))));
        let refused = |start, end| Period::parse(start, end).unwrap_err().to_string();
        assert_eq!(refused(Some("2024-01-02"), Some("2024-01-01")), "endDate: this has to be no earlier than startDate.");
        assert_eq!(refused(Some("soon"), None), "startDate: this has to be a date such as 2024-12-31T00:00:00Z.");
        assert_eq!([None, Some("0"), Some("7")].map(|text| intervals(text, 12).unwrap()), [12, 12, 7]);
        assert_eq!(intervals(Some("1001"), 12).unwrap_err().to_string(), "intervals: this has to be a whole number from 1 to 1000.");
    }

    #[test]
    fn a_day_has_four_quarters() {
        let day = Intervals::new(at("2024-01-01"), at("2024-01-02"), 4);
        let begins: Vec<_> = day.parts().map(|(begin, _)| begin.to_string()).collect();
        assert_eq!(begins.iter().map(|begin| &begin[11..13]).collect::<Vec<_>>(), ["00", "06", "12", "18"]);
        assert_eq!(day.parts().last().unwrap().1, at("2024-01-02"));
        assert_eq!(day.of(at("2024-01-01T06:00:00Z")), Some(1));
        assert_eq!(day.of(at("2024-01-02")), Some(3));
        assert_eq!(day.of(at("2024-01-02T00:00:01Z")), None);
        assert_eq!(day.of(at("2023-12-31T23:59:59Z")), None);
    }

    #[test]
    fn a_moment_is_a_period_too() {
        let moment = Intervals::new(at("2024-01-01"), at("2024-01-01"), 3);
        assert_eq!(moment.parts().count(), 3);
        assert_eq!(moment.of(at("2024-01-01")), Some(2));
    }

    proptest! {
        #[test]
        fn every_moment_of_a_period_lies_in_the_part_that_holds_it(
            start in Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros(),
            length in 0_i64..10_000_000_000_000,
            share in 0.0_f64..=1.0,
            count in 1_u32..=1_000,
        ) {
            let start = Timestamp::from_micros(start).unwrap();
            let end = Timestamp::from_micros(start.as_micros() + length).unwrap_or(Timestamp::MAX);
            let intervals = Intervals::new(start, end, count);
            prop_assert_eq!(intervals.parts().count(), count as usize);
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any moment will do")]
            let moment = start.as_micros() + ((end.as_micros() - start.as_micros()) as f64 * share) as i64;
            let moment = Timestamp::from_micros(moment.min(end.as_micros())).unwrap();
            let (begin, next) = intervals.parts().nth(intervals.of(moment).unwrap()).unwrap();
            prop_assert!(begin <= moment && (moment < next || moment == end));
        }
    }
}
