//! Why a measurement could not be made.

use std::io;
use std::path::PathBuf;

/// Ends the whole run: a report with a subject missing would compare the wrong things.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file named on the command line, or in `/proc`, could not be read.
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: io::Error },
    /// A file given as JSON is not.
    #[error("{path} is not JSON: {source}")]
    Json { path: PathBuf, source: serde_json::Error },
    /// A loopback listener could not be opened.
    #[error("cannot listen on the loopback address: {0}")]
    Listen(io::Error),
    /// The function could not be started.
    #[error("cannot start {path}: {source}")]
    Start { path: PathBuf, source: io::Error },
    /// The function left, or closed its connections, before it had answered.
    #[error("{label}: the function ended before it answered ({state})")]
    Ended { label: String, state: String },
    /// The function said nothing for the time a Lambda function may take at most here.
    #[error("{label}: no word from the function for {seconds} s")]
    Silent { label: String, seconds: u64 },
    /// The function reported an error to the Runtime API instead of answering.
    #[error("{label}: the function reported an error: {report}")]
    Reported { label: String, report: String },
    /// The control group of the quota exists but did not take the function.
    #[error("the control group {path} refused: {source}")]
    Quota { path: PathBuf, source: io::Error },
    /// The archive whose size is reported could not be made.
    #[error("cannot compress {path}: {source}")]
    Compress { path: PathBuf, source: zip::result::ZipError },
    /// What a deployment costs cannot be told.
    #[error("cannot tell the costs: {0}")]
    Cost(String),
    /// The report could not be written.
    #[error("cannot print the report: {0}")]
    Print(io::Error),
}

/// [`std::fs::read`] whose error names the file.
pub(crate) fn read(path: impl Into<PathBuf>) -> Result<Vec<u8>, Failure> {
    let path = path.into();
    std::fs::read(&path).map_err(|source| Failure::Read { path, source })
}
