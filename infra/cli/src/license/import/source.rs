//! An export's file, record by record: CSV, JSON, or JSON in lines.
//!
//! It is read on a thread of its own, a few hundred records ahead at most, so that a file of any size takes no more memory than a small one.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use super::columns::Columns;
use super::{csv, json};

/// The most bytes of one record: an open quotation mark must not draw the rest of the file into memory.
pub(super) const MAX_RECORD: u64 = 1 << 20;

/// The most records of one file.
const MAX_RECORDS: u64 = 5_000_000;

/// How many records are read ahead.
const AHEAD: usize = 400;

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// In this line, from 1: where it begins.
    Line(u64),
    /// The how manieth of the list it is, from 1.
    Record(u64),
}

/// A record, or why there is none.
#[derive(Debug)]
pub(super) struct Read1 {
    pub(super) place: Place,
    pub(super) record: Result<Map<String, Value>, String>,
}

/// A file that is being read.
pub(super) struct Source {
    /// What its records have, before the first of them is there; nothing where the file cannot be read so far.
    pub(super) columns: oneshot::Receiver<Columns>,
    /// Its records; ends with an error where the file cannot be read to its end.
    pub(super) records: Receiver<Result<Read1, Broken>>,
    /// How many bytes were read.
    pub(super) read: Arc<AtomicU64>,
    /// How many there are.
    pub(super) size: u64,
}

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Broken(pub(super) String);

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
    JsonLines,
}

impl Source {
    /// Opens a file and begins to read it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let (size, read) = (file.metadata()?.len(), Arc::new(AtomicU64::new(0)));
        let (sender, records) = channel(AHEAD);
        let (head, columns) = oneshot::channel();
        let (path, counted) = (PathBuf::from(path), Arc::clone(&read));
        tokio::task::spawn_blocking(move || {
            let end = sender.clone();
            let out = Out { to: To::Reader { sender, head: Some(head) }, count: 0 };
            if let Err(Stop::Broken(why)) = read_all(&path, file, counted, out) {
                // Whoever listens no more has no use for it.
                let _ = end.blocking_send(Err(Broken(why)));
            }
        });
        Ok(Self { columns, records, read, size })
    }
}

/// Where records go.
pub(super) struct Out {
    to: To,
    count: u64,
}

enum To {
    /// To whoever reads them, who is told of their columns first.
    Reader { sender: Sender<Result<Read1, Broken>>, head: Option<oneshot::Sender<Columns>> },
    /// Nowhere: it is but noted what they have.
    Columns(Columns),
}

/// Why reading ends before the file does.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody listens any more.
    Unheard,
    Broken(String),
}

impl Out {
    /// Passes a record on.
    pub(super) fn give(&mut self, place: impl FnOnce(u64) -> Place, record: Result<Map<String, Value>, String>) -> Result<(), Stop> {
        self.count += 1;
        if self.count > MAX_RECORDS {
            return Err(Stop::Broken(format!("it has more than {MAX_RECORDS} records: split it")));
        }
        match &mut self.to {
            To::Reader { sender, .. } => {
                let read = Read1 { place: place(self.count), record };
                sender.blocking_send(Ok(read)).map_err(|_| Stop::Unheard)
            }
            To::Columns(columns) => {
                if let Ok(record) = record {
                    columns.note(&record);
                }
                Ok(())
            }
        }
    }

    /// Tells what the records have, before the first of them is given.
    pub(super) fn columns(&mut self, columns: Columns) {
        if let To::Reader { head, .. } = &mut self.to
            && let Some(head) = head.take()
        {
            // Whoever does not ask has no use for it.
            let _ = head.send(columns);
        }
    }
}

fn read_all(path: &Path, file: File, counted: Arc<AtomicU64>, mut out: Out) -> Result<(), Stop> {
    let is_whole = file.metadata()?.is_file();
    let mut reader = BufReader::with_capacity(1 << 16, Counted { inner: file, counted });
    without_mark(&mut reader)?;
    let form = form(path, &mut reader)?;
    match form {
        // It has a header.
        Form::Csv => {}
        Form::Json | Form::JsonLines if is_whole => out.columns(columns(path, form)?),
        Form::Json | Form::JsonLines => return Err(Stop::Broken("JSON is read twice: write it to a file first".to_owned())),
    }
    read_form(form, reader, &mut out)
}

/// What any of a file's records has, as far as it can be read: where it breaks off it will break off again.
fn columns(path: &Path, form: Form) -> Result<Columns, Stop> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path)?);
    without_mark(&mut reader)?;
    let mut out = Out { to: To::Columns(Columns::default()), count: 0 };
    let _ = read_form(form, reader, &mut out);
    match out.to {
        To::Columns(columns) => Ok(columns),
        To::Reader { .. } => Ok(Columns::default()),
    }
}

fn read_form(form: Form, reader: impl BufRead, out: &mut Out) -> Result<(), Stop> {
    let since = Rc::new(Cell::new(0));
    match form {
        Form::Csv => csv::read(reader, &since, out),
        Form::Json => json::read(Bounded { inner: reader, since: Rc::clone(&since) }, &since, out),
        Form::JsonLines => json::read_lines(reader, out),
    }
}

/// Passes over a byte order mark.
fn without_mark(reader: &mut impl BufRead) -> Result<(), Stop> {
    let head = reader.fill_buf()?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(Stop::Broken("it is UTF-16: save it as UTF-8 and run the command again".to_owned()));
    }
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        reader.consume(3);
    }
    Ok(())
}

fn form(path: &Path, reader: &mut impl BufRead) -> Result<Form, Stop> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if matches!(ending.as_str(), "jsonl" | "ndjson") {
        return Ok(Form::JsonLines);
    }
    let head = reader.fill_buf()?;
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    Ok(if matches!(first, Some(b'{' | b'[')) { Form::Json } else { Form::Csv })
}

/// Counts what is read from a file, for whoever shows progress.
struct Counted {
    inner: File,
    counted: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.counted.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Refuses to read on where a record has become too long; `since` is set back with each one.
pub(super) struct Bounded<R> {
    pub(super) inner: R,
    pub(super) since: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > MAX_RECORD {
            return Err(io::Error::other(TooLong));
        }
        let count = self.inner.read(into)?;
        self.since.set(self.since.get() + count as u64);
        Ok(count)
    }
}

/// A record is too long.
#[derive(Debug, thiserror::Error)]
#[error("a record has more than {MAX_RECORD} bytes: is a quotation mark missing?")]
pub(super) struct TooLong;

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Record(record) => write!(f, "record {record}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// The places, the records or problems, and why it broke off.
    async fn read(name: &str, bytes: &[u8]) -> (Vec<(String, String)>, Option<String>) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut source = Source::open(&path).unwrap();
        let (mut records, mut broken) = (Vec::new(), None);
        while let Some(read) = source.records.recv().await {
            match read {
                Ok(Read1 { place, record: Ok(record) }) => records.push((place.to_string(), serde_json::to_string(&record).unwrap())),
                Ok(Read1 { place, record: Err(why) }) => records.push((place.to_string(), why)),
                Err(why) => broken = Some(why.to_string()),
            }
        }
        (records, broken)
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(place, record)| ((*place).to_owned(), (*record).to_owned())).collect()
    }

    #[tokio::test]
    async fn csv_is_read_with_its_lines_whatever_divides_it() {
        let text = "\u{feff}\"License Key\";Urls\r\nA;\"x.example\ny.example\"\r\n\r\nB;z.example\r\n";
        let (records, broken) = read("a.csv", text.as_bytes()).await;
        let first = r#"{"license key":"A","urls":"x.example\ny.example"}"#;
        assert_eq!((records, broken), (pairs(&[("line 2", first), ("line 5", r#"{"license key":"B","urls":"z.example"}"#)]), None));
    }

    #[tokio::test]
    async fn what_the_records_have_is_known_before_the_first_of_them_from_a_header_or_from_all_of_them() {
        let known = async |name: &str, text: &str| {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Source::open(&path).unwrap().columns.await.unwrap().told()
        };
        let many = "{\"k\":1}\n".repeat(2_000) + "{\"late\":1}\n{\"k\"";
        assert_eq!(known("a.csv", "\u{feff}Key;Until\nA;\n").await, r#""key", "until""#);
        assert_eq!(known("a.jsonl", &many).await, r#""k", "late""#);
        assert_eq!(known("a.json", &many).await, r#""k", "late""#);
        assert_eq!(known("a.json", r#"{"licenses":[{"k":1},{"u":{"v":1}}],"total":2}"#).await, r#""k", "u""#);
    }

    #[tokio::test]
    async fn what_mysql_prints_for_nothing_is_nothing_in_a_cell() {
        let (records, _) = read("a.tsv", b"key\tname\tsites\nA\tNULL\t\\N\nNULLA\tNull\ta NULL\n").await;
        let first = r#"{"key":"A","name":null,"sites":null}"#;
        let second = r#"{"key":"NULLA","name":"Null","sites":"a NULL"}"#;
        assert_eq!(records, pairs(&[("line 2", first), ("line 3", second)]));
    }

    #[tokio::test]
    async fn a_bad_line_is_told_and_the_next_one_is_read() {
        let (records, broken) = read("a.csv", b"key,name\nA,one\nB\nC,\xe4\nD,two\n").await;
        let places: Vec<_> = records.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["line 2", "line 3", "line 4", "line 5"]);
        assert!(records[1].1.contains("1 of 2 columns") && records[2].1.contains("UTF-8"), "{records:?}");
        assert_eq!(broken, None);
    }

    #[tokio::test]
    async fn json_is_read_from_a_list_from_lines_and_out_of_what_is_around_it() {
        let both = pairs(&[("record 1", r#"{"k":1}"#), ("record 2", r#"{"k":2}"#)]);
        for text in [r#"[{"k":1},{"k":2}]"#, r#"{"success":true,"licenses":[{"k":1},{"k":2}]}"#, "{\"k\":1}\n{\"k\":2}\n"] {
            assert_eq!(read("a.json", text.as_bytes()).await, (both.clone(), None), "{text}");
        }
        let text = r#"{"errors":[],"response":{"licenses":[{"k":1},{"k":2}]}}"#;
        assert_eq!(read("a.json", text.as_bytes()).await, (both, None));
        let (records, broken) = read("a.jsonl", b"{\"k\":1}\n\nnothing\n[]\n{\"k\":2}").await;
        let places: Vec<_> = records.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!((places, broken), (vec!["line 1", "line 3", "line 4", "line 5"], None));
    }

    #[tokio::test]
    async fn what_cannot_be_read_on_says_so_and_takes_no_memory() {
        assert!(read("a.csv", &[0xff, 0xfe, 65, 0]).await.1.unwrap().contains("UTF-16"));
        assert!(read("a.json", br#"[{"k":1},{"k":"#).await.1.unwrap().contains("line 1 column"));
        let open = [&b"key,name\nA,\""[..], &vec![b'x'; 3 << 20]].concat();
        let (records, broken) = read("a.csv", &open).await;
        assert!(records.is_empty() && broken.unwrap().contains("quotation mark"));
        let open = [&b"[{\"k\":\""[..], &vec![b'x'; 3 << 20]].concat();
        assert!(read("a.json", &open).await.1.unwrap().contains("quotation mark"));
        let long = [&b"{\"k\":1}\n"[..], &vec![b'x'; 3 << 20]].concat();
        assert!(read("a.jsonl", &long).await.1.unwrap().contains("quotation mark"));
    }

    #[tokio::test]
    async fn a_csv_file_without_a_line_or_with_two_columns_of_one_name_is_none() {
        assert!(read("a.csv", b"").await.1.unwrap().contains("no header"));
        assert!(read("a.csv", b"key,Key\nA,B\n").await.1.unwrap().contains("two columns"));
    }
}
