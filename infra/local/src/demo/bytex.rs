//! The BYTEX part of the story: a vendor's own service asks, with the vendor's API key, who is there and what they may use.

use http::StatusCode;
use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::ids::CustomerId;
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::ops::create_api_key::{NewApiKey, create_api_key};
use latchkey_core::ops::customers::create_customer;
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::table::NewCustomer;
use serde_json::{Value, json};

use super::{DemoError, Story, json_of, query, same};
use crate::seed::{Demo, NEW_VERSION, PLUGIN, SeedError};
use crate::stack::Stack;

/// What the vendor has for this part.
struct Prepared {
    api_key: ApiKeySecret,
    customer: CustomerId,
    key: String,
    sku: String,
}

/// Plays this part with a licence of its own, and gives the story's back.
pub(super) async fn play(story: &mut Story<'_>, stack: &Stack, demo: &Demo) -> Result<(), DemoError> {
    let prepared = prepare(stack, demo).await?;
    let before = std::mem::replace(&mut story.key, prepared.key.clone());
    let played = ask(story, stack, prepared).await;
    story.key = before;
    played
}

/// A customer comes along with a token, and is told apart from everybody else once; then the service asks what they have.
async fn ask(story: &mut Story<'_>, stack: &Stack, prepared: Prepared) -> Result<(), DemoError> {
    let Prepared { api_key, customer, key, sku } = prepared;
    let (url, user) = (format!("{}/API/Public/v1", stack.url()), format!("K{:09}", customer.get()));
    writeln!(
        story.out,
        "\nThe vendor's service asks over the BYTEX vendor API, where the product is called {sku} and the customer {user}."
    )?;
    let service = Service { url, api_key };

    let of_user = [("InternalUserIdentifier", user.as_str()), ("ProductSku", sku.as_str())];
    let token =
        service.post(story, "The vendor's shop sends the customer on with a token", "Authentication/r1/CreateToken", &of_user).await?;
    let token = [("Token", token["token"].as_str().unwrap_or_default())];
    let path = "Authentication/r1/GetTokenValidity";
    let told = service.get(story, "The service asks who that is", path, &token, StatusCode::OK).await?;
    same("the customer", &told["response"]["authenticatedIdentity"]["identifier"], &json!(user))?;
    let again = service.get(story, "The token is good once", path, &token, StatusCode::FORBIDDEN).await?;
    same("the refusal's code", &again["errors"][0]["code"], &json!("InvalidToken"))?;
    let path = "Accounts/r1/GetProductLicenses";
    let listed = service.get(story, "It asks what the customer has", path, &of_user, StatusCode::OK).await?;
    same("the licence's key", &listed["response"]["licenses"][0]["licenseKey"], &json!(key))?;
    let of_key = [("LicenseKey", key.as_str())];
    let public = service.get(story, "And what the licence is good for", "Licenses/r1/GetPublic", &of_key, StatusCode::OK).await?;
    same("the licence's validity", &public["response"]["isValid"], &json!(true))?;
    same("the current version", &public["response"]["latestPublicVersionName"], &json!(NEW_VERSION))?;
    let fields = [("ProductSku", sku.as_str()), ("Percentage", "20"), ("MaxUses", "1")];
    let made = service.post(story, "The vendor makes a discount for one purchase", "Discounts/r1/Create", &fields).await?;
    let fields = [("ProductSku", sku.as_str()), ("Code", made["code"].as_str().unwrap_or_default())];
    let redeemed = service.post(story, "And the shop redeems it", "Discounts/r1/Redeem", &fields).await?;
    same("the discount", &redeemed["percentage"], &json!("20"))
}

async fn prepare(stack: &Stack, demo: &Demo) -> Result<Prepared, SeedError> {
    let core = stack.core();
    let products = core.table.products(demo.account).await?;
    let product = products.into_iter().find(|product| product.slug.as_str() == PLUGIN).ok_or(Rejected::NotFound(Thing::Product))?;
    let customer = NewCustomer { country: "DE".parse().ok(), ..NewCustomer::named(Line::parse("Erika Mustermann")?) };
    let customer = create_customer(core, demo.account, customer).await?.id;
    let license = NewLicense { customer: Some(customer), ..NewLicense::of(product.id) };
    let key = issue_license(core, demo.account, license).await?.key.expose().to_owned();
    let (name, email) = (Line::parse("The service")?, Email::parse("service@example.com")?);
    let new = NewApiKey::of(name, email, Permissions::ALL);
    let api_key = create_api_key(core, stack.credentials(), demo.account, new).await?.secret;
    Ok(Prepared { api_key, customer, key, sku: product.code.to_string() })
}

/// The vendor's service: where it asks, and its API key, which is not shown.
struct Service {
    url: String,
    api_key: ApiKeySecret,
}

impl Service {
    async fn get(
        &self,
        story: &mut Story<'_>,
        title: &str,
        path: &str,
        parameters: &[(&str, &str)],
        status: StatusCode,
    ) -> Result<Value, DemoError> {
        let url = format!("{}/{path}?{}", self.url, query(parameters));
        story.title(title, &format!("GET {url}"))?;
        let answer = story.http.get_as(&url, self.api_key.expose()).await?;
        story.show(&answer)?;
        same("the status", answer.status, status)?;
        Ok(json_of(&answer))
    }

    /// Posts a form, and gives what the answer's envelope holds.
    async fn post(&self, story: &mut Story<'_>, title: &str, path: &str, fields: &[(&str, &str)]) -> Result<Value, DemoError> {
        let (url, form) = (format!("{}/{path}", self.url), query(fields));
        story.title(title, &format!("POST {url} {form}"))?;
        let answer = story.http.post_form_as(&url, self.api_key.expose(), form).await?;
        story.show(&answer)?;
        same("the status", answer.status, StatusCode::OK)?;
        Ok(json_of(&answer)["response"].clone())
    }
}
