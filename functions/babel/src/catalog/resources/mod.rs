//! Resources.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::ops::resources::{ResourceCard, ResourceData};

use crate::body::text;
use crate::changes::Changes;
use crate::error::Error;
use crate::wire::ResourceGiven;

/// What a request says is to become of a resource, and its data where that is said.
fn changes(given: ResourceGiven) -> Result<(Changes<ResourceCard>, Option<ResourceData>), Error> {
    let ResourceGiven { id: _, name, sort, code, description, source, password, data, data_format, meta } = given;
    let mut changes = Changes::of("resource");
    let name = name.said().map(|name| text("resource.name", &name)).transpose()?;
    changes.set(name, |card: &mut ResourceCard| &mut card.name);
    changes.text("type", sort, |card| &mut card.sort)?;
    changes.text("code", code, |card| &mut card.code)?;
    changes.text("description", description, |card| &mut card.description)?;
    changes.text("source", source, |card| &mut card.source)?;
    changes.text("dataFormat", data_format, |card| &mut card.data_format)?;
    changes.text("meta", meta, |card| &mut card.meta)?;
    let password = password.said().unwrap_or_default();
    Ok((changes, data.said().map(|data| ResourceData { data, password })))
}
