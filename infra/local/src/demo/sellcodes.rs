//! The Sellcodes part of the story: the same licence over another API, and a link in place of a token.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Ask, DemoError, FIRST_SITE, Story, json_of, query, same};
use crate::client::Answer;
use crate::seed::NEW_VERSION;

/// Activates, asks for the update, fetches it, and gives the seat back. One seat of another site is taken all the while.
pub(super) async fn play(story: &mut Story<'_>, url: &str, code: &str) -> Result<(), DemoError> {
    writeln!(story.out, "\nThe same licence over the Sellcodes Licensing API, where the product is called {code}.")?;
    let activated = verb(story, url, code, "The first site comes back, and activates", "activate_license").await?;
    same("the activation", &activated["Activation_ok"], &json!(true))?;
    same("the number of activations", &activated["Activation_count"], &json!("2"))?;
    story.activations("Both APIs count the same seats", Ask::Info, 2).await?;
    let checked = verb(story, url, code, "It checks its licence", "check_license").await?;
    same("the licence", &checked["license"], &json!("valid"))?;
    let version = verb(story, url, code, "It asks what the current version is", "get_version").await?;
    same("the version", &version["new_version"], &json!(NEW_VERSION))?;
    let link = version["package"].as_str().unwrap_or_default().to_owned();
    let redirect = story.get("It fetches the link, which is good for two days", &link).await?;
    same("the status", redirect.status, StatusCode::FOUND)?;
    story.package(&redirect).await?;
    let page = story.get("Its owner reads what changed", version["url"].as_str().unwrap_or_default()).await?;
    same("the status", page.status, StatusCode::OK)?;
    let deactivated = verb(story, url, code, "It gives its seat back", "deactivate_license").await?;
    same("the licence", &deactivated["license"], &json!("deactivated"))?;
    let refused = story.get("The link is no longer good", &link).await?;
    same("the status", refused.status, StatusCode::FORBIDDEN)
}

/// Posts a verb for the first site, and expects 200.
async fn verb(story: &mut Story<'_>, url: &str, code: &str, title: &str, verb: &str) -> Result<Value, DemoError> {
    let url = format!("{url}/v2/licenses/{verb}");
    let form = query(&[("product_id", code), ("license_key", &story.key), ("baseurl", FIRST_SITE)]);
    story.title(title, &format!("POST {url} {form}"))?;
    let answer: Answer = story.http.post_form(&url, &form).await?;
    story.show(&answer)?;
    same("the status", answer.status, StatusCode::OK)?;
    Ok(json_of(&answer))
}
