//! The products of orders: by order in the table, by product in the index.

use aws_sdk_dynamodb::types::Delete;

use super::call::Loss;
use super::item::{Item, item, number, text, value};
use super::keys::{self, BY_PRODUCT, LICENSE_NUMBER, PK, PRODUCT_KEY};
use super::lists::Query;
use super::transact::{NotDone, Transaction};
use super::{Freshness, Page, Span, Table};
use crate::domain::ids::{AccountId, OrderId, ProductId};
use crate::domain::order_product::OrderProduct;
use crate::fault::Fault;

/// The most items that are deleted in one transaction, out of the hundred that it may have.
const AT_ONCE: i32 = 50;

/// Why a product of an order was not written.
#[derive(Debug)]
pub enum OrderProductError {
    /// There is no such order.
    NoOrder,
    /// The order has the product already.
    Exists,
    /// It was changed or deleted since it was read.
    Changed,
    /// A fault of ours.
    Fault(Fault),
}

/// A page of the orders that have a product; goes on after an order.
pub type ByProduct = Page<OrderProduct, OrderId>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    Order,
    Product,
}

impl Table {
    /// Writes a product of an order that has it not, where there is such an order.
    pub async fn create_order_product(&self, new: &OrderProduct) -> Result<(), OrderProductError> {
        let _counts = self.relisting(new.account);
        let mut transaction = Transaction::new("adding a product to an order");
        transaction.require(self, Condition::Order, keys::order(new.account, new.order))?;
        transaction.create(self, Condition::Product, stored(new)?)?;
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                if failed.iter().any(|failed| failed.condition == Condition::Order) {
                    return Err(OrderProductError::NoOrder);
                }
                let stands = failed.into_iter().find_map(|failed| failed.item).map(value::<OrderProduct>).transpose()?;
                // An attempt of ours whose answer was lost wrote just this.
                if loss == Loss::Before && stands.as_ref() == Some(new) { Ok(()) } else { Err(OrderProductError::Exists) }
            }
        }
    }

    /// A product of an order.
    pub async fn order_product(&self, account: AccountId, order: OrderId, product: ProductId) -> Result<Option<OrderProduct>, Fault> {
        self.get(keys::order_product(account, order, product), Freshness::Strong).await?.map(value).transpose()
    }

    /// Writes `after` where `before` was read: the same product of the same order, and the revision is the next.
    pub async fn replace_order_product(&self, before: &OrderProduct, after: &OrderProduct) -> Result<(), OrderProductError> {
        let mut transaction = Transaction::new("changing a product of an order");
        transaction.revise(self, Condition::Product, &stored(before)?, stored(after)?, before.revision)?;
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            Err(NotDone::Conditions(failed, loss)) => {
                // An attempt of ours whose answer was lost left it just so.
                let stands = failed.into_iter().find_map(|failed| failed.item).map(value::<OrderProduct>).transpose()?;
                if loss == Loss::Before && stands.as_ref() == Some(after) { Ok(()) } else { Err(OrderProductError::Changed) }
            }
        }
    }

    /// Deletes a product of an order as it was read.
    pub async fn delete_order_product(&self, of: &OrderProduct) -> Result<(), OrderProductError> {
        let _counts = self.relisting(of.account);
        let mut transaction = Transaction::new("deleting a product of an order");
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::order_product(of.account, of.order, of.product).attributes()))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", number(of.revision));
        transaction.delete_where(Condition::Product, delete)?;
        match transaction.run(self).await {
            Ok(()) => Ok(()),
            Err(NotDone::Fault(fault)) => Err(fault.into()),
            // Gone after an attempt whose answer was lost: by that attempt, or by somebody else with the same wish.
            Err(NotDone::Conditions(failed, Loss::Before)) if failed.iter().all(|failed| failed.item.is_none()) => Ok(()),
            Err(NotDone::Conditions(..)) => Err(OrderProductError::Changed),
        }
    }

    /// At most `limit` products of an order with numbers in `span`, after the number `after`, which way round `span` says. May lag a
    /// moment behind.
    pub async fn products_of_order(
        &self,
        account: AccountId,
        order: OrderId,
        span: Span,
        after: Option<ProductId>,
        limit: u16,
    ) -> Result<Page<OrderProduct, ProductId>, Fault> {
        let Some(span) = span.rest(after.map(ProductId::get)) else { return Ok(Page::end()) };
        let (items, has_more) = self.record_page(&of_order(account, order, span), limit).await?;
        Page::of(items, has_more, |of: &OrderProduct| of.product)
    }

    /// Passes over `count` of them, as far as one call goes: how many it passed, and the last of them where there may be more.
    pub async fn pass_products_of_order(
        &self,
        account: AccountId,
        order: OrderId,
        span: Span,
        after: Option<ProductId>,
        count: u32,
    ) -> Result<(u32, Option<ProductId>), Fault> {
        let Some(span) = span.rest(after.map(ProductId::get)) else { return Ok((0, None)) };
        let (passed, last) = self.pass(&of_order(account, order, span), count).await?;
        Ok((passed, last.and_then(ProductId::new)))
    }

    /// At most `limit` orders with numbers in `span` that have a product, after the order `after`, which way round `span` says. May lag
    /// a moment behind.
    pub async fn orders_of_product(
        &self,
        account: AccountId,
        product: ProductId,
        span: Span,
        after: Option<OrderId>,
        limit: u16,
    ) -> Result<ByProduct, Fault> {
        let Some(span) = span.rest(after.map(OrderId::get)) else { return Ok(Page::end()) };
        let (items, has_more) = self.record_page(&of_product(account, product, span), limit).await?;
        Page::of(items, has_more, |of: &OrderProduct| of.order)
    }

    /// Passes over `count` of them, as far as one call goes: how many it passed, and the last of them where there may be more.
    pub async fn pass_orders_of_product(
        &self,
        account: AccountId,
        product: ProductId,
        span: Span,
        after: Option<OrderId>,
        count: u32,
    ) -> Result<(u32, Option<OrderId>), Fault> {
        let Some(span) = span.rest(after.map(OrderId::get)) else { return Ok((0, None)) };
        let (passed, last) = self.pass(&of_product(account, product, span), count).await?;
        Ok((passed, last.and_then(OrderId::new)))
    }

    /// Deletes all products of an order, fifty at once. What is done stays done where it breaks off, and the next call goes on.
    pub async fn clear_order_products(&self, account: AccountId, order: OrderId) -> Result<(), Fault> {
        let range = keys::order_products(account, order, Span::ALL.first, Span::ALL.last);
        let _counts = self.relisting(account);
        loop {
            let (items, more) = self.query(&range, None, AT_ONCE, Freshness::Strong).await?;
            if !items.is_empty() {
                let mut transaction = Transaction::new("deleting the products of an order");
                for key in items.iter().filter_map(keys::Key::of) {
                    transaction.delete_if((), Delete::builder().table_name(self.name()).set_key(Some(key.attributes())))?;
                }
                match transaction.run(self).await {
                    Ok(()) => {}
                    Err(NotDone::Fault(fault)) => return Err(fault),
                    Err(NotDone::Conditions(..)) => return Err(Fault::corrupt("deleting the products of an order", PK)),
                }
            }
            if more.is_none() {
                return Ok(());
            }
        }
    }
}

fn of_order(account: AccountId, order: OrderId, span: Span) -> Query {
    let range = keys::order_products(account, order, span.first, span.last);
    Query::of_keys(range.pk, range.from, range.to, span)
}

fn of_product(account: AccountId, product: ProductId, span: Span) -> Query {
    Query::of_index(BY_PRODUCT, PRODUCT_KEY, keys::product_orders_partition(account, product), span)
}

/// The item, with the keys of the index by product: there the orders are in the order of their numbers.
fn stored(of: &OrderProduct) -> Result<Item, Fault> {
    let mut stored = item(keys::order_product(of.account, of.order, of.product), of)?;
    stored.insert(LICENSE_NUMBER.to_owned(), number(of.order));
    stored.insert(PRODUCT_KEY.to_owned(), text(keys::product_orders_partition(of.account, of.product)));
    Ok(stored)
}

impl From<Fault> for OrderProductError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
