//! Inspection of a package zip before it is released: may `WordPress` sites be told to unpack it, and what does it say of
//! itself?
//!
//! Architecture Invariant: nothing here is asynchronous, knows S3, or writes to a disk. Memory stays small whatever the zip
//! claims: its directory (at most 4 MiB), one readme and one header are all that is held at once.
//!
//! A package is one zip with one folder named like the product's slug. Each entry's name, kind and place in the file is
//! checked, then every entry is expanded to its end and its checksum compared; declared sizes are never believed. A zip that
//! two readers could read as two different archives is refused.

mod attributes;
mod contents;
mod directory;
mod end;
mod expand;
#[cfg(test)]
mod fixture;
mod header;
mod names;
mod problem;
mod ranges;
mod source;

use std::io::{Read, Seek};

use zip::read::{ArchiveOffset, Config};
use zip::{ZipArchive, ZipReadOptions};

pub use contents::README_BYTES;
pub use header::Header;
pub use problem::{ArchiveProblem, NameRule};

use contents::Contents;
use expand::Budget;
use names::EntryName;
use source::Source;

/// What a package is to `WordPress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveKind {
    /// Known by a `.php` file with `Plugin Name:`.
    Plugin,
    /// Known by a `style.css` with `Theme Name:`.
    Theme,
}

impl ArchiveKind {
    fn main_file(self) -> &'static str {
        match self {
            Self::Plugin => "*.php",
            Self::Theme => "style.css",
        }
    }

    fn name_field(self) -> &'static str {
        match self {
            Self::Plugin => "Plugin Name",
            Self::Theme => "Theme Name",
        }
    }

    fn uri_field(self) -> &'static str {
        match self {
            Self::Plugin => "Plugin URI",
            Self::Theme => "Theme URI",
        }
    }
}

/// How large a package may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most entries, folders included.
    pub entries: usize,
    /// The most bytes that all entries may expand to.
    pub expanded_bytes: u64,
}

impl Default for Limits {
    /// 20,000 entries, 1 GiB.
    fn default() -> Self {
        Self { entries: 20_000, expanded_bytes: 1 << 30 }
    }
}

/// What a sound package holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// The header of the main file; its name and version are not blank.
    pub header: Header,
    /// The text of `readme.txt`, at most [`README_BYTES`] before it was made UTF-8 with `\n` line ends.
    pub readme: Option<String>,
    /// How many entries there are, folders included.
    pub entries: usize,
    /// How many bytes all entries expand to.
    pub expanded_bytes: u64,
}

/// Inspects the package zip in `reader`, whose one folder has to be named `slug`.
///
/// It reads the whole file once, and its headers twice, with many small reads and seeks: a reader over a network or a disk
/// should be buffered.
pub fn inspect(reader: impl Read + Seek, slug: &str, kind: ArchiveKind, limits: &Limits) -> Result<Inspected, ArchiveProblem> {
    let mut source = Source::new(reader);
    let outcome = inspect_source(&mut source, slug, kind, limits);
    // What the zip reader made of a failing reader says nothing about the package.
    source.into_fault().map_or(outcome, |fault| Err(ArchiveProblem::Io(fault)))
}

fn inspect_source(source: &mut (impl Read + Seek), slug: &str, kind: ArchiveKind, limits: &Limits) -> Result<Inspected, ArchiveProblem> {
    let end = end::read(source)?;
    let raw_names = directory::names(source, &end, slug, limits)?;
    let names = names::check(&raw_names, slug)?;
    let mut archive = open(source, &raw_names)?;
    for (index, name) in names.iter().enumerate() {
        let entry = archive.by_index_data(index).map_err(|error| damaged(name, &error))?;
        attributes::check(&entry, name)?;
    }
    ranges::check(&mut archive, &names)?;

    let mut budget = Budget::new(limits, end.file_bytes);
    let mut contents = Contents::new(kind, slug);
    for (index, name) in names.iter().enumerate() {
        let bytes = read_entry(&mut archive, index, name, &mut budget, contents.wanted(name))?;
        contents.take(name, &bytes)?;
    }
    let (header, readme) = contents.finish()?;
    Ok(Inspected { header, readme, entries: names.len(), expanded_bytes: budget.spent() })
}

/// Opens the archive at the offset that the end record states, and requires that the zip reader sees the same names.
fn open<R: Read + Seek>(source: R, raw_names: &[Vec<u8>]) -> Result<ZipArchive<R>, ArchiveProblem> {
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let archive =
        ZipArchive::with_config(config, source).map_err(|error| ArchiveProblem::DamagedDirectory { detail: error.to_string() })?;
    let renamed = raw_names.iter().zip(archive.file_names_raw()).find(|(raw, seen)| raw.as_slice() != *seen);
    if let Some((raw, _)) = renamed {
        return Err(names::bad_name(raw, NameRule::TwoNames));
    }
    if archive.len() != raw_names.len() {
        return Err(ArchiveProblem::DamagedDirectory { detail: "two entries have one name".to_owned() });
    }
    Ok(archive)
}

/// Expands an entry whose local header agrees with the directory, and returns its first `keep` bytes.
fn read_entry<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    name: &EntryName,
    budget: &mut Budget,
    keep: usize,
) -> Result<Vec<u8>, ArchiveProblem> {
    let options = ZipReadOptions::new().enforce_header_consistency(true);
    let entry = archive.by_index_with_options(index, options).map_err(|error| damaged(name, &error))?;
    let declared = entry.size();
    budget.read(name, entry, declared, keep)
}

fn damaged(name: &EntryName, error: &zip::result::ZipError) -> ArchiveProblem {
    ArchiveProblem::Damaged { entry: name.path().to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{self, Cursor, SeekFrom, Write as _};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plugin_is_inspected() {
        let inspected = fixture::inspect(&fixture::plugin()).unwrap();
        assert_eq!(inspected.header.file, "acme-tools/acme-tools.php");
        assert_eq!((inspected.header.name.as_str(), inspected.header.version.as_str()), ("Acme Tools", "1.2.3"));
        assert!(inspected.readme.unwrap().starts_with("=== Acme Tools ===\n"));
        assert_eq!(inspected.entries, 6);
        assert_eq!(inspected.expanded_bytes, fixture::PLUGIN.iter().map(|(_, content)| content.len() as u64).sum::<u64>());
    }

    #[test]
    fn a_plugin_without_entries_for_its_folders_is_inspected() {
        let files: Vec<_> = fixture::PLUGIN.iter().copied().filter(|(name, _)| !name.ends_with('/')).collect();
        assert_eq!(fixture::inspect(&fixture::zip(&files)).unwrap().entries, 4);
    }

    #[test]
    fn the_folder_has_to_be_the_slug() {
        let outcome = inspect(Cursor::new(fixture::plugin()), "acme", ArchiveKind::Plugin, &Limits::default());
        assert!(matches!(outcome, Err(ArchiveProblem::OutsideFolder { .. })));
    }

    #[test]
    fn a_second_name_in_an_extra_field_is_refused() {
        let (name, other) = ("acme-tools/a.txt", b"acme-tools/b.php");
        let mut field = vec![1];
        // The field counts only with the checksum of the name it replaces.
        field.extend(0xC08E_CC0F_u32.to_le_bytes());
        field.extend(other);
        let mut options = fixture::options().into_full_options();
        options.add_extra_field(0x7075, field, false).unwrap();
        let mut writer = fixture::writer();
        writer.start_file(name, options).unwrap();
        writer.write_all(b"text").unwrap();
        let problem = fixture::inspect(&fixture::finish(writer)).unwrap_err();
        assert!(matches!(&problem, ArchiveProblem::BadName { rule: NameRule::TwoNames, .. }), "{problem}");
    }

    #[test]
    fn a_local_header_that_disagrees_with_the_directory_is_refused() {
        let bytes = fixture::plugin();
        for (at, with) in [(8, 0), (14, 1), (22, 1), (30, b'b')] {
            let mut bytes = bytes.clone();
            let at = fixture::local_header(&bytes, 1) + at;
            bytes[at] = with;
            let problem = fixture::inspect(&bytes).unwrap_err();
            assert!(matches!(&problem, ArchiveProblem::Damaged { entry, .. } if entry == fixture::PLUGIN[1].0), "{problem}");
        }
    }

    /// Fails at its call number `.1`.
    struct Failing(Cursor<Vec<u8>>, usize);

    impl Failing {
        fn count(&mut self) -> io::Result<()> {
            self.1 = self.1.checked_sub(1).ok_or_else(|| io::Error::other("the cable"))?;
            Ok(())
        }
    }

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.count()?;
            self.0.read(buffer)
        }
    }

    impl Seek for Failing {
        fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
            self.count()?;
            self.0.seek(position)
        }
    }

    #[test]
    fn a_failing_reader_is_a_fault_wherever_it_fails() {
        let run = |calls| inspect(Failing(Cursor::new(fixture::plugin()), calls), fixture::SLUG, ArchiveKind::Plugin, &Limits::default());
        let needed = (0..10_000).find(|calls| run(*calls).is_ok()).unwrap();
        assert!(needed > 50, "{needed}");
        for calls in 0..needed {
            let problem = run(calls).unwrap_err();
            assert!(problem.is_fault() && matches!(&problem, ArchiveProblem::Io(fault) if fault.to_string() == "the cable"), "{problem}");
        }
    }

    #[test]
    fn a_defect_of_the_package_is_no_fault() {
        for bytes in [Vec::new(), fixture::zip(&[]), fixture::without_central_header(&fixture::plugin(), 1)] {
            assert!(!fixture::inspect(&bytes).unwrap_err().is_fault());
        }
    }

    /// What another reader unpacks, without any of the checks here.
    fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            files.insert(entry.name().unwrap().into_owned(), content);
        }
        files
    }

    #[derive(Clone, Debug)]
    enum Mutation {
        Flip(prop::sample::Index, u8),
        Truncate(prop::sample::Index),
        Splice { from: prop::sample::Index, length: usize, to: prop::sample::Index, overwrite: bool },
    }

    impl Mutation {
        fn apply(&self, bytes: &mut Vec<u8>) {
            let length = bytes.len();
            if length == 0 {
                return;
            }
            match self {
                Self::Flip(at, bits) => bytes[at.index(length)] ^= bits,
                Self::Truncate(at) => bytes.truncate(at.index(length)),
                Self::Splice { from, length: taken, to, overwrite } => {
                    let (from, to) = (from.index(length), to.index(length));
                    let piece = bytes[from..(from + taken).min(length)].to_vec();
                    let behind = if *overwrite { (to + piece.len()).min(length) } else { to };
                    bytes.splice(to..behind, piece);
                }
            }
        }
    }

    fn mutation() -> impl Strategy<Value = Mutation> {
        let splice = (any::<prop::sample::Index>(), 1..200_usize, any::<prop::sample::Index>(), any::<bool>());
        prop_oneof![
            6 => (any::<prop::sample::Index>(), 1..=u8::MAX).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
            1 => any::<prop::sample::Index>().prop_map(Mutation::Truncate),
            2 => splice.prop_map(|(from, length, to, overwrite)| Mutation::Splice { from, length, to, overwrite }),
        ]
    }

    /// Fails where it is asked for a position far behind the end, as a file does for positions beyond 2^63.
    struct Narrow<'a>(Cursor<&'a [u8]>);

    impl Read for Narrow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Seek for Narrow<'_> {
        fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
            match position {
                SeekFrom::Start(start) if start > 1 << 20 => Err(io::ErrorKind::InvalidInput.into()),
                SeekFrom::Start(_) | SeekFrom::Current(_) | SeekFrom::End(_) => self.0.seek(position),
            }
        }
    }

    #[test]
    fn a_header_at_an_absurd_position_is_a_defect_of_the_package() {
        let mut bytes = fixture::plugin();
        let at = fixture::central_header(&bytes, 1) + 42;
        bytes[at..at + 4].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
        let problem = inspect(Narrow(Cursor::new(&bytes)), fixture::SLUG, ArchiveKind::Plugin, &Limits::default()).unwrap_err();
        assert!(matches!(&problem, ArchiveProblem::Damaged { entry, .. } if entry == fixture::PLUGIN[1].0), "{problem}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_mutated_zip_is_refused_or_holds_what_was_inspected(mutations in prop::collection::vec(mutation(), 1..4)) {
            let whole = fixture::plugin();
            let mut bytes = whole.clone();
            for mutation in &mutations {
                mutation.apply(&mut bytes);
            }
            match inspect(Narrow(Cursor::new(&bytes)), fixture::SLUG, ArchiveKind::Plugin, &Limits::default()) {
                Ok(inspected) => {
                    prop_assert_eq!(inspected, fixture::inspect(&whole).unwrap());
                    prop_assert_eq!(unpacked(&bytes), unpacked(&whole));
                }
                Err(problem) => prop_assert!(!problem.is_fault(), "{}", problem),
            }
        }
    }
}
