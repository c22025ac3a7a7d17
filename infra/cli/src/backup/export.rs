//! `latchkey export`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::time::Timestamp;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::table::{Belongings, MOST_PARTS, Part, Table};
use serde::Serialize;
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinSet;

use super::file::{Writer, Written, head, manifest};
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
    /// How many parts of the table are read side by side
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=i64::from(MOST_PARTS)))]
    parts: u16,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

const MEMBERS: [Member; 10] = [
    ("file", "the file"),
    ("table", "the table that it is of"),
    ("account", "the account, or null for the whole table"),
    ("begun", "when reading began"),
    ("ended", "when it ended"),
    ("items", "how many items there are"),
    ("kinds", "how many of each kind"),
    ("bytes", "the file's length"),
    ("sha256", "the file's SHA-256"),
    ("items_sha256", "the SHA-256 of the items' lines, which the file's own end states, too"),
];

/// What is said beside the options, and what the JSON holds.
pub(crate) fn help() -> String {
    format!("{NO_SNAPSHOT}\n\nBeside the file stands FILE.manifest.json with what is answered.\n\n{}", members::help(&MEMBERS))
}

#[derive(Serialize)]
struct Manifest {
    file: PathBuf,
    table: String,
    account: Option<AccountId>,
    begun: Timestamp,
    ended: Timestamp,
    items: u64,
    kinds: BTreeMap<String, u64>,
    bytes: u64,
    sha256: String,
    items_sha256: String,
}

/// How many pages wait to be written.
const AHEAD: usize = 8;

impl Args {
    /// Exports.
    pub(crate) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { file, account, parts, force } = self;
        if file.exists() && !force {
            let message = format!("{} is there already", file.display());
            let hint = Some("give another name, or --force to write over it".to_owned());
            return Err(Problem { code: "file", message, hint, exit: Exit::Usage }.into());
        }
        if let Some(account) = account {
            session.require_account(account).await?;
        }
        let (core, table) = (&session.core, session.core.table.name().to_owned());
        let begun = core.now();
        let mut writer = Writer::create(&file, &head(&table, account, begun)).map_err(|error| unusable(&file, &error))?;
        let spinner = progress::spinner("reading", session.is_watched);
        let (sender, mut pages) = channel(AHEAD);
        let mut tasks = JoinSet::new();
        for number in 0..parts {
            tasks.spawn(read(core.table.clone(), Part { number, of: parts }, account, sender.clone()));
        }
        drop(sender);
        while let Some(page) = pages.recv().await {
            for (kind, line) in page {
                writer.item(&kind, &line).map_err(|error| unusable(&file, &error))?;
            }
            spinner.set_message(format!("{} items", writer.items));
        }
        while let Some(done) = tasks.join_next().await {
            done.map_err(|error| Fault::caused(FaultKind::Unavailable, "reading the table", error))??;
        }
        let Written { tail, bytes, file_sha256, kinds } = writer.finish().map_err(|error| unusable(&file, &error))?;
        spinner.finish_and_clear();
        let (ended, items) = (core.now(), tail.items);
        let (sha256, items_sha256) = (file_sha256, tail.sha256);
        let manifest = Manifest { file: file.clone(), table, account, begun, ended, items, kinds, bytes, sha256, items_sha256 };
        manifest.write().map_err(|error| unusable(&file, &error.into()))?;
        Answer::new(&manifest, manifest.text())
    }
}

async fn read(table: Table, part: Part, account: Option<AccountId>, pages: Sender<Vec<(String, String)>>) -> Result<(), Fault> {
    let (mut after, mut belongings) = (None, account.map(Belongings::of));
    loop {
        let (items, next) = table.scan_part(part, after).await?;
        let mut page = Vec::with_capacity(items.len());
        for item in items {
            let is_wanted = match &mut belongings {
                Some(belongings) => table.is_of(belongings, &item).await?,
                None => true,
            };
            if is_wanted {
                page.push((item.kind(), item.to_line()?));
            }
        }
        // Where nobody listens any more, writing failed, and says so itself.
        if pages.send(page).await.is_err() {
            return Ok(());
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

impl Manifest {
    fn write(&self) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
        std::fs::write(manifest(&self.file), text + "\n")
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
        let manifest =
            Manifest { file: PathBuf::new(), table, account: None, begun, ended, items: 0, kinds, bytes: 0, sha256, items_sha256 };
        assert_eq!(members::names_in(&manifest), members::names_of(&MEMBERS));
    }
}
