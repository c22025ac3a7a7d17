//! Where the entries lie in the file: one behind the other, from the first byte to the directory.
//!
//! Entries that overlap are how a small zip bomb repeats its content; gaps are where a second archive hides. The only
//! thing allowed between two entries is a data descriptor (APPNOTE 6.3.10, section 4.3.9). Not considered: bytes inside an
//! entry behind the end of its deflate stream, which no reader looks at.

use std::io::{Read, Seek};

use zip::ZipArchive;

use super::names::EntryName;
use super::problem::ArchiveProblem;

/// A data descriptor's sizes in bytes: with or without its signature, with sizes of 32 or 64 bits.
const DESCRIPTORS: [u64; 4] = [12, 16, 20, 24];

struct Range<'a> {
    name: &'a EntryName,
    start: u64,
    end: u64,
    has_descriptor: bool,
}

/// Refuses overlapping entries and bytes that belong to none. `names` are in the archive's order.
pub(super) fn check<R: Read + Seek>(archive: &mut ZipArchive<R>, names: &[EntryName]) -> Result<(), ArchiveProblem> {
    let directory_start = archive.central_directory_start();
    let mut ranges = names.iter().enumerate().map(|(index, name)| range(archive, index, name)).collect::<Result<Vec<_>, _>>()?;
    ranges.sort_by_key(|range| range.start);

    if ranges.first().is_some_and(|first| first.start != 0) {
        return Err(ArchiveProblem::StrayBytes { offset: 0 });
    }
    for pair in ranges.windows(2) {
        let [this, next] = pair else { continue };
        if this.end > next.start {
            return Err(ArchiveProblem::Overlap { first: this.name.path().to_owned(), second: next.name.path().to_owned() });
        }
        check_gap(this, next.start)?;
    }
    match ranges.last() {
        Some(last) if last.end > directory_start => Err(damaged(last.name, "it reaches into the directory")),
        Some(last) => check_gap(last, directory_start),
        None => Ok(()),
    }
}

/// The bytes of one entry, from its local header to the end of its compressed content.
fn range<'a, R: Read + Seek>(archive: &mut ZipArchive<R>, index: usize, name: &'a EntryName) -> Result<Range<'a>, ArchiveProblem> {
    // Before anything seeks there: where a position is absurd, a file's seek fails as if the disk had.
    let start = archive.by_index_data(index).map(|entry| entry.header_start());
    if start.is_ok_and(|start| start >= archive.central_directory_start()) {
        return Err(damaged(name, "its header lies behind the directory's start"));
    }
    let entry = archive.by_index_raw(index).map_err(|error| damaged(name, &error.to_string()))?;
    let end = entry.data_start().and_then(|start| start.checked_add(entry.compressed_size()));
    let end = end.ok_or_else(|| damaged(name, "its end lies beyond any file"))?;
    Ok(Range { name, start: entry.header_start(), end, has_descriptor: entry.flags().is_using_data_descriptor() })
}

fn check_gap(before: &Range<'_>, end: u64) -> Result<(), ArchiveProblem> {
    let gap = end - before.end;
    if gap == 0 || (before.has_descriptor && DESCRIPTORS.contains(&gap)) {
        return Ok(());
    }
    Err(ArchiveProblem::StrayBytes { offset: before.end })
}

fn damaged(name: &EntryName, detail: &str) -> ArchiveProblem {
    ArchiveProblem::Damaged { entry: name.path().to_owned(), detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::fixture;
    use super::*;

    #[test]
    fn entries_that_share_their_content_are_refused() {
        let mut writer = fixture::writer();
        writer.start_file("acme-tools/a", fixture::options()).unwrap();
        writer.write_all(&[0; 1000]).unwrap();
        writer.shallow_copy_file("acme-tools/a", "acme-tools/b").unwrap();
        let problem = fixture::inspect(&fixture::finish(writer)).unwrap_err();
        assert!(
            matches!(&problem, ArchiveProblem::Overlap { first, second } if first.ends_with('a') && second.ends_with('b')),
            "{problem}"
        );
    }

    #[test]
    fn an_entry_that_swallows_the_next_header_is_refused() {
        let mut bytes = fixture::plugin();
        let at = fixture::central_header(&bytes, 1) + 20;
        bytes[at + 1] += 1;
        assert!(matches!(fixture::inspect(&bytes).unwrap_err(), ArchiveProblem::Overlap { .. }));
    }

    #[test]
    fn the_last_entry_ends_before_the_directory() {
        let mut bytes = fixture::plugin();
        let at = fixture::central_header(&bytes, fixture::PLUGIN.len() - 1) + 20;
        bytes[at] += 1;
        assert!(matches!(fixture::inspect(&bytes).unwrap_err(), ArchiveProblem::Damaged { .. }));
    }

    #[test]
    fn an_entry_hidden_from_the_directory_is_refused() {
        for hidden in 0..fixture::PLUGIN.len() {
            let outcome = fixture::inspect(&fixture::without_central_header(&fixture::plugin(), hidden));
            assert!(matches!(outcome, Err(ArchiveProblem::StrayBytes { .. })), "{hidden}");
        }
    }

    #[test]
    fn data_descriptors_are_allowed() {
        let mut writer = zip::ZipWriter::new_stream(Vec::new());
        for (name, content) in fixture::PLUGIN {
            writer.start_file(*name, fixture::options()).unwrap();
            writer.write_all(content).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert_eq!(fixture::inspect(&bytes).unwrap().entries, fixture::PLUGIN.len());
    }
}
