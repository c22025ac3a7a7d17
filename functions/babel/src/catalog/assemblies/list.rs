//! `GET /v1/assemblies` (seed 004, "GET /v1/assemblies").

use axum::extract::State;
use latchkey_core::domain::assembly::Assembly as Stored;

use super::super::products::list::resource;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Records};
use crate::wire::Assembly;

/// Lists the account's assemblies.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Assembly>, Error> {
    let rows = Records::<Stored, Assembly>::led(&service.core, caller.account(), |_, value| resource(value));
    Listing::of(&caller, &list.query::<Assembly>()?, &rows).await
}
