//! What is taken out of a package: the header of its main file, and its readme.

use super::ArchiveKind;
use super::header::{self, Header};
use super::names::EntryName;
use super::problem::ArchiveProblem;

/// The longest readme, in bytes.
pub const README_BYTES: usize = 256 << 10;

/// Collects header and readme while the entries pass by.
pub(super) struct Contents<'a> {
    kind: ArchiveKind,
    slug: &'a str,
    header: Option<Header>,
    readme: Option<String>,
}

impl<'a> Contents<'a> {
    pub(super) fn new(kind: ArchiveKind, slug: &'a str) -> Self {
        Self { kind, slug, header: None, readme: None }
    }

    /// How many bytes of this entry are wanted.
    pub(super) fn wanted(&self, name: &EntryName) -> usize {
        if is_readme(name) {
            README_BYTES + 1
        } else if self.is_candidate(name) {
            header::WINDOW
        } else {
            0
        }
    }

    /// Takes the wanted bytes of an entry.
    pub(super) fn take(&mut self, name: &EntryName, bytes: &[u8]) -> Result<(), ArchiveProblem> {
        if is_readme(name) {
            if bytes.len() > README_BYTES {
                return Err(ArchiveProblem::ReadmeTooLong { entry: name.path().to_owned(), limit: README_BYTES });
            }
            self.readme = Some(text(bytes));
        } else if self.is_candidate(name)
            && let Some(header) = Header::read(name.path(), bytes, self.kind)
        {
            let best = self.header.take().filter(|best| self.rank(best) < self.rank(&header));
            self.header = Some(best.unwrap_or(header));
        }
        Ok(())
    }

    /// Header and readme, when all entries have passed.
    pub(super) fn finish(self) -> Result<(Header, Option<String>), ArchiveProblem> {
        let header = self.header.ok_or_else(|| ArchiveProblem::NoHeader {
            slug: self.slug.to_owned(),
            file: self.kind.main_file(),
            field: self.kind.name_field(),
        })?;
        if header.version.is_empty() {
            return Err(ArchiveProblem::NoVersion { file: header.file });
        }
        Ok((header, self.readme))
    }

    /// Whether `WordPress` looks for the header here. Its `glob('*.php')` passes over names that begin with a dot.
    fn is_candidate(&self, name: &EntryName) -> bool {
        name.top_file().is_some_and(|file| match self.kind {
            ArchiveKind::Plugin => file.strip_suffix(".php").is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.')),
            ArchiveKind::Theme => file == self.kind.main_file(),
        })
    }

    /// Of several main files the lowest counts: the one named like the folder, then `WordPress`'s order, which is that of bytes.
    fn rank<'h>(&self, header: &'h Header) -> (bool, &'h str) {
        (header.file != format!("{0}/{0}.php", self.slug), &header.file)
    }
}

fn is_readme(name: &EntryName) -> bool {
    name.top_file().is_some_and(|file| file.eq_ignore_ascii_case("readme.txt"))
}

/// The text of a readme, without byte order mark and with `\n` at the ends of its lines.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.strip_prefix('\u{FEFF}').unwrap_or(&text).replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, SLUG, zip};
    use super::*;
    use crate::packages::archive::{Inspected, Limits, inspect};

    const MAIN: &[u8] = b"<?php\n/* Plugin Name: Main\nVersion: 1 */";
    const OTHER: &[u8] = b"<?php\n/* Plugin Name: Other\nVersion: 2 */";

    fn plugin(files: &[(&str, &[u8])]) -> Result<Inspected, ArchiveProblem> {
        fixture::inspect(&zip(files))
    }

    #[test]
    fn the_file_named_like_the_folder_is_preferred() {
        for files in [
            [("acme-tools/acme-tools.php", MAIN), ("acme-tools/aaa.php", OTHER)],
            [("acme-tools/aaa.php", OTHER), ("acme-tools/acme-tools.php", MAIN)],
        ] {
            assert_eq!(plugin(&files).unwrap().header.file, "acme-tools/acme-tools.php");
        }
    }

    #[test]
    fn otherwise_the_first_in_order_counts() {
        for files in [[("acme-tools/b.php", MAIN), ("acme-tools/a.php", OTHER)], [("acme-tools/a.php", OTHER), ("acme-tools/b.php", MAIN)]]
        {
            assert_eq!(plugin(&files).unwrap().header.name, "Other");
        }
    }

    #[test]
    fn a_file_named_like_the_folder_without_a_header_is_passed_over() {
        let inspected = plugin(&[("acme-tools/acme-tools.php", b"<?php"), ("acme-tools/plugin.php", MAIN)]).unwrap();
        assert_eq!(inspected.header.file, "acme-tools/plugin.php");
    }

    #[test]
    fn a_header_elsewhere_does_not_count() {
        for name in ["acme-tools/inc/acme-tools.php", "acme-tools/main.inc", "acme-tools/.php", "acme-tools/.a.php", "acme-tools/style.css"]
        {
            assert!(matches!(plugin(&[(name, MAIN)]), Err(ArchiveProblem::NoHeader { .. })), "{name}");
        }
    }

    #[test]
    fn a_header_below_the_first_8_kib_does_not_count() {
        let below = [vec![b'\n'; header::WINDOW], MAIN.to_vec()].concat();
        assert!(matches!(plugin(&[("acme-tools/a.php", &below)]), Err(ArchiveProblem::NoHeader { .. })));
        let within = [vec![b'\n'; header::WINDOW - MAIN.len()], MAIN.to_vec()].concat();
        assert!(plugin(&[("acme-tools/a.php", &within)]).is_ok());
    }

    #[test]
    fn a_header_without_a_version_is_refused() {
        let problem = plugin(&[("acme-tools/a.php", b"<?php // Plugin Name: A")]).unwrap_err();
        assert!(matches!(problem, ArchiveProblem::NoVersion { file } if file == "acme-tools/a.php"));
    }

    #[test]
    fn a_theme_is_known_by_its_style_sheet() {
        let theme = |name: &str| {
            let bytes = zip(&[(name, b"/* Theme Name: T\nVersion: 4 */"), ("acme-tools/functions.php", MAIN)]);
            inspect(std::io::Cursor::new(bytes), SLUG, ArchiveKind::Theme, &Limits::default())
        };
        let header = theme("acme-tools/style.css").unwrap().header;
        assert_eq!((header.file.as_str(), header.name.as_str(), header.version.as_str()), ("acme-tools/style.css", "T", "4"));
        let problem = theme("acme-tools/css/style.css").unwrap_err();
        assert!(problem.to_string().contains("acme-tools/style.css` has a header with `Theme Name:`"), "{problem}");
    }

    #[test]
    fn the_readme_is_made_plain_text() {
        let readme = b"\xEF\xBB\xBF=== Acme ===\r\nTested: 6\r\n\xFF\n";
        let inspected = plugin(&[("acme-tools/a.php", MAIN), ("acme-tools/ReadMe.TXT", readme)]).unwrap();
        assert_eq!(inspected.readme.as_deref(), Some("=== Acme ===\nTested: 6\n\u{FFFD}\n"));
    }

    #[test]
    fn a_readme_is_optional_and_lies_in_the_top_folder() {
        let inspected = plugin(&[("acme-tools/a.php", MAIN), ("acme-tools/docs/readme.txt", b"other")]).unwrap();
        assert_eq!(inspected.readme, None);
    }

    #[test]
    fn a_readme_too_long_is_refused() {
        let longest = vec![b'a'; README_BYTES];
        let inspected = plugin(&[("acme-tools/a.php", MAIN), ("acme-tools/readme.txt", &longest)]).unwrap();
        assert_eq!(inspected.readme.unwrap().len(), README_BYTES);
        let too_long = vec![b'a'; README_BYTES + 1];
        let outcome = plugin(&[("acme-tools/a.php", MAIN), ("acme-tools/readme.txt", &too_long)]);
        assert!(matches!(outcome, Err(ArchiveProblem::ReadmeTooLong { .. })));
    }
}
