//! `GET /v1/roles` (seed 004, "GET /v1/roles").

use latchkey_core::domain::role::Role as Known;

use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Memory};
use crate::wire::Role;

/// Lists the roles that there are: the same in every account.
pub(crate) async fn handle(caller: Caller, list: List) -> Result<Listing<Role>, Error> {
    let rows = Known::ALL.into_iter().map(Role::from).collect();
    Listing::of(&caller, &list.query::<Role>()?, &Memory::new(rows)).await
}
