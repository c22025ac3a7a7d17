//! `latchkey export` and `latchkey restore`: a deployment's data as a file, and back.

pub(crate) mod export;
mod file;
mod journal;
pub(crate) mod restore;
mod writer;

use std::path::Path;

use self::file::FileError;
use crate::problem::{Exit, Problem};

/// What every help about files of data says: what they are, and what they are not.
const NO_SNAPSHOT: &str = "An export is no snapshot: items are read one after the other while others write, so what belongs together may be \
of two moments. To go back to a moment, restore the table to a point in time (PITR), as infra/README.md has it. An export is for keeping data \
outside AWS, for moving it, and for giving a vendor what is the vendor's. It holds licence keys and personal data: keep it as you keep the table.";

fn unusable(path: &Path, error: &FileError) -> Problem {
    let (code, exit) = if let FileError::InUse = error { ("in_use", Exit::Rejected) } else { ("file", Exit::Usage) };
    let hint = match error {
        FileError::Io(_) => "check the path, and that there is room",
        FileError::NoExport => "give a file that `latchkey export` wrote",
        FileError::Newer(_) => "use a tool as new as the one that wrote it",
        FileError::CutOff(_) | FileError::Changed(_) => "fetch the file anew, or another export: nothing of this one was written",
        FileError::InUse => "one is enough: let that one end",
    };
    Problem { code, message: format!("{}: {error}", path.display()), hint: Some(hint.to_owned()), exit }
}
