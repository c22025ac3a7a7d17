//! `GET /v1/contacts` (seed 004, "GET /v1/contacts").

use axum::extract::State;

use super::rows;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::wire::Contact;

/// Lists the contacts of the account's customers.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Contact>, Error> {
    Listing::of(&caller, &list.query::<Contact>()?, &rows(&service.core, caller.account())).await
}
