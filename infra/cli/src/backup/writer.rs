//! Writing an export, so that it can be gone on with wherever it breaks off.
//!
//! The file grows by whole gzip members alone. After each, when it is safely on the disk, the journal says how far the table was read up to
//! there. What comes after that in the file, because the process ended just then, is cut off when it is gone on with.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::{self, BufReader, ErrorKind, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use latchkey_core::packages::hex;
use latchkey_core::table::StoredItem;
use sha2::{Digest as _, Sha256};

use super::file::{FileError, Head, Tail, beside, json, next_line, private};
use super::journal::{Extent, Journal, Progress};

/// How much text a member holds at the least: so much is read again at the most, where an export breaks off.
const MEMBER: usize = 4 << 20;

/// After so many pages the journal is written whatever they held: where one account's items are looked for, that may be nothing.
const PAGES: u32 = 64;

/// A file that is not written yet, held against every other process.
pub(super) struct Draft {
    file: File,
    path: PathBuf,
    part: PathBuf,
    journal: PathBuf,
    /// What of it is there already.
    pub(super) before: Result<Option<Journal>, FileError>,
}

/// A file that is being written: under a name of its own until it is whole.
pub(super) struct Writer {
    draft: Draft,
    state: Journal,
    member: GzEncoder<Vec<u8>>,
    /// How much text is in the member.
    pending: usize,
    /// How many pages are.
    pages: u32,
    /// Whether writing failed: what is in the file is not what was said here, and nothing of it is kept any more.
    is_torn: bool,
    lines: Sha256,
    bytes: Sha256,
    /// How many items there are.
    pub(super) items: u64,
    kinds: BTreeMap<String, u64>,
}

/// A file that is whole, and has not its name yet.
pub(super) struct Written {
    draft: Draft,
    pub(super) tail: Tail,
    /// What it says of itself.
    pub(super) head: Head,
    /// How many bytes the file has.
    pub(super) bytes: u64,
    /// Its SHA-256.
    pub(super) file_sha256: String,
    /// How many items of each kind there are.
    pub(super) kinds: BTreeMap<String, u64>,
}

impl Draft {
    /// Takes hold of what is to become the file at `path`, and tells what of it is there already.
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        let part = beside(path, ".part");
        let journal = beside(&part, ".journal");
        let file = private().read(true).create(true).truncate(false).open(&part)?;
        // Where a file system knows no locks, two exports into one file are the operator's to avoid.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(FileError::InUse);
        }
        // Whoever held it has just given it its name.
        if !part.exists() {
            return Err(FileError::InUse);
        }
        // A file with nothing in it is what was made just now.
        let before = if file.metadata()?.len() == 0 { Ok(None) } else { Journal::read(&journal) };
        Ok(Self { file, path: path.to_owned(), part, journal, before })
    }

    /// Begins, whatever is there.
    pub(super) fn begin(self, state: Journal) -> Result<Writer, FileError> {
        match std::fs::remove_file(&self.journal) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        self.file.set_len(0)?;
        let head = json(&state.head)?;
        let mut writer = Writer::of(self, state);
        writer.line(&head)?;
        writer.keep()?;
        Ok(writer)
    }

    /// Goes on with what is there, after every byte of it was looked at.
    pub(super) fn resume(mut self, state: Journal) -> Result<Writer, FileError> {
        let Extent { bytes, items, sha256 } = state.written.clone();
        if self.file.metadata()?.len() < bytes {
            return Err(FileError::Changed("it is shorter than its journal says"));
        }
        self.file.set_len(bytes)?;
        self.file.seek(SeekFrom::Start(0))?;
        let mut writer = Writer::of(self, state);
        writer.read_back()?;
        if writer.items != items || hex(&writer.lines.clone().finalize()) != sha256 {
            return Err(FileError::Changed("its items are not those that its journal tells of"));
        }
        writer.draft.file.seek(SeekFrom::End(0))?;
        Ok(writer)
    }
}

impl Writer {
    fn of(draft: Draft, state: Journal) -> Self {
        let (lines, bytes) = (Sha256::new(), Sha256::new());
        Self { draft, state, member: member(), pending: 0, pages: 0, is_torn: false, lines, bytes, items: 0, kinds: BTreeMap::new() }
    }

    /// Reads what there is, for what is known of it.
    fn read_back(&mut self) -> Result<(), FileError> {
        const WRONG: FileError = FileError::Changed("what is there of it cannot be read");
        let hashed = Hashing { of: &self.draft.file, hash: &mut self.bytes };
        let mut lines = BufReader::new(MultiGzDecoder::new(BufReader::new(hashed)));
        let mut line = Vec::new();
        next_line(&mut lines, &mut line).map_err(|_| WRONG)?;
        if serde_json::from_slice::<Head>(&line).ok().as_ref() != Some(&self.state.head) {
            return Err(WRONG);
        }
        loop {
            next_line(&mut lines, &mut line).map_err(|_| WRONG)?;
            if line.is_empty() {
                return Ok(());
            }
            let kind = StoredItem::parse(&line).map_err(|_| WRONG)?.kind();
            self.items += 1;
            *self.kinds.entry(kind).or_default() += 1;
            self.lines.update(&line);
        }
    }

    /// Writes a page: the items' kinds and lines of a part of the table, and how far that was read with it.
    pub(super) fn page(&mut self, part: u16, items: &[(String, String)], progress: Progress) -> Result<(), FileError> {
        for (kind, line) in items {
            self.items += 1;
            match self.kinds.get_mut(kind) {
                Some(count) => *count += 1,
                None => drop(self.kinds.insert(kind.clone(), 1)),
            }
            self.lines.update(line);
            self.lines.update("\n");
            self.line(line)?;
        }
        if let Some(part) = self.state.parts.get_mut(usize::from(part)) {
            *part = progress;
        }
        self.pages += 1;
        if self.pending >= MEMBER || self.pages >= PAGES { self.keep() } else { Ok(()) }
    }

    /// How far each part of the table was read.
    pub(super) fn parts(&self) -> &[Progress] {
        &self.state.parts
    }

    /// Has all that was written be there for whoever goes on, whatever becomes of this process.
    pub(super) fn keep(&mut self) -> Result<(), FileError> {
        if std::mem::replace(&mut self.is_torn, true) {
            return Err(io::Error::other("writing failed before").into());
        }
        self.end_member()?;
        self.draft.file.sync_data()?;
        let sha256 = hex(&self.lines.clone().finalize());
        self.state.written = Extent { bytes: self.state.written.bytes, items: self.items, sha256 };
        self.state.write(&self.draft.journal)?;
        (self.pages, self.is_torn) = (0, false);
        Ok(())
    }

    /// How many items are there for whoever goes on.
    pub(super) fn kept(&self) -> u64 {
        self.state.written.items
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<Written, FileError> {
        self.keep()?;
        let tail = Tail { items: self.items, sha256: hex(&self.lines.clone().finalize()) };
        self.line(&json(&tail)?)?;
        self.end_member()?;
        self.draft.file.sync_all()?;
        let (bytes, file_sha256) = (self.state.written.bytes, hex(&self.bytes.finalize()));
        Ok(Written { draft: self.draft, tail, head: self.state.head, bytes, file_sha256, kinds: self.kinds })
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        self.pending += line.len() + 1;
        writeln!(self.member, "{line}")
    }

    fn end_member(&mut self) -> io::Result<()> {
        if self.pending > 0 {
            let bytes = std::mem::replace(&mut self.member, member()).finish()?;
            self.draft.file.write_all(&bytes)?;
            self.bytes.update(&bytes);
            self.state.written.bytes += bytes.len() as u64;
            self.pending = 0;
        }
        Ok(())
    }
}

impl Written {
    /// Gives the file its name, over whatever has it.
    pub(super) fn name(self) -> io::Result<()> {
        std::fs::rename(&self.draft.part, &self.draft.path)?;
        // A journal that nothing belongs to says nothing.
        let _ = std::fs::remove_file(&self.draft.journal);
        Ok(())
    }
}

fn member() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::default())
}

/// Reads through, and hashes what it reads.
struct Hashing<'a> {
    of: &'a File,
    hash: &'a mut Sha256,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.of.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::time::Timestamp;
    use tempfile::TempDir;

    use super::super::file::{Reader, head};
    use super::*;

    fn journal() -> Journal {
        Journal::new("here".to_owned(), head("latchkey", None, Timestamp::MIN), 2)
    }

    fn item(number: u32) -> (String, String) {
        let line = format!(r#"{{"pk":{{"S":"ACCOUNT#{number:010}"}},"sk":{{"S":"ACCOUNT"}}}}"#);
        ("ACCOUNT".to_owned(), line)
    }

    fn after(number: u32) -> Progress {
        Progress::After(serde_json::from_str(&format!(r#"{{"pk":"ACCOUNT#{number:010}","sk":"ACCOUNT"}}"#)).unwrap())
    }

    fn resumed(path: &Path) -> Result<Writer, FileError> {
        let draft = Draft::open(path)?;
        let journal = draft.before.as_ref().unwrap().clone().unwrap();
        draft.resume(journal)
    }

    /// How far the second part was read.
    fn place(writer: &Writer) -> u32 {
        match &writer.parts()[1] {
            Progress::After(bookmark) => {
                let at: u32 = serde_json::to_value(bookmark).unwrap()["pk"].as_str().unwrap()[8..].parse().unwrap();
                at + 1
            }
            Progress::Unread => 0,
            Progress::Read => panic!("it was not read"),
        }
    }

    #[test]
    fn wherever_it_breaks_off_it_goes_on_with_each_item_once() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("all.gz");
        let mut writer = Draft::open(&path).unwrap().begin(journal()).unwrap();
        let (mut next, mut breaks) = (0, vec![0, 1, 63, 64, 65, 150, 151, 299]);
        while next < 300 {
            if breaks.first() == Some(&next) {
                breaks.remove(0);
                // The process ends here, in the midst of a member.
                drop(writer);
                let mut file = File::options().append(true).open(folder.path().join("all.gz.part")).unwrap();
                file.write_all(&[0x1f, 0x8b, 8, 0, 0, 0]).unwrap();
                writer = resumed(&path).unwrap();
                assert_eq!(u64::from(place(&writer)), writer.items, "the journal and the file are in step");
                assert!(next - place(&writer) < PAGES, "little is read again");
                next = place(&writer);
                continue;
            }
            writer.page(1, &[item(next)], after(next)).unwrap();
            next += 1;
        }
        assert_eq!(breaks, [0; 0]);
        let written = writer.finish().unwrap();
        assert_eq!((written.tail.items, written.kinds["ACCOUNT"]), (300, 300));
        let (length, sha256) = (written.bytes, written.file_sha256.clone());
        written.name().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!((bytes.len() as u64, hex(&Sha256::digest(&bytes))), (length, sha256));
        let mut reader = Reader::open(&path).unwrap();
        for number in 0..300 {
            assert_eq!(reader.next().unwrap().unwrap().to_line().unwrap(), item(number).1);
        }
        assert!(reader.next().unwrap().is_none());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn what_ended_before_it_had_its_name_is_ended_again() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("all.gz");
        let mut writer = Draft::open(&path).unwrap().begin(journal()).unwrap();
        writer.page(0, &[item(1)], Progress::Read).unwrap();
        writer.page(1, &[item(2)], Progress::Read).unwrap();
        let first = writer.finish().unwrap();
        let told = (first.bytes, first.file_sha256.clone());
        drop(first);
        let again = resumed(&path).unwrap();
        assert_eq!(again.parts(), [Progress::Read, Progress::Read], "nothing is read again");
        let again = again.finish().unwrap();
        assert_eq!((again.bytes, again.file_sha256.clone()), told);
        again.name().unwrap();
        assert_eq!(hex(&Sha256::digest(std::fs::read(&path).unwrap())), told.1);
    }

    #[test]
    fn after_writing_failed_nothing_more_is_kept_and_what_was_kept_before_is_gone_on_with() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("all.gz");
        let mut writer = Draft::open(&path).unwrap().begin(journal()).unwrap();
        writer.page(1, &[item(0)], after(0)).unwrap();
        writer.keep().unwrap();
        writer.draft.file = File::open(folder.path().join("all.gz.part")).unwrap();
        writer.page(1, &[item(1)], after(1)).unwrap();
        for _ in 0..2 {
            assert!(matches!(writer.keep(), Err(FileError::Io(_))), "it cannot be written");
            assert_eq!(writer.kept(), 1);
        }
        assert!(writer.finish().is_err());
        let writer = resumed(&path).unwrap();
        assert_eq!((writer.items, place(&writer)), (1, 1));
    }

    #[test]
    fn what_was_changed_is_not_gone_on_with_and_one_is_at_it() {
        let folder = TempDir::new().unwrap();
        let (path, part) = (folder.path().join("all.gz"), folder.path().join("all.gz.part"));
        let mut writer = Draft::open(&path).unwrap().begin(journal()).unwrap();
        writer.page(0, &[item(1), item(2)], Progress::Read).unwrap();
        writer.keep().unwrap();
        assert!(matches!(Draft::open(&path).err(), Some(FileError::InUse)));
        drop(writer);
        let bytes = std::fs::read(&part).unwrap();
        let with = |change: fn(&mut Vec<u8>)| {
            let mut bytes = bytes.clone();
            change(&mut bytes);
            std::fs::write(&part, bytes).unwrap();
            resumed(&path).err()
        };
        let changes: [fn(&mut Vec<u8>); 3] =
            [|bytes| bytes.truncate(bytes.len() - 1), |bytes| bytes.swap(30, 31), |bytes| *bytes.last_mut().unwrap() ^= 1];
        for change in changes {
            let found = with(change);
            assert!(matches!(found, Some(FileError::Changed(_))), "{found:?}");
        }
        assert!(with(|_| {}).is_none());
        assert_eq!(resumed(&path).unwrap().items, 2);
        std::fs::write(folder.path().join("all.gz.part.journal"), "rubbish").unwrap();
        assert!(Draft::open(&path).unwrap().before.is_err());
        assert_eq!(Draft::open(&path).unwrap().begin(journal()).unwrap().items, 0);
    }
}
