//! The product on the wire (seed 004, "GET /v1/products").

use latchkey_core::domain::product_record::ProductRecord;
use latchkey_core::query::{Answers, Gives, Index};

use super::order_product::{ORDER_PRODUCT, OrderProduct};
use super::resource::{RESOURCE, Resource};
use super::{Amount, Moment, entity, given};

entity! {
    /// A product.
    Product, PRODUCT: "Product", key "id", list "products";
    members {
        /// Its number.
        "id" id: i32,
        /// The vendor's code for it, unique in the account.
        "code" code: String,
        /// What people call it.
        "name" name: String,
        /// What it is.
        "description" description: String,
        /// Its page.
        "url" url: String,
        /// Whose it is.
        "copyright" copyright: String,
        /// When it was made.
        "createdAt" created_at: Option<Moment>,
        /// A picture: its name, its address, or itself as a text.
        "image" image: String,
        /// What one costs.
        "price" price: Amount,
        /// What one costs whoever sells it on.
        "resellerPrice" reseller_price: Amount,
        /// In which currency.
        "currency" currency: String,
        /// The signature key of its licences; 0 where there is none.
        "signatureKeysId" signature_keys_id: i32,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
    }
    one {
        /// The signature key of its licences: its public part.
        "signatureKeys" signature_keys: Resource = RESOURCE,
    }
    many {
        /// Its places in orders.
        "productOrders" product_orders: OrderProduct = ORDER_PRODUCT,
    }
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["code"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
        Index { path: &["signatureKeysId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 2 },
    ]
}

given! {
    /// What may be said of a product.
    ProductGiven {
        /// Its number: which product is to be changed.
        "id" id: i32,
        /// The vendor's code for it, unique in the account; without one, a new product is given one.
        "code" code: String,
        /// What people call it.
        "name" name: String,
        /// What it is.
        "description" description: String,
        /// Its page.
        "url" url: String,
        /// Whose it is.
        "copyright" copyright: String,
        /// A picture: its name, its address, or itself as a text of at most 60,000 characters.
        "image" image: String,
        /// What one costs.
        "price" price: Amount,
        /// What one costs whoever sells it on.
        "resellerPrice" reseller_price: Amount,
        /// In which currency.
        "currency" currency: String,
        /// The signature key of its licences.
        "signatureKeysId" signature_keys_id: i32,
        /// Whatever the vendor's programs keep.
        "meta" meta: String,
        /// Its folder name, for a new product; without one, it is made of the code or the name. Ours.
        "slug" slug: String,
        /// `plugin`, `theme` or `program`, for a new product: a plugin's or theme's package is a zip that is looked into. Without it,
        /// it is a program. Ours.
        "kind" product_kind: String,
    }
}

impl From<ProductRecord> for Product {
    fn from(record: ProductRecord) -> Self {
        let ProductRecord { id, code, name, description, url, copyright, image, price, reseller_price, currency, signature_keys, meta, created, .. } =
            record;
        let line = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            id: super::number(id.get()),
            code: code.as_str().to_owned(),
            name: name.as_str().to_owned(),
            description: line(description.as_ref().map(|text| text.as_str())),
            url: line(url.as_ref().map(|text| text.as_str())),
            copyright: line(copyright.as_ref().map(|text| text.as_str())),
            created_at: Some(created.into()),
            image: line(image.as_ref().map(|text| text.as_str())),
            price: price.map(Amount).unwrap_or_default(),
            reseller_price: reseller_price.map(Amount).unwrap_or_default(),
            currency: line(currency.as_ref().map(|text| text.as_str())),
            signature_keys_id: signature_keys.map(|id| super::number(id.get())).unwrap_or_default(),
            meta: line(meta.as_ref().map(|text| text.as_str())),
            signature_keys: None,
            product_orders: Vec::new(),
        }
    }
}
