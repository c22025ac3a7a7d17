//! Assemblies.

use super::keys::Kind;
use super::records::{List, Record};
use crate::domain::assembly::Assembly;
use crate::domain::ids::AccountId;

impl Record for Assembly {
    const KIND: Kind = Kind::Assembly;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn lists(&self) -> Vec<List> {
        let of = self.of.map(|of| List::Release(of.release));
        let maps = self.card.mapping_file.map(List::Resource);
        of.into_iter().chain(maps).collect()
    }
}
