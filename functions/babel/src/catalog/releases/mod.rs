//! Releases of products.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod license_templates;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::domain::assembly::OfRelease;
use latchkey_core::domain::ids::{ProductId, ReleaseId};
use latchkey_core::domain::version::Version;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::releases::ReleaseCard;

use crate::body::text;
use crate::changes::Changes;
use crate::error::Error;
use crate::path::id;
use crate::wire::ReleaseGiven;

/// What a request says is to become of a release.
fn changes(given: ReleaseGiven) -> Result<Changes<ReleaseCard>, Error> {
    let ReleaseGiven { id: _, release_date, name, version: said, description } = given;
    let mut changes = Changes::of("release");
    let number = said.said().map(|said| version(&said)).transpose()?;
    changes.set(number, |card: &mut ReleaseCard| &mut card.version);
    changes.set(release_date.nullable().map(|date| date.map(|date| date.0)), |card| &mut card.dated);
    changes.text("name", name, |card| &mut card.name)?;
    let description = description.said().map(|said| text("release.description", &said)).transpose()?;
    changes.set(description, |card| &mut card.changelog);
    Ok(changes)
}

fn version(said: &str) -> Result<Version, Error> {
    Version::parse(said.trim()).map_err(|error| Error::invalid("release.version", error))
}

/// The release that the numbers of an address stand for.
pub(super) fn release(product: i32, release: i32) -> Result<OfRelease, Error> {
    let product = id(product, ProductId::new, Thing::Product)?;
    Ok(OfRelease { product, release: id(release, ReleaseId::new, Thing::Release)? })
}
