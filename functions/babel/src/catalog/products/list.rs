//! `GET /v1/products` (seed 004, "GET /v1/products").

use axum::extract::State;
use latchkey_core::domain::ids::ResourceId;
use latchkey_core::domain::product_record::ProductRecord;
use latchkey_core::domain::role::Role;
use latchkey_core::query::{Index, Value};
use latchkey_core::table::records::List as Listed;

use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{Leads, List, Listing, Records};
use crate::wire::Product;

/// Lists the account's products.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Product>, Error> {
    let query = list.query::<Product>()?;
    // Behind them are customers, whom not everybody may see who may see products.
    if query.include.has(&["productOrders"]) && !caller.is(Role::Administrator) && !caller.is(Role::Sales) {
        return Err(Error::forbidden("None of your roles may see the orders of products."));
    }
    let rows = Records::<ProductRecord, Product>::led(&service.core, caller.account(), leads);
    Listing::of(&caller, &query, &rows).await
}

fn leads(index: &Index, value: &Value<'static>) -> Leads {
    match (index.path, value) {
        (["code"], Value::Text(code)) => Leads::Text(ProductRecord::CODE, code.clone().into_owned()),
        _ => resource(value),
    }
}

/// What refers to the resource that is asked for.
pub(in super::super) fn resource(value: &Value<'static>) -> Leads {
    let id = value.as_whole().and_then(|number| u32::try_from(number).ok()).and_then(ResourceId::new);
    id.map_or(Leads::Anywhere, |id| Leads::To(Listed::Resource(id)))
}
