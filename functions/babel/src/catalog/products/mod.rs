//! Products.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod orders;
pub(super) mod update;

use latchkey_core::domain::ids::ResourceId;
use latchkey_core::ops::products::ProductCard;
use latchkey_core::ops::rejected::Thing;

use crate::body::{Given, text};
use crate::changes::Changes;
use crate::error::Error;
use crate::path::id;
use crate::wire::ProductGiven;

/// What a request says is to become of a product.
fn changes(given: ProductGiven) -> Result<Changes<ProductCard>, Error> {
    let mut changes = Changes::of("product");
    let ProductGiven { id: _, code, name, description, url, copyright, image, price, reseller_price, currency, .. } = given;
    let name = name.said().map(|name| text("product.name", &name)).transpose()?;
    changes.set(name, |card: &mut ProductCard| &mut card.name);
    // A product without a code keeps the one that it has.
    changes.text("code", code, |card| &mut card.code)?;
    changes.text("description", description, |card| &mut card.description)?;
    changes.text("url", url, |card| &mut card.url)?;
    changes.text("copyright", copyright, |card| &mut card.copyright)?;
    changes.text("image", image, |card| &mut card.image)?;
    changes.text("currency", currency, |card| &mut card.currency)?;
    changes.text("meta", given.meta, |card| &mut card.meta)?;
    changes.parsed(price, |card| &mut card.price, |price| Ok(Some(price.0)))?;
    changes.parsed(reseller_price, |card| &mut card.reseller_price, |price| Ok(Some(price.0)))?;
    changes.parsed(given.signature_keys_id, |card| &mut card.signature_keys, resource)?;
    Ok(changes)
}

/// The resource that a number stands for; 0 is none.
pub(super) fn resource(number: i32) -> Result<Option<ResourceId>, Error> {
    if number == 0 { Ok(None) } else { id(number, ResourceId::new, Thing::Resource).map(Some) }
}

/// The number that says what is to be changed.
pub(super) fn target(member: &str, given: Given<i32>) -> Result<i32, Error> {
    given.value().ok_or_else(|| Error::missing(member))
}
