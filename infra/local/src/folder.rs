//! The data folder: one process at a time, and files that are there whole or not at all.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use latchkey_core::random::Random;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::stack::StackError;

/// An open data folder. The lock ends with it, or with the process.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

/// What must not be known outside this folder.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// What update tokens are authenticated under: 64 letters and digits.
    pub(crate) token: String,
    /// What Bearers are signed under; empty in a folder of before there were any.
    #[serde(default)]
    pub(crate) bearer: String,
}

const SECRETS: &str = "secrets.json";

impl Secrets {
    /// Secrets that nobody has had before.
    pub(crate) fn draw(random: &Random) -> Self {
        Self { token: String::new(), bearer: String::new() }.filled(random)
    }

    /// These, and what is missing drawn.
    fn filled(mut self, random: &Random) -> Self {
        for secret in [&mut self.token, &mut self.bearer] {
            if secret.is_empty() {
                *secret = random.text(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 64);
            }
        }
        self
    }
}

/// Makes the folder, where it is not there, for its owner alone: keys and addresses lie in it.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

impl Folder {
    /// Opens `path`, made where it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, StackError> {
        let file = |source| StackError::File { path: path.to_owned(), source };
        private_folder(path).map_err(file)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.join("lock")).map_err(file)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StackError::Locked(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(file(source)),
        }
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The secrets; drawn at the first start that needs them.
    pub(crate) fn secrets(&self, random: &Random) -> Result<Secrets, StackError> {
        let kept = self.load::<Secrets>(SECRETS)?;
        let secrets = kept.clone().map_or_else(|| Secrets::draw(random), |kept| kept.filled(random));
        if kept.as_ref() != Some(&secrets) {
            self.save(SECRETS, &secrets)?;
        }
        Ok(secrets)
    }

    /// The value that was saved as `name`; nothing where none was.
    pub(crate) fn load<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StackError> {
        let path = self.path.join(name);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StackError::File { path, source }),
        };
        let value = serde_json::from_slice(&text).map_err(|source| StackError::File { path, source: source.into() })?;
        Ok(Some(value))
    }

    /// Saves `value` as `name`, for this user's eyes only. After a crash the file is as before, or whole.
    pub(crate) fn save(&self, name: &str, value: &impl Serialize) -> Result<(), StackError> {
        let path = self.path.join(name);
        let file = |source| StackError::File { path: path.clone(), source };
        let mut text = serde_json::to_vec_pretty(value).map_err(|error| file(error.into()))?;
        text.push(b'\n');
        let new = self.path.join(format!("{name}.new"));
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut written = options.open(&new).map_err(file)?;
        written.write_all(&text).and_then(|()| written.sync_all()).map_err(file)?;
        std::fs::rename(&new, &path).map_err(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_opened_once_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let folder = Folder::open(&path).unwrap();
        let refused = Folder::open(&path).unwrap_err().to_string();
        assert!(refused.contains("data") && refused.contains("--data") && refused.contains("--ephemeral"), "{refused}");
        drop(folder);
        Folder::open(&path).unwrap();
    }

    #[test]
    fn secrets_are_drawn_once_and_kept() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        let secrets = folder.secrets(&Random::System).unwrap();
        assert_eq!([&secrets.token, &secrets.bearer].map(String::len), [64; 2]);
        assert!(folder.secrets(&Random::System).unwrap() == secrets);
    }

    #[test]
    fn a_folder_of_before_keeps_its_secret_and_gets_the_others() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        std::fs::write(place.path().join(SECRETS), r#"{"token":"of-before"}"#).unwrap();
        let secrets = folder.secrets(&Random::System).unwrap();
        assert_eq!((secrets.token.as_str(), secrets.bearer.len()), ("of-before", 64));
        assert!(folder.secrets(&Random::System).unwrap() == secrets);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_what_is_saved() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        folder.secrets(&Random::System).unwrap();
        let mode = std::fs::metadata(place.path().join(SECRETS)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_damaged_is_named() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        std::fs::write(place.path().join(SECRETS), "{").unwrap();
        let error = folder.secrets(&Random::System).err().unwrap().to_string();
        assert!(error.contains(SECRETS), "{error}");
    }
}
