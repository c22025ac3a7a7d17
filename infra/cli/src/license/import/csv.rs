//! Records of a CSV file (RFC 4180), whose first line names the columns.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};

use super::columns::Columns;
use super::source::{Bounded, Out, Place, Stop};

/// The most columns.
const MAX_COLUMNS: usize = 500;

/// Reads records. Columns are divided by whichever of comma, semicolon and tabulator the first line has most of; their names count
/// without case and the white space around them.
pub(super) fn read(mut reader: impl BufRead, since: &Rc<Cell<u64>>, out: &mut Out) -> Result<(), Stop> {
    let divider = divider(reader.fill_buf()?);
    let bounded = Bounded { inner: Lines { inner: reader, last: b'\n', held: false }, since: Rc::clone(since) };
    let mut reader = ReaderBuilder::new().delimiter(divider).has_headers(false).flexible(true).from_reader(bounded);
    let mut record = ByteRecord::new();
    if !next(&mut reader, &mut record, since)? {
        return Err(Stop::Broken("it has no header: the first line has to name the columns".to_owned()));
    }
    let names = names(&record)?;
    out.columns(Columns::of_header(&names));
    while next(&mut reader, &mut record, since)? {
        // What the library says of a record's beginning is the end of the one before, empty lines and all.
        let within = record.as_slice().split(|byte| *byte == b'\n').count() as u64 - 1;
        let line = reader.position().line().saturating_sub(1 + within);
        out.give(|_| Place::Line(line), cells(&names, &record))?;
    }
    Ok(())
}

fn next(reader: &mut csv::Reader<impl std::io::Read>, record: &mut ByteRecord, since: &Rc<Cell<u64>>) -> Result<bool, Stop> {
    let is_there = reader.read_byte_record(record).map_err(|error| match error.kind() {
        csv::ErrorKind::Io(error) => Stop::Broken(error.to_string()),
        csv::ErrorKind::Utf8 { .. }
        | csv::ErrorKind::UnequalLengths { .. }
        | csv::ErrorKind::Seek
        | csv::ErrorKind::Serialize(_)
        | csv::ErrorKind::Deserialize { .. }
        | _ => Stop::Broken(error.to_string()),
    });
    since.set(0);
    is_there
}

/// Text whose lines end with a line feed, the last one too.
struct Lines<R> {
    inner: R,
    last: u8,
    /// Whether a carriage return waits for what follows it.
    held: bool,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        // Two bytes may come of one.
        while count + 1 < into.len() {
            let Some(byte) = self.inner.fill_buf()?.first().copied() else {
                if std::mem::take(&mut self.held) || self.last != b'\n' {
                    self.last = b'\n';
                    into[count] = b'\n';
                    count += 1;
                }
                break;
            };
            self.inner.consume(1);
            if std::mem::take(&mut self.held) && byte != b'\n' {
                into[count] = b'\r';
                count += 1;
            }
            self.held = byte == b'\r';
            if !self.held {
                into[count] = byte;
                count += 1;
            }
            self.last = byte;
        }
        Ok(count)
    }
}

fn divider(head: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in head {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            byte => counts.iter_mut().filter(|(divider, _)| divider == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // Of two that are as many, the earlier one.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(divider, _)| divider)
}

fn names(record: &ByteRecord) -> Result<Vec<String>, Stop> {
    if record.len() > MAX_COLUMNS {
        return Err(Stop::Broken(format!("it has more than {MAX_COLUMNS} columns")));
    }
    let mut names = Vec::with_capacity(record.len());
    for name in record {
        let name = std::str::from_utf8(name).map_err(|_| Stop::Broken("its header is not UTF-8: save it as UTF-8".to_owned()))?;
        let name = name.trim().to_lowercase();
        if !name.is_empty() && names.contains(&name) {
            return Err(Stop::Broken(format!("two columns are called {name:?}")));
        }
        names.push(name);
    }
    Ok(names)
}

fn cells(names: &[String], record: &ByteRecord) -> Result<Map<String, Value>, String> {
    if record.len() != names.len() {
        return Err(format!("it has {} of {} columns", record.len(), names.len()));
    }
    let mut cells = Map::new();
    for (name, cell) in names.iter().zip(record) {
        let cell = std::str::from_utf8(cell).map_err(|_| format!("{name:?} is not UTF-8: save the file as UTF-8"))?;
        // As MySQL prints what is not there, in a table (`mysql -B`) and in a file (`INTO OUTFILE`).
        let is_null = matches!(cell.trim(), "NULL" | "\\N");
        cells.insert(name.clone(), if is_null { Value::Null } else { Value::String(cell.to_owned()) });
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_divider_is_what_the_first_line_has_most_of() {
        for (head, found) in
            [("a,b;c,d\n;;;;;;", b','), ("a;b;c,d\n", b';'), ("a\tb\tc", b'\t'), ("\"a;b;c;d\",e", b','), ("key\nA", b','), ("", b',')]
        {
            assert_eq!(divider(head.as_bytes()), found, "{head}");
        }
    }
}
