//! A folder of files, one a mail: for who develops against the local stack, or wants to keep what was sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Message, NotSent};

/// A folder that mail is put into as `{account}-{mail}.eml`.
#[derive(Clone, Debug)]
pub struct Folder(Arc<PathBuf>);

impl Folder {
    /// The folder at `path`. It is made with the first mail.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Arc::new(path.into()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes the message, over what was written of the same mail before. It is there whole or not at all.
    pub(super) async fn put(&self, message: &Message) -> Result<(), NotSent> {
        let (folder, bytes) = (Arc::clone(&self.0), message.bytes.clone());
        let name = format!("{}-{}.eml", message.account, message.mail);
        let written = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(folder.as_path())?;
            let mut file = tempfile::NamedTempFile::new_in(folder.as_path())?;
            std::io::Write::write_all(&mut file, &bytes)?;
            file.persist(folder.join(name)).map_err(|error| error.error)
        });
        match written.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(NotSent::ForNow("folder")),
        }
    }
}
