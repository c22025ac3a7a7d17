//! A release as it is shown.

use latchkey_core::domain::ids::{AccountId, ProductId, ReleaseId};
use latchkey_core::domain::product::Product;
use latchkey_core::domain::release::{Published, Release, ReleaseState, Upload};
use latchkey_core::domain::text::Line;
use latchkey_core::domain::time::Timestamp;
use serde::Serialize;

use crate::members::Member;
use crate::text::{fields, or_dash};

/// The members of the JSON answer.
pub(super) const MEMBERS: [Member; 15] = [
    ("release", "its number within the account"),
    ("account", "the vendor's number"),
    ("product", "the product's number"),
    ("version", "its version"),
    ("state", "draft, published or yanked"),
    ("current", "whether update checks answer with it"),
    ("size", "the package's length in bytes"),
    ("sha256", "the package's SHA-256, 64 hexadecimal digits"),
    ("file_name", "the name that the package is downloaded under"),
    ("requires_php", "the least PHP version, or null"),
    ("requires_wordpress", "the least WordPress version, or null"),
    ("created", "when it was drafted"),
    ("published", "when it was published, or null"),
    ("yanked", "when it was withdrawn, or null"),
    ("why", "the reason that was given for that, or null"),
];

/// A release as it is shown.
#[derive(Serialize)]
pub(super) struct View {
    release: ReleaseId,
    account: AccountId,
    product: ProductId,
    version: String,
    state: &'static str,
    current: bool,
    size: u64,
    sha256: String,
    file_name: String,
    requires_php: Option<String>,
    requires_wordpress: Option<String>,
    created: Timestamp,
    published: Option<Timestamp>,
    yanked: Option<Timestamp>,
    why: Option<String>,
}

impl View {
    /// The headings of [`View::row`].
    pub(super) const HEADINGS: [&'static str; 5] = ["release", "version", "state", "bytes", "published"];

    /// The view of a release of `product`.
    pub(super) fn of(release: &Release, product: &Product) -> Self {
        let drafted = Self {
            release: release.id,
            account: release.account,
            product: release.product,
            version: release.version.to_string(),
            state: "draft",
            current: product.current.as_ref().is_some_and(|current| current.id == release.id),
            size: 0,
            sha256: String::new(),
            file_name: String::new(),
            requires_php: None,
            requires_wordpress: None,
            created: release.created,
            published: None,
            yanked: None,
            why: None,
        };
        match &release.state {
            ReleaseState::Planned => Self { state: "planned", ..drafted },
            ReleaseState::Draft(Upload { object_key: _, size, sha256, file_name, announced: _ }) => {
                Self { size: *size, sha256: sha256.clone(), file_name: file_name.as_str().to_owned(), ..drafted }
            }
            ReleaseState::Published(published) => Self { state: "published", ..drafted.with(published) },
            ReleaseState::Yanked(yanked) => Self {
                state: "yanked",
                yanked: Some(yanked.at),
                why: yanked.why.as_ref().map(|why| why.as_str().to_owned()),
                ..drafted.with(&yanked.published)
            },
        }
    }

    fn with(self, Published { at, package, requirements, has_readme: _ }: &Published) -> Self {
        let line = |line: &Option<Line<20>>| line.as_ref().map(|line| line.as_str().to_owned());
        Self {
            size: package.size,
            sha256: package.sha256.clone(),
            file_name: package.file_name.as_str().to_owned(),
            requires_php: line(&requirements.php),
            requires_wordpress: line(&requirements.wordpress),
            published: Some(*at),
            ..self
        }
    }

    /// The release for people.
    pub(super) fn text(&self) -> String {
        let mut rows = vec![
            ("release", self.release.to_string()),
            ("product", self.product.to_string()),
            ("version", self.version.clone()),
            ("state", self.state_text()),
            ("bytes", self.size.to_string()),
            ("SHA-256", self.sha256.clone()),
            ("file name", self.file_name.clone()),
            ("requires PHP", or_dash(self.requires_php.as_ref())),
            ("requires WordPress", or_dash(self.requires_wordpress.as_ref())),
            ("drafted", self.created.to_string()),
            ("published", or_dash(self.published)),
        ];
        if let Some(yanked) = self.yanked {
            rows.extend([("yanked", yanked.to_string()), ("why", or_dash(self.why.as_ref()))]);
        }
        fields(&rows)
    }

    /// The release in a list.
    pub(super) fn row(&self) -> [String; 5] {
        [self.release.to_string(), self.version.clone(), self.state_text(), self.size.to_string(), or_dash(self.published)]
    }

    fn state_text(&self) -> String {
        if self.current { format!("{}, current", self.state) } else { self.state.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::development::Patterns;
    use latchkey_core::domain::key::format::KeyFormat;
    use latchkey_core::domain::product::{DevelopmentSites, ProductKind, Requirements};
    use latchkey_core::domain::release::Notes;
    use latchkey_core::domain::seat::SeatLimit;
    use latchkey_core::domain::text::{ProductCode, Slug};
    use latchkey_core::domain::version::Version;

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
            development_sites: DevelopmentSites::Free(Patterns::default()),
            current: None,
            created: Timestamp::MIN,
            revision: 1,
        }
    }

    fn draft() -> Release {
        let file_name = Line::parse("acme.zip").unwrap();
        Release {
            id: ReleaseId::new(4).unwrap(),
            account: AccountId::new(1).unwrap(),
            product: ProductId::new(2).unwrap(),
            version: Version::parse("1.2.3").unwrap(),
            created: Timestamp::MIN,
            name: None,
            dated: None,
            revision: 0,
            notes: Notes::default(),
            state: ReleaseState::Draft(Upload {
                object_key: "uploads/1/secret".to_owned(),
                size: 12,
                sha256: "ab".repeat(32),
                file_name,
                announced: None,
            }),
        }
    }

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&View::of(&draft(), &product())), names_of(&MEMBERS));
    }

    #[test]
    fn a_draft_shows_what_was_announced_and_not_where_it_lies() {
        let view = View::of(&draft(), &product());
        assert_eq!(view.row(), ["4", "1.2.3", "draft", "12", "-"]);
        let shown = view.text() + &serde_json::to_string(&view).unwrap();
        assert!(shown.contains("file name           acme.zip") && !shown.contains("uploads/"), "{shown}");
    }
}
