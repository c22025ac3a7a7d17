//! The header of a plugin or theme, read as `WordPress`'s `get_file_data()` reads it
//! (<https://developer.wordpress.org/reference/functions/get_file_data/>).

use super::ArchiveKind;

/// How much of a file `WordPress` looks at, in bytes. It bounds every field too.
pub(super) const WINDOW: usize = 8 << 10;

/// What the main file says about the package. Fields that are absent or blank are `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The main file with its folder, such as `acme-tools/acme-tools.php`: for a plugin, `WordPress`'s name for it.
    pub file: String,
    /// `Plugin Name` or `Theme Name`.
    pub name: String,
    /// `Version`.
    pub version: String,
    /// `Plugin URI` or `Theme URI`.
    pub uri: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `Author`.
    pub author: Option<String>,
    /// `Author URI`.
    pub author_uri: Option<String>,
    /// `Requires at least`, the lowest `WordPress` version.
    pub requires_wordpress: Option<String>,
    /// `Requires PHP`, the lowest PHP version.
    pub requires_php: Option<String>,
    /// `License`.
    pub license: Option<String>,
    /// `Text Domain`.
    pub text_domain: Option<String>,
    /// `Update URI`.
    pub update_uri: Option<String>,
}

impl Header {
    /// Reads the header of the file called `file` from its first [`WINDOW`] bytes. Nothing where it has no name; the version
    /// may be blank.
    pub(super) fn read(file: &str, window: &[u8], kind: ArchiveKind) -> Option<Self> {
        let text = String::from_utf8_lossy(window).replace('\r', "\n");
        let optional = |name| field(&text, name);
        Some(Self {
            file: file.to_owned(),
            name: optional(kind.name_field())?,
            version: optional("Version").unwrap_or_default(),
            uri: optional(kind.uri_field()),
            description: optional("Description"),
            author: optional("Author"),
            author_uri: optional("Author URI"),
            requires_wordpress: optional("Requires at least"),
            requires_php: optional("Requires PHP"),
            license: optional("License"),
            text_domain: optional("Text Domain"),
            update_uri: optional("Update URI"),
        })
    }
}

/// The value of a field: `/^(?:[ \t]*<\?php)?[ \t\/*#@]*{NAME}:(.*)$/mi`, the first line that matches, cleaned.
fn field(text: &str, name: &str) -> Option<String> {
    let value = text.split('\n').find_map(|line| value_in(line, name))?;
    // PHP takes the match "0" for false, and WordPress drops it so.
    let value = if value == "0" { "" } else { clean(value) };
    (!value.is_empty()).then(|| value.to_owned())
}

fn value_in<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let behind_tag = strip_ignoring_case(line.trim_start_matches([' ', '\t']), "<?php");
    [behind_tag, Some(line)].into_iter().flatten().find_map(|line| {
        let line = line.trim_start_matches([' ', '\t', '/', '*', '#', '@']);
        strip_ignoring_case(line, name)?.strip_prefix(':')
    })
}

fn strip_ignoring_case<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = line.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `_cleanup_header_comment()`: cuts at the end of the comment or of the PHP block, then trims as PHP does.
fn clean(value: &str) -> &str {
    let end = [value.find("*/"), value.find("?>")].into_iter().flatten().min().unwrap_or(value.len());
    let blank = [' ', '\t', '\n', '\r', '\0', '\x0B'];
    value[..end].trim_end_matches([' ', '\t', '\x0B', '\x0C']).trim_matches(blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(text: &str) -> Option<Header> {
        Header::read("a/a.php", text.as_bytes(), ArchiveKind::Plugin)
    }

    #[test]
    fn a_docblock_is_read() {
        let header = plugin(
            "<?php\n/**\n * The main file.\n *\n * @package Acme\n *\n * Plugin Name:       Acme Tools: The Best\n * Plugin URI:        https://acme.example/tools\n \
             * Description:       Tools; \"quoted\" & <b>bold</b>.\n * Version:           1.10.3\n * Requires at least: 6.2\n * Requires PHP:      7.4\n \
             * Author:            Acmé\n * Author URI:        https://acme.example\n * License:           GPL v2 or later\n * Text Domain:       acme-tools\n \
             * Update URI:        https://licence.example/\n */\n\necho 'Version: 9';\n",
        );
        let some = |text: &str| Some(text.to_owned());
        let expected = Header {
            file: "a/a.php".to_owned(),
            name: "Acme Tools: The Best".to_owned(),
            version: "1.10.3".to_owned(),
            uri: some("https://acme.example/tools"),
            description: some("Tools; \"quoted\" & <b>bold</b>."),
            author: some("Acmé"),
            author_uri: some("https://acme.example"),
            requires_wordpress: some("6.2"),
            requires_php: some("7.4"),
            license: some("GPL v2 or later"),
            text_domain: some("acme-tools"),
            update_uri: some("https://licence.example/"),
        };
        assert_eq!(header, Some(expected));
    }

    #[test]
    fn every_way_of_commenting_is_read() {
        for text in [
            "<?php /* Plugin Name: A */",
            "<?php // Plugin Name: A ?> trailing",
            "  \t<?PHP # plugin NAME:A",
            "<?php\n//Plugin Name: A",
            "<?php\r\n/*\r\nPlugin Name: A\r\nVersion: 1\r\n*/",
            "<?php\r/*\rPlugin Name: A\r*/",
            "/*@#* Plugin Name:\tA \t*/ more */",
        ] {
            assert_eq!(plugin(text).map(|header| header.name).as_deref(), Some("A"), "{text}");
        }
    }

    #[test]
    fn what_wordpress_does_not_take_for_a_header_is_none() {
        for text in [
            "",
            "<?php",
            "<?php $a = 'Plugin Name: A';",
            "<?php - Plugin Name: A",
            "Plugin Name : A",
            "Plugin Name:",
            "Plugin Name: */",
            "Plugin Name:0",
        ] {
            assert_eq!(plugin(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_line_that_matches_counts_even_if_it_is_blank() {
        let header = plugin("Plugin Name: A\nVersion:\nVersion: 2\nAuthor: B\nAuthor: C").unwrap();
        assert_eq!(header.version, "");
        assert_eq!(header.author.as_deref(), Some("B"));
    }

    #[test]
    fn a_field_is_not_found_in_a_longer_ones_name() {
        let header = plugin("Plugin Name: A\nAuthor URI: https://a.example\nRequires PHP: 8.1").unwrap();
        assert_eq!(header.author, None);
        assert_eq!(header.requires_wordpress, None);
        assert_eq!(header.author_uri.as_deref(), Some("https://a.example"));
    }

    #[test]
    fn a_theme_has_its_own_fields() {
        let text = b"/*\nTheme Name: Twenty\nTheme URI: https://t.example\nVersion: 3\n*/\nbody { color: red }";
        let header = Header::read("t/style.css", text, ArchiveKind::Theme).unwrap();
        assert_eq!((header.name.as_str(), header.version.as_str(), header.uri.as_deref()), ("Twenty", "3", Some("https://t.example")));
        assert_eq!(Header::read("t/style.css", text, ArchiveKind::Plugin), None);
    }

    #[test]
    fn bytes_that_are_not_text_do_no_harm() {
        let header = Header::read("a/a.php", b"\xFF\xFE\nPlugin Name: A\xFF\nVersion: 1\xC3", ArchiveKind::Plugin).unwrap();
        assert_eq!(header.name, "A\u{FFFD}");
    }
}
