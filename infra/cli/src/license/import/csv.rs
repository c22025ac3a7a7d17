//! Records of a CSV file (RFC 4180), whose first line names the columns.

use std::cell::Cell;
use std::io::BufRead;
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};

use super::source::{Bounded, Out, Place, Stop};

/// The most columns.
const MAX_COLUMNS: usize = 500;

/// Reads records. Columns are divided by whichever of comma, semicolon and tabulator the first line has most of; their names count
/// without case and the white space around them.
pub(super) fn read(mut reader: impl BufRead, since: &Rc<Cell<u64>>, out: &mut Out) -> Result<(), Stop> {
    let divider = divider(reader.fill_buf()?);
    let bounded = Bounded { inner: reader, since: Rc::clone(since) };
    let mut reader = ReaderBuilder::new().delimiter(divider).has_headers(false).flexible(true).from_reader(bounded);
    let mut record = ByteRecord::new();
    if !next(&mut reader, &mut record, since)? {
        return Err(Stop::Broken("it has no header: the first line has to name the columns".to_owned()));
    }
    let names = names(&record)?;
    while next(&mut reader, &mut record, since)? {
        let line = record.position().map_or(0, csv::Position::line);
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
        cells.insert(name.clone(), Value::String(cell.to_owned()));
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
