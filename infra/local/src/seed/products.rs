//! The demo vendor's products: one for each format of keys.

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::key::format::{KeyFormat, KeyPattern};
use latchkey_core::domain::product::{DevelopmentSites, Product, ProductKind, Requirements};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::{Line, Slug, WebUrl};
use latchkey_core::ops::create_product::{NewProduct, create_product};

use super::{PLUGIN, SeedError};

/// How many seats their licences have.
const SEATS: u32 = 12;

/// Makes them. The first is [`PLUGIN`]; its keys name the server, as Woosa's plugins need it.
pub(super) async fn make(core: &Core, account: AccountId) -> Result<Vec<Product>, SeedError> {
    let kinds = [
        (PLUGIN, "Test Plugin", ProductKind::Plugin, KeyFormat::Addressed),
        ("test-theme", "Test Theme", ProductKind::Theme, KeyFormat::Groups),
        ("desktop-app", "Desktop App", ProductKind::Program, KeyFormat::Guid),
        ("command-line-tool", "Command Line Tool", ProductKind::Program, KeyFormat::Pattern(KeyPattern::default())),
    ];
    let mut products = Vec::new();
    for (slug, name, kind, key_format) in kinds {
        let new = NewProduct {
            slug: Slug::parse(slug)?,
            code: None,
            name: Line::parse(name)?,
            author: Line::parse("Demo Vendor")?,
            url: Some(WebUrl::parse(&format!("https://example.com/software/{slug}"))?),
            docs_url: Some(WebUrl::parse(&format!("https://example.com/docs/{slug}"))?),
            requirements: Requirements::default(),
            kind,
            key_format,
            seat_limit: SeatLimit::Limited(SEATS),
            development_sites: DevelopmentSites::default(),
        };
        products.push(create_product(core, account, new).await?);
    }
    Ok(products)
}
