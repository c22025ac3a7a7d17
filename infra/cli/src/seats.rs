//! Seat limits on the command line.

use latchkey_core::domain::seat::SeatLimit;

/// The text is neither a number of seats nor `unlimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a number from 1 to {max}, or unlimited", max = SeatLimit::MAX)]
pub(crate) struct NotALimit;

/// Parses `unlimited` or a number of seats.
pub(crate) fn parse(text: &str) -> Result<SeatLimit, NotALimit> {
    if text == "unlimited" { Ok(SeatLimit::Unlimited) } else { text.parse().ok().and_then(SeatLimit::limited).ok_or(NotALimit) }
}

/// What [`parse`] reads.
pub(crate) fn text(limit: SeatLimit) -> String {
    limit.number().map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_unlimited() {
        for limit in ["1", "1000000", "unlimited"] {
            assert_eq!(parse(limit).map(text).as_deref(), Ok(limit));
        }
        for wrong in ["0", "1000001", "-1", "", "many"] {
            assert_eq!(parse(wrong), Err(NotALimit), "{wrong}");
        }
    }
}
