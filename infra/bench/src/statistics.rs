//! Median and 90th percentile: a mean would be mostly the noise of a shared machine.

use serde::Serialize;

/// What many runs gave for one figure, in that figure's own unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) p90: f64,
}

impl Spread {
    /// Nothing when there is no value.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Some(Self { median: nearest_rank(&sorted, 50)?, p90: nearest_rank(&sorted, 90)? })
    }
}

/// The smallest value that at least `percent` of all values do not exceed: always a value that was measured, never one between two.
fn nearest_rank(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_runs_does_not_matter() {
        let spread = Spread::of([9.0, 1.0, 5.0, 3.0, 7.0]).unwrap();
        assert_eq!(spread, Spread { median: 5.0, p90: 9.0 });
    }

    #[test]
    fn of_ten_values_the_ninth_is_the_ninetieth_percentile() {
        let spread = Spread::of((1..=10).map(f64::from)).unwrap();
        assert_eq!(spread, Spread { median: 5.0, p90: 9.0 });
    }

    #[test]
    fn one_value_is_both_and_none_is_nothing() {
        assert_eq!(Spread::of([4.0]), Some(Spread { median: 4.0, p90: 4.0 }));
        assert_eq!(Spread::of([]), None);
    }
}
