//! A site that was not told, as it is shown.

use latchkey_core::domain::ids::LicenseId;
use latchkey_core::domain::notification::FailedPush;
use latchkey_core::domain::seat::SeatDigest;
use latchkey_core::domain::time::Timestamp;
use serde::Serialize;

use crate::members::Member;
use crate::text::or_dash;

/// The members of a site in the JSON answer.
pub(super) const FAILED: [Member; 8] = [
    ("id", "by which the site is known"),
    ("site", "its address"),
    ("license", "the licence that it was to be told by"),
    ("reason", "refused by the site; unreached within a day; not_called, for its address is no public host's"),
    ("status", "the HTTP status that the site answered last, or null"),
    ("error", "why it did not answer, or null: timed_out, not_found, not_connected, no_tls, broken, busy, or the sort of address"),
    ("attempts", "how many attempts were made"),
    ("at", "when it was given up"),
];

/// A site that was not told.
#[derive(Serialize)]
pub(super) struct FailedView {
    id: SeatDigest,
    site: String,
    license: LicenseId,
    reason: &'static str,
    status: Option<u16>,
    error: Option<String>,
    attempts: u32,
    at: Timestamp,
}

impl FailedView {
    /// The headings of [`FailedView::row`].
    pub(super) const HEADINGS: [&'static str; 6] = ["site", "license", "reason", "status", "error", "attempts"];

    /// The view of a site.
    pub(super) fn of(failed: &FailedPush) -> Self {
        Self {
            id: failed.digest(),
            site: failed.site.url_https(),
            license: failed.license,
            reason: failed.how.name(),
            status: failed.status,
            error: failed.error.clone(),
            attempts: failed.attempts,
            at: failed.at,
        }
    }

    /// The site in a list.
    pub(super) fn row(&self) -> [String; 6] {
        let Self { site, license, reason, status, error, attempts, .. } = self;
        let (status, error) = (or_dash(*status), or_dash(error.clone()));
        [site.clone(), license.to_string(), (*reason).to_owned(), status, error, attempts.to_string()]
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::notification::{Push, PushState};
    use latchkey_core::domain::site::Site;

    use super::*;
    use crate::members::{names_in, names_of};

    #[test]
    fn a_site_is_shown_with_why() {
        let push = Push::new(Site::parse("https://example.com/shop").unwrap(), LicenseId::new(7).unwrap());
        let failed = Push { state: PushState::Refused, ..push.attempted(Some(410), None) }.failed(Timestamp::MIN).unwrap();
        let view = FailedView::of(&failed);
        assert_eq!(view.row(), ["https://example.com/shop", "7", "refused", "410", "-", "1"]);
        assert_eq!(names_in(&view), names_of(&FAILED));
    }
}
