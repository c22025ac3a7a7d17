//! `DELETE /v1/license-templates/{templateId}` (seed 004, "DELETE /v1/license-templates/{templateId}").

use axum::extract::State;
use latchkey_core::domain::ids::TemplateId;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::templates::{EditTemplate, delete_template};

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a template that no licence was made from, of those that there are.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(template): Path<i32>) -> Result<Answer<Done>, Error> {
    let template = id(template, TemplateId::new, Thing::Template)?;
    delete_template(&service.core, EditTemplate { account: caller.account(), template, seen: None }).await?;
    Ok(Answer::done(&caller))
}
