//! `GET /wp-json/lmn/v1/software/info` (seed 002, "GET /software/info").

use axum::extract::State;
use http::Uri;
use latchkey_core::core::Core;
use latchkey_core::domain::product::Product;
use latchkey_core::domain::release::CurrentRelease;
use latchkey_core::domain::text::WebUrl;
use latchkey_core::http::Params;
use latchkey_core::ops::look_up_update::look_up_update;
use serde::Serialize;

use crate::answer::Answer;
use crate::error::Error;
use crate::request::Sited;

/// The current release, as the client's update screen shows it.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct SoftwareBody {
    /// The product's page, or nothing.
    url: String,
    version: String,
    author: String,
    /// `YYYY-MM-DD`.
    last_release: String,
    /// The documentation's page, or nothing.
    docs_url: String,
    /// Exactly `{package}.zip` (contracts §3, seen in client).
    file: String,
    requirements: Requirements,
    short_description: String,
    changelog: String,
}

/// The least versions, or nothing where the vendor says none.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct Requirements {
    php: String,
    wordpress: String,
}

/// Tells an activated site about the current release.
pub(crate) async fn handle(State(core): State<Core>, uri: Uri) -> Result<Answer<SoftwareBody>, Error> {
    let Sited { licensed, device } = Sited::parse(&Params::of_query(&uri))?;
    let update = look_up_update(&core, &licensed.key, licensed.product(), &device).await?;
    Ok(Answer::ok(update.grant.account, SoftwareBody::of(&update.product, &update.release)))
}

impl SoftwareBody {
    /// What there is to say of a product's current release.
    pub(crate) fn of(product: &Product, release: &CurrentRelease) -> Self {
        let address = |url: &Option<WebUrl>| url.as_ref().map(|url| url.as_str().to_owned()).unwrap_or_default();
        let needs = &release.published.requirements;
        Self {
            url: address(&product.url),
            version: release.version.to_string(),
            author: product.author.as_str().to_owned(),
            last_release: release.published.at.date(),
            docs_url: address(&product.docs_url),
            file: format!("{}.zip", product.slug),
            requirements: Requirements {
                php: needs.php.as_ref().map(|php| php.as_str().to_owned()).unwrap_or_default(),
                wordpress: needs.wordpress.as_ref().map(|wordpress| wordpress.as_str().to_owned()).unwrap_or_default(),
            },
            short_description: release.notes.description.as_str().to_owned(),
            changelog: release.notes.changelog.as_str().to_owned(),
        }
    }
}
