//! The reader, watched for failures of its own.

use std::io::{self, Read, Seek, SeekFrom};

/// Passes reads and seeks on and keeps the first real failure.
///
/// The zip reader reports a failing disk, a cut archive and a bad checksum all as I/O errors. Only those that the reader
/// underneath produced are faults; this is where they are told apart.
pub(super) struct Source<R> {
    reader: R,
    fault: Option<io::Error>,
}

impl<R> Source<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, fault: None }
    }

    /// The first failure of the reader, where there was one.
    pub(super) fn into_fault(self) -> Option<io::Error> {
        self.fault
    }

    fn keep<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.map_err(|fault| {
            let kind = fault.kind();
            // An interrupted call is repeated by its caller: nothing has failed yet.
            if kind != io::ErrorKind::Interrupted {
                self.fault.get_or_insert(fault);
            }
            kind.into()
        })
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let outcome = self.reader.read(buffer);
        self.keep(outcome)
    }
}

impl<R: Seek> Seek for Source<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let outcome = self.reader.seek(position);
        self.keep(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(self.0, "the cable"))
        }
    }

    #[test]
    fn the_first_failure_is_kept() {
        let mut source = Source::new(Failing(io::ErrorKind::ConnectionReset));
        assert_eq!(source.read(&mut [0]).unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(source.into_fault().unwrap().to_string(), "the cable");
    }

    #[test]
    fn an_interrupted_call_is_no_failure() {
        let mut source = Source::new(Failing(io::ErrorKind::Interrupted));
        assert_eq!(source.read(&mut [0]).unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert!(source.into_fault().is_none());
    }

    #[test]
    fn the_end_of_the_data_is_no_failure() {
        let mut source = Source::new(io::Cursor::new(b"ab"));
        assert!(source.read_exact(&mut [0; 3]).is_err());
        assert!(source.into_fault().is_none());
    }
}
