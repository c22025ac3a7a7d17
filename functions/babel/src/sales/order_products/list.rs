//! `GET /v1/orders/{orderId}/products` (seed 004, "GET /v1/orders/{orderId}/products").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, OrderId, ProductId};
use latchkey_core::query::{Access, Direction, Page, Passed, Query};
use latchkey_core::table::{Counted, Since, Span};

use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{Fill as _, List, Listing, Rows, Wanted};
use crate::path::Path;
use crate::sales::orders::of;
use crate::wire::OrderProduct;

/// Lists an order's products.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(order): Path<i32>,
    list: List,
) -> Result<Listing<OrderProduct>, Error> {
    let query = list.query::<OrderProduct>()?;
    if caller.only_customer()?.is_some() {
        own_alone(&query)?;
    }
    let (core, account) = (&service.core, caller.account());
    let order = of(core, &caller, order).await?;
    let since = core.table.counts().since(account, core.now());
    Listing::of(&caller, &query, &Products { core, account, order, since }).await
}

/// That nothing is asked for of a product but what is on the shop's shelf: a product's orders are other customers' as well.
fn own_alone(query: &Query) -> Result<(), Error> {
    let include = query.include.navigations().map(<[&str]>::to_vec);
    let beyond = include.chain(query.reads()).any(|path| path.first() == Some(&"product") && path.len() > 1);
    if beyond { Err(Error::forbidden("A customer is shown nothing behind a product.")) } else { Ok(()) }
}

/// The products of an order, by their numbers.
struct Products<'c> {
    core: &'c Core,
    account: AccountId,
    order: OrderId,
    since: Since,
}

/// The products whose numbers an access means. The entity states no index but that of the number.
fn span(access: &Access) -> Span {
    match access {
        Access::All => Span::ALL,
        Access::Equal(_, value) => value.as_whole().map_or(Span::between(1, 0), |number| Span::between(number, number)),
        Access::Between(_, limits) => limits.numbers().map_or(Span::between(1, 0), |(first, last)| Span::between(first, last)),
    }
}

impl Rows for Products<'_> {
    type Row = OrderProduct;
    type Cursor = ProductId;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<ProductId>,
        limit: u32,
    ) -> Result<Page<OrderProduct, ProductId>, Error> {
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let span = span(access).towards(direction);
        let page = self.core.table.products_of_order(self.account, self.order, span, after, limit).await?;
        Ok(Page { rows: page.items.into_iter().map(OrderProduct::from).collect(), next: page.next })
    }

    async fn fill(&self, rows: &mut [OrderProduct], wanted: &Wanted) -> Result<(), Error> {
        OrderProduct::fill(self.core, self.account, rows, wanted).await
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Error> {
        let list = Counted::ProductsOf(self.order);
        Ok(self.core.table.counts().known(self.account, &list, span(access), self.core.now()))
    }

    fn counted(&self, access: &Access, total: u64) {
        self.core.table.counts().learn(self.since, Counted::ProductsOf(self.order), span(access), total, self.core.now());
    }

    async fn pass(&self, access: &Access, direction: Direction, after: Option<ProductId>, limit: u32) -> Result<Passed<ProductId>, Error> {
        let span = span(access).towards(direction);
        let (count, next) = self.core.table.pass_products_of_order(self.account, self.order, span, after, limit).await?;
        Ok(Passed { count, next })
    }
}
