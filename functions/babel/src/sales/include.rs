//! What rows lead to: customers, orders and the like, those of a page read together.

use std::collections::{BTreeSet, HashMap};

use latchkey_core::core::Core;
use latchkey_core::domain::contact::Contact as StoredContact;
use latchkey_core::domain::customer::Customer as StoredCustomer;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::order::Order as StoredOrder;
use latchkey_core::domain::product_record::ProductRecord;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::metrics::along;
use latchkey_core::query::RunError;
use latchkey_core::table::records::{List, Record};
use latchkey_core::table::{Freshness, Table};
use tokio::task::JoinSet;

use crate::error::Error;
use crate::list::{Fill, Wanted};
use crate::wire::{Contact, Customer, Order, Product};

/// How many lists are read side by side.
const SIDE_BY_SIDE: usize = 16;

/// How many contacts are read by one call.
const PAGE: u16 = 500;

/// The most contacts of customers that one answer shows.
const MOST: usize = 20_000;

/// The customers with these ids, with what is wanted of them; those that are not there are left out.
pub(crate) async fn customers(
    core: &Core,
    account: AccountId,
    ids: impl Iterator<Item = i32>,
    wanted: &Wanted,
) -> Result<HashMap<i32, Customer>, Error> {
    records::<StoredCustomer, Customer>(core, account, ids, wanted, |customer| customer.id).await
}

/// The orders with these ids, with what is wanted of them; those that are not there are left out.
pub(crate) async fn orders(
    core: &Core,
    account: AccountId,
    ids: impl Iterator<Item = i32>,
    wanted: &Wanted,
) -> Result<HashMap<i32, Order>, Error> {
    records::<StoredOrder, Order>(core, account, ids, wanted, |order| order.id).await
}

/// The products with these ids, with what is wanted of them; those that are not there are left out.
pub(crate) async fn products(
    core: &Core,
    account: AccountId,
    ids: impl Iterator<Item = i32>,
    wanted: &Wanted,
) -> Result<HashMap<i32, Product>, Error> {
    records::<ProductRecord, Product>(core, account, ids, wanted, |product| product.id).await
}

/// Records by their numbers, a hundred a call.
pub(crate) async fn records<R: Record, W: Fill + From<R>>(
    core: &Core,
    account: AccountId,
    ids: impl Iterator<Item = i32>,
    wanted: &Wanted,
    id: impl Fn(&W) -> i32,
) -> Result<HashMap<i32, W>, Error> {
    let ids: BTreeSet<u32> = ids.filter_map(|id| u32::try_from(id).ok().filter(|id| *id > 0)).collect();
    let ids: Vec<u32> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = core.table.records_by_number::<R>(account, &ids, Freshness::Eventual).await?;
    let mut rows: Vec<W> = found.into_iter().map(W::from).collect();
    // Boxed, for a row's navigations may lead to rows of the same kind.
    Box::pin(W::fill(core, account, &mut rows, wanted)).await?;
    Ok(rows.into_iter().map(|row| (id(&row), row)).collect())
}

/// The contacts of the customers with these ids: a query each, some side by side.
pub(crate) async fn contacts(core: &Core, account: AccountId, ids: impl Iterator<Item = i32>) -> Result<HashMap<i32, Vec<Contact>>, Error> {
    let ids: BTreeSet<CustomerId> = ids.filter_map(|id| u32::try_from(id).ok().and_then(CustomerId::new)).collect();
    let (mut ids, mut tasks, mut found, mut count) = (ids.into_iter(), JoinSet::new(), HashMap::new(), 0);
    loop {
        for id in ids.by_ref().take(SIDE_BY_SIDE - tasks.len()) {
            let table = core.table.clone();
            tasks.spawn(along(
                async move { contacts_of(&table, account, id).await.map(|contacts| (crate::wire::number(id.get()), contacts)) },
            ));
        }
        let Some(read) = tasks.join_next().await else { return Ok(found) };
        let (id, contacts) = read.map_err(|error| Fault::caused(FaultKind::Unavailable, "reading contacts", error))??;
        count += contacts.len();
        if count > MOST {
            return Err(Error::from(RunError::TooBroad));
        }
        found.insert(id, contacts);
    }
}

async fn contacts_of(table: &Table, account: AccountId, customer: CustomerId) -> Result<Vec<Contact>, Error> {
    let list = List::Customer(customer);
    let (mut contacts, mut after) = (Vec::new(), None);
    loop {
        let page = table.records::<StoredContact>(account, Some(&list), after, PAGE).await?;
        contacts.extend(page.items.into_iter().map(Contact::from));
        match page.next {
            Some(next) if contacts.len() <= MOST => after = Some(next),
            Some(_) | None => return Ok(contacts),
        }
    }
}
