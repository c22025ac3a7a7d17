//! `POST /v1/license-templates` (seed 004, "POST /v1/license-templates").

use axum::extract::State;
use latchkey_core::ops::templates::create_template;
use serde::{Deserialize, Serialize};

use super::{changes, known_of_product, named};
use crate::Service;
use crate::body::{Body, Given};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{LicenseTemplateGiven, number};

/// The template to be made.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertLicenseTemplateRequest {
    license_template: LicenseTemplateGiven,
}

/// The new template.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertLicenseTemplateAnswer {
    /// Its number.
    template_id: i32,
    /// The text of the vendor's own tools that it has.
    template: String,
}

/// Makes a template.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertLicenseTemplateRequest>,
) -> Result<Answer<InsertLicenseTemplateAnswer>, Error> {
    let mut given = request.license_template;
    let name = if let Given::Value(name) = &given.name { name.clone() } else { String::new() };
    let mut fields = named(&name)?;
    if let Given::Value(product) = &mut given.product {
        product.forget_empty();
    }
    fields.content.product = known_of_product(&service.core, caller.account(), &given).await?;
    let fields = changes(given)?.made_of(fields);
    let template = create_template(&service.core, caller.account(), fields).await?;
    let text = template.details.text.map(|text| text.as_str().to_owned()).unwrap_or_default();
    Ok(Answer::new(&caller, InsertLicenseTemplateAnswer { template_id: number(template.id.get()), template: text }))
}
