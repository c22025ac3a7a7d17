//! The assembly on the wire (seed 004, "GET /v1/assemblies").

use latchkey_core::domain::assembly::{Assembly as Stored, AssemblyCard};
use latchkey_core::query::{Answers, Gives, Index};

use super::{entity, given, number, shown};
use crate::list::Fill;

entity! {
    /// An assembly: a file of a program.
    Assembly, ASSEMBLY: "Assembly", key "id", list "assemblies";
    members {
        /// Its number.
        "id" id: i32,
        /// What it is called.
        "name" name: String,
        /// Its version.
        "version" version: String,
        /// For which language it is.
        "culture" culture: String,
        /// The token of the public key that it is signed with.
        "publicKeyToken" public_key_token: String,
        /// The resource that tells its names before they were made unreadable; 0 where there is none.
        "mappingFileId" mapping_file_id: i32,
        /// By what its debug symbols are found.
        "debugSymbolsKey" debug_symbols_key: String,
    }
    one {}
    many {}
    indexes [
        Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 },
        Index { path: &["mappingFileId"], answers: Answers::Equality, gives: Gives::Exactly, rank: 1 },
    ]
}

given! {
    /// What may be said of an assembly.
    AssemblyGiven {
        /// Its number: which assembly is to be changed.
        "id" id: i32,
        /// What it is called.
        "name" name: String,
        /// Its version.
        "version" version: String,
        /// For which language it is.
        "culture" culture: String,
        /// The token of the public key that it is signed with.
        "publicKeyToken" public_key_token: String,
        /// The resource that tells its names before they were made unreadable.
        "mappingFileId" mapping_file_id: i32,
        /// By what its debug symbols are found.
        "debugSymbolsKey" debug_symbols_key: String,
    }
}

impl From<Stored> for Assembly {
    fn from(assembly: Stored) -> Self {
        let AssemblyCard { name, version, culture, public_key_token, mapping_file, debug_symbols_key } = assembly.card;
        Self {
            id: number(assembly.id.get()),
            name: name.as_str().to_owned(),
            version: shown(version),
            culture: shown(culture),
            public_key_token: shown(public_key_token),
            mapping_file_id: mapping_file.map(|id| number(id.get())).unwrap_or_default(),
            debug_symbols_key: shown(debug_symbols_key),
        }
    }
}

impl Fill for Assembly {}
