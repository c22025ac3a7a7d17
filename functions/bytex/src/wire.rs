//! How things are written: identifiers, moments, money (contracts §2).

use latchkey_core::domain::ids::{CustomerId, LicenseId, OrderId};
use latchkey_core::domain::license::License;
use latchkey_core::domain::time::Timestamp;

/// The end of what has none (seed 001, "Additional notes").
pub(crate) const PERMANENT: &str = "9999-01-01T00:00:00";

/// A customer: `K` and nine digits.
pub(crate) fn user(id: CustomerId) -> String {
    format!("K{:09}", id.get())
}

/// A licence: `L` and nine digits.
pub(crate) fn license(id: LicenseId) -> String {
    format!("L{:09}", id.get())
}

/// An order: `B` and nine digits.
pub(crate) fn order(id: OrderId) -> String {
    format!("B{:09}", id.get())
}

/// The customer that an identifier stands for: `K`, in either case, and nine digits; ten where nine are not enough.
pub(crate) fn parse_user(text: &str) -> Option<CustomerId> {
    let digits = text.strip_prefix(['K', 'k'])?;
    if digits.len() == 9 || (digits.len() == 10 && !digits.starts_with('0')) { CustomerId::parse(digits) } else { None }
}

/// A moment: without a zone, and without a fraction where that is nothing.
pub(crate) fn time(moment: Timestamp) -> String {
    let text = moment.to_string();
    let text = text.trim_end_matches('Z');
    text.strip_suffix(".000000").unwrap_or(text).to_owned()
}

/// An end, or [`PERMANENT`] where there is none.
pub(crate) fn end(until: Option<Timestamp>) -> String {
    until.map_or_else(|| PERMANENT.to_owned(), time)
}

/// From when a licence holds: from its issue where nothing else was said.
pub(crate) fn beginning(license: &License) -> String {
    time(license.validity.from.unwrap_or(license.created))
}

/// The moment that is meant: `yyyy-MM-ddTHH:mm:ss[.ffffff]` in UTC, a plain day, or RFC 3339 with its zone.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}Z")))
}

/// Whether it is an end that stands for none: [`PERMANENT`] or later.
pub(crate) fn is_permanent(end: Timestamp) -> bool {
    parse_time(PERMANENT).is_some_and(|permanent| end >= permanent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_a_letter_and_nine_digits_or_ten() {
        let customer = |number| CustomerId::new(number).unwrap();
        assert_eq!(user(customer(7)), "K000000007");
        assert_eq!(user(customer(i32::MAX.unsigned_abs())), "K2147483647");
        for number in [1, 109_025_530, 999_999_999, 1_000_000_000, i32::MAX.unsigned_abs()] {
            assert_eq!(parse_user(&user(customer(number))), Some(customer(number)));
        }
        assert_eq!(parse_user("k000000007"), Some(customer(7)));
        for text in [
            "",
            "K",
            "7",
            "000000007",
            "K7",
            "K00000000",
            "K0000000000",
            "K0000000007",
            "K2147483648",
            "L000000007",
            "K+00000007",
            "KK00000007",
        ] {
            assert_eq!(parse_user(text), None, "{text}");
        }
        assert_eq!(license(LicenseId::new(156_429_250).unwrap()), "L156429250");
        assert_eq!(order(OrderId::new(441_542_389).unwrap()), "B441542389");
    }

    #[test]
    fn moments_have_no_zone_and_a_fraction_where_there_is_one() {
        let moment = |text| Timestamp::parse(text).unwrap();
        assert_eq!(time(moment("2018-10-19T16:24:59.089163Z")), "2018-10-19T16:24:59.089163");
        assert_eq!(time(moment("2018-10-19T16:24:59.100000Z")), "2018-10-19T16:24:59.100000");
        assert_eq!(time(moment("2018-10-19T16:24:59Z")), "2018-10-19T16:24:59");
        assert_eq!(end(None), "9999-01-01T00:00:00");
    }

    #[test]
    fn moments_are_read_as_they_are_written_and_with_a_zone() {
        for text in ["2018-10-19T16:24:59", "2018-10-19T16:24:59.000000", "2018-10-19T16:24:59Z", "2018-10-19T18:24:59+02:00"] {
            assert_eq!(parse_time(text).map(time).as_deref(), Some("2018-10-19T16:24:59"), "{text}");
        }
        assert_eq!(parse_time("2018-10-19").map(time).as_deref(), Some("2018-10-19T00:00:00"));
        for text in ["", "Z", "tomorrow", "2018-13-01", "1539966299", "2018-10-19T25:00:00"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
        assert!(is_permanent(parse_time(PERMANENT).unwrap()) && is_permanent(Timestamp::MAX));
        assert!(!is_permanent(parse_time("9998-12-31T23:59:59.999999").unwrap()));
    }
}
