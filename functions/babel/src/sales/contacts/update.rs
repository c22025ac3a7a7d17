//! `PUT /v1/contacts` (seed 004, "PUT /v1/contacts").

use axum::extract::State;
use latchkey_core::domain::ids::{ContactId, CustomerId};
use latchkey_core::ops::contacts::{EditContact, edit_contact};
use latchkey_core::ops::rejected::Thing;
use serde::Deserialize;

use super::parse;
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::id;
use crate::wire::ContactGiven;

/// The contact to be changed, by its id.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateContactRequest {
    contact: ContactGiven,
}

/// Changes a contact: what is said of it. It may become another customer's, and is always somebody's.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<UpdateContactRequest>,
) -> Result<Answer<Done>, Error> {
    let number = request.contact.id.value().ok_or_else(|| Error::missing("contact.id"))?;
    let contact = id(number, ContactId::new, Thing::Contact)?;
    let customer = request.contact.customer_id.said().map(|customer| id(customer, CustomerId::new, Thing::Customer)).transpose()?;
    let changes = parse(request.contact)?;
    let edit = EditContact { account: caller.account(), contact, seen: None };
    edit_contact(&service.core, edit, |before| (customer.unwrap_or(before.customer), changes.made_of(before.person.clone()))).await?;
    Ok(Answer::done(&caller))
}
