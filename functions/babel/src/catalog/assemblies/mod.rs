//! Assemblies, whichever release they are of.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod update;

use latchkey_core::domain::assembly::AssemblyCard;
use latchkey_core::domain::ids::AssemblyId;
use latchkey_core::ops::rejected::Thing;

use super::products::{resource, target};
use crate::body::{Given, text};
use crate::changes::Changes;
use crate::error::Error;
use crate::path::id;
use crate::wire::AssemblyGiven;

/// What a request says is to become of an assembly.
pub(super) fn changes(given: AssemblyGiven) -> Result<Changes<AssemblyCard>, Error> {
    let AssemblyGiven { id: _, name, version, culture, public_key_token, mapping_file_id, debug_symbols_key } = given;
    let mut changes = Changes::of("assembly");
    let name = name.said().map(|name| text("assembly.name", &name)).transpose()?;
    changes.set(name, |card: &mut AssemblyCard| &mut card.name);
    changes.text("version", version, |card| &mut card.version)?;
    changes.text("culture", culture, |card| &mut card.culture)?;
    changes.text("publicKeyToken", public_key_token, |card| &mut card.public_key_token)?;
    changes.parsed(mapping_file_id, |card| &mut card.mapping_file, resource)?;
    changes.text("debugSymbolsKey", debug_symbols_key, |card| &mut card.debug_symbols_key)?;
    Ok(changes)
}

/// A new assembly, as a request says it is to be.
pub(super) fn card(mut given: AssemblyGiven) -> Result<AssemblyCard, Error> {
    let name = text("assembly.name", &std::mem::take(&mut given.name).said().unwrap_or_default())?;
    let blank = AssemblyCard { name, version: None, culture: None, public_key_token: None, mapping_file: None, debug_symbols_key: None };
    Ok(changes(given)?.made_of(blank))
}

/// Which assembly is to be changed.
pub(super) fn assembly(given: Given<i32>) -> Result<AssemblyId, Error> {
    id(target("assembly.id", given)?, AssemblyId::new, Thing::Assembly)
}
