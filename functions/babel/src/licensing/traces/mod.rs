//! License traces: what clients did with the licences whose vendor wants to know.

pub(super) mod delete;
pub(super) mod list;
mod rows;

use axum::extract::FromRequestParts;
use http::request::Parts;
use latchkey_core::domain::ids::LicenseId;
use latchkey_core::ops::rejected::Thing;

use crate::error::Error;
use crate::list::List;
use crate::path::id;

/// The licence that the parameter `licenseId` names: 0 names none, as a generated client sends it for nothing.
pub(crate) struct OfLicense(Option<LicenseId>);

impl<S: Sync> FromRequestParts<S> for OfLicense {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Ok(list) = List::from_request_parts(parts, state).await;
        let license = list.parsed::<i32>("licenseId", "it has to be a whole number of 32 bits")?.filter(|license| *license != 0);
        license.map(|license| id(license, LicenseId::new, Thing::License)).transpose().map(Self)
    }
}
