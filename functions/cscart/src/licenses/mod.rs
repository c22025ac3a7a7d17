//! A licence as this API shows it (seed 000, "Response").

pub(crate) mod list;
mod search;
pub(crate) mod show;
pub(crate) mod update;

use http::Uri;
use latchkey_core::config::PublicUrl;
use latchkey_core::domain::ids::{CustomerId, LicenseId};
use latchkey_core::domain::shelf::Shelf;
use latchkey_core::domain::site::Site;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::present_licenses::Presented;
use serde::Serialize;

use crate::error::Error;
use crate::packages::PackageBody;

/// The methods that a single licence takes.
pub(crate) const METHODS: &str = "GET, PUT";

/// A licence, in the seed's order. It must never have a member `message`: clients throw on one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct LicenseBody {
    /// The licence's number.
    purchase_id: u32,
    /// The order's number, or 0.
    order_id: u32,
    product_id: u32,
    /// In seconds since 1970.
    created_at: i64,
    /// The first second after the end, or 0 for never.
    expires_at: i64,
    /// The number of the current release's package, or 0.
    file_id: u32,
    /// The key.
    license_number: String,
    domain_names: DomainNames,
    /// The licensee's address, or nothing.
    email: String,
    /// The customer's number, or 0.
    user_id: u32,
    /// Only where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    packages: Option<Vec<PackageBody>>,
}

/// `""` or an array (contracts §1, "Quirks").
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
enum DomainNames {
    Nothing(&'static str),
    Hosts(Vec<String>),
}

impl LicenseBody {
    pub(crate) fn new(presented: &Presented, public_url: &PublicUrl) -> Self {
        let Presented { license, sites, product, shelf } = presented;
        let packages = |shelf: &Shelf| -> Vec<PackageBody> {
            shelf.packages().iter().map(|shelved| PackageBody::new(shelved, license, product, public_url)).collect()
        };
        Self {
            purchase_id: license.id.get(),
            order_id: license.order_line.map_or(0, |line| line.order.get()),
            product_id: license.product.get(),
            created_at: license.created.as_seconds(),
            expires_at: expires_at(license.validity.until),
            file_id: product.current.as_ref().map_or(0, |current| current.published.package.id.get()),
            license_number: license.key.expose().to_owned(),
            domain_names: domain_names(sites),
            email: license.licensee.as_ref().and_then(|who| who.email.as_ref()).map(|email| email.as_str().to_owned()).unwrap_or_default(),
            user_id: license.customer.map_or(0, CustomerId::get),
            packages: shelf.as_deref().map(packages),
        }
    }
}

fn domain_names(sites: &[Site]) -> DomainNames {
    if sites.is_empty() { DomainNames::Nothing("") } else { DomainNames::Hosts(sites.iter().map(Site::to_string).collect()) }
}

/// The end in whole seconds, rounded up, and never 0 where there is one.
fn expires_at(until: Option<Timestamp>) -> i64 {
    until.map_or(0, |until| until.as_micros().saturating_add(999_999).div_euclid(1_000_000).max(1))
}

/// The licence's number at the end of a path. What is no number is nobody's.
fn license_id(uri: &Uri) -> Result<LicenseId, Error> {
    uri.path().rsplit('/').next().and_then(LicenseId::parse).ok_or(Error::NotFound(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_between_two_seconds_is_the_second_after_and_none_reads_as_never() {
        let at = |micros| expires_at(Timestamp::from_micros(micros));
        assert_eq!(expires_at(None), 0);
        assert_eq!(at(1_919_710_900_000_000), 1_919_710_900);
        assert_eq!(at(1_919_710_899_000_001), 1_919_710_900);
        assert_eq!((at(0), at(-5_000_000)), (1, 1));
    }
}
