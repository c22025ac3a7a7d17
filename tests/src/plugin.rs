//! A real WordPress plugin, as a zip.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The zip of a plugin called `slug` in a version.
pub fn zip(slug: &str, version: &str) -> Vec<u8> {
    let readme =
        format!("=== Test Plugin ===\nStable tag: {version}\n\nA plugin for tests.\n\n== Changelog ==\n\n= {version} =\n* Better.\n");
    zip_with_readme(slug, version, &readme)
}

/// The same with another `readme.txt`.
pub fn zip_with_readme(slug: &str, version: &str, readme: &str) -> Vec<u8> {
    let main = format!(
        "<?php\n/**\n * Plugin Name: Test Plugin\n * Version: {version}\n * Requires at least: 5.0\n * Requires PHP: 7.2\n * Author: Woosa\n */\n\nadd_action( 'init', '__return_true' );\n"
    );
    files(&[(&format!("{slug}/{slug}.php"), main.as_bytes()), (&format!("{slug}/readme.txt"), readme.as_bytes())])
}

/// A zip of these files.
pub fn files(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
