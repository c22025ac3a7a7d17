//! The BYTEX contract: every endpoint, every answer and every refusal, byte for byte.
//!
//! The recorded exchanges lie in `snapshots/`. The clock stands still and randomness has a seed, so nothing in them is left out.

mod accounts;
mod authorization;
mod budgets;
mod create_token;
mod discounts;
mod faults;
mod get;
mod get_public;
mod isolation;
mod malformed;
mod redeem;
mod token_validity;

use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::customer::Customer;
use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::license::License;
use latchkey_core::domain::text::{Line, ProductCode};
use latchkey_core::ops::create_api_key::NewApiKey;
use latchkey_core::ops::create_product::NewProduct;
use latchkey_core::ops::issue_license::NewLicense;
use latchkey_core::table::NewCustomer;
use latchkey_tests::exchange::{Ask, Exchange, get, post_form};
use latchkey_tests::vendor::{Vendor, new_api_key, new_product};
use latchkey_tests::world::World;

/// A key as the original has them.
pub(crate) const API_KEY: &str = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";
/// The seed's licence key.
pub(crate) const KEY: &str = "5fc55949-8f7a-4a22-97c3-8d15f9780284";
/// The seed's product.
pub(crate) const PRODUCT: &str = "arpc3ydo0qbxbufuncdh";
/// The seed's discount.
pub(crate) const CODE: &str = "PFNHX-BDFZ8-L8PEX";

pub(crate) const GET_PRODUCT_LICENSES: &str = "/API/Public/v1/Accounts/r1/GetProductLicenses";
pub(crate) const GET_TOKEN_VALIDITY: &str = "/API/Public/v1/Authentication/r1/GetTokenValidity";
pub(crate) const CREATE_TOKEN: &str = "/API/Public/v1/Authentication/r1/CreateToken";
pub(crate) const GET_PUBLIC: &str = "/API/Public/v1/Licenses/r1/GetPublic";
pub(crate) const GET: &str = "/API/Public/v1/Licenses/r1/Get";
pub(crate) const CREATE: &str = "/API/Public/v1/Discounts/r1/Create";
pub(crate) const LIST: &str = "/API/Public/v1/Discounts/r1/List";
pub(crate) const REDEEM: &str = "/API/Public/v1/Discounts/r1/Redeem";

/// A vendor of this market: its product, its API key, and a customer.
pub(crate) struct Shop {
    pub(crate) vendor: Vendor,
    pub(crate) api_key: String,
    pub(crate) customer: Customer,
}

impl Shop {
    /// With the seed's product and customer, and a key that was brought along.
    pub(crate) async fn new(world: &World) -> Self {
        Self::with_key(world, PRODUCT, Some(API_KEY)).await
    }

    /// With a key that was brought along, or one of ours.
    pub(crate) async fn with_key(world: &World, product: &str, key: Option<&str>) -> Self {
        let code = Some(ProductCode::parse(product).unwrap());
        let vendor = world.vendor_of(NewProduct { code, key_format: KeyFormat::Guid, ..new_product(product) }).await;
        let secret = key.map(|key| ApiKeySecret::parse(key).unwrap());
        let created = world.create_api_key(&vendor, NewApiKey { secret, ..new_api_key(Permissions::ALL) }).await;
        let new = NewCustomer {
            email: "erika.mustermann@example.org".parse().ok(),
            email_verified: true,
            given_name: Line::parse("Erika").ok(),
            family_name: Line::parse("Mustermann").ok(),
            country: "DE".parse().ok(),
            ..NewCustomer::named(Line::parse("Erika Mustermann").unwrap())
        };
        let customer = world.core.table.record_customer(vendor.account, new, world.core.now()).await.unwrap();
        for secret in ["erika.mustermann@example.org", "Mustermann"] {
            world.keep_secret(secret);
        }
        Self { vendor, api_key: created.secret.expose().to_owned(), customer }
    }

    /// The customer's identifier.
    pub(crate) fn user(&self) -> String {
        format!("K{:09}", self.customer.id.get())
    }

    pub(crate) fn sku(&self) -> &str {
        self.vendor.product.code.as_str()
    }

    /// A GET with the shop's API key.
    pub(crate) fn get(&self, path: &str, query: &[(&str, &str)]) -> Ask {
        get(path, query).header("authorization", &self.api_key)
    }

    /// A POST of a form with the shop's API key.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Ask {
        post_form(path, fields).header("authorization", &self.api_key)
    }

    pub(crate) fn licenses(&self) -> Ask {
        self.get(GET_PRODUCT_LICENSES, &[("InternalUserIdentifier", &self.user()), ("ProductSku", self.sku())])
    }

    pub(crate) fn create_token(&self) -> Ask {
        self.post(CREATE_TOKEN, &[("InternalUserIdentifier", &self.user()), ("ProductSku", self.sku())])
    }

    /// A login token of the customer's. It is never to be logged.
    pub(crate) async fn token(&self, world: &World) -> String {
        let answer = self.create_token().send(world).await;
        let token = answer.json()["response"]["token"].as_str().unwrap().to_owned();
        world.keep_secret(&token);
        token
    }

    pub(crate) fn redeem_token(&self, token: &str) -> Ask {
        self.get(GET_TOKEN_VALIDITY, &[("Token", token)])
    }

    pub(crate) fn get_public(&self, key: &str) -> Ask {
        self.get(GET_PUBLIC, &[("LicenseKey", key)])
    }

    pub(crate) fn get_license(&self, key: &str) -> Ask {
        self.get(GET, &[("LicenseKey", key)])
    }

    /// A discount of 15 % under `code`, for the shop's product.
    pub(crate) fn create_discount(&self, code: &str) -> Ask {
        self.post(CREATE, &[("ProductSku", self.sku()), ("Code", code), ("Percentage", "15")])
    }

    pub(crate) fn redeem(&self, code: &str, reference: &str) -> Ask {
        self.post(REDEEM, &[("Code", code), ("ProductSku", self.sku()), ("Reference", reference)])
    }

    /// A licence of the customer's.
    pub(crate) async fn license(&self, world: &World, change: impl FnOnce(&mut NewLicense)) -> License {
        let change = |new: &mut NewLicense| {
            new.customer = Some(self.customer.id);
            change(new);
        };
        world.license(&self.vendor, change).await
    }
}

/// The code of an answer's only error, and its status; the envelope is checked.
pub(crate) fn refused(answer: &Exchange) -> (u16, String) {
    let json = answer.json();
    assert!(json["response"].is_null(), "{json}");
    let errors = json["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{json}");
    assert!(errors[0]["message"].as_str().is_some_and(|message| message.ends_with('.')), "{json}");
    (answer.status.as_u16(), errors[0]["code"].as_str().unwrap().to_owned())
}

/// What a success answers; the envelope is checked.
pub(crate) fn response(answer: &Exchange) -> serde_json::Value {
    let json = answer.json();
    assert_eq!((answer.status.as_u16(), &json["errors"]), (200, &serde_json::json!([])), "{json}");
    json["response"].clone()
}

/// Compares an exchange with the recorded one.
pub(crate) fn assert_recorded(name: &str, exchange: &Exchange) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../../snapshots/bytex");
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), exchange.record()));
}

/// Everything that the function can be asked, for who watches what it does.
pub(crate) async fn ask_everything(world: &World) {
    let shop = Shop::with_key(world, "watched-product", None).await;
    let license = shop.license(world, |_| {}).await;
    let key = license.key.expose();
    for ask in [shop.licenses(), shop.get_public(key), shop.get_license(key), shop.create_discount(CODE), shop.redeem(CODE, "1")] {
        response(&ask.send(world).await);
    }
    response(&shop.get(LIST, &[]).send(world).await);
    let token = shop.token(world).await;
    response(&shop.redeem_token(&token).send(world).await);
    let stranger = get(LIST, &[]).header("authorization", "nobodys-api-key").send(world).await;
    assert_eq!(refused(&stranger), (401, "Unauthenticated".to_owned()));
}
