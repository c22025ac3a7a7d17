//! `POST /v2/licenses/get_version` (seed 003, "GET PRODUCT’S VERSION UPDATES").

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::domain::text::WebUrl;
use latchkey_core::fault::Fault;
use latchkey_core::ops::check_license::Check;
use latchkey_core::ops::offer_update::{Offer, offer_update};
use latchkey_core::packages::readme::{Readme, UpgradeNotice};
use serde::{Serialize, Serializer};

use super::ago::ago;
use super::sections::serialized;
use crate::Sellcodes;
use crate::answer::Answer;
use crate::error::{Error, Verb};
use crate::html::escaped;
use crate::license::expires;
use crate::request::Asked;
use crate::words::words;

/// The current release: what a parser makes of its `readme.txt`, where it is, and the way to it.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct VersionBody {
    name: String,
    tags: Vec<String>,
    requires_at_least: Option<String>,
    tested_up_to: Option<String>,
    stable_tag: Option<String>,
    contributors: Vec<String>,
    donate_link: Option<String>,
    short_description: String,
    /// Captions.
    screenshots: Vec<String>,
    remaining_content: String,
    /// By version, as PHP writes an array with such keys: a list where it is empty.
    #[serde(serialize_with = "by_version")]
    #[cfg_attr(feature = "openapi", schema(value_type = serde_json::Value))]
    upgrade_notice: Vec<UpgradeNotice>,
    /// The page that says what changed.
    url: String,
    /// The product's page, or nothing.
    homepage: String,
    new_version: String,
    /// Such as `1 hour ago`.
    last_updated: String,
    stable_version: String,
    expires: String,
    slug: String,
    /// Where the package is fetched from within two days; absent where the licence has no right to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<String>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    download_link: Option<String>,
    /// HTML by title, serialized by PHP's rules.
    sections: String,
    // From here on ours: WordPress's names (contracts §6), and what to tell a user who has no right to the update.
    version: String,
    author: String,
    requires: Option<String>,
    tested: Option<String>,
    requires_php: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

/// Tells about the current release, and gives an activated site a link to it.
pub(crate) async fn handle(
    State(sellcodes): State<Sellcodes>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Answer<VersionBody>, Error> {
    let Sellcodes { core, downloads } = sellcodes;
    let asked = Asked::of_request(&core, Verb::Other, &uri, &headers, body).await?;
    let ask = Check { key: &asked.key, product: asked.product(), device: &asked.device };
    let offer = offer_update(&core, &downloads, ask).await.map_err(|failure| Verb::Other.failed(failure))?;
    let (account, verdict) = (offer.described.grant.account, offer.described.verdict);
    let body = VersionBody::new(&core, &offer).map_err(Error::Fault)?;
    Ok(Answer { account, verdict, body })
}

impl VersionBody {
    fn new(core: &Core, offer: &Offer) -> Result<Self, Fault> {
        let Offer { described, release, readme, link } = offer;
        let (product, needs) = (&described.product, &release.published.requirements);
        let sections = serialized(release, readme.as_deref())?;
        // The sections, most of it, are in a member of their own by now.
        let readme = readme.as_deref().map(|readme| Readme { sections: Vec::new(), ..readme.clone() }).unwrap_or_default();
        let origin = core.public_url.origin();
        let package = link.as_ref().map(|token| format!("{origin}/push-file?file={token}"));
        let version = release.version.to_string();
        let requires = readme.requires_at_least.or_else(|| needs.wordpress.as_ref().map(|wordpress| wordpress.as_str().to_owned()));
        Ok(Self {
            name: readme.name.unwrap_or_else(|| escaped(product.name.as_str())),
            tags: readme.tags,
            requires_at_least: requires.clone(),
            tested_up_to: readme.tested_up_to.clone(),
            stable_tag: Some(readme.stable_tag.unwrap_or_else(|| version.clone())),
            contributors: readme.contributors,
            donate_link: readme.donate_link.map(|link| link.as_str().to_owned()),
            short_description: match readme.short_description {
                description if description.is_empty() => escaped(release.notes.description.as_str()),
                description => description,
            },
            screenshots: readme.screenshots,
            remaining_content: readme.remaining_content,
            upgrade_notice: readme.upgrade_notice,
            url: format!("{origin}/v2/licenses/changelog?product_id={}", product.code),
            homepage: product.url.as_ref().map(WebUrl::as_str).unwrap_or_default().to_owned(),
            new_version: version.clone(),
            last_updated: ago(release.published.at, core.now()),
            stable_version: version.clone(),
            expires: expires(&described.grant),
            slug: product.slug.to_string(),
            download_link: package.clone(),
            package,
            sections,
            version,
            author: escaped(product.author.as_str()),
            requires,
            tested: readme.tested_up_to,
            requires_php: readme.requires_php.or_else(|| needs.php.as_ref().map(|php| php.as_str().to_owned())),
            message: described.verdict.err().map(|refusal| words(refusal).message),
        })
    }
}

/// The last notice of each version.
fn by_version<S: Serializer>(notices: &[UpgradeNotice], serializer: S) -> Result<S::Ok, S::Error> {
    if notices.is_empty() {
        return serializer.collect_seq(notices.iter().map(|notice| &notice.text));
    }
    let last = notices.iter().enumerate().filter(|(at, notice)| notices[at + 1..].iter().all(|later| later.version != notice.version));
    serializer.collect_map(last.map(|(_, notice)| (&notice.version, &notice.text)))
}
