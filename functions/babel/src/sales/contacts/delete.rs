//! `DELETE /v1/contacts/{contactId}` (seed 004, "DELETE /v1/contacts/{contactId}").

use axum::extract::State;
use latchkey_core::domain::ids::ContactId;
use latchkey_core::ops::contacts::{EditContact, delete_contact};
use latchkey_core::ops::rejected::Thing;

use crate::Service;
use crate::caller::Caller;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::path::{Path, id};

/// Deletes a contact.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, Path(number): Path<i32>) -> Result<Answer<Done>, Error> {
    let contact = id(number, ContactId::new, Thing::Contact)?;
    delete_contact(&service.core, EditContact { account: caller.account(), contact, seen: None }).await?;
    Ok(Answer::done(&caller))
}
