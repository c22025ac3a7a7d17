//! The product of an order on the wire: in an order (seed 004, "GET /v1/orders/{orderId}/products"), and under a product (seed 004,
//! "GET /v1/products/{productId}/orders"). The two differ in what tells their rows apart.

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::order_product::OrderProduct as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Amount, ORDER, Order, PRODUCT, Product, entity, given, number, shown};
use crate::error::Error;
use crate::list::{Fill, Wanted};
use crate::sales::include;

entity! {
    /// What of a product an order has.
    OrderProduct, ORDER_PRODUCT: "OrderProduct", key "productId", list "orderProducts";
    members {
        /// The product.
        "productId" product_id: i32,
        /// The order.
        "orderId" order_id: i32,
        /// How many.
        "quantity" quantity: i32,
        /// What one costs, in the order's currency.
        "unitPrice" unit_price: Amount,
        /// What is taken off, as the vendor understands it.
        "discount" discount: Amount,
        /// What comes on top, as the vendor understands it.
        "taxes" taxes: Amount,
        /// What the staff noted.
        "description" description: String,
    }
    one {
        /// The product.
        "product" product: Product = PRODUCT,
        /// The order.
        "order" order: Order = ORDER,
    }
    many {}
    indexes [Index { path: &["productId"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 }]
}

entity! {
    /// What of a product an order has, seen from the product.
    ProductOrder, PRODUCT_ORDER: "ProductOrder", key "orderId", list "productOrders";
    members {
        /// The product.
        "productId" product_id: i32,
        /// The order.
        "orderId" order_id: i32,
        /// How many.
        "quantity" quantity: i32,
        /// What one costs, in the order's currency.
        "unitPrice" unit_price: Amount,
        /// What is taken off, as the vendor understands it.
        "discount" discount: Amount,
        /// What comes on top, as the vendor understands it.
        "taxes" taxes: Amount,
        /// What the staff noted.
        "description" description: String,
    }
    one {
        /// The product.
        "product" product: Product = PRODUCT,
        /// The order.
        "order" order: Order = ORDER,
    }
    many {}
    indexes [Index { path: &["orderId"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 }]
}

given! {
    /// What may be said of a product of an order. Which product and which order, says the address.
    OrderProductGiven {
        /// How many.
        "quantity" quantity: i32,
        /// What one costs, in the order's currency.
        "unitPrice" unit_price: Amount,
        /// What is taken off.
        "discount" discount: Amount,
        /// What comes on top.
        "taxes" taxes: Amount,
        /// What the staff noted.
        "description" description: String,
    }
}

impl From<Stored> for OrderProduct {
    fn from(of: Stored) -> Self {
        Self {
            product_id: number(of.product.get()),
            order_id: number(of.order.get()),
            quantity: number(of.sale.quantity),
            unit_price: Amount(of.sale.unit_price.unwrap_or_default()),
            discount: Amount(of.sale.discount.unwrap_or_default()),
            taxes: Amount(of.sale.taxes.unwrap_or_default()),
            description: shown(of.sale.description),
            product: None,
            order: None,
        }
    }
}

impl From<Stored> for ProductOrder {
    fn from(of: Stored) -> Self {
        let OrderProduct { product_id, order_id, quantity, unit_price, discount, taxes, description, product, order } = of.into();
        Self { product_id, order_id, quantity, unit_price, discount, taxes, description, product, order }
    }
}

impl Fill for OrderProduct {
    async fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("product") {
            let products = include::products(core, account, rows.iter().map(|row| row.product_id), &wanted.below("product")).await?;
            for row in rows.iter_mut() {
                row.product = products.get(&row.product_id).cloned().map(Box::new);
            }
        }
        if wanted.has("order") {
            let orders = include::orders(core, account, rows.iter().map(|row| row.order_id), &wanted.below("order")).await?;
            for row in rows {
                row.order = orders.get(&row.order_id).cloned().map(Box::new);
            }
        }
        Ok(())
    }
}

impl Fill for ProductOrder {
    async fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("product") {
            let products = include::products(core, account, rows.iter().map(|row| row.product_id), &wanted.below("product")).await?;
            for row in rows.iter_mut() {
                row.product = products.get(&row.product_id).cloned().map(Box::new);
            }
        }
        if wanted.has("order") {
            let orders = include::orders(core, account, rows.iter().map(|row| row.order_id), &wanted.below("order")).await?;
            for row in rows {
                row.order = orders.get(&row.order_id).cloned().map(Box::new);
            }
        }
        Ok(())
    }
}
