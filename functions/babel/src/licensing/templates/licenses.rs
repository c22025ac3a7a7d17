//! `GET /v1/license-templates/{templateId}/licenses` (seed 004, "GET /v1/license-templates/{templateId}/licenses").

use axum::extract::State;
use latchkey_core::domain::ids::TemplateId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::templates::find_template;

use crate::Signing;
use crate::caller::Caller;
use crate::error::Error;
use crate::licensing::licenses::listing_of;
use crate::list::{List, Listing};
use crate::path::{Path, id};
use crate::wire::License;

/// Lists the licences that were made from a template.
pub(crate) async fn handle(
    State(signing): State<Signing>,
    caller: Caller,
    Path(template): Path<i32>,
    list: List,
) -> Result<Listing<License>, Error> {
    find_template(&signing.service.core, caller.account(), id(template, TemplateId::new, Thing::Template)?).await?;
    listing_of(&signing, &caller, &list, "templateId", template).await
}
