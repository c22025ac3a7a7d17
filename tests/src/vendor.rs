//! A vendor with a product, and what is sold of it.

use latchkey_core::domain::api_key::{ApiKeySecret, Permissions};
use latchkey_core::domain::ids::{AccountId, ReleaseId};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::key::format::KeyFormat;
use latchkey_core::domain::license::License;
use latchkey_core::domain::product::{DevelopmentSites, Product, ProductKind, Requirements};
use latchkey_core::domain::release::{Notes, Release, ReleaseState};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::text::{Email, Line, Prose, Slug, WebUrl};
use latchkey_core::domain::version::Version;
use latchkey_core::ops::create_api_key::{CreatedApiKey, NewApiKey, create_api_key};
use latchkey_core::ops::create_product::{NewProduct, create_product};
use latchkey_core::ops::draft_release::{Drafted, NewRelease, draft_release};
use latchkey_core::ops::issue_license::{NewLicense, issue_license};
use latchkey_core::ops::publish_release::publish_release;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::packages::hex;
use sha2::{Digest as _, Sha256};

use crate::plugin;
use crate::world::World;

/// A vendor and its first product.
#[derive(Clone, Debug)]
pub struct Vendor {
    /// The vendor's account.
    pub account: AccountId,
    /// `test-plugin`.
    pub product: Product,
}

/// The user that a vendor's API keys belong to.
pub const USER: &str = "vendor@vendor-shop.com";

/// A key of [`USER`]'s that never expires.
pub fn new_api_key(permissions: Permissions) -> NewApiKey {
    NewApiKey::of(Line::parse("Shop").unwrap(), Email::parse(USER).unwrap(), permissions)
}

/// A product as the seed's examples have it.
pub fn new_product(slug: &str) -> NewProduct {
    NewProduct {
        slug: Slug::parse(slug).unwrap(),
        code: None,
        name: Line::parse("Test Plugin").unwrap(),
        author: Line::parse("Woosa").unwrap(),
        url: Some(WebUrl::parse("https://example.com/software/page-id").unwrap()),
        docs_url: Some(WebUrl::parse("https://example.com/doc/your-software").unwrap()),
        requirements: Requirements::default(),
        kind: ProductKind::Plugin,
        key_format: KeyFormat::Groups,
        seat_limit: SeatLimit::Limited(12),
        development_sites: DevelopmentSites::default(),
    }
}

impl World {
    /// A vendor with the product `test-plugin`.
    pub async fn vendor(&self) -> Vendor {
        self.vendor_of(new_product("test-plugin")).await
    }

    /// A vendor with this product.
    pub async fn vendor_of(&self, product: NewProduct) -> Vendor {
        let account = self.core.table.create_account(Line::parse("Acme").unwrap(), self.core.now()).await.unwrap().id;
        let product = create_product(&self.core, account, product).await.unwrap();
        Vendor { account, product }
    }

    /// An API key of the vendor's, for [`USER`]. It and the user's address are never to be logged.
    pub async fn api_key(&self, vendor: &Vendor, permissions: Permissions) -> ApiKeySecret {
        self.create_api_key(vendor, new_api_key(permissions)).await.secret
    }

    /// An API key of the vendor's, and its record.
    pub async fn create_api_key(&self, vendor: &Vendor, new: NewApiKey) -> CreatedApiKey {
        let created = create_api_key(&self.core, &self.credentials, vendor.account, new).await.unwrap();
        self.keep_secret(created.secret.expose());
        self.keep_secret(created.client_secret.expose());
        self.keep_secret(created.key.email.as_str());
        created
    }

    /// A licence of the vendor's product, with what `change` makes of the usual one.
    pub async fn license(&self, vendor: &Vendor, change: impl FnOnce(&mut NewLicense)) -> License {
        let mut new = NewLicense::of(vendor.product.id);
        change(&mut new);
        let license = issue_license(&self.core, vendor.account, new).await.unwrap();
        self.keep_secret(license.key.expose());
        license
    }

    /// A licence with this key and this many seats; nothing for unlimited.
    pub async fn license_with(&self, vendor: &Vendor, key: &str, seats: Option<u32>) -> License {
        let limit = seats.map_or(SeatLimit::Unlimited, |seats| SeatLimit::limited(seats).unwrap());
        self.license(vendor, |new| {
            new.key = Some(LicenseKey::parse(key).unwrap());
            new.seat_limit = Some(limit);
        })
        .await
    }

    /// Announces a package of the vendor's product.
    pub async fn draft(&self, vendor: &Vendor, version: &str, package: &[u8]) -> Result<Drafted, Rejected> {
        let new = NewRelease {
            product: vendor.product.id,
            version: Version::parse(version).unwrap(),
            notes: Notes {
                changelog: Prose::parse("Some changes go here...").unwrap(),
                description: Prose::parse("A plugin for tests.").unwrap(),
            },
            size: package.len() as u64,
            sha256: hex(&Sha256::digest(package)),
            file_name: Line::parse("test-plugin.zip").unwrap(),
        };
        draft_release(&self.core, &self.downloads.packages, vendor.account, new).await
    }

    /// Sends a package to where a draft wants it, and gives the store's status.
    pub async fn upload(&self, drafted: &Drafted, package: &[u8]) -> u16 {
        let mut put = http_client().put(&drafted.upload.url).body(package.to_vec());
        for (name, value) in &drafted.upload.headers {
            put = put.header(name, value);
        }
        put.send().await.unwrap().status().as_u16()
    }

    /// Drafts, uploads and publishes a version of the vendor's product.
    pub async fn publish(&self, vendor: &Vendor, version: &str) -> Release {
        self.publish_package(vendor, version, &plugin::zip(vendor.product.slug.as_str(), version)).await
    }

    /// Drafts, uploads and publishes a package as a version of the vendor's product.
    pub async fn publish_package(&self, vendor: &Vendor, version: &str, package: &[u8]) -> Release {
        let drafted = self.draft(vendor, version, package).await.unwrap();
        assert_eq!(self.upload(&drafted, package).await, 200);
        self.publish_draft(vendor, drafted.release.id).await.unwrap()
    }

    /// Publishes a release whose package was uploaded, as it is announced now.
    pub async fn publish_draft(&self, vendor: &Vendor, release: ReleaseId) -> Result<Release, Rejected> {
        let draft = self.direct().table.release(vendor.account, vendor.product.id, release).await?;
        let announced = match draft.map(|draft| draft.state) {
            Some(ReleaseState::Draft(upload)) => upload.sha256,
            _ => String::new(),
        };
        publish_release(&self.core, &self.downloads.packages, vendor.account, vendor.product.id, release, &announced).await
    }
}

/// A client that follows no redirect.
pub fn http_client() -> reqwest::Client {
    // A second call finds the provider in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
