//! A product as it is shown.

use latchkey_core::domain::development::Pattern;
use latchkey_core::domain::ids::{AccountId, ProductId};
use latchkey_core::domain::product::{DevelopmentSites, Product};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::{Line, WebUrl};
use latchkey_core::domain::time::Timestamp;
use serde::Serialize;

use crate::members::Member;
use crate::seats;
use crate::text::{fields, or_dash};

/// The members of the JSON answer.
pub(super) const MEMBERS: [Member; 17] = [
    ("product", "its number within the account"),
    ("account", "the vendor's number"),
    ("slug", "the folder name, unique in the account"),
    ("code", "the public code, unique in the deployment"),
    ("name", "what people call it"),
    ("author", "who made it"),
    ("url", "its page, or null"),
    ("docs_url", "its documentation, or null"),
    ("requires_php", "the least PHP version, or null"),
    ("requires_wordpress", "the least WordPress version, or null"),
    ("kind", "plugin, theme or program"),
    ("key_format", "groups, guid, addressed or pattern:…"),
    ("seat_limit", "how many seats a new licence has; null where there is no limit"),
    ("development_sites", "free or counted"),
    ("development_patterns", "the product's own patterns for sites that take no seat"),
    ("current_version", "the version that update checks answer with, or null"),
    ("created", "when it was made"),
];

/// A product as it is shown.
#[derive(Serialize)]
pub(super) struct View {
    product: ProductId,
    account: AccountId,
    slug: String,
    code: String,
    name: String,
    author: String,
    url: Option<String>,
    docs_url: Option<String>,
    requires_php: Option<String>,
    requires_wordpress: Option<String>,
    kind: &'static str,
    key_format: String,
    seat_limit: SeatLimit,
    development_sites: &'static str,
    development_patterns: Vec<String>,
    current_version: Option<String>,
    created: Timestamp,
}

impl View {
    /// The headings of [`View::row`].
    pub(super) const HEADINGS: [&'static str; 6] = ["product", "slug", "name", "kind", "seats", "current"];

    /// The product's view.
    pub(super) fn of(product: &Product) -> Self {
        let line = |line: &Option<Line<20>>| line.as_ref().map(|line| line.as_str().to_owned());
        let address = |url: &Option<WebUrl>| url.as_ref().map(|url| url.as_str().to_owned());
        let (development_sites, development_patterns) = match &product.development_sites {
            DevelopmentSites::Free(patterns) => ("free", patterns.iter().map(Pattern::to_string).collect()),
            DevelopmentSites::Counted => ("counted", Vec::new()),
        };
        Self {
            product: product.id,
            account: product.account,
            slug: product.slug.to_string(),
            code: product.code.to_string(),
            name: product.name.as_str().to_owned(),
            author: product.author.as_str().to_owned(),
            url: address(&product.url),
            docs_url: address(&product.docs_url),
            requires_php: line(&product.requirements.php),
            requires_wordpress: line(&product.requirements.wordpress),
            kind: product.kind.name(),
            key_format: product.key_format.to_string(),
            seat_limit: product.seat_limit,
            development_sites,
            development_patterns,
            current_version: product.current.as_ref().map(|current| current.version.to_string()),
            created: product.created,
        }
    }

    /// The product for people.
    pub(super) fn text(&self) -> String {
        let development = match self.development_patterns.as_slice() {
            [] => self.development_sites.to_owned(),
            patterns => format!("{}, and so are {}", self.development_sites, patterns.join(", ")),
        };
        fields(&[
            ("product", self.product.to_string()),
            ("account", self.account.to_string()),
            ("slug", self.slug.clone()),
            ("code", self.code.clone()),
            ("name", self.name.clone()),
            ("author", self.author.clone()),
            ("url", or_dash(self.url.as_ref())),
            ("documentation", or_dash(self.docs_url.as_ref())),
            ("requires PHP", or_dash(self.requires_php.as_ref())),
            ("requires WordPress", or_dash(self.requires_wordpress.as_ref())),
            ("kind", self.kind.to_owned()),
            ("key format", self.key_format.clone()),
            ("seats", seats::text(self.seat_limit)),
            ("development sites", development),
            ("current version", or_dash(self.current_version.as_ref())),
            ("created", self.created.to_string()),
        ])
    }

    /// The product in a list.
    pub(super) fn row(&self) -> [String; 6] {
        [
            self.product.to_string(),
            self.slug.clone(),
            self.name.clone(),
            self.kind.to_owned(),
            seats::text(self.seat_limit),
            or_dash(self.current_version.as_ref()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::development::Patterns;
    use latchkey_core::domain::key::format::KeyFormat;
    use latchkey_core::domain::product::{ProductKind, Requirements};
    use latchkey_core::domain::text::{ProductCode, Slug};

    use super::*;
    use crate::members::{names_in, names_of};

    fn product() -> Product {
        Product {
            id: ProductId::new(2).unwrap(),
            account: AccountId::new(1).unwrap(),
            slug: Slug::parse("acme-tools").unwrap(),
            code: ProductCode::parse("acme").unwrap(),
            name: Line::parse("Acme Tools").unwrap(),
            author: Line::parse("Acme").unwrap(),
            url: None,
            docs_url: None,
            requirements: Requirements::default(),
            kind: ProductKind::Plugin,
            key_format: KeyFormat::Guid,
            seat_limit: SeatLimit::Unlimited,
            development_sites: DevelopmentSites::Free(Patterns::parse(["preview.*"]).unwrap()),
            current: None,
            created: Timestamp::parse("2026-01-02").unwrap(),
            revision: 1,
        }
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&View::of(&product())), names_of(&MEMBERS));
    }

    #[test]
    fn people_read_all_of_it() {
        let text = View::of(&product()).text();
        for line in ["slug                acme-tools", "seats               unlimited", "development sites   free, and so are preview.*"] {
            assert!(text.lines().any(|shown| shown == line), "{line:?} is not in\n{text}");
        }
    }
}
