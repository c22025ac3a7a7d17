//! `POST /v1/contacts` (seed 004, "POST /v1/contacts").

use axum::extract::State;
use latchkey_core::domain::contact::ContactPerson;
use latchkey_core::domain::ids::CustomerId;
use latchkey_core::ops::contacts::create_contact;
use latchkey_core::ops::rejected::Thing;
use serde::{Deserialize, Serialize};

use super::parse;
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::id;
use crate::wire::{ContactGiven, number};

/// The contact to be recorded.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertContactRequest {
    contact: ContactGiven,
}

/// The new contact.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct InsertContactAnswer {
    /// Its number.
    contact_id: i32,
}

/// Records a contact of a customer.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<InsertContactRequest>,
) -> Result<Answer<InsertContactAnswer>, Error> {
    let customer = request.contact.customer_id.value().ok_or_else(|| Error::missing("contact.customerId"))?;
    let person = parse(request.contact)?.made_of(ContactPerson::default());
    let customer = id(customer, CustomerId::new, Thing::Customer)?;
    let created = create_contact(&service.core, caller.account(), customer, person).await?;
    Ok(Answer::new(&caller, InsertContactAnswer { contact_id: number(created.id.get()) }))
}
