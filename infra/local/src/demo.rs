//! A plugin's whole life over HTTP, against a fresh stack: what it asks, what it is told, and whether that is right. Then
//! another plugin's with the same licence, over another API, and what its vendor's people and programs do over three more.

mod babel;
mod bytex;
mod cscart;
mod push;
mod sellcodes;
mod webhook;

use std::fmt;
use std::io::{self, Write};

use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use latchkey_core::domain::destination::Reach;
use latchkey_core::fault::Fault;
use latchkey_core::ops::notify_sites::NotNotified;
use serde_json::{Value, json};

use crate::client::{Answer, Http, HttpError};
use crate::seed::{NEW_VERSION, PLUGIN, SeedError, Variant, seed, sha256, zip_of};
use crate::stack::{Options, Stack, StackError};

const FIRST_SITE: &str = "https://shop.example.com";
const SECOND_SITE: &str = "https://blog.example.net/magazine";

/// Why the demo stopped.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The stack did not start.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// There is nothing to try.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A request could not be sent.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The table did not answer.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// No shop could be told of the release.
    #[error(transparent)]
    Notified(#[from] NotNotified),
    /// Progress could not be shown.
    #[error("writing: {0}")]
    Write(#[from] io::Error),
    /// An answer is not what it should be.
    #[error("{what}: expected {expected}, and it was {found}")]
    Differs {
        /// What was compared.
        what: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
}

/// A site's requests, shown as they go.
struct Story<'a> {
    out: &'a mut (dyn Write + Send),
    http: Http,
    api: String,
    key: String,
    step: usize,
}

/// Starts a stack of its own, plays the story and writes each step to `out`.
pub async fn run(out: &mut (dyn Write + Send)) -> Result<(), DemoError> {
    let stack = Stack::start(Options { reach: Reach::Local, ..Options::ephemeral() }).await?;
    let played = play(&stack, out).await;
    stack.shutdown().await;
    played
}

async fn play(stack: &Stack, out: &mut (dyn Write + Send)) -> Result<(), DemoError> {
    let demo = seed(stack).await?;
    let key = demo.plugin_key(Variant::Active).unwrap_or_default().to_owned();
    writeln!(out, "A fresh stack at {}, and a licence for {PLUGIN} with 12 seats.", stack.url())?;
    let api = format!("{}/wp-json/lmn/v1", stack.url());
    let mut story = Story { out, http: Http::new(), api, key, step: 0 };
    story.activations("The customer looks at the new licence", Ask::Info, 0).await?;
    // Before any other site is there: nobody else's is called.
    Box::pin(push::play(&mut story, stack, demo.account)).await?;
    story.activations("The plugin is activated on a site", Ask::Post("license/activate", FIRST_SITE), 1).await?;
    story.update().await?;
    story.activations("The same site is activated again: it keeps its seat", Ask::Post("license/activate", FIRST_SITE), 1).await?;
    story.activations("A second site takes a second seat", Ask::Post("license/activate", SECOND_SITE), 2).await?;
    story.activations("The first site gives its seat back", Ask::Post("license/deactivate", FIRST_SITE), 1).await?;
    let refused = story.ask("From now on it is refused updates", Ask::Software(FIRST_SITE)).await?;
    same("the refusal's status", refused.status, StatusCode::FORBIDDEN)?;
    same("the refusal's code", &json_of(&refused)["code"], &json!("site_not_registered"))?;
    sellcodes::play(&mut story, &stack.url(), demo.plugin_code().unwrap_or_default()).await?;
    bytex::play(&mut story, stack, &demo).await?;
    if let Some(api_key) = &demo.api_key {
        Box::pin(cscart::play(&mut story, &stack.url(), api_key)).await?;
        Box::pin(babel::play(&mut story, stack, &demo, api_key)).await?;
    }
    writeln!(story.out, "\nAll of it went as it should.")?;
    Ok(())
}

/// A plugin's requests.
#[derive(Clone, Copy)]
enum Ask<'a> {
    /// `GET license/info`.
    Info,
    /// `GET software/info` for a site.
    Software(&'a str),
    /// A POST to an endpoint for a site.
    Post(&'static str, &'a str),
}

impl Story<'_> {
    /// Asks, and expects so many seats taken of twelve.
    async fn activations(&mut self, title: &str, ask: Ask<'_>, taken: u64) -> Result<(), DemoError> {
        let answer = self.ask(title, ask).await?;
        same("the status", answer.status, StatusCode::OK)?;
        let json = json_of(&answer);
        same("the licence", &json["license"], &json!({ "status": "active", "activations": taken, "activation_limit": 12 }))?;
        same("the number of sites", json["sites"].as_array().map_or(0, Vec::len) as u64, taken)
    }

    /// Asks for the current release and fetches it.
    async fn update(&mut self) -> Result<(), DemoError> {
        let answer = self.ask("It asks what the current version is", Ask::Software(FIRST_SITE)).await?;
        same("the status", answer.status, StatusCode::OK)?;
        let json = json_of(&answer);
        same("the version", &json["version"], &json!(NEW_VERSION))?;
        same("the file", &json["file"], &json!(format!("{PLUGIN}.zip")))?;

        let answer = self.ask("It asks for a token to fetch it with", Ask::Post("software/update/prepare", FIRST_SITE)).await?;
        same("the status", answer.status, StatusCode::CREATED)?;
        let json = json_of(&answer);
        let token = json["access_token"].as_str().unwrap_or_default();
        same("the token's length", token.len(), 100)?;
        same("the token's lifetime", &json["expires_in"], &json!(300))?;
        self.download(token).await
    }

    /// Follows the download to its bytes.
    async fn download(&mut self, token: &str) -> Result<(), DemoError> {
        let query = query(&[("key", &self.key), ("access_token", token)]);
        let answer = self.get("It redeems the token, and is sent on", &format!("{}/software/update/download?{query}", self.api)).await?;
        same("the status", answer.status, StatusCode::FOUND)?;
        self.package(&answer).await
    }

    /// Follows a redirect to the package's bytes.
    async fn package(&mut self, redirect: &Answer) -> Result<(), DemoError> {
        let location = redirect.header(&LOCATION).unwrap_or_default().to_owned();
        let answer = self.get("It follows to the package, straight from the bucket", &location).await?;
        same("the status", answer.status, StatusCode::OK)?;
        same("the content type", answer.header(&CONTENT_TYPE), Some("application/octet-stream"))?;
        same("the file's name", answer.header(&CONTENT_DISPOSITION), Some("attachment; filename=\"test-plugin.zip\""))?;
        let published = zip_of(NEW_VERSION).map_err(SeedError::from)?;
        same("the package's SHA-256", sha256(&answer.body), sha256(&published))?;
        same("every byte of the package", answer.body == published, true)?;
        writeln!(self.out, "   {} bytes, SHA-256 {}: what was published", published.len(), sha256(&published))?;
        Ok(())
    }

    async fn ask(&mut self, title: &str, ask: Ask<'_>) -> Result<Answer, DemoError> {
        let of_key = [("key", self.key.as_str()), ("package", PLUGIN)];
        match ask {
            Ask::Info => {
                let url = format!("{}/license/info?{}", self.api, query(&of_key));
                self.get(title, &url).await
            }
            Ask::Software(site) => {
                let url = format!("{}/software/info?{}&{}", self.api, query(&of_key), query(&[("site_url", site)]));
                self.get(title, &url).await
            }
            Ask::Post(endpoint, site) => {
                let url = format!("{}/{endpoint}", self.api);
                let body = json!({ "key": self.key, "package": PLUGIN, "site_url": site });
                self.title(title, &format!("POST {url} {body}"))?;
                let answer = self.http.post(&url, &body).await?;
                self.show(&answer)?;
                Ok(answer)
            }
        }
    }

    async fn get(&mut self, title: &str, url: &str) -> Result<Answer, DemoError> {
        self.title(title, &format!("GET {url}"))?;
        let answer = self.http.get(url).await?;
        self.show(&answer)?;
        Ok(answer)
    }

    fn title(&mut self, title: &str, request: &str) -> io::Result<()> {
        self.step += 1;
        writeln!(self.out, "\n{:>2} {title}\n   > {}", self.step, self.short(request))
    }

    fn show(&mut self, answer: &Answer) -> io::Result<()> {
        let location = answer.header(&LOCATION).map(|location| format!("Location: {location}"));
        let is_text = answer.header(&CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
        let body = if is_text { answer.text() } else { format!("({} bytes)", answer.body.len()) };
        let text = format!("{} {}", answer.status, location.unwrap_or(body));
        writeln!(self.out, "   < {}", self.short(&text))
    }

    /// Without most of the key, and of anything else that is longer than a line.
    fn short(&self, text: &str) -> String {
        let begin: String = self.key.chars().take(12).collect();
        let text = text.replace(&self.key, &format!("{begin}..."));
        if text.chars().count() > 300 { text.chars().take(297).chain("...".chars()).collect() } else { text }
    }
}

fn query(pairs: &[(&str, &str)]) -> String {
    // Pairs of texts can always be written.
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// The answer's JSON; nothing where it is none, which then differs from whatever is expected.
fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
}

#[expect(clippy::needless_pass_by_value, reason = "both sides are temporaries at most calls")]
fn same<T: PartialEq + fmt::Debug>(what: &'static str, found: T, expected: T) -> Result<(), DemoError> {
    if found == expected {
        Ok(())
    } else {
        Err(DemoError::Differs { what, expected: format!("{expected:?}"), found: format!("{found:?}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_story_plays_to_its_end_and_shows_no_whole_key() {
        let mut out = Vec::new();
        Box::pin(run(&mut out)).await.unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("All of it went as it should.\n"), "{text}");
        assert!(text.contains("\n45 "), "{text}");
        let names =
            ["x-license-key: ", "?key=", "{\"key\":\"", "license_key=", "?license_number=", "\"license_number\":\"", "\"userKey\":\""];
        let shown: Vec<_> = names.into_iter().flat_map(|name| text.split(name).skip(1)).collect();
        assert_eq!(shown.len(), 28);
        assert!(shown.iter().all(|key| key[12..].starts_with("...")), "{text}");
    }

    #[test]
    fn a_difference_is_told_with_both_sides() {
        let error = same("the version", "1.0.0", "1.1.0").unwrap_err();
        assert_eq!(error.to_string(), r#"the version: expected "1.1.0", and it was "1.0.0""#);
    }
}
