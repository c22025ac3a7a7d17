//! The product on the wire (seed 004, "GET /v1/products").

use latchkey_core::domain::product::Product as Stored;
use latchkey_core::query::{Answers, Gives, Index};

use super::{entity, number};
use crate::list::Fill;

entity! {
    /// What is sold.
    Product, PRODUCT: "Product", key "id", list "products";
    members {
        /// Its number.
        "id" id: i32,
        /// What it is called.
        "name" name: String,
    }
    one {}
    many {}
    indexes [Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 }]
}

impl From<Stored> for Product {
    fn from(product: Stored) -> Self {
        Self { id: number(product.id.get()), name: product.name.as_str().to_owned() }
    }
}

impl Fill for Product {}
