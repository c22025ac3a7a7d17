//! `sections`: HTML by title, serialized as PHP does it, with lengths in bytes (seed 003; contracts §4).

use std::borrow::Cow;

use latchkey_core::domain::release::CurrentRelease;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::packages::readme::{Readme, SectionKey};
use serde::Serialize;

use crate::html::{changelog, paragraphs, screenshots, upgrade_notices};

/// The sections in the seed's order, then those that it does not have. Empty ones are left out: WordPress shows a tab for each.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct Sections<'a> {
    #[serde(skip_serializing_if = "is_empty")]
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_empty")]
    installation: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_empty")]
    frequently_asked_questions: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_empty")]
    changelog: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_empty")]
    screenshots: Cow<'a, str>,
    #[serde(skip_serializing_if = "is_empty")]
    upgrade_notice: Cow<'a, str>,
    /// Sections of the vendor's own, under WordPress's name for them.
    #[serde(skip_serializing_if = "is_empty")]
    other_notes: Cow<'a, str>,
}

#[expect(clippy::ptr_arg, reason = "serde hands over what the member is")]
fn is_empty(text: &Cow<'_, str>) -> bool {
    text.is_empty()
}

/// The text of the member `sections`.
pub(super) fn serialized(release: &CurrentRelease, readme: Option<&Readme>) -> Result<String, Fault> {
    const WHAT: &str = "serializing a release's sections";
    let section = |key| Cow::Borrowed(readme.and_then(|readme| readme.section(key)).unwrap_or_default());
    let own = |html: Option<String>| Cow::Owned(html.unwrap_or_default());
    let description = match section(SectionKey::Description) {
        description if description.is_empty() => Cow::Owned(paragraphs(release.notes.description.as_str())),
        description => description,
    };
    let sections = Sections {
        description,
        installation: section(SectionKey::Installation),
        frequently_asked_questions: section(SectionKey::Faq),
        changelog: changelog(release, readme),
        screenshots: own(readme.map(|readme| screenshots(&readme.screenshots))),
        upgrade_notice: own(readme.map(|readme| upgrade_notices(&readme.upgrade_notice))),
        other_notes: Cow::Borrowed(readme.map(|readme| readme.remaining_content.as_str()).unwrap_or_default()),
    };
    let bytes = php_serde::to_vec(&sections).map_err(|error| Fault::caused(FaultKind::Corrupt, WHAT, error))?;
    String::from_utf8(bytes).map_err(|error| Fault::caused(FaultKind::Corrupt, WHAT, error))
}
