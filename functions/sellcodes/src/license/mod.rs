//! What a licence's three verbs show of it.

pub(crate) mod activate_license;
pub(crate) mod check_license;
pub(crate) mod deactivate_license;

use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::seat::SeatLimit;

/// What is said of a licence or product that never ends (seed 003, `Expiry_date`, `expires`).
pub(crate) const UNLIMITED: &str = "Unlimited";

/// `expires`: when the licence ends, as `Y-m-d H:i:s` in UTC, or [`UNLIMITED`].
pub(crate) fn expires(grant: &Grant) -> String {
    grant.validity.until.map_or_else(|| UNLIMITED.to_owned(), latchkey_core::domain::time::Timestamp::date_time)
}

/// The name on the licence, or nothing.
fn customer_name(grant: &Grant) -> String {
    grant.licensee.as_ref().map(|licensee| licensee.name.as_str().to_owned()).unwrap_or_default()
}

/// The e-mail address on the licence, or nothing.
fn customer_email(grant: &Grant) -> String {
    let email = grant.licensee.as_ref().and_then(|licensee| licensee.email.as_ref());
    email.map(|email| email.as_str().to_owned()).unwrap_or_default()
}

/// How many seats there are, as a text; `0` is unlimited.
fn limit(grant: &Grant) -> String {
    grant.seat_limit.number().unwrap_or(0).to_string()
}

/// How many seats are taken, as a text; development sites are not counted.
fn count(grant: &Grant) -> String {
    grant.seats.taken().to_string()
}

/// How many seats are left, as a number: a million where there is no limit.
fn left(grant: &Grant) -> u32 {
    match grant.seat_limit {
        SeatLimit::Unlimited => SeatLimit::MAX,
        SeatLimit::Limited(limit) => limit.saturating_sub(grant.seats.taken()),
    }
}
