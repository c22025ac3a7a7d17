//! The CS-Cart part of the story: the vendor's script looks at the same licence and edits it, and the plugins feel it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use super::{Ask, DemoError, FIRST_SITE, SECOND_SITE, Story, json_of, query, same};
use crate::client::Answer;
use crate::seed::{DemoApiKey, NEW_VERSION};

/// A script's way in.
struct Script {
    licenses: String,
    headers: Vec<(String, String)>,
}

/// Finds the licence, sets its domains, fetches its package, ends it and takes it up again.
pub(super) async fn play(story: &mut Story<'_>, url: &str, api_key: &DemoApiKey) -> Result<(), DemoError> {
    writeln!(story.out, "\nThe same licence over the CS-Cart Marketplace API, as {}'s script sees it.", api_key.user)?;
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", api_key.user, api_key.key)));
    let headers = vec![(AUTHORIZATION.to_string(), basic), (CONTENT_TYPE.to_string(), "application/json".to_owned())];
    let script = Script { licenses: format!("{url}/api/4.0/licenses"), headers };

    let search = query(&[("license_number", &story.key), ("get_all_packages", "1")]);
    let found = script.get(story, "It looks for the licence by its key", &format!("?{search}")).await?;
    let license = &found[0];
    same("the domains", &license["domain_names"], &json!([host(SECOND_SITE)]))?;
    let package = &license["packages"][0];
    same("the newest package", &package["file_name"], &json!(NEW_VERSION))?;
    let redirect = story.get("It follows the package's link", package["url"].as_str().unwrap_or_default()).await?;
    same("the status", redirect.status, StatusCode::FOUND)?;
    story.package(&redirect).await?;

    let id = format!("/{}", license["purchase_id"]);
    let domains = json!([host(FIRST_SITE), host(SECOND_SITE)]);
    let set = script.put(story, "It puts the first site back", &id, &json!({ "domain_name": domains })).await?;
    same("the domains", set["domain_names"].as_array().map_or(0, Vec::len), 2)?;
    story.activations("The plugin counts it", Ask::Info, 2).await?;
    let ended = script.put(story, "It ends the licence", &id, &json!({ "expires_at": "1" })).await?;
    same("the end", &ended["expires_at"], &json!(1))?;
    let refused = story.ask("The plugin is refused", Ask::Info).await?;
    same("the refusal's code", &json_of(&refused)["code"], &json!("license_expired"))?;
    let never = script.put(story, "It takes the end away", &id, &json!({ "expires_at": 0 })).await?;
    same("the end", &never["expires_at"], &json!(0))?;
    story.activations("The plugin is served again", Ask::Info, 2).await
}

fn host(site: &str) -> &str {
    site.trim_start_matches("https://")
}

impl Script {
    async fn get(&self, story: &mut Story<'_>, title: &str, rest: &str) -> Result<Value, DemoError> {
        let url = format!("{}{rest}", self.licenses);
        story.title(title, &format!("GET {url}"))?;
        let answer = story.http.get_with(&url, &self.headers).await?;
        shown(story, &answer)
    }

    async fn put(&self, story: &mut Story<'_>, title: &str, rest: &str, body: &Value) -> Result<Value, DemoError> {
        let url = format!("{}{rest}", self.licenses);
        story.title(title, &format!("PUT {url} {body}"))?;
        let answer = story.http.put(&url, &self.headers, body.to_string().into_bytes()).await?;
        shown(story, &answer)
    }
}

fn shown(story: &mut Story<'_>, answer: &Answer) -> Result<Value, DemoError> {
    story.show(answer)?;
    same("the status", answer.status, StatusCode::OK)?;
    Ok(json_of(answer))
}
