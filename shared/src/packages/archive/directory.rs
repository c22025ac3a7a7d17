//! The central directory of a zip, walked from its first byte to its last (APPNOTE 6.3.10, section 4.3.12).
//!
//! Some readers count headers, others read until the directory is used up, and some replace a name by the one in an extra
//! field. The walk yields the names as they stand in the headers and refuses a directory in which those readings differ.

use std::io::{Read, Seek, SeekFrom};

use super::Limits;
use super::end::End;
use super::problem::ArchiveProblem;

const SIGNATURE: &[u8] = b"PK\x01\x02";
const HEADER_BYTES: usize = 46;

/// The largest directory that is read, in bytes: 200 for each of 20,000 entries. It bounds the memory that names, comments
/// and extra fields take.
const DIRECTORY_BYTES: u64 = 4 << 20;

/// The raw names of all entries, in the directory's order.
pub(super) fn names(source: &mut (impl Read + Seek), end: &End, slug: &str, limits: &Limits) -> Result<Vec<Vec<u8>>, ArchiveProblem> {
    if end.entries == 0 {
        return Err(ArchiveProblem::Empty { slug: slug.to_owned() });
    }
    if end.entries > limits.entries {
        return Err(ArchiveProblem::TooManyEntries { found: end.entries, limit: limits.entries });
    }
    if end.directory_bytes > DIRECTORY_BYTES {
        return Err(ArchiveProblem::DirectoryTooLarge { found: end.directory_bytes, limit: DIRECTORY_BYTES });
    }
    source.seek(SeekFrom::Start(end.directory_start)).map_err(ArchiveProblem::Io)?;
    let mut directory = Vec::new();
    source.take(end.directory_bytes).read_to_end(&mut directory).map_err(ArchiveProblem::Io)?;

    let mut names = Vec::new();
    let mut rest = directory.as_slice();
    while !rest.is_empty() {
        let (name, behind) = split_header(rest).ok_or_else(|| damaged("a header is cut short or has the wrong signature"))?;
        names.push(name.to_vec());
        rest = behind;
    }
    if names.len() != end.entries {
        return Err(damaged(&format!("it has {} entries, the end record says {}", names.len(), end.entries)));
    }
    Ok(names)
}

/// The name of the first header, and what follows that header.
fn split_header(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = rest.first_chunk::<HEADER_BYTES>()?;
    if !header.starts_with(SIGNATURE) {
        return None;
    }
    let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(u16::from_le_bytes([header[at], header[at + 1]])));
    let (name, behind) = rest[HEADER_BYTES..].split_at_checked(name)?;
    Some((name, behind.get(extra + comment..)?))
}

fn damaged(detail: &str) -> ArchiveProblem {
    ArchiveProblem::DamagedDirectory { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::packages::archive::{end, fixture};

    fn names_of(bytes: &[u8], limits: &Limits) -> Result<Vec<Vec<u8>>, ArchiveProblem> {
        let mut source = Cursor::new(bytes);
        let end = end::read(&mut source).unwrap();
        names(&mut source, &end, fixture::SLUG, limits)
    }

    fn with_count(count: u16) -> Vec<u8> {
        let mut bytes = fixture::plugin();
        let at = bytes.len() - 22 + 8;
        bytes[at..at + 4].copy_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
        bytes
    }

    #[test]
    fn names_come_in_the_directorys_order() {
        let names = names_of(&fixture::plugin(), &Limits::default()).unwrap();
        let expected: Vec<_> = fixture::PLUGIN.iter().map(|(name, _)| name.as_bytes().to_vec()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn an_empty_zip_is_refused() {
        assert!(matches!(names_of(&fixture::zip(&[]), &Limits::default()), Err(ArchiveProblem::Empty { .. })));
    }

    #[test]
    fn too_many_entries_are_refused() {
        let limits = Limits { entries: 2, ..Limits::default() };
        assert!(matches!(names_of(&fixture::plugin(), &limits), Err(ArchiveProblem::TooManyEntries { limit: 2, .. })));
    }

    #[test]
    fn an_end_record_that_counts_wrongly_is_refused() {
        let count = u16::try_from(fixture::PLUGIN.len()).unwrap();
        for wrong in [1, count - 1, count + 1, 9_000] {
            let outcome = names_of(&with_count(wrong), &Limits::default());
            assert!(matches!(outcome, Err(ArchiveProblem::DamagedDirectory { .. })), "{wrong}");
        }
    }

    #[test]
    fn a_header_without_its_signature_is_refused() {
        let mut bytes = fixture::plugin();
        let at = fixture::central_header(&bytes, 1);
        bytes[at] = b'X';
        assert!(matches!(names_of(&bytes, &Limits::default()), Err(ArchiveProblem::DamagedDirectory { .. })));
    }

    #[test]
    fn a_directory_beyond_any_honest_size_is_refused_unread() {
        let end = End { entries: 1, directory_start: 0, directory_bytes: DIRECTORY_BYTES + 1, file_bytes: u64::MAX };
        let outcome = names(&mut Cursor::new(b""), &end, fixture::SLUG, &Limits::default());
        assert!(matches!(outcome, Err(ArchiveProblem::DirectoryTooLarge { .. })));
    }
}
