//! A site that was not told of a release, on the wire: ours.

use latchkey_core::domain::notification::FailedPush;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Moment, entity, number};

entity! {
    /// A site that was not told of a release.
    FailedSite, FAILED_SITE: "FailedSite", key "id", list "failedSites";
    members {
        /// By which it is known.
        "id" id: String,
        /// Its address.
        "site" site: String,
        /// The licence that it was to be told by.
        "licenseId" license_id: i32,
        /// `refused` by the site; `unreached` within a day; or `not_called`, because its address is no public host's.
        "reason" reason: String,
        /// What the site answered last: an HTTP status; 0 where it did not answer.
        "status" status: i32,
        /// Why it did not answer: `timed_out`, `not_found`, `not_connected`, `no_tls`, `broken`, `busy`; or which sort of address is not called.
        "error" error: String,
        /// How many attempts were made.
        "attempts" attempts: i32,
        /// When it was given up.
        "date" date: Moment,
    }
    one {}
    many {}
    indexes [Index { path: &["id"], answers: Answers::Equality, gives: Gives::Exactly, rank: 0 }]
}

impl From<&FailedPush> for FailedSite {
    fn from(failed: &FailedPush) -> Self {
        Self {
            id: failed.digest().to_string(),
            site: failed.site.url_https(),
            license_id: number(failed.license.get()),
            reason: failed.how.name().to_owned(),
            status: failed.status.map_or(0, i32::from),
            error: failed.error.clone().unwrap_or_default(),
            attempts: number(failed.attempts),
            date: failed.at.into(),
        }
    }
}
