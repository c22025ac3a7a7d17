//! What products lead to.

use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, ProductId};
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::metrics::along;
use latchkey_core::query::RunError;
use latchkey_core::table::{Span, Table};
use tokio::task::JoinSet;

use crate::error::Error;
use crate::list::{Fill, Wanted};
use crate::wire::ProductOrder;

/// How many lists are read side by side.
const SIDE_BY_SIDE: usize = 16;

/// How many places in orders are read by one call.
const PAGE: u16 = 500;

/// The most places in orders that one answer shows.
const MOST: usize = 20_000;

/// Places of products in orders, by product.
type ByProduct<'c> = Pin<Box<dyn Future<Output = Result<HashMap<i32, Vec<ProductOrder>>, Error>> + Send + 'c>>;

/// The places in orders of the products with these ids, by product, with what is wanted of them: a query each, some side by side.
///
/// A future in a box that says of itself that it may be sent, for orders lead to products again, and these to orders.
pub(crate) fn product_orders<'c>(core: &'c Core, account: AccountId, ids: impl Iterator<Item = i32>, wanted: &Wanted) -> ByProduct<'c> {
    let ids: BTreeSet<ProductId> = ids.filter_map(|id| u32::try_from(id).ok().and_then(ProductId::new)).collect();
    Box::pin(read(core, account, ids, wanted.clone()))
}

async fn read(core: &Core, account: AccountId, ids: BTreeSet<ProductId>, wanted: Wanted) -> Result<HashMap<i32, Vec<ProductOrder>>, Error> {
    let (mut ids, mut tasks, mut all) = (ids.into_iter(), JoinSet::new(), Vec::new());
    loop {
        for id in ids.by_ref().take(SIDE_BY_SIDE - tasks.len()) {
            let table = core.table.clone();
            tasks.spawn(along(async move { orders_of(&table, account, id).await }));
        }
        let Some(read) = tasks.join_next().await else { break };
        all.extend(read.map_err(|error| Fault::caused(FaultKind::Unavailable, "reading orders of products", error))??);
        if all.len() > MOST {
            return Err(Error::from(RunError::TooBroad));
        }
    }
    ProductOrder::fill(core, account, &mut all, &wanted).await?;
    let mut found: HashMap<i32, Vec<ProductOrder>> = HashMap::new();
    for order in all {
        found.entry(order.product_id).or_default().push(order);
    }
    Ok(found)
}

async fn orders_of(table: &Table, account: AccountId, product: ProductId) -> Result<Vec<ProductOrder>, Error> {
    let (mut orders, mut after) = (Vec::new(), None);
    loop {
        let page = table.orders_of_product(account, product, Span::ALL, after, PAGE).await?;
        orders.extend(page.items.into_iter().map(ProductOrder::from));
        match page.next {
            Some(next) if orders.len() <= MOST => after = Some(next),
            Some(_) | None => return Ok(orders),
        }
    }
}
