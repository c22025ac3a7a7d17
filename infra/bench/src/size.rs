//! What a function weighs: the file, and the archive that is uploaded. Lambda fetches and unpacks the archive before INIT, a part of a
//! real cold start that cannot be measured here, so smaller is better even where the figures do not show it.

use crate::failure::{Failure, read};
use std::io::{Cursor, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes of a binary as it lies on the disk (the release profile strips it) and zipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) binary: usize,
    pub(crate) zip: usize,
}

impl Size {
    /// Reads and compresses the file at `path`, as the one entry `bootstrap` of a deployment package.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        let bytes = read(path)?;
        let zip = zipped(&bytes).map_err(|source| Failure::Compress { path: path.to_owned(), source })?;
        Ok(Self { binary: bytes.len(), zip: zip.len() })
    }
}

fn zipped(bytes: &[u8]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
    archive.write_all(bytes)?;
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_holds_the_binary_deflated() {
        let bytes = vec![7; 100_000];
        let zip = zipped(&bytes).unwrap();
        assert!(zip.len() < 1_000, "{}", zip.len());
        let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut unpacked = Vec::new();
        std::io::copy(&mut archive.by_name("bootstrap").unwrap(), &mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
    }
}
