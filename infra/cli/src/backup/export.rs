//! `latchkey export`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::table::{Belongings, Bookmark, MOST_PARTS, Part, Table};
use serde::Serialize;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinSet;

use super::file::{FileError, Head, Tail, beside, head};
use super::journal::{Journal, Progress};
use super::writer::{Draft, Writer, Written};
use super::{NO_SNAPSHOT, unusable};
use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::progress;
use crate::say::Answer;
use crate::session::Session;
use crate::text::{columns, fields, or_dash};

/// What is exported, and where to.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file to be written: gzip of lines of JSON, such as latchkey.jsonl.gz
    file: PathBuf,
    /// This account's items alone
    #[arg(long)]
    account: Option<AccountId>,
    /// How many parts of the table are read side by side; one that is gone on with has as many as it was begun with
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_PARTS)))]
    parts: u16,
    /// Write over a file that is there; without --resume, begin anew what broke off
    #[arg(long)]
    force: bool,
    /// Go on with an export into this file that broke off; where there is none, begin
    #[arg(long)]
    resume: bool,
}

const MEMBERS: [Member; 11] = [
    ("file", "the file"),
    ("table", "the table that it is of"),
    ("account", "the account, or null for the whole table"),
    ("begun", "when reading began"),
    ("ended", "when it ended"),
    ("items", "how many items there are"),
    ("before", "how many of them were there already, by an export that broke off"),
    ("kinds", "how many of each kind"),
    ("bytes", "the file's length"),
    ("sha256", "the file's SHA-256"),
    ("items_sha256", "the SHA-256 of the items' lines, which the file's own end states, too"),
];

/// What is said beside the options, and what the JSON holds.
pub(crate) fn help() -> String {
    format!(
        "{NO_SNAPSHOT}\n\nThe file has its name only once it is whole; until then it is FILE.part, and FILE.part.journal says how far it is. An \
         export that broke off, however it did, is gone on with by the same command with --resume: what was read is not read again. It is \
         of all moments from `begun` to `ended`. Beside the file stands FILE.manifest.json with what is answered.\n\n{}",
        members::help(&MEMBERS)
    )
}

#[derive(Serialize)]
struct Manifest {
    file: PathBuf,
    table: String,
    account: Option<AccountId>,
    begun: Timestamp,
    ended: Timestamp,
    items: u64,
    before: u64,
    kinds: BTreeMap<String, u64>,
    bytes: u64,
    sha256: String,
    items_sha256: String,
}

/// How many pages wait to be written.
const AHEAD: usize = 8;

/// A page of a part of the table: what of it is wanted, as kinds and lines, and how far the part was read with it.
struct Page {
    part: u16,
    items: Vec<(String, String)>,
    progress: Progress,
}

impl Args {
    /// Exports.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let mut writer = self.open(session).await?;
        let before = writer.items;
        let spinner = progress::spinner("reading", session.is_watched);
        if let Err(failed) = self.read(session, &mut writer, &spinner).await {
            // What was read is not read again.
            let _ = writer.keep();
            let problem = failed.explain(&session.target);
            let message = format!("{}; {} items were exported before", problem.message, writer.kept());
            return Err(stopped(Problem { message, ..problem }).into());
        }
        let written = writer.finish().map_err(|error| stopped(self.wrong(&error)))?;
        spinner.finish_and_clear();
        let manifest = Manifest::of(&self.file, &written, before, session.core.now());
        manifest.write().map_err(|error| stopped(self.wrong(&error.into())))?;
        written.name().map_err(|error| stopped(self.wrong(&error.into())))?;
        Answer::new(&manifest, manifest.text())
    }

    /// Begins, or goes on.
    async fn open(&self, session: &Session) -> Result<Writer, Failed> {
        let Self { file, account, parts, force, resume } = self;
        if let Some(account) = *account {
            session.require_account(account).await?;
        }
        let is_taken = || if file.exists() && !force { Err(is_there(file)) } else { Ok(()) };
        is_taken()?;
        let draft = Draft::open(file).map_err(|error| self.wrong(&error))?;
        // Another export may have ended just before.
        is_taken()?;
        let (table, place) = (session.core.table.name(), session.target.place());
        let anew = || Journal::new(place.clone(), head(table, *account, session.core.now()), *parts);
        let writer = match &draft.before {
            Ok(None) => draft.begin(anew()),
            Ok(Some(_)) | Err(_) if !resume && *force => draft.begin(anew()),
            Ok(Some(_)) | Err(_) if !resume => return Err(broken_off(file).into()),
            Err(error) => return Err(self.lost(error).into()),
            Ok(Some(journal)) => {
                let (of, head) = (journal.clone(), &journal.head);
                if (head.table.as_str(), head.account, &journal.place) != (table, *account, &place) {
                    return Err(of_another(file, journal).into());
                }
                return Ok(draft.resume(of).map_err(|error| self.lost(&error))?);
            }
        };
        Ok(writer.map_err(|error| self.wrong(&error))?)
    }

    /// Reads what was not read yet, all parts of the table side by side.
    async fn read(&self, session: &Session, writer: &mut Writer, spinner: &ProgressBar) -> Result<(), Failed> {
        let table = &session.core.table;
        let (sender, mut pages) = channel(AHEAD);
        let mut tasks = JoinSet::new();
        let of = u16::try_from(writer.parts().len()).unwrap_or(MOST_PARTS);
        for (number, progress) in (0..of).zip(writer.parts()) {
            let after = match progress {
                Progress::Read => continue,
                Progress::Unread => None,
                Progress::After(bookmark) => Some(bookmark.clone()),
            };
            tasks.spawn(read(table.clone(), Part { number, of }, after, self.account, sender.clone()));
        }
        drop(sender);
        while let Some(Page { part, items, progress }) = pages.recv().await {
            writer.page(part, &items, progress).map_err(|error| self.wrong(&error))?;
            spinner.set_message(format!("{} items", writer.items));
        }
        while let Some(done) = tasks.join_next().await {
            done.map_err(|error| Fault::caused(FaultKind::Unavailable, "reading the table", error))??;
        }
        Ok(())
    }

    fn wrong(&self, error: &FileError) -> Problem {
        unusable(&self.file, error)
    }

    /// What is there of it is of no use.
    fn lost(&self, error: &FileError) -> Problem {
        let hint = Some("begin anew: the same command with --force in place of --resume".to_owned());
        Problem { hint, ..self.wrong(error) }
    }
}

async fn read(table: Table, part: Part, mut after: Option<Bookmark>, account: Option<AccountId>, pages: Sender<Page>) -> Result<(), Fault> {
    let mut belongings = account.map(Belongings::of);
    loop {
        let (found, next) = table.scan_part(part, after).await?;
        let mut items = Vec::with_capacity(found.len());
        for item in found {
            let is_wanted = match &mut belongings {
                Some(belongings) => table.is_of(belongings, &item).await?,
                None => !item.stays(),
            };
            if is_wanted {
                items.push((item.kind(), item.to_line()?));
            }
        }
        let progress = next.clone().map_or(Progress::Read, Progress::After);
        // Where nobody listens any more, writing failed, and says so itself.
        if pages.send(Page { part: part.number, items, progress }).await.is_err() || next.is_none() {
            return Ok(());
        }
        after = next;
    }
}

fn is_there(file: &Path) -> Problem {
    let hint = Some("give another name, or --force to write over it".to_owned());
    Problem { code: "file", message: format!("{} is there already", file.display()), hint, exit: Exit::Usage }
}

fn broken_off(file: &Path) -> Problem {
    Problem {
        code: "broken_off",
        message: format!("an export into {} was begun and has not ended", file.display()),
        hint: Some("--resume goes on with it; --force begins anew".to_owned()),
        exit: Exit::Rejected,
    }
}

fn of_another(file: &Path, journal: &Journal) -> Problem {
    let Journal { place, head, .. } = journal;
    let whose = head.account.map_or_else(|| "whole".to_owned(), |account| format!("account {account}"));
    Problem {
        code: "other_export",
        message: format!("what was begun into {} is of the table `{}` {place}, {whose}", file.display(), head.table),
        hint: Some("go on with --table and --account as they were, or begin anew with --force in place of --resume".to_owned()),
        exit: Exit::Rejected,
    }
}

/// Something went wrong that the export can be gone on with after.
fn stopped(problem: Problem) -> Problem {
    let hint = problem.hint.map_or_else(String::new, |hint| format!("{hint}; then "));
    Problem { hint: Some(format!("{hint}run the same command with --resume: it goes on")), ..problem }
}

impl Manifest {
    fn of(file: &Path, written: &Written, before: u64, ended: Timestamp) -> Self {
        let Head { table, account, begun, .. } = written.head.clone();
        let Tail { items, sha256: items_sha256 } = written.tail.clone();
        let (file, kinds) = (file.to_owned(), written.kinds.clone());
        let (bytes, sha256) = (written.bytes, written.file_sha256.clone());
        Self { file, table, account, begun, ended, items, before, kinds, bytes, sha256, items_sha256 }
    }

    fn write(&self) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
        std::fs::write(beside(&self.file, ".manifest.json"), text + "\n")
    }

    fn text(&self) -> String {
        let kinds: Vec<_> = self.kinds.iter().map(|(kind, count)| [kind.clone(), count.to_string()]).collect();
        let rows = fields(&[
            ("file", self.file.display().to_string()),
            ("table", self.table.clone()),
            ("account", or_dash(self.account)),
            ("items", self.items.to_string()),
            ("bytes", self.bytes.to_string()),
            ("sha256", self.sha256.clone()),
        ]);
        format!("{rows}\n\n{}", columns(["kind", "items"], &kinds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let (begun, ended) = (Timestamp::MIN, Timestamp::MIN);
        let (table, sha256, items_sha256) = (String::new(), String::new(), String::new());
        let kinds = BTreeMap::new();
        let manifest = Manifest {
            file: PathBuf::new(),
            table,
            account: None,
            begun,
            ended,
            items: 0,
            before: 0,
            kinds,
            bytes: 0,
            sha256,
            items_sha256,
        };
        assert_eq!(members::names_in(&manifest), members::names_of(&MEMBERS));
    }
}
