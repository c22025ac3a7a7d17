//! Parameters by name, whatever the case of the name.

use latchkey_core::domain::ids::CustomerId;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::http::Params;

use crate::error::Error;
use crate::wire;

/// The customer's identifier.
const USER: &str = "InternalUserIdentifier";
/// The product's public code.
pub(crate) const SKU: &str = "ProductSku";

/// A request's parameters.
#[derive(Debug)]
pub(crate) struct Fields(Params);

/// A licence key as it was sent, and what it is, if it can be one.
pub(crate) struct SentKey {
    pub(crate) text: String,
    pub(crate) key: Option<LicenseKey>,
}

impl Fields {
    pub(crate) fn new(params: Params) -> Self {
        Self(params.ignoring_case())
    }

    /// The value of `name`, trimmed, unless it is empty.
    pub(crate) fn get(&self, name: &'static str) -> Result<Option<&str>, Error> {
        let lower = name.to_ascii_lowercase();
        if self.0.check_scalars(&[&lower]).is_err() {
            return Err(Error::Invalid(name, "must be a text.".to_owned()));
        }
        Ok(self.0.get(&lower))
    }

    /// The values of `names`; all that are missing are told.
    pub(crate) fn require<const N: usize>(&self, names: [&'static str; N]) -> Result<[&str; N], Error> {
        let mut values = [""; N];
        let mut missing = Vec::new();
        for (name, value) in names.into_iter().zip(&mut values) {
            match self.get(name)? {
                Some(there) => *value = there,
                None => missing.push(name),
            }
        }
        if missing.is_empty() { Ok(values) } else { Err(Error::Missing(missing)) }
    }

    /// What `parse` makes of the value of `name`, where there is one.
    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Error> {
        self.get(name)?.map(parse).transpose().map_err(|error| Error::Invalid(name, format!("{error}.")))
    }

    /// A user and a product.
    pub(crate) fn user_and_sku(&self) -> Result<(CustomerId, String), Error> {
        let [user, sku] = self.require([USER, SKU])?;
        let user = wire::parse_user(user);
        let user = user.ok_or_else(|| Error::Invalid(USER, "must be K and nine digits, such as K109025530.".to_owned()))?;
        Ok((user, sku.to_owned()))
    }

    /// `LicenseKey`, or `Key`.
    pub(crate) fn license_key(&self) -> Result<SentKey, Error> {
        let text = match self.get("LicenseKey")? {
            Some(text) => Some(text),
            None => self.get("Key")?,
        };
        let text = text.ok_or_else(|| Error::Missing(vec!["LicenseKey"]))?;
        Ok(SentKey { text: text.to_owned(), key: LicenseKey::parse(text).ok() })
    }
}
