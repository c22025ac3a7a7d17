//! `PUT /v1/license-templates` (seed 004, "PUT /v1/license-templates").

use axum::extract::State;
use latchkey_core::domain::ids::TemplateId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::templates::{EditTemplate, TemplateFields, change_template};
use serde::{Deserialize, Serialize};

use super::{changes, known_of_product};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::id;
use crate::wire::LicenseTemplateGiven;

/// What is to become of a template.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateLicenseTemplateRequest {
    license_template: LicenseTemplateGiven,
}

/// The template, changed.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct UpdateLicenseTemplateAnswer {
    /// The text of the vendor's own tools that it has.
    template: String,
}

/// Changes a template, and no licence that was made from it before.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateLicenseTemplateRequest>,
) -> Result<Answer<UpdateLicenseTemplateAnswer>, Error> {
    let number = request.license_template.id.value().ok_or_else(|| Error::missing("licenseTemplate.id"))?;
    let template = id(number, TemplateId::new, Thing::Template)?;
    let known = known_of_product(&service.core, caller.account(), &request.license_template).await?;
    let changes = changes(request.license_template)?;
    let edit = EditTemplate { account: caller.account(), template, seen: None };
    let change = |mut fields: TemplateFields| {
        fields.content.product = fields.content.product.or_else(|| known.clone());
        Ok(changes.made_of(fields))
    };
    let after = change_template(&service.core, edit, change).await?;
    let template = after.details.text.map(|text| text.as_str().to_owned()).unwrap_or_default();
    Ok(Answer::new(&caller, UpdateLicenseTemplateAnswer { template }))
}
