//! The endpoints of this dialect, described.

use latchkey_core::openapi::{Endpoint, Field, document as described, required};
use utoipa::openapi::OpenApi;

use crate::error::WireError;
use crate::license::LicenseBody;
use crate::software::info::SoftwareBody;
use crate::software::update_prepare::PrepareBody;

const KEY: Field = required("key", "The licence key.");
const PACKAGE: Field = required("package", "The plugin's folder name: the product's slug.");
const SITE: Field = required("site_url", "The site's home URL.");

/// The types in which a body is taken (contracts §3, seen in client).
const TYPES: &[&str] = &["application/json", "application/x-www-form-urlencoded"];

/// The document.
pub fn document() -> OpenApi {
    let license = |path, summary| {
        refusable(Endpoint::post(path, summary).body(&[KEY, PACKAGE, SITE], TYPES))
            .answers::<LicenseBody>(&[200], "The licence and its sites.")
    };
    let download = [required("access_token", "The token of `prepare`."), KEY];
    described(
        "Woosa License Manager",
        None,
        vec![
            license("/wp-json/lmn/v1/license/activate", "Activates a licence for a site."),
            license("/wp-json/lmn/v1/license/deactivate", "Gives a site's seat up."),
            refusable(Endpoint::get("/wp-json/lmn/v1/license/info", "Tells how a licence stands.").query(&[KEY, PACKAGE]))
                .answers::<LicenseBody>(&[200], "The licence and its sites."),
            refusable(Endpoint::get("/wp-json/lmn/v1/software/info", "Tells about the current release.").query(&[KEY, PACKAGE, SITE]))
                .answers::<SoftwareBody>(&[200], "The current release."),
            refusable(
                Endpoint::post("/wp-json/lmn/v1/software/update/prepare", "Gives a token for the update.")
                    .body(&[KEY, PACKAGE, SITE], TYPES),
            )
            .answers::<PrepareBody>(&[201], "The token."),
            refusable(Endpoint::get("/wp-json/lmn/v1/software/update/download", "Leads to the update's file.").query(&download))
                .answers_otherwise(302, None, "`Location` is the file's address for a minute."),
        ],
    )
}

fn refusable(endpoint: Endpoint) -> Endpoint {
    endpoint.answers::<WireError<'_>>(&[400, 403, 404, 413, 429, 500, 503], "A refusal, or a fault of ours: `code` says which.")
}
