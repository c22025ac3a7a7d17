//! What came of an import, record by record: into a file, and in sum.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use latchkey_core::domain::ids::LicenseId;
use latchkey_core::ops::import_licenses::{Imported, Preview};
use serde::Serialize;

use super::plan::{Bad, Warning};
use super::source::Place;

/// The most records that the answer itself tells of; the report tells of all.
const MOST_TOLD: usize = 100;

/// One line of the report. A key is never in it: the place is where it stands.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    pub(super) place: Place,
    pub(super) outcome: Outcome,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) license: Option<LicenseId>,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It is there, and was before.
    Skipped,
    /// It is not there.
    Failed,
    /// It is there, but for what the message says.
    Changed,
}

/// What came of an import.
#[derive(Debug, Default, Serialize)]
pub(super) struct Sum {
    pub(super) dry_run: bool,
    pub(super) records: u64,
    pub(super) imported: u64,
    pub(super) finished: u64,
    pub(super) skipped: u64,
    pub(super) failed: u64,
    pub(super) changed: u64,
    pub(super) customers: u64,
    pub(super) seats: u64,
    pub(super) events: Option<u64>,
    pub(super) reasons: BTreeMap<&'static str, u64>,
    pub(super) unknown_products: BTreeMap<String, u64>,
    pub(super) told: Vec<Entry>,
    pub(super) report: Option<PathBuf>,
}

/// The sum as it grows, and the file.
pub(super) struct Report {
    pub(super) sum: Sum,
    file: Option<BufWriter<File>>,
}

impl Report {
    /// Begins the file, where one is wanted; what is there already is written over.
    pub(super) fn begin(path: Option<&Path>, dry_run: bool) -> io::Result<Self> {
        let file = path.map(File::create).transpose()?.map(BufWriter::new);
        let events = dry_run.then_some(0);
        Ok(Self { sum: Sum { dry_run, events, report: path.map(Path::to_path_buf), ..Sum::default() }, file })
    }

    /// Notes a record that is no licence.
    pub(super) fn bad(&mut self, place: Place, Bad { code, message }: Bad) -> io::Result<()> {
        self.sum.failed += 1;
        self.note(Entry { place, outcome: Outcome::Failed, code, message, license: None })
    }

    /// Notes what became of a licence with so many activations, of which `left_out` found no room.
    pub(super) fn outcome(&mut self, place: Place, imported: Imported, seats: usize, warnings: Vec<Warning>) -> io::Result<()> {
        let (license, left_out) = match imported {
            Imported::New { license, left_out } => {
                self.sum.imported += 1;
                (license, left_out)
            }
            Imported::Finished { license, left_out } => {
                self.sum.finished += 1;
                (license, left_out)
            }
            Imported::Exists { license, not_held } => return self.exists(place, license, not_held, warnings),
            Imported::KeyInUse => {
                let message = "the key is in use by a licence of another product or another account, or was a deleted one's".to_owned();
                return self.bad(place, Bad { code: "key_in_use", message });
            }
        };
        self.written(place, Some(license), seats, left_out, warnings)
    }

    /// Notes what would become of a licence.
    pub(super) fn preview(&mut self, place: Place, preview: Preview, seats: usize, warnings: Vec<Warning>) -> io::Result<()> {
        match preview {
            Preview::Known(known) => self.outcome(place, known, seats, warnings),
            Preview::New { left_out, events } => {
                self.sum.imported += 1;
                self.sum.events = self.sum.events.map(|sum| sum + events as u64);
                self.written(place, None, seats, left_out, warnings)
            }
        }
    }

    fn written(
        &mut self,
        place: Place,
        license: Option<LicenseId>,
        seats: usize,
        left_out: usize,
        warnings: Vec<Warning>,
    ) -> io::Result<()> {
        self.sum.seats += (seats - left_out) as u64;
        let no_room = (left_out > 0).then(|| Warning {
            code: "no_seat_left",
            message: format!("{left_out} of its activations are left out: there is no seat for them; --raise-limits makes room"),
        });
        let warnings: Vec<_> = warnings.into_iter().chain(no_room).collect();
        if !warnings.is_empty() {
            self.sum.changed += 1;
        }
        self.note_all(place, Outcome::Changed, license, warnings)
    }

    /// Notes one that was there. An import that broke off told of some of its licences to nobody: what was not kept of them is told again.
    fn exists(&mut self, place: Place, license: LicenseId, not_held: usize, warnings: Vec<Warning>) -> io::Result<()> {
        self.sum.skipped += 1;
        let there = Warning { code: "exists", message: format!("licence {license} has the key already") };
        let message = format!("{not_held} of its activations hold no seat here");
        let not_held = (not_held > 0).then_some(Warning { code: "no_seat_held", message });
        self.note_all(place, Outcome::Skipped, Some(license), [there].into_iter().chain(warnings).chain(not_held))
    }

    fn note_all(
        &mut self,
        place: Place,
        outcome: Outcome,
        license: Option<LicenseId>,
        warnings: impl IntoIterator<Item = Warning>,
    ) -> io::Result<()> {
        warnings.into_iter().try_for_each(|Warning { code, message }| self.note(Entry { place, outcome, code, message, license }))
    }

    /// Writes what was noted, so that it is there whatever ends the import.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), io::Write::flush)
    }
    fn note(&mut self, entry: Entry) -> io::Result<()> {
        *self.sum.reasons.entry(entry.code).or_default() += 1;
        if let Some(file) = &mut self.file {
            let line = serde_json::to_string(&entry).map_err(io::Error::other)?;
            writeln!(file, "{line}")?;
        }
        // What was there before is no news: it would hide what is.
        if self.sum.told.len() < MOST_TOLD && entry.outcome != Outcome::Skipped {
            self.sum.told.push(entry);
        }
        Ok(())
    }
}
