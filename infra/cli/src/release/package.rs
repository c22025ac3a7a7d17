//! The file that is to be published: opened once, measured, and read again for each attempt at uploading it.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use latchkey_core::domain::release::MAX_PACKAGE_BYTES;
use latchkey_core::domain::text::Line;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::packages::hex;
use sha2::{Digest as _, Sha256};

use crate::problem::{Exit, Failed, Problem};

/// A file whose bytes were counted and hashed. It stays open, so that another file under its name changes nothing.
#[derive(Debug)]
pub(super) struct PackageFile {
    file: File,
    /// Its length in bytes.
    pub(super) size: u64,
    /// Its SHA-256, 64 lower-case hexadecimal digits.
    pub(super) sha256: String,
    /// Its name without its folders.
    pub(super) name: Line<120>,
}

impl PackageFile {
    /// Opens and measures the file at `path`, a buffer at a time.
    pub(super) fn open(path: &Path) -> Result<Self, Failed> {
        let unreadable = |error: io::Error| wrong(format!("{} cannot be read: {error}", path.display()));
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let name = Line::parse(name).map_err(|error| wrong(format!("the name of the file {} {error}", path.display())))?;
        let mut file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(wrong(format!("{} is not a file", path.display())).into());
        }
        if metadata.len() > MAX_PACKAGE_BYTES {
            return Err(Rejected::PackageTooLarge { size: metadata.len(), most: MAX_PACKAGE_BYTES }.into());
        }
        let (size, sha256) = measure(&mut file).map_err(unreadable)?;
        Ok(Self { file, size, sha256, name })
    }

    /// The file at its beginning. Only one reader at a time: all share one position.
    pub(super) fn rewound(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

fn measure(file: &mut File) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
    Ok((size, hex(&hash.finalize())))
}

fn wrong(message: String) -> Problem {
    Problem { code: "usage", message, hint: Some("give the package with --file".to_owned()), exit: Exit::Usage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_measured_and_can_be_read_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acme.zip");
        std::fs::write(&path, "abc").unwrap();
        let package = PackageFile::open(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!((package.size, package.name.as_str()), (3, "acme.zip"));
        // FIPS 180-4, the example of one block.
        assert_eq!(package.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        for _ in 0..2 {
            assert_eq!(io::read_to_string(package.rewound().unwrap()).unwrap(), "abc");
        }
    }

    #[test]
    fn what_is_no_file_is_wrong_usage() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("none.zip"), Path::new("/").to_owned()] {
            match PackageFile::open(&path) {
                Err(Failed::Problem(problem)) => assert_eq!(problem.exit, Exit::Usage),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_not_even_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acme.zip");
        // A hole takes no room on the disk.
        File::create(&path).unwrap().set_len(MAX_PACKAGE_BYTES + 1).unwrap();
        match PackageFile::open(&path) {
            Err(Failed::Rejected(rejected)) => assert!(matches!(*rejected, Rejected::PackageTooLarge { .. }), "{rejected}"),
            other => panic!("{other:?}"),
        }
    }
}
