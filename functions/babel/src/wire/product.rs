//! The product on the wire (seed 004, "GET /v1/products").

use latchkey_core::core::Core;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::product_record::ProductRecord;
use latchkey_core::domain::resource::Resource as StoredResource;
use latchkey_core::query::{Answers, Gives, Index};

use super::{Amount, Moment, PRODUCT_ORDER, ProductOrder, RESOURCE, Resource, entity, given, number, shown};
use crate::catalog::include::product_orders;
use crate::error::Error;
use crate::list::{Fill, Wanted};
use crate::sales::include;

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
        "productOrders" product_orders: ProductOrder = PRODUCT_ORDER,
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
        let ProductRecord {
            id,
            code,
            name,
            description,
            url,
            copyright,
            image,
            price,
            reseller_price,
            currency,
            signature_keys,
            meta,
            created,
            ..
        } = record;
        Self {
            id: number(id.get()),
            code: code.as_str().to_owned(),
            name: name.as_str().to_owned(),
            description: shown(description),
            url: shown(url),
            copyright: shown(copyright),
            created_at: Some(created.into()),
            image: shown(image),
            price: price.map(Amount).unwrap_or_default(),
            reseller_price: reseller_price.map(Amount).unwrap_or_default(),
            currency: shown(currency),
            signature_keys_id: signature_keys.map(|id| number(id.get())).unwrap_or_default(),
            meta: shown(meta),
            signature_keys: None,
            product_orders: Vec::new(),
        }
    }
}

impl Fill for Product {
    async fn fill(core: &Core, account: AccountId, rows: &mut [Self], wanted: &Wanted) -> Result<(), Error> {
        if wanted.has("signatureKeys") {
            let ids = rows.iter().map(|row| row.signature_keys_id);
            let keys = include::records::<StoredResource, Resource>(core, account, ids, &Wanted::default(), |key| key.id).await?;
            for row in rows.iter_mut() {
                row.signature_keys = keys.get(&row.signature_keys_id).cloned().map(Box::new);
            }
        }
        if wanted.has("productOrders") {
            let mut orders = product_orders(core, account, rows.iter().map(|row| row.id), &wanted.below("productOrders")).await?;
            for row in rows {
                row.product_orders = orders.remove(&row.id).unwrap_or_default();
            }
        }
        Ok(())
    }
}
