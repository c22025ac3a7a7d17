//! Zips for the tests of this module, made in memory and patched.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{ArchiveKind, ArchiveProblem, Inspected, Limits};

pub(super) const SLUG: &str = "acme-tools";

/// A small plugin. The last entry is stored as it is because its content is not worth compressing.
pub(super) const PLUGIN: &[(&str, &[u8])] = &[
    ("acme-tools/", b""),
    (
        "acme-tools/acme-tools.php",
        b"<?php\n/**\n * Plugin Name: Acme Tools\n * Version: 1.2.3\n * Author: Acme\n */\n\nrequire __DIR__ . '/inc/tool.php';\n",
    ),
    ("acme-tools/inc/", b""),
    ("acme-tools/inc/tool.php", b"<?php\nfunction acme_tool() { return 'tool tool tool tool tool tool tool'; }\n"),
    ("acme-tools/readme.txt", b"=== Acme Tools ===\nStable tag: 1.2.3\n\n== Changelog ==\n\n= 1.2.3 =\n* Tools.\n"),
    ("acme-tools/icon.bin", &[0xC0, 0xFF, 0xEE, 0x00, 0x17]),
];

/// The bytes of [`PLUGIN`] as a zip.
pub(super) fn plugin() -> Vec<u8> {
    zip(PLUGIN)
}

/// A zip of these entries, in this order; names with a `/` at the end are folders.
pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = writer();
    for (name, content) in entries {
        if name.ends_with('/') {
            writer.add_directory(*name, options()).unwrap();
        } else {
            let method = if content.len() < 10 { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
            writer.start_file(*name, options().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    finish(writer)
}

pub(super) fn writer() -> ZipWriter<Cursor<Vec<u8>>> {
    ZipWriter::new(Cursor::new(Vec::new()))
}

pub(super) fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
}

pub(super) fn finish(writer: ZipWriter<Cursor<Vec<u8>>>) -> Vec<u8> {
    writer.finish().unwrap().into_inner()
}

/// Inspects a plugin under the default limits.
pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected, ArchiveProblem> {
    super::inspect(Cursor::new(bytes), SLUG, ArchiveKind::Plugin, &Limits::default())
}

/// The offset of the directory's header number `index`.
pub(super) fn central_header(bytes: &[u8], index: usize) -> usize {
    nth(bytes, *b"PK\x01\x02", index)
}

/// The offset of the local header number `index`.
pub(super) fn local_header(bytes: &[u8], index: usize) -> usize {
    nth(bytes, *b"PK\x03\x04", index)
}

/// All occurrences of `from` replaced by `to`, which is as long.
pub(super) fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

/// The zip with an entry taken out of the directory but left in the file.
pub(super) fn without_central_header(bytes: &[u8], index: usize) -> Vec<u8> {
    let end = nth(bytes, *b"PK\x05\x06", 0);
    let start = central_header(bytes, index);
    let next = bytes[start + 4..].windows(2).position(|window| window == b"PK").unwrap() + start + 4;
    let mut bytes = bytes.to_vec();
    bytes[end + 8] -= 1;
    bytes[end + 10] -= 1;
    let size = u32::from_le_bytes(*bytes[end + 12..].first_chunk().unwrap()) - u32::try_from(next - start).unwrap();
    bytes[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
    bytes.drain(start..next);
    bytes
}

fn nth(bytes: &[u8], signature: [u8; 4], index: usize) -> usize {
    bytes.windows(4).enumerate().filter(|(_, window)| **window == signature).nth(index).unwrap().0
}
