//! The endpoints of this dialect, described.

use latchkey_core::openapi::{Endpoint, Field, document as described, optional, required};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{HttpMethod, OpenApi};

use crate::error::WireError;
use crate::licenses::LicenseBody;

const SEARCH: &[Field] = &[
    optional("user_id", "The customer's number."),
    optional("product_id", "The product's number."),
    optional("order_id", "The order's number."),
    optional("license_number", "The licence key."),
    optional("email", "The licensee's e-mail address."),
    optional("domain_name", "A domain that the licence is used on."),
    optional("page", "Which page, from 1."),
    optional("items_per_page", "How many licences a page has, at most 250; 10 unless it is said."),
    PACKAGES,
];

const PACKAGES: Field = optional("get_all_packages", "Anything but 0 has the product's packages shown too.");

const CHANGES: &[Field] = &[
    optional("expires_at", "The first second after the end, as a number or its digits; 0 is never."),
    optional("domain_name", "The domains that the licence is used on, all of them."),
];

const PACKAGE: &[Field] = &[
    required("dispatch", "`product_packages.get_package`."),
    required("package_id", "The package's number."),
    required("product_id", "The product's number."),
    required("license_number", "The licence key."),
];

/// The document. The other spelling of every path, `/api.php?_d=…`, is left out: a path cannot be said in a parameter.
pub fn document() -> OpenApi {
    let basic = HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some("E-mail address and API key.")).build();
    let one = |method, summary| secured(Endpoint::new(method, "/api/4.0/licenses/{id}", summary).number("id"));
    described(
        "CS-Cart Marketplace licenses",
        Some(SecurityScheme::Http(basic)),
        vec![
            secured(Endpoint::get("/api/4.0/licenses", "Lists the account's licences.").query(SEARCH))
                .answers::<Vec<LicenseBody>>(&[200], "A page of licences."),
            one(HttpMethod::Get, "Shows a licence.").query(&[PACKAGES]).answers::<LicenseBody>(&[200], "The licence."),
            one(HttpMethod::Put, "Sets a licence's end, its domains or both.")
                .body(CHANGES, &["application/json"])
                .answers::<LicenseBody>(&[200], "The licence as it is then."),
            refusable(Endpoint::get("/index.php", "Leads to a package's file.").query(PACKAGE)).answers_otherwise(
                302,
                None,
                "`Location` is the file's address for a minute.",
            ),
        ],
    )
}

fn secured(endpoint: Endpoint) -> Endpoint {
    refusable(endpoint.secured())
}

fn refusable(endpoint: Endpoint) -> Endpoint {
    let statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 429, 500, 503];
    endpoint.answers::<WireError>(&statuses, "A definite no, or a fault of ours.")
}
