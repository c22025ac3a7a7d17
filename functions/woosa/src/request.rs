//! The parameters that the endpoints share.

use axum::body::Body;
use http::{HeaderMap, Uri};
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat::Device;
use latchkey_core::domain::site::Site;
use latchkey_core::http::Params;

use crate::error::Error;

/// The licence and the software: `key` and `package`.
pub(crate) struct Licensed {
    pub(crate) key: LicenseKey,
    package: String,
}

/// The same, and the site: `site_url`.
pub(crate) struct Sited {
    pub(crate) licensed: Licensed,
    pub(crate) device: Device,
}

impl Licensed {
    pub(crate) fn parse(params: &Params) -> Result<Self, Error> {
        params.check_scalars(&["key", "package"])?;
        let [key, package] = params.require(["key", "package"]).map_err(Error::Missing)?;
        Ok(Self { key: license_key(key)?, package: package.to_owned() })
    }

    pub(crate) fn product(&self) -> ProductClaim<'_> {
        ProductClaim::Slug(&self.package)
    }
}

impl Sited {
    pub(crate) fn parse(params: &Params) -> Result<Self, Error> {
        params.check_scalars(&["key", "package", "site_url"])?;
        let [.., site] = params.require(["key", "package", "site_url"]).map_err(Error::Missing)?;
        let site = Site::parse(site).map_err(|_| Error::Invalid("site_url".to_owned(), "Must be the URL of a site."))?;
        Ok(Self { licensed: Licensed::parse(params)?, device: Device::Site(site) })
    }

    pub(crate) async fn of_request(uri: &Uri, headers: &HeaderMap, body: Body) -> Result<Self, Error> {
        Self::parse(&Params::of_request(uri, headers, body).await?)
    }
}

/// What cannot be a key is no key of ours.
pub(crate) fn license_key(text: &str) -> Result<LicenseKey, Error> {
    LicenseKey::parse(text).map_err(|_| Error::Refused(Refusal::UnknownKey))
}
