//! The parameters that all four verbs have: `product_id`, `license_key`, `baseurl` (seed 003, "Implementation").

use axum::body::Body;
use http::{HeaderMap, Uri};
use latchkey_core::core::Core;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::seat::Device;
use latchkey_core::domain::site::Site;
use latchkey_core::http::{ParamError, Params};
use latchkey_core::ops::check_license::refuse_unknown_key;

use crate::error::{Error, Field, Verb};

/// The licence, what it should be for, and the site.
pub(crate) struct Asked {
    pub(crate) key: LicenseKey,
    pub(crate) device: Device,
    product: String,
}

impl Asked {
    /// Reads them from the form, the JSON or the query. What cannot be a key is no key of ours; what cannot be a site's address
    /// is as good as none.
    pub(crate) async fn of_request(core: &Core, verb: Verb, uri: &Uri, headers: &HeaderMap, body: Body) -> Result<Self, Error> {
        let params = Params::of_request(uri, headers, body).await?;
        let (product, key) = (text(&params, "product_id"), text(&params, "license_key"));
        let site = text(&params, "baseurl").and_then(|site| Site::parse(site).ok());
        let (Some(product), Some(key), Some(site)) = (product, key, &site) else {
            let fields = [(Field::Product, product.is_none()), (Field::Key, key.is_none()), (Field::Site, site.is_none())];
            return Err(Error::Missing(verb, fields.into_iter().filter(|(_, missing)| *missing).map(|(field, _)| field).collect()));
        };
        match LicenseKey::parse(key) {
            Ok(key) => Ok(Self { key, device: Device::Site(site.clone()), product: product.to_owned() }),
            Err(_) => Err(verb.failed(refuse_unknown_key(core, ProductClaim::Code(product)).await)),
        }
    }

    pub(crate) fn product(&self) -> ProductClaim<'_> {
        ProductClaim::Code(&self.product)
    }
}

/// A parameter's text; nothing where it is missing, empty, or an array or object in JSON.
fn text<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.check_scalars(&[name]).ok().and_then(|()| params.get(name))
}

impl From<ParamError> for Error {
    fn from(error: ParamError) -> Self {
        match error {
            ParamError::TooLong => Self::TooLong,
            // The third is only found where it is looked for.
            ParamError::Interrupted | ParamError::NotJson | ParamError::WrongType(_) => Self::NotJson,
        }
    }
}
