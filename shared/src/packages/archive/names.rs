//! What an entry may be called.
//!
//! `WordPress` unpacks packages on Linux, Windows and macOS alike, through more than one unzip library. A name is allowed
//! only where all of them make the same file of it. Not considered: two spellings of one accented letter, which macOS
//! merges.

use std::collections::HashMap;

use super::problem::{ArchiveProblem, NameRule};

const PATH_BYTES: usize = 255;
const DEPTH: usize = 32;

/// The name of an entry that lies in the package's folder: a relative path with `/` between its parts, and at its end
/// where the entry is a folder.
#[derive(Debug)]
pub(super) struct EntryName(String);

impl EntryName {
    /// The whole path.
    pub(super) fn path(&self) -> &str {
        &self.0
    }

    /// Whether the entry is a folder.
    pub(super) fn is_folder(&self) -> bool {
        self.0.ends_with('/')
    }

    /// The file's name, where it is a file directly in the top folder.
    pub(super) fn top_file(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once('/')?;
        (!rest.is_empty() && !rest.contains('/')).then_some(rest)
    }
}

/// Checks the raw names of all entries, alone and against each other.
pub(super) fn check(raw: &[Vec<u8>], slug: &str) -> Result<Vec<EntryName>, ArchiveProblem> {
    let names = raw.iter().map(|raw| check_one(raw, slug)).collect::<Result<Vec<_>, _>>()?;
    refuse_duplicates(&names)?;
    Ok(names)
}

/// The problem that the entry `raw` breaks `rule`. A name of any bytes and length becomes a short printable one.
pub(super) fn bad_name(raw: &[u8], rule: NameRule) -> ArchiveProblem {
    let shown = &raw[..raw.len().min(PATH_BYTES)];
    ArchiveProblem::BadName { entry: String::from_utf8_lossy(shown).escape_debug().to_string(), rule }
}

fn check_one(raw: &[u8], slug: &str) -> Result<EntryName, ArchiveProblem> {
    let path = str::from_utf8(raw).map_err(|_| bad_name(raw, NameRule::Utf8))?;
    if let Some(rule) = broken_rule(path) {
        return Err(bad_name(raw, rule));
    }
    let name = EntryName(path.to_owned());
    let top = path.split('/').next().unwrap_or_default();
    if top == "__MACOSX" {
        return Err(ArchiveProblem::MacMetadata { entry: name.0 });
    }
    if top != slug || !path.contains('/') {
        return Err(ArchiveProblem::OutsideFolder { entry: name.0, slug: slug.to_owned() });
    }
    Ok(name)
}

fn broken_rule(path: &str) -> Option<NameRule> {
    let parts = || path.strip_suffix('/').unwrap_or(path).split('/');
    let rules = [
        (path.len() > PATH_BYTES, NameRule::TooLong),
        (path.contains(char::is_control), NameRule::Control),
        (path.contains('\\'), NameRule::Backslash),
        (path.starts_with('/'), NameRule::Absolute),
        (path.starts_with(|first: char| first.is_ascii_alphabetic()) && path[1..].starts_with(':'), NameRule::Drive),
        (parts().any(|part| matches!(part, "" | "." | "..")), NameRule::Dots),
        (parts().count() > DEPTH, NameRule::TooDeep),
    ];
    rules.into_iter().find_map(|(broken, rule)| broken.then_some(rule))
}

/// Refuses names that differ in case only, and a file that is also a folder of other entries.
fn refuse_duplicates(names: &[EntryName]) -> Result<(), ArchiveProblem> {
    let duplicate = |first: &EntryName, second: &EntryName| ArchiveProblem::Duplicate { first: first.0.clone(), second: second.0.clone() };
    let mut seen: HashMap<String, &EntryName> = HashMap::with_capacity(names.len());
    for name in names {
        if let Some(first) = seen.insert(key(name), name) {
            return Err(duplicate(first, name));
        }
    }
    for name in names {
        let key = key(name);
        let folders = key.match_indices('/').map(|(at, _)| &key[..at]);
        if let Some(file) = folders.filter_map(|folder| seen.get(folder)).find(|entry| !entry.is_folder()) {
            return Err(duplicate(file, name));
        }
    }
    Ok(())
}

fn key(name: &EntryName) -> String {
    name.0.strip_suffix('/').unwrap_or(&name.0).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(names: &[&str]) -> Result<Vec<EntryName>, ArchiveProblem> {
        let raw: Vec<_> = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        check(&raw, "acme")
    }

    #[track_caller]
    fn breaks(raw: &[u8], rule: NameRule) {
        let problem = check(&[raw.to_vec()], "acme").unwrap_err();
        assert!(matches!(problem, ArchiveProblem::BadName { rule: found, .. } if found == rule), "{problem}");
    }

    #[test]
    fn the_names_of_a_plugin_are_allowed() {
        let names = checked(&["acme/", "acme/acme.php", "acme/inc/", "acme/inc/über uns (1).php", "acme/.htaccess", "acme/a..b"]).unwrap();
        let top: Vec<_> = names.iter().filter_map(EntryName::top_file).collect();
        assert_eq!(top, ["acme.php", ".htaccess", "a..b"]);
        let folders: Vec<_> = names.iter().filter(|name| name.is_folder()).map(EntryName::path).collect();
        assert_eq!(folders, ["acme/", "acme/inc/"]);
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        for name in ["acme/../../wp-config.php", "..", "acme/..", "acme/./a", "acme//a", "acme/a//", ""] {
            breaks(name.as_bytes(), NameRule::Dots);
        }
        breaks(b"/etc/passwd", NameRule::Absolute);
        breaks(b"C:/acme/a.php", NameRule::Drive);
        breaks(b"acme\\..\\a.php", NameRule::Backslash);
    }

    #[test]
    fn a_name_that_is_not_plain_text_is_refused() {
        breaks(b"acme/\xFF.php", NameRule::Utf8);
        for name in ["acme/a.php\0.txt", "acme/a\nb", "acme/\u{7F}", "acme/\u{85}"] {
            breaks(name.as_bytes(), NameRule::Control);
        }
    }

    #[test]
    fn a_refused_name_is_shown_printable_and_short() {
        let raw = [b"acme/\x1B[31m".to_vec(), vec![b'a'; 60_000]].concat();
        let shown = check(&[raw], "acme").unwrap_err().to_string();
        assert!(shown.contains("acme/\\u{1b}[31m"), "{shown}");
        assert!(shown.len() < 400, "{shown}");
    }

    #[test]
    fn length_and_depth_are_bounded() {
        let longest = format!("acme/{}", "a".repeat(250));
        assert!(checked(&[&longest]).is_ok());
        breaks(format!("{longest}a").as_bytes(), NameRule::TooLong);
        let deepest = format!("acme/{}a", "b/".repeat(30));
        assert!(checked(&[&deepest]).is_ok());
        breaks(format!("acme/{}a", "b/".repeat(31)).as_bytes(), NameRule::TooDeep);
    }

    #[test]
    fn everything_lies_in_the_one_folder() {
        for name in ["acme", "Acme/a.php", "acme-2/a.php", "readme.txt", ".DS_Store"] {
            let problem = checked(&["acme/a", name]).unwrap_err();
            assert!(matches!(&problem, ArchiveProblem::OutsideFolder { entry, slug } if entry == name && slug == "acme"), "{problem}");
        }
    }

    #[test]
    fn metadata_of_macos_is_named_as_such() {
        let problem = checked(&["acme/a", "__MACOSX/acme/._a"]).unwrap_err();
        assert!(matches!(problem, ArchiveProblem::MacMetadata { entry } if entry == "__MACOSX/acme/._a"));
    }

    #[test]
    fn names_that_some_system_merges_are_refused() {
        for (first, second) in
            [("acme/a", "acme/a"), ("acme/Readme.txt", "acme/readme.TXT"), ("acme/ÜBER", "acme/über"), ("acme/a", "acme/a/")]
        {
            let problem = checked(&[first, second]).unwrap_err();
            assert!(matches!(&problem, ArchiveProblem::Duplicate { first: a, second: b } if a == first && b == second), "{problem}");
        }
    }

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        for names in [["acme/inc", "acme/inc/a"], ["acme/inc/b/c", "acme/INC"]] {
            assert!(matches!(checked(&names), Err(ArchiveProblem::Duplicate { .. })));
        }
    }
}
