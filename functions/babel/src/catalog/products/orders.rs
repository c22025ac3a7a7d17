//! `GET /v1/products/{productId}/orders` (seed 004, "GET /v1/products/{productId}/orders").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, OrderId, ProductId};
use latchkey_core::ops::products::find_product_record;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::query::{Access, Direction, Page};
use latchkey_core::table::Span;

use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{Fill, List, Listing, Rows, Wanted};
use crate::path::{Path, id};
use crate::wire::ProductOrder;

/// Lists the orders that have a product, and what of it they have.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(product): Path<i32>,
    list: List,
) -> Result<Listing<ProductOrder>, Error> {
    let query = list.query::<ProductOrder>()?;
    let product = id(product, ProductId::new, Thing::Product)?;
    find_product_record(&service.core, caller.account(), product).await?;
    Listing::of(&caller, &query, &ProductOrders { core: &service.core, account: caller.account(), product }).await
}

/// The places of a product in orders, found by order.
struct ProductOrders<'c> {
    core: &'c Core,
    account: AccountId,
    product: ProductId,
}

impl Rows for ProductOrders<'_> {
    type Row = ProductOrder;
    type Cursor = OrderId;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Page<ProductOrder, OrderId>, Error> {
        let numbers = match access {
            Access::All => Some((i64::MIN, i64::MAX)),
            Access::Equal(_, value) => value.as_whole().map(|number| (number, number)),
            Access::Between(_, limits) => limits.numbers(),
        };
        let Some((first, last)) = numbers else { return Ok(Page { rows: Vec::new(), next: None }) };
        let span = Span::between(first, last).towards(direction);
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let page = self.core.table.orders_of_product(self.account, self.product, span, after, limit).await?;
        Ok(Page { rows: page.items.into_iter().map(ProductOrder::from).collect(), next: page.next })
    }

    async fn fill(&self, rows: &mut [ProductOrder], wanted: &Wanted) -> Result<(), Error> {
        ProductOrder::fill(self.core, self.account, rows, wanted).await
    }
}
