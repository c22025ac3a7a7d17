//! The end record of a zip, read strictly (APPNOTE 6.3.10, section 4.3.16).
//!
//! Zip readers search backwards for it and forgive data around the archive, each in its own way, so that one file can be
//! two archives. Here the last signature must be the record, the record must reach exactly to the end of the file, and
//! the directory exactly to the record.

use std::io::{Read, Seek, SeekFrom};

use super::problem::ArchiveProblem;

const SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const RECORD_BYTES: usize = 22;
const COMMENT_BYTES: usize = 0xFFFF;

/// Where the directory is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    /// How many entries the directory has.
    pub(super) entries: usize,
    /// The directory's offset, in bytes from the start of the file.
    pub(super) directory_start: u64,
    /// The directory's size in bytes.
    pub(super) directory_bytes: u64,
    /// The size of the whole file in bytes.
    pub(super) file_bytes: u64,
}

/// Reads the end record.
pub(super) fn read(source: &mut (impl Read + Seek)) -> Result<End, ArchiveProblem> {
    let file_bytes = source.seek(SeekFrom::End(0)).map_err(ArchiveProblem::Io)?;
    let tail_bytes = file_bytes.min((RECORD_BYTES + COMMENT_BYTES) as u64);
    let tail_start = file_bytes - tail_bytes;
    source.seek(SeekFrom::Start(tail_start)).map_err(ArchiveProblem::Io)?;
    let mut tail = Vec::new();
    source.take(tail_bytes).read_to_end(&mut tail).map_err(ArchiveProblem::Io)?;

    let position = tail.windows(SIGNATURE.len()).rposition(|window| window == SIGNATURE).ok_or(ArchiveProblem::NotZip)?;
    let record = tail[position..].first_chunk::<RECORD_BYTES>().ok_or(ArchiveProblem::NotZip)?;
    let half = |at: usize| u16::from_le_bytes([record[at], record[at + 1]]);
    let word = |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);

    if position + RECORD_BYTES + usize::from(half(20)) != tail.len() {
        return Err(ArchiveProblem::TrailingBytes);
    }
    if half(10) == u16::MAX || word(12) == u32::MAX || word(16) == u32::MAX {
        return Err(ArchiveProblem::Zip64);
    }
    if half(4) != 0 || half(6) != 0 || half(8) != half(10) {
        return Err(ArchiveProblem::MultiDisk);
    }
    let end =
        End { entries: usize::from(half(10)), directory_start: u64::from(word(16)), directory_bytes: u64::from(word(12)), file_bytes };
    match (end.directory_start + end.directory_bytes).cmp(&(tail_start + position as u64)) {
        std::cmp::Ordering::Less => Err(ArchiveProblem::StrayBytes { offset: end.directory_start + end.directory_bytes }),
        std::cmp::Ordering::Equal => Ok(end),
        std::cmp::Ordering::Greater => Err(ArchiveProblem::NotZip),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::packages::archive::fixture;

    fn read_bytes(bytes: &[u8]) -> Result<End, ArchiveProblem> {
        read(&mut Cursor::new(bytes))
    }

    fn patched(at: usize, with: &[u8]) -> Vec<u8> {
        let mut bytes = fixture::plugin();
        let at = bytes.len() - RECORD_BYTES + at;
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    }

    #[test]
    fn the_record_of_a_plain_zip_is_read() {
        let bytes = fixture::plugin();
        let end = read_bytes(&bytes).unwrap();
        assert_eq!(end.entries, fixture::PLUGIN.len());
        assert_eq!(end.file_bytes, bytes.len() as u64);
        assert_eq!(end.directory_start + end.directory_bytes + RECORD_BYTES as u64, end.file_bytes);
    }

    #[test]
    fn a_comment_is_allowed() {
        let mut bytes = patched(20, &5_u16.to_le_bytes());
        bytes.extend(b"hello");
        assert_eq!(read_bytes(&bytes).unwrap().entries, fixture::PLUGIN.len());
    }

    #[test]
    fn a_comment_that_holds_a_second_record_is_refused() {
        let record = fixture::zip(&[("other/", b"")]);
        let record = &record[record.len() - RECORD_BYTES..];
        let mut bytes = patched(20, &30_u16.to_le_bytes());
        bytes.extend(record);
        bytes.extend(b"and more");
        assert!(matches!(read_bytes(&bytes), Err(ArchiveProblem::TrailingBytes)));
    }

    #[test]
    fn bytes_behind_the_end_are_refused() {
        let mut bytes = fixture::plugin();
        bytes.push(0);
        assert!(matches!(read_bytes(&bytes), Err(ArchiveProblem::TrailingBytes)));
    }

    #[test]
    fn bytes_in_front_are_refused() {
        let bytes = [b"#!/bin/sh\n".as_slice(), &fixture::plugin()].concat();
        assert!(matches!(read_bytes(&bytes), Err(ArchiveProblem::StrayBytes { .. })));
    }

    #[test]
    fn anything_else_is_not_a_zip() {
        let bytes = fixture::plugin();
        for other in [b"".as_slice(), b"PK", b"<html>not found</html>", &bytes[..bytes.len() - 1], &bytes[..bytes.len() / 2]] {
            assert!(matches!(read_bytes(other), Err(ArchiveProblem::NotZip)));
        }
        let directory_past_the_record = patched(16, &0x7FFF_FFFF_u32.to_le_bytes());
        assert!(matches!(read_bytes(&directory_past_the_record), Err(ArchiveProblem::NotZip)));
    }

    #[test]
    fn zip64_is_refused() {
        for (at, with) in [(10, [0xFF; 4].as_slice()), (12, &[0xFF; 4]), (16, &[0xFF; 4])] {
            assert!(matches!(read_bytes(&patched(at, with)), Err(ArchiveProblem::Zip64)));
        }
    }

    #[test]
    fn a_split_zip_is_refused() {
        for at in [4, 6, 8] {
            assert!(matches!(read_bytes(&patched(at, &[9, 0])), Err(ArchiveProblem::MultiDisk)));
        }
    }
}
