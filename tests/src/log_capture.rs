//! Everything that the product logs in this process, kept for searching.

use std::io::{self, Write};
use std::sync::{Mutex, Once, PoisonError};

use latchkey_core::log;
use tracing_subscriber::fmt::MakeWriter;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Begins capturing, once a process, at the most talkative level.
pub fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| log::begin_to(Some("trace"), Capture));
}

/// How many lines there are so far.
pub fn position() -> usize {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// The lines since `position`.
pub fn since(position: usize) -> Vec<String> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)[position..].to_vec()
}

/// Keeps a line that was written to standard output otherwise.
pub fn keep(line: &[u8]) {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).push(String::from_utf8_lossy(line).into_owned());
}

#[derive(Clone, Copy)]
struct Capture;

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        keep(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Capture {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}
