//! The file of an export: gzip of lines of JSON. The first says what it is, then comes an item a line, and the last says how many there
//! were and what their bytes hash to. So a file that was cut off, or changed, is known as such by itself.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::packages::hex;
use latchkey_core::table::StoredItem;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The version of this form.
const FORMAT: u32 = 1;

/// The most bytes of a line: an item has at most 400 KB, and more in this form where it is full of bytes.
const MAX_LINE: u64 = 2 << 20;

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// [`FORMAT`].
    pub(super) latchkey_export: u32,
    /// The table that it is of.
    pub(super) table: String,
    /// The account, where it is one's alone.
    pub(super) account: Option<AccountId>,
    /// When reading began.
    pub(super) begun: Timestamp,
}

/// What stands at its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tail {
    /// How many items there are.
    pub(super) items: u64,
    /// The SHA-256 of their lines.
    pub(super) sha256: String,
}

/// Why a file is not what it should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// It cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is no export.
    #[error("it is no export of this tool")]
    NoExport,
    /// It is one of a newer tool.
    #[error("it was written by a newer tool, in the form {0}")]
    Newer(u32),
    /// It ends before its end.
    #[error("it is cut off after {0} items")]
    CutOff(u64),
    /// It is not what it was when it was written.
    #[error("it was changed: {0}")]
    Changed(&'static str),
    /// Another process is writing it.
    #[error("another export is writing it")]
    InUse,
}

/// A file that is being read.
pub(super) struct Reader {
    lines: BufReader<MultiGzDecoder<BufReader<File>>>,
    line: Vec<u8>,
    hash: Sha256,
    items: u64,
    /// What it says of itself.
    pub(super) head: Head,
}

impl Reader {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        let mut lines = BufReader::new(MultiGzDecoder::new(BufReader::new(File::open(path)?)));
        let mut line = Vec::new();
        // What is no gzip is an error of reading, and no export.
        let is_read = next_line(&mut lines, &mut line).is_ok();
        let head: Head =
            if is_read { serde_json::from_slice(&line).map_err(|_| FileError::NoExport)? } else { return Err(FileError::NoExport) };
        if head.latchkey_export > FORMAT {
            return Err(FileError::Newer(head.latchkey_export));
        }
        Ok(Self { lines, line, hash: Sha256::new(), items: 0, head })
    }

    /// The next item, until the end, which says whether all of it was read as it was written.
    pub(super) fn next(&mut self) -> Result<Option<StoredItem>, FileError> {
        let read = next_line(&mut self.lines, &mut self.line);
        if read.is_err() || !self.line.ends_with(b"\n") {
            return Err(FileError::CutOff(self.items));
        }
        match StoredItem::parse(&self.line) {
            Ok(item) => {
                self.items += 1;
                self.hash.update(&self.line);
                Ok(Some(item))
            }
            Err(_) => self.end().map(|()| None),
        }
    }

    fn end(&mut self) -> Result<(), FileError> {
        let tail: Tail = serde_json::from_slice(&self.line).map_err(|_| FileError::Changed("a line is no item"))?;
        if tail.items != self.items || tail.sha256 != hex(&std::mem::take(&mut self.hash).finalize()) {
            return Err(FileError::Changed("its items are not those that were written"));
        }
        let mut rest = [0];
        match self.lines.read(&mut rest) {
            Ok(0) => Ok(()),
            Ok(_) | Err(_) => Err(FileError::Changed("something comes after its end")),
        }
    }
}

/// The head of an export that begins now.
pub(super) fn head(table: &str, account: Option<AccountId>, begun: Timestamp) -> Head {
    Head { latchkey_export: FORMAT, table: table.to_owned(), account, begun }
}

/// The name of something that stands beside a file: its own and `ending`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The next line, with its end; nothing at the end of the file.
pub(super) fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<()> {
    line.clear();
    lines.take(MAX_LINE).read_until(b'\n', line).map(|_| ())
}

/// A line of the file, or what stands beside it.
pub(super) fn json(value: &impl Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::other)
}

/// How a file is opened for writing that holds what the table holds, keys and addresses among it: where it is made, for this user's eyes only.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tempfile::TempDir;

    use super::super::journal::{Journal, Progress};
    use super::super::writer::Draft;
    use super::*;

    const LINE: &str = r#"{"pk":{"S":"ACCOUNT#0000000001"},"sk":{"S":"ACCOUNT"}}"#;

    fn written(folder: &TempDir, items: u64) -> PathBuf {
        let path = folder.path().join(format!("{items}.jsonl.gz"));
        let journal = Journal::new("here".to_owned(), head("latchkey", None, Timestamp::MIN), 1);
        let mut writer = Draft::open(&path).unwrap().begin(journal).unwrap();
        for _ in 0..items {
            writer.page(0, &[("ACCOUNT".to_owned(), LINE.to_owned())], Progress::Unread).unwrap();
        }
        assert!(!path.exists(), "a file that is not whole has not its name");
        let written = writer.finish().unwrap();
        assert_eq!(written.tail.items, items);
        written.name().unwrap();
        path
    }

    fn read(path: &Path) -> Result<u64, FileError> {
        let mut reader = Reader::open(path)?;
        let mut count = 0;
        while reader.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn rewritten(path: &Path, change: impl FnOnce(&str) -> String) -> Result<u64, FileError> {
        let mut text = String::new();
        MultiGzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
        let other = path.with_file_name("other.gz");
        let mut out = GzEncoder::new(File::create(&other).unwrap(), Compression::fast());
        out.write_all(change(&text).as_bytes()).unwrap();
        out.finish().unwrap();
        read(&other)
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let folder = TempDir::new().unwrap();
        assert_eq!(read(&written(&folder, 3)).unwrap(), 3);
        assert_eq!(read(&written(&folder, 0)).unwrap(), 0);
        assert_eq!(rewritten(&written(&folder, 2), str::to_owned).unwrap(), 2);
    }

    #[test]
    fn what_was_cut_off_or_changed_is_known() {
        let folder = TempDir::new().unwrap();
        let path = written(&folder, 3);
        let bytes = std::fs::read(&path).unwrap();
        let cut = path.with_file_name("cut.gz");
        std::fs::write(&cut, &bytes[..bytes.len() - 12]).unwrap();
        assert!(matches!(read(&cut), Err(FileError::CutOff(_))));
        let without_end = rewritten(&path, |text| text.lines().take(4).fold(String::new(), |all, line| all + line + "\n"));
        assert!(matches!(without_end, Err(FileError::CutOff(3))), "{without_end:?}");
        let changed = |change: fn(&str) -> String| matches!(rewritten(&path, change), Err(FileError::Changed(_)));
        assert!(changed(|text| text.replacen("#0000000001", "#0000000002", 1)));
        assert!(changed(|text| text.replacen(&format!("{LINE}\n"), "", 1)));
        assert!(changed(|text| text.replacen(LINE, "{}", 1)));
        assert!(changed(|text| format!("{text}{LINE}\n")));
    }

    #[test]
    fn what_is_no_export_says_so() {
        let folder = TempDir::new().unwrap();
        let path = written(&folder, 1);
        let other = path.with_file_name("other");
        std::fs::write(&other, "no gzip").unwrap();
        assert!(matches!(read(&other), Err(FileError::NoExport)));
        assert!(matches!(rewritten(&path, |_| "{}\n".to_owned()), Err(FileError::NoExport)));
        assert!(matches!(rewritten(&path, |text| text.replace("_export\":1", "_export\":9")), Err(FileError::Newer(9))));
    }
}
