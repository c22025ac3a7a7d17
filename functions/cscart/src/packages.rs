//! A package as a licence's list shows it (seed 000, "Getting a list of files").

use latchkey_core::config::PublicUrl;
use latchkey_core::domain::ids::PackageId;
use latchkey_core::domain::license::License;
use latchkey_core::domain::product::Product;
use latchkey_core::domain::shelf::Shelved;
use serde::Serialize;
use url::form_urlencoded;

/// The page that hands out packages (seed 000, `url`).
pub(crate) const DISPATCH: &str = "product_packages.get_package";

/// A package, in the seed's order.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct PackageBody {
    /// The package's number.
    file_id: u32,
    /// A name in the seed's form: slug, version and time.
    file_path: String,
    /// In bytes.
    file_size: u64,
    /// Always `A`: what is listed can be fetched.
    status: &'static str,
    is_upgrade: bool,
    from_version: Option<String>,
    to_version: Option<String>,
    /// When it was published, in seconds since 1970.
    timestamp: i64,
    /// The version.
    file_name: String,
    /// The download link for this licence. It holds the licence's key, as the seed's does.
    url: String,
}

impl PackageBody {
    pub(crate) fn new(shelved: &Shelved, license: &License, product: &Product, public_url: &PublicUrl) -> Self {
        let Shelved { version, published, package, .. } = shelved;
        let timestamp = published.as_seconds();
        let ending = package.file_name.as_str().rsplit_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default();
        Self {
            file_id: package.id.get(),
            file_path: format!("{}-{version}-{timestamp}{ending}", product.slug),
            file_size: package.size,
            status: "A",
            is_upgrade: package.from_version.is_some(),
            from_version: package.from_version.as_ref().map(ToString::to_string),
            to_version: package.to_version.as_ref().map(ToString::to_string),
            timestamp,
            file_name: version.to_string(),
            url: package_url(public_url, license, package.id),
        }
    }
}

/// Where whoever has the licence's key fetches a package, as long as the licence holds. It has the key in it.
pub fn package_url(public_url: &PublicUrl, license: &License, package: PackageId) -> String {
    let key: String = form_urlencoded::byte_serialize(license.key.expose().as_bytes()).collect();
    let (origin, product) = (public_url.origin(), license.product);
    format!("{origin}/index.php?dispatch={DISPATCH}&package_id={package}&product_id={product}&license_number={key}")
}
