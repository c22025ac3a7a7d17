//! The endpoints of this dialect, described.

use latchkey_core::openapi::{Endpoint, Field, document as described, optional, required};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr};

use crate::accounts::get_product_licenses::LicensesBody;
use crate::authentication::create_token::TokenBody;
use crate::authentication::get_token_validity::ValidityBody;
use crate::discounts::create::CreateBody;
use crate::discounts::list::ListBody;
use crate::discounts::redeem::RedeemBody;
use crate::error;
use crate::licenses::get::GetBody;
use crate::licenses::get_public::PublicBody;

const USER: Field = required("InternalUserIdentifier", "The customer's identifier, a letter and nine digits.");
const SKU: Field = required("ProductSku", "The product's public code.");
const KEY: Field = required("LicenseKey", "The licence key. `Key` is understood too.");
const CODE: Field = required("Code", "The discount's code.");

const TYPES: &[&str] = &["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];

const DISCOUNT: &[Field] = &[
    optional("ProductSku", "The product's public code; without it the discount is for all."),
    optional("Code", "Its code; without it one is drawn."),
    optional("Percentage", "From 1 to 100; or an amount with its currency."),
    optional("Amount", "In units of the currency, such as 12.50."),
    optional("Currency", "Three letters."),
    optional("ValidFrom", "UTC, without a zone."),
    optional("ValidUntil", "UTC, without a zone; the year 9999 is never."),
    optional("MaxUses", "How often it can be used; without it without end."),
];

/// The document.
pub fn document() -> OpenApi {
    let key = ApiKeyValue::with_description("Authorization", "The bare API key, with no scheme.");
    let used = [CODE, optional("ProductSku", "What is bought."), optional("Reference", "What the shop calls the purchase.")];
    let page = [optional("After", "The last code of the page before."), optional("Limit", "How many are listed at most.")];
    let token = [required("Token", "The login token."), optional("ProductSku", "What it has to be for.")];
    described(
        "BYTEX vendor API",
        Some(SecurityScheme::ApiKey(ApiKey::Header(key))),
        vec![
            get::<LicensesBody>(
                "/API/Public/v1/Accounts/r1/GetProductLicenses",
                "Lists a customer's licences for a product.",
                &[USER, SKU],
            ),
            get::<ValidityBody>(
                "/API/Public/v1/Authentication/r1/GetTokenValidity",
                "Uses a login token up and tells whose it is.",
                &token,
            ),
            post::<TokenBody>("/API/Public/v1/Authentication/r1/CreateToken", "Issues a login token.", &[USER, SKU]),
            get::<PublicBody>("/API/Public/v1/Licenses/r1/GetPublic", "Tells whether a key is known and valid.", &[KEY]),
            get::<GetBody>("/API/Public/v1/Licenses/r1/Get", "Tells the valid licence of a key.", &[KEY]),
            post::<CreateBody>("/API/Public/v1/Discounts/r1/Create", "Makes a discount.", DISCOUNT),
            get::<ListBody>("/API/Public/v1/Discounts/r1/List", "Lists discounts.", &page),
            post::<RedeemBody>("/API/Public/v1/Discounts/r1/Redeem", "Redeems a discount, once for each reference.", &used),
        ],
    )
}

fn get<T: ToSchema>(path: &'static str, summary: &str, fields: &[Field]) -> Endpoint {
    both::<T>(Endpoint::get(path, summary).query(fields))
}

fn post<T: ToSchema>(path: &'static str, summary: &str, fields: &[Field]) -> Endpoint {
    both::<T>(Endpoint::post(path, summary).body(fields, TYPES))
}

fn both<T: ToSchema>(endpoint: Endpoint) -> Endpoint {
    let statuses = [400, 401, 403, 404, 405, 409, 413, 429, 500, 503];
    let endpoint = endpoint.secured().answers::<error::Envelope>(&statuses, "A definite no, or a fault of ours: `errors` says which.");
    endpoint.answers_in::<T>(envelope, &[200], "What was asked for.")
}

/// A success: no error, and the response.
fn envelope(response: RefOr<Schema>) -> RefOr<Schema> {
    let nothing = ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::Object)).max_items(Some(0));
    ObjectBuilder::new().property("errors", nothing).required("errors").property("response", response).required("response").into()
}
