//! `latchkey restore`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use latchkey_core::domain::time::Timestamp;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::restores::Restoring;
use latchkey_core::table::{Compared, MOST_COMPARED, Part, Restored, StoredItem, Table};
use serde::Serialize;
use tokio::task::JoinSet;

use super::file::{FileError, Reader};
use super::{NO_SNAPSHOT, unusable};
use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::progress;
use crate::say::Answer;
use crate::session::Session;
use crate::store_clock;
use crate::text::fields;

/// What is restored. Where to is --table.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A file that `latchkey export` wrote
    file: PathBuf,
    /// The table is not empty, for a restore of this file broke off: go on; what is there is never written over
    #[arg(long)]
    resume: bool,
    /// Write nothing: compare the table with the file
    #[arg(long, conflicts_with = "resume")]
    verify_only: bool,
    /// How many items are written side by side
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    at_once: u16,
}

const MEMBERS: [Member; 11] = [
    ("file", "the file"),
    ("from", "the table that it is of"),
    ("table", "the table that it was restored into"),
    ("items", "how many items the file has"),
    ("written", "how many were written"),
    ("before", "how many were there already, by a restore that broke off"),
    ("same", "how many the table has as the file has them, each compared after the last was written"),
    ("different", "how many are there as something else: these were left as they are"),
    ("missing", "how many are not there"),
    ("ended", "how many of the missing ones had a time to live that is over, so that the store may have deleted them"),
    ("others", "how many items the table has that are not in the file"),
];

/// What is said beside the options, and what the JSON holds.
pub(crate) fn help() -> String {
    format!(
        "Restores into the table that --table names, which has to be there and to be empty: it may be another deployment's. The file is \
         checked from its first to its last byte before anything is written. Nothing of what is written is told to webhooks or sent as mail: that \
         was done where it comes from. A restored deployment needs the secrets of the first: API keys, \
         signature keys and webhooks' secrets are stored under them.\n\n{NO_SNAPSHOT}\n\n{}",
        members::help(&MEMBERS)
    )
}

#[derive(Debug, Default, Serialize)]
struct Outcome {
    file: PathBuf,
    from: String,
    table: String,
    items: u64,
    written: u64,
    before: u64,
    same: u64,
    different: u64,
    missing: u64,
    ended: u64,
    others: u64,
}

impl Args {
    /// Restores, and compares.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let table = &session.core.table;
        let (items, from) = self.check()?;
        let mut outcome = Outcome { file: self.file.clone(), from, table: table.name().to_owned(), items, ..Outcome::default() };
        let mut restoring = None;
        if !self.verify_only {
            if !table.is_empty().await? {
                // Into a table that is in use it would bring back whatever was deleted.
                match (self.resume, table.restores().await?.is_empty()) {
                    (false, _) => return Err(not_empty(table.name()).into()),
                    (true, true) => return Err(not_begun(table.name()).into()),
                    (true, false) => {}
                }
            }
            // Before anything is written: what is written is told to nobody.
            let mut noted = Restoring::begin(&session.core, store_clock::compared(session).await).await?;
            self.write(session, &mut noted, &mut outcome).await?;
            noted.end(&session.core).await?;
            restoring = Some(noted);
        }
        self.compare(session, &mut outcome).await?;
        let restores = table.restores().await?.len() as u64;
        outcome.others = count(table).await?.saturating_sub(outcome.same + outcome.different + restores);
        if let Some(noted) = restoring {
            wait(session, &noted).await;
        }
        let answer = Answer::new(&outcome, outcome.text())?;
        Ok(if outcome.is_whole() { answer } else { answer.of_no() })
    }

    /// Reads the file to its end; tells how many items it has, and of which table it is.
    fn check(&self) -> Result<(u64, String), Problem> {
        let wrong = |error| unusable(&self.file, &error);
        let mut reader = Reader::open(&self.file).map_err(wrong)?;
        let mut items = 0;
        while next(&mut reader).map_err(wrong)?.is_some() {
            items += 1;
        }
        Ok((items, reader.head.table))
    }

    async fn write(&self, session: &Session, noted: &mut Restoring, outcome: &mut Outcome) -> Result<(), Failed> {
        let bar = progress::items(outcome.items, "restoring", session.is_watched);
        let mut reader = Reader::open(&self.file).map_err(|error| unusable(&self.file, &error))?;
        let mut tasks: JoinSet<Result<Restored, Fault>> = JoinSet::new();
        let mut is_over = false;
        loop {
            while !is_over && tasks.len() < usize::from(self.at_once) {
                noted.go_on(&session.core).await.map_err(|fault| self.stopped(session, outcome, fault))?;
                match next(&mut reader).map_err(|error| unusable(&self.file, &error))? {
                    Some(item) => {
                        let table = session.core.table.clone();
                        tasks.spawn(async move { table.restore(&item).await });
                    }
                    None => is_over = true,
                }
            }
            let Some(done) = tasks.join_next().await else { break };
            let done = done.map_err(|error| Fault::caused(FaultKind::Unavailable, "restoring an item", error)).and_then(|done| done);
            match done.map_err(|fault| self.stopped(session, outcome, fault))? {
                Restored::New => outcome.written += 1,
                Restored::Before => outcome.before += 1,
                // The comparison counts it.
                Restored::Different => {}
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    async fn compare(&self, session: &Session, outcome: &mut Outcome) -> Result<(), Failed> {
        let bar = progress::items(outcome.items, "comparing", session.is_watched);
        let (table, now) = (&session.core.table, session.core.now());
        let mut reader = Reader::open(&self.file).map_err(|error| unusable(&self.file, &error))?;
        let mut batch = Vec::with_capacity(MOST_COMPARED);
        while let Some(item) = next(&mut reader).map_err(|error| unusable(&self.file, &error))? {
            batch.push(item);
            if batch.len() == MOST_COMPARED {
                outcome.count(&batch, &table.compare(&batch).await?, now);
                bar.inc(batch.len() as u64);
                batch.clear();
            }
        }
        if !batch.is_empty() {
            outcome.count(&batch, &table.compare(&batch).await?, now);
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn stopped(&self, session: &Session, outcome: &Outcome, fault: Fault) -> Problem {
        let mut problem = Failed::from(fault).explain(&session.target);
        problem.message = format!("{}; {} items were written before", problem.message, outcome.written);
        let hint = problem.hint.take().map_or_else(String::new, |hint| format!("{hint}; then "));
        problem.hint = Some(format!("{hint}run `latchkey restore {} --resume`: it goes on", shown(&self.file)));
        problem
    }
}

impl Outcome {
    fn count(&mut self, items: &[StoredItem], compared: &[Compared], now: Timestamp) {
        for (item, compared) in items.iter().zip(compared) {
            match compared {
                Compared::Same => self.same += 1,
                Compared::Different => self.different += 1,
                Compared::Missing if item.may_be_gone(now) => self.ended += 1,
                Compared::Missing => self.missing += 1,
            }
        }
    }

    /// Whether the table has what the file has, and nothing else.
    fn is_whole(&self) -> bool {
        (self.different, self.missing, self.others) == (0, 0, 0)
    }

    fn text(&self) -> String {
        let said = |what: &'static str, count: u64| (what, count.to_string());
        let rows = fields(&[
            ("from", self.from.clone()),
            ("table", self.table.clone()),
            said("items", self.items),
            said("written", self.written),
            said("there before", self.before),
            said("same", self.same),
            said("different", self.different),
            said("missing", self.missing),
            said("ended", self.ended),
            said("others", self.others),
        ]);
        let verdict = if self.is_whole() { "The table is what the file is." } else { "The table is not what the file is." };
        format!("{rows}\n\n{verdict}")
    }
}

/// The next item that is to be restored.
fn next(reader: &mut Reader) -> Result<Option<StoredItem>, FileError> {
    loop {
        match reader.next()? {
            Some(item) if item.stays() => {}
            other => return Ok(other),
        }
    }
}

/// Waits until what is new is told as ever: whoever goes on when this command has ended is told of.
async fn wait(session: &Session, noted: &Restoring) {
    let spinner = progress::spinner("waiting until the table's stream has caught up", session.is_watched);
    while !noted.is_past(session.core.now()) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    spinner.finish_and_clear();
}

/// How many items the table has.
async fn count(table: &Table) -> Result<u64, Fault> {
    let (mut count, mut after) = (0, None);
    loop {
        let (some, next) = table.count_part(Part { number: 0, of: 1 }, after).await?;
        count += some;
        match next {
            Some(next) => after = Some(next),
            None => return Ok(count),
        }
    }
}

fn not_empty(table: &str) -> Problem {
    Problem {
        code: "not_empty",
        message: format!("the table `{table}` is not empty"),
        hint: Some("name an empty table with --table; --resume goes on with a restore that broke off".to_owned()),
        exit: Exit::Rejected,
    }
}

fn not_begun(table: &str) -> Problem {
    Problem {
        code: "not_begun",
        message: format!("the table `{table}` is not empty, and no restore into it was begun in the last days"),
        hint: Some("name an empty table with --table; --resume goes on with what was begun there, and with nothing else".to_owned()),
        exit: Exit::Rejected,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(members::names_in(&Outcome::default()), members::names_of(&MEMBERS));
    }

    #[test]
    fn a_table_is_whole_only_if_nothing_is_missing_other_or_more() {
        let whole = Outcome { items: 3, same: 2, ended: 1, ..Outcome::default() };
        assert!(whole.is_whole());
        for other in [
            Outcome { missing: 1, ..Outcome::default() },
            Outcome { different: 1, ..Outcome::default() },
            Outcome { others: 1, ..Outcome::default() },
        ] {
            assert!(!other.is_whole(), "{other:?}");
        }
    }
}
