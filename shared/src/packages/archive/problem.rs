//! Why a package zip is refused.

use std::io;

/// A reason for which a package is refused. Each text is meant for the vendor: it names the entry and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveProblem {
    /// The reader failed. The only variant that says nothing about the package: see [`ArchiveProblem::is_fault`].
    #[error("the package could not be read")]
    Io(#[source] io::Error),

    /// No end record, or one that points past itself.
    #[error("this is not a whole zip file: make the zip again and upload all of it")]
    NotZip,
    /// The end record does not stand at the very end of the file.
    #[error(
        "the zip does not end with its own end record, or its comment looks like a second one: upload the zip alone, unchanged and without a comment"
    )]
    TrailingBytes,
    /// Bytes that the directory knows nothing of: a stub in front, a hidden entry, data between entries.
    #[error("the zip has bytes at offset {offset} that belong to no entry: make the zip again with a plain zip tool")]
    StrayBytes {
        /// Where they begin, in bytes from the start of the file.
        offset: u64,
    },
    /// The archive needs the 64-bit end record.
    #[error("the zip uses ZIP64, which a package of this size does not need: make the zip again without it")]
    Zip64,
    /// The archive continues in another file.
    #[error("the zip is split into several parts: upload it as one file")]
    MultiDisk,
    /// The directory does not hold what the end record says.
    #[error("the zip's directory is damaged ({detail}): make the zip again")]
    DamagedDirectory {
        /// What was found, in the words of the zip format.
        detail: String,
    },

    /// No entry at all.
    #[error("the zip is empty: put the folder `{slug}` into it")]
    Empty {
        /// The folder that was expected.
        slug: String,
    },
    /// More entries than [`super::Limits::entries`].
    #[error("the zip has {found} entries, more than the {limit} that are allowed: leave out development files such as `node_modules`")]
    TooManyEntries {
        /// How many there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// The directory of the zip is larger than any honest one.
    #[error(
        "the zip's directory takes {found} bytes, more than the {limit} that are allowed: shorten names and leave out comments and extra fields"
    )]
    DirectoryTooLarge {
        /// Its size in bytes.
        found: u64,
        /// The largest size in bytes.
        limit: u64,
    },
    /// More content than [`super::Limits::expanded_bytes`].
    #[error("the zip expands to more than {limit} bytes: leave out files that the package does not need")]
    TooLarge {
        /// The largest expanded size in bytes.
        limit: u64,
    },
    /// More content than an honest package of this file size holds.
    #[error("the zip expands to more than {ratio} times its size, as a zip bomb does: leave out files of repeated bytes")]
    TooCompressed {
        /// The largest ratio of expanded bytes to the file's bytes.
        ratio: u64,
    },

    /// An entry's name is not one that every system unpacks alike.
    #[error("the entry `{entry}` has a name that {rule}: rename it")]
    BadName {
        /// The entry, made printable.
        entry: String,
        /// Which rule it breaks.
        rule: NameRule,
    },
    /// macOS's own metadata.
    #[error("the entry `{entry}` is metadata of macOS: make the zip without it, for example with `zip -r -X` or `ditto --norsrc`")]
    MacMetadata {
        /// The entry.
        entry: String,
    },
    /// An entry beside the one top folder.
    #[error("the entry `{entry}` is not in the folder `{slug}`: the zip must hold that one folder and nothing beside it")]
    OutsideFolder {
        /// The entry.
        entry: String,
        /// The one folder that is allowed.
        slug: String,
    },
    /// Two entries that some system unpacks onto one another.
    #[error(
        "the entries `{first}` and `{second}` are the same file where case does not matter, or one is a file and a folder at once: keep one of them"
    )]
    Duplicate {
        /// The earlier one.
        first: String,
        /// The later one.
        second: String,
    },

    /// An encrypted entry.
    #[error("the entry `{entry}` is encrypted: make the zip without a password")]
    Encrypted {
        /// The entry.
        entry: String,
    },
    /// A compression method that PHP's unzip may not know.
    #[error("the entry `{entry}` is compressed as {method}: use only `store` and `deflate`")]
    Method {
        /// The entry.
        entry: String,
        /// The method's name or number.
        method: String,
    },
    /// A symbolic link, a device, a pipe.
    #[error("the entry `{entry}` is a symbolic link or another special file: put the file itself into the zip")]
    SpecialFile {
        /// The entry.
        entry: String,
    },
    /// Two entries share bytes of the file.
    #[error("the entries `{first}` and `{second}` overlap inside the zip: make the zip again with a plain zip tool")]
    Overlap {
        /// The one that stands first in the file.
        first: String,
        /// The one that begins inside it.
        second: String,
    },
    /// An entry that does not hold what its headers say.
    #[error("the entry `{entry}` is damaged ({detail}): make the zip again")]
    Damaged {
        /// The entry.
        entry: String,
        /// What was found, in the words of the zip format.
        detail: String,
    },

    /// No main file.
    #[error("no file `{slug}/{file}` has a header with `{field}:` in its first 8 KiB: add the header that WordPress asks for")]
    NoHeader {
        /// The top folder.
        slug: String,
        /// The file that was looked for: a name or a pattern.
        file: &'static str,
        /// The field that makes a file the main file.
        field: &'static str,
    },
    /// A main file without a version.
    #[error("the header of `{file}` has no `Version:`: add one")]
    NoVersion {
        /// The main file, with its folder.
        file: String,
    },
    /// A readme beyond [`super::README_BYTES`].
    #[error("the file `{entry}` is longer than {limit} bytes: shorten it, for example by moving old changes to another file")]
    ReadmeTooLong {
        /// The readme, with its folder.
        entry: String,
        /// The largest size in bytes.
        limit: usize,
    },
}

impl ArchiveProblem {
    /// Whether this is a fault of ours (the reader failed, and the same package may pass later) rather than a defect of
    /// the package (the vendor has to change it).
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}

/// A rule for the names of entries; the text continues "has a name that ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRule {
    /// A leading `/`.
    #[error("begins with `/`")]
    Absolute,
    /// A `\`, which Windows takes for `/`.
    #[error("holds a backslash")]
    Backslash,
    /// A character below U+0020, U+007F to U+009F.
    #[error("holds a control character")]
    Control,
    /// A part that is `.`, `..` or empty.
    #[error("holds an empty part, `.` or `..`")]
    Dots,
    /// `C:` and the like.
    #[error("begins with a drive letter")]
    Drive,
    /// More than 32 parts.
    #[error("lies more than 32 folders deep")]
    TooDeep,
    /// More than 255 bytes.
    #[error("is longer than 255 bytes")]
    TooLong,
    /// An extra field gives the entry another name, which some readers follow and some do not.
    #[error("differs from the one in its Unicode extra field")]
    TwoNames,
    /// Bytes that are not UTF-8.
    #[error("is not UTF-8")]
    Utf8,
}
