//! The product as its vendor's staff keep it, beside what copies in the field need.

use serde::{Deserialize, Serialize};

use super::fixed_point::FixedPoint;
use super::ids::{AccountId, ProductId, ResourceId};
use super::product::Product;
use super::text::{Line, Prose, Slug, WebUrl};
use super::time::Timestamp;

/// The most characters of a slug that is made from a name: room is left for what tells two apart.
const MOST_OF_A_SLUG: usize = 80;

/// What a vendor's staff keep about a product. It may be heavy, and no check of a licence reads it: that is why it is no part of the
/// [`Product`], which has a copy of name and address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRecord {
    /// The product's number.
    pub id: ProductId,
    /// The account.
    pub account: AccountId,
    /// The vendor's code for it, unique in the account. The public code, which is unique in the deployment, is the same where that
    /// was possible when the product was made; it never changes.
    pub code: Line<64>,
    /// What people call it.
    pub name: Line<120>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Prose<8_000>>,
    /// Its page, as the vendor wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Line<2_048>>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright: Option<Line<500>>,
    /// A picture: its name, its address, or itself as a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Line<60_000>>,
    /// What one costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<FixedPoint>,
    /// What one costs whoever sells it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reseller_price: Option<FixedPoint>,
    /// In which currency: as the vendor wrote it, for nothing is computed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Line<32>>,
    /// The resource that its licences are signed with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_keys: Option<ResourceId>,
    /// Whatever the vendor's programs keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Prose<8_000>>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Counts the changes, from 1.
    pub revision: u32,
}

impl ProductRecord {
    /// What there is to keep of a product of which nothing more is known.
    pub fn of(product: &Product) -> Self {
        Self {
            id: product.id,
            account: product.account,
            code: (&product.code).into(),
            name: product.name.clone(),
            description: None,
            url: product.url.as_ref().map(Line::from),
            copyright: None,
            image: None,
            price: None,
            reseller_price: None,
            currency: None,
            signature_keys: None,
            meta: None,
            created: product.created,
            updated: None,
            revision: 1,
        }
    }

    /// The product's page, where what the vendor wrote is an address.
    pub fn web_url(&self) -> Option<WebUrl> {
        self.url.as_ref().and_then(|url| WebUrl::parse(url.as_str()).ok())
    }

    /// When it was changed last; when it was made, where it never was.
    pub fn last_change(&self) -> Timestamp {
        self.updated.unwrap_or(self.created)
    }
}

/// A slug that tells what `text` is: its letters and digits in lower case, with hyphens for what is between them; nothing where it has
/// none that a slug may have.
pub fn slug_of(text: &str) -> Option<Slug> {
    let mut slug = String::new();
    for c in text.chars().take(MOST_OF_A_SLUG) {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    Slug::parse(slug.trim_end_matches('-')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_made_of_what_may_be_in_one() {
        for (text, slug) in [("My App 2.0!", "my-app-2-0"), ("  --Über  Tool--", "ber-tool"), ("ABC", "abc")] {
            assert_eq!(slug_of(text).unwrap().as_str(), slug);
        }
        assert_eq!(slug_of("東京"), None);
        assert_eq!(slug_of(&"x".repeat(200)).unwrap().as_str().len(), MOST_OF_A_SLUG);
    }
}
