//! The demo plugin's packages, zipped from the files under `demo/`.

use std::io::{Cursor, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{NEW_VERSION, OLD_VERSION, PLUGIN};

macro_rules! files_of {
    ($version:literal) => {
        [
            ("test-plugin.php", include_bytes!(concat!("../../demo/test-plugin-", $version, "/test-plugin.php")).as_slice()),
            ("readme.txt", include_bytes!(concat!("../../demo/test-plugin-", $version, "/readme.txt")).as_slice()),
            (
                "includes/class-test-plugin.php",
                include_bytes!(concat!("../../demo/test-plugin-", $version, "/includes/class-test-plugin.php")).as_slice(),
            ),
        ]
    };
}

/// A file's path in the plugin's folder, and its bytes.
type PluginFile = (&'static str, &'static [u8]);

/// Each version's files.
const VERSIONS: [(&str, [PluginFile; 3]); 2] = [(OLD_VERSION, files_of!("1.0.0")), (NEW_VERSION, files_of!("1.1.0"))];

/// The zip of a version of the demo plugin: the same bytes every time.
///
/// # Errors
/// There is no such version.
pub fn zip_of(version: &str) -> Result<Vec<u8>, ZipError> {
    let (_, files) = VERSIONS.iter().find(|(known, _)| *known == version).ok_or(ZipError::FileNotFound)?;
    // The moment and the permissions are in the bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(format!("{PLUGIN}/{path}"), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use latchkey_core::packages::archive::{ArchiveKind, Limits, inspect};

    use super::*;

    #[test]
    fn both_versions_are_sound_packages_that_name_themselves() {
        for version in [OLD_VERSION, NEW_VERSION] {
            let zip = zip_of(version).unwrap();
            assert_eq!(zip, zip_of(version).unwrap());
            let inspected = inspect(Cursor::new(zip), PLUGIN, ArchiveKind::Plugin, &Limits::default()).unwrap();
            assert_eq!(inspected.header.version, version);
            assert!(inspected.readme.unwrap().contains(&format!("Stable tag: {version}")));
        }
    }

    #[test]
    fn there_is_no_other_version() {
        assert!(zip_of("2.0.0").is_err());
    }
}
