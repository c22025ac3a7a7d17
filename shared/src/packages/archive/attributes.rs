//! What an entry may be, by its header in the directory.

use zip::CompressionMethod;
use zip::read::ZipFileEntry;

use super::names::EntryName;
use super::problem::ArchiveProblem;

/// Encrypted, strongly encrypted, directory encrypted (APPNOTE 6.3.10, section 4.4.4, bits 0, 6 and 13).
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;

/// The type bits of a Unix mode, and the types that are allowed: none given, file, folder.
const TYPE_BITS: u32 = 0o170_000;
const TYPES: [u32; 3] = [0, 0o100_000, 0o040_000];

/// Refuses encryption, unusual compression and everything that is neither a file nor a folder.
pub(super) fn check(entry: &ZipFileEntry<'_>, name: &EntryName) -> Result<(), ArchiveProblem> {
    let path = || name.path().to_owned();
    if entry.flags().as_u16() & ENCRYPTED != 0 {
        return Err(ArchiveProblem::Encrypted { entry: path() });
    }
    let method = entry.compression();
    if method != CompressionMethod::Stored && method != CompressionMethod::Deflated {
        return Err(ArchiveProblem::Method { entry: path(), method: format!("{method:?}") });
    }
    // Read whatever system the header names: unzip programs differ in whether they ask for it.
    let mode = entry.external_attributes() >> 16;
    if !TYPES.contains(&(mode & TYPE_BITS)) {
        return Err(ArchiveProblem::SpecialFile { entry: path() });
    }
    if name.is_folder() && entry.size() != 0 {
        return Err(ArchiveProblem::Damaged { entry: path(), detail: "a folder with content".to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    /// The plugin with some bytes of the header of its second entry replaced.
    fn patched(at: usize, with: &[u8]) -> ArchiveProblem {
        let mut bytes = fixture::plugin();
        let at = fixture::central_header(&bytes, 1) + at;
        bytes[at..at + with.len()].copy_from_slice(with);
        fixture::inspect(&bytes).unwrap_err()
    }

    #[test]
    fn an_encrypted_entry_is_refused() {
        for flags in [[0x01, 0], [0x40, 0], [0, 0x20]] {
            let problem = patched(8, &flags);
            assert!(matches!(&problem, ArchiveProblem::Encrypted { entry } if entry == fixture::PLUGIN[1].0), "{problem}");
        }
    }

    #[test]
    fn only_store_and_deflate_are_read() {
        for method in [1_u16, 9, 12, 14, 93, 99] {
            assert!(matches!(patched(10, &method.to_le_bytes()), ArchiveProblem::Method { .. }), "{method}");
        }
    }

    #[test]
    fn links_devices_and_pipes_are_refused() {
        for mode in [0o120_777_u32, 0o060_600, 0o020_600, 0o010_600, 0o140_600] {
            assert!(matches!(patched(38, &(mode << 16).to_le_bytes()), ArchiveProblem::SpecialFile { .. }), "{mode:o}");
        }
    }

    #[test]
    fn a_link_made_by_a_zip_tool_is_refused() {
        let mut writer = fixture::writer();
        writer.add_symlink("acme-tools/link", "/etc/passwd", fixture::options()).unwrap();
        let problem = fixture::inspect(&fixture::finish(writer)).unwrap_err();
        assert!(matches!(&problem, ArchiveProblem::SpecialFile { entry } if entry == "acme-tools/link"), "{problem}");
    }

    #[test]
    fn a_folder_with_content_is_refused() {
        let bytes = fixture::plugin();
        let with_slash = fixture::replaced(&bytes, b"acme-tools/icon.bin", b"acme-tools/icon.bi/");
        assert!(matches!(fixture::inspect(&with_slash).unwrap_err(), ArchiveProblem::Damaged { .. }));
    }
}
