//! The repository's own text.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file.
pub(crate) struct Source {
    /// From the repository's root on, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The repository's root.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All files below `folder` whose name ends in one of `endings`, in the order of their paths. What is built, installed or
/// kept by tools is left out.
pub(crate) fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), endings, &mut found);
    assert!(!found.is_empty(), "nothing in {folder:?} ends in {endings:?}: look for it elsewhere");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    const NOT_OURS: [&str; 6] = [".git", ".aws-sam", ".latchkey", ".venv", "__pycache__", "target"];
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            found.push(Source { path: relative(&path), text });
        }
    }
}

/// A path from the repository's root on.
pub(super) fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or_else(|_| panic!("{} is not in the repository", path.display()));
    path.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("/")
}
