//! The endpoints of this dialect, described.

use latchkey_core::openapi::{Endpoint, Field, document as described, required};
use utoipa::openapi::OpenApi;

use crate::error::Body;
use crate::license::activate_license::ActivateBody;
use crate::license::check_license::CheckBody;
use crate::license::deactivate_license::DeactivateBody;
use crate::version::get_version::VersionBody;

const ASKED: &[Field] = &[
    required("product_id", "The product's public code."),
    required("license_key", "The licence key."),
    required("baseurl", "The site's address."),
];

/// The types in which a body is taken (contracts §4).
const TYPES: &[&str] = &["application/x-www-form-urlencoded", "application/json"];

const REFUSED: &str = "A definite no, or a fault of ours.";

/// The document. A no that has to be told with 200 is so (contracts §4).
pub fn document() -> OpenApi {
    let verb = |path, summary| Endpoint::post(path, summary).body(ASKED, TYPES).answers::<Body>(&[400, 413, 429, 500, 503], REFUSED);
    let page = |path, summary, name, meaning| Endpoint::get(path, summary).query(&[required(name, meaning)]);
    described(
        "Sellcodes Licensing API v2",
        None,
        vec![
            verb("/v2/licenses/activate_license", "Activates a licence for a site.")
                .answers_either::<ActivateBody, Body>(&[200], "Whether the site holds a seat now."),
            verb("/v2/licenses/check_license", "Tells how a licence stands for a site.")
                .answers_either::<CheckBody, Body>(&[200], "How it stands."),
            verb("/v2/licenses/deactivate_license", "Gives a site's seat up.")
                .answers_either::<DeactivateBody, Body>(&[200], "What became of the seat."),
            verb("/v2/licenses/get_version", "Tells about the current release, with a link to it.")
                .answers_either::<VersionBody, Body>(&[200], "The current release."),
            page(
                "/v2/licenses/changelog",
                "Shows what changed in a product's current release.",
                "product_id",
                "The product's public code.",
            )
            .answers_otherwise(200, Some("text/html"), "The changelog.")
            .answers_otherwise(404, Some("text/html"), "There is no such product, or no release of it.")
            .answers_otherwise(429, Some("text/html"), REFUSED)
            .answers_otherwise(503, Some("text/html"), REFUSED),
            page("/push-file", "Leads to an update's file.", "file", "The link of `get_version`.")
                .answers_otherwise(302, None, "`Location` is the file's address for a minute.")
                .answers_otherwise(403, Some("text/plain"), "The link or the licence has ended.")
                .answers_otherwise(404, Some("text/plain"), "The link leads nowhere.")
                .answers_otherwise(410, Some("text/plain"), "The link is over.")
                .answers_otherwise(429, Some("text/plain"), REFUSED)
                .answers_otherwise(503, Some("text/plain"), REFUSED),
        ],
    )
}
