//! How far an export is that has not ended: beside its file, and in step with it, so that it can be gone on with after it broke off.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use latchkey_core::table::Bookmark;
use serde::{Deserialize, Serialize};

use super::file::{FileError, Head, beside, json, private};

/// The version of this form.
const FORMAT: u32 = 1;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    /// [`FORMAT`].
    form: u32,
    /// Where the table is, for tables of one name may be in many places.
    pub(super) place: String,
    /// What the file says of itself.
    pub(super) head: Head,
    /// How far each of the parts is that the table is read in.
    pub(super) parts: Vec<Progress>,
    /// How much of the file is as far as that.
    pub(super) written: Extent,
}

/// How far a part of the table was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Progress {
    /// Not at all.
    Unread,
    /// Up to this item.
    After(Bookmark),
    /// To its end.
    Read,
}

/// So much of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Extent {
    /// How many bytes.
    pub(super) bytes: u64,
    /// How many items are in them.
    pub(super) items: u64,
    /// The SHA-256 of the items' lines.
    pub(super) sha256: String,
}

impl Journal {
    /// That of an export that begins.
    pub(super) fn new(place: String, head: Head, parts: u16) -> Self {
        let parts = vec![Progress::Unread; parts.into()];
        Self { form: FORMAT, place, head, parts, written: Extent::default() }
    }

    /// Reads it; nothing where there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, FileError> {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let journal: Self = serde_json::from_slice(&text).map_err(|_| FileError::Changed("its journal cannot be read"))?;
        if journal.form > FORMAT {
            return Err(FileError::Newer(journal.form));
        }
        Ok(Some(journal))
    }

    /// Writes it in the place of the one before: whoever reads it finds one or the other, whole.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let new = beside(path, ".new");
        let mut file = private().create(true).truncate(true).open(&new)?;
        writeln!(file, "{}", json(self)?)?;
        file.sync_all()?;
        std::fs::rename(new, path)
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::time::Timestamp;
    use tempfile::TempDir;

    use super::super::file::head;
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_what_is_none_says_so() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("all.journal");
        assert_eq!(Journal::read(&path).unwrap(), None);
        let mut journal = Journal::new("in eu-west-1".to_owned(), head("latchkey", None, Timestamp::MIN), 3);
        journal.write(&path).unwrap();
        journal.parts[1] = Progress::After(serde_json::from_str(r#"{"pk":"ACCOUNT#1","sk":"ACCOUNT"}"#).unwrap());
        journal.parts[2] = Progress::Read;
        journal.write(&path).unwrap();
        assert_eq!(Journal::read(&path).unwrap(), Some(journal));
        for text in ["", "{}", "{\"form\":1}"] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(Journal::read(&path), Err(FileError::Changed(_))), "{text}");
        }
    }
}
