//! Reading entries to their end, and never further than an honest package goes.

use std::io::Read;

use super::Limits;
use super::names::EntryName;
use super::problem::ArchiveProblem;

/// The most expanded bytes for each byte of the file. Deflate reaches 1,032; PHP, JavaScript and images stay below 20.
const RATIO: u64 = 200;

/// Expanded bytes up to which no ratio is asked for: a tiny package of one long blank file is harmless.
const RATIO_FLOOR: u64 = 1 << 20;

/// How much is expanded at once, in bytes.
const CHUNK: usize = 16 << 10;

/// What may still be expanded. It counts the bytes that come out, whatever sizes the headers declare.
pub(super) struct Budget {
    limit: u64,
    limit_by_ratio: u64,
    spent: u64,
}

impl Budget {
    /// The budget of an archive whose file has `file_bytes` bytes.
    pub(super) fn new(limits: &Limits, file_bytes: u64) -> Self {
        Self { limit: limits.expanded_bytes, limit_by_ratio: file_bytes.saturating_mul(RATIO).max(RATIO_FLOOR), spent: 0 }
    }

    /// The bytes expanded so far.
    pub(super) fn spent(&self) -> u64 {
        self.spent
    }

    /// Reads an entry to its end, which is where its checksum is compared, and returns its first `keep` bytes. The entry has
    /// to be `declared` bytes long.
    pub(super) fn read(&mut self, name: &EntryName, mut content: impl Read, declared: u64, keep: usize) -> Result<Vec<u8>, ArchiveProblem> {
        let damaged = |detail: String| ArchiveProblem::Damaged { entry: name.path().to_owned(), detail };
        let mut chunk = [0; CHUNK];
        let mut kept = Vec::new();
        let mut length = 0;
        loop {
            let count = match content.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(error.to_string())),
            };
            self.spend(count)?;
            length += count as u64;
            kept.extend_from_slice(&chunk[..count.min(keep - kept.len())]);
        }
        if length == declared { Ok(kept) } else { Err(damaged(format!("it is {length} bytes long, its header says {declared}"))) }
    }

    fn spend(&mut self, count: usize) -> Result<(), ArchiveProblem> {
        self.spent += count as u64;
        if self.spent > self.limit {
            return Err(ArchiveProblem::TooLarge { limit: self.limit });
        }
        if self.spent > self.limit_by_ratio {
            return Err(ArchiveProblem::TooCompressed { ratio: RATIO });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::{Limits, fixture, inspect, names};
    use super::*;
    use crate::packages::archive::ArchiveKind;

    fn name() -> EntryName {
        names::check(&[b"a/b".to_vec()], "a").unwrap().remove(0)
    }

    /// Blank bytes for ever, counted.
    struct Endless(u64);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(0);
            self.0 += buffer.len() as u64;
            Ok(buffer.len())
        }
    }

    #[test]
    fn an_endless_entry_is_left_at_the_limit() {
        let limits = Limits { expanded_bytes: 300_000, ..Limits::default() };
        let mut endless = Endless(0);
        let outcome = Budget::new(&limits, u64::MAX).read(&name(), &mut endless, u64::MAX, 10);
        assert!(matches!(outcome, Err(ArchiveProblem::TooLarge { limit: 300_000 })));
        assert!(endless.0 <= 300_000 + CHUNK as u64, "{}", endless.0);
    }

    #[test]
    fn an_endless_entry_is_left_at_the_ratio() {
        let mut endless = Endless(0);
        let outcome = Budget::new(&Limits::default(), 6_000).read(&name(), &mut endless, u64::MAX, 10);
        assert!(matches!(outcome, Err(ArchiveProblem::TooCompressed { ratio: RATIO })));
        assert!(endless.0 <= 6_000 * RATIO + CHUNK as u64, "{}", endless.0);
    }

    #[test]
    fn the_budget_is_one_for_all_entries() {
        let limits = Limits { expanded_bytes: 10, ..Limits::default() };
        let mut budget = Budget::new(&limits, 100);
        assert_eq!(budget.read(&name(), &[7_u8; 6][..], 6, 4).unwrap(), [7; 4]);
        assert!(budget.read(&name(), &[7_u8; 4][..], 4, 0).unwrap().is_empty());
        assert_eq!(budget.spent(), 10);
        assert!(matches!(budget.read(&name(), &[7_u8; 1][..], 1, 0), Err(ArchiveProblem::TooLarge { .. })));
    }

    #[test]
    fn a_zip_that_expands_beyond_the_limit_is_refused() {
        let bytes = fixture::zip(&[("acme-tools/blank", &vec![0; 200_000])]);
        assert!(bytes.len() < 1_000);
        let limits = Limits { expanded_bytes: 150_000, ..Limits::default() };
        let outcome = inspect(io::Cursor::new(bytes), fixture::SLUG, ArchiveKind::Plugin, &limits);
        assert!(matches!(outcome, Err(ArchiveProblem::TooLarge { .. })));
    }

    #[test]
    fn a_bomb_is_refused_by_its_ratio() {
        let bytes = fixture::zip(&[("acme-tools/blank", &vec![0; 4 << 20])]);
        assert!(matches!(fixture::inspect(&bytes), Err(ArchiveProblem::TooCompressed { .. })));
    }

    #[test]
    fn declared_sizes_are_not_believed() {
        let bytes = fixture::plugin();
        let at = fixture::central_header(&bytes, 1);
        let local = fixture::local_header(&bytes, 1);
        for length in [1_u32, 10, 100_000] {
            let mut bytes = bytes.clone();
            bytes[at + 24..at + 28].copy_from_slice(&length.to_le_bytes());
            bytes[local + 22..local + 26].copy_from_slice(&length.to_le_bytes());
            let problem = fixture::inspect(&bytes).unwrap_err();
            assert!(matches!(&problem, ArchiveProblem::Damaged { entry, .. } if entry == fixture::PLUGIN[1].0), "{problem}");
        }
    }

    #[test]
    fn a_wrong_checksum_is_refused() {
        let mut bytes = fixture::plugin();
        let at = bytes.windows(4).position(|window| window == [0xC0, 0xFF, 0xEE, 0x00]).unwrap();
        bytes[at] ^= 1;
        let problem = fixture::inspect(&bytes).unwrap_err();
        assert!(matches!(&problem, ArchiveProblem::Damaged { detail, .. } if detail.contains("checksum")), "{problem}");
    }
}
