//! `latchkey migrate`: leading the table to the version that this release writes.

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use latchkey_core::table::migration::{Census, MigrationError, STEPS, WRITTEN};
use serde::Serialize;

use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;
use crate::session::Session;

/// How it is to be done.
#[derive(Args)]
#[command(after_long_help = members::help(&MEMBERS))]
pub(crate) struct Migrate {
    /// Only look: say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

const MEMBERS: [Member; 7] = [
    ("version", "the version that this release writes"),
    ("dry_run", "whether nothing was written"),
    ("items", "the items that this run went over"),
    ("changed", "how many of them were written, or would be"),
    ("versions", "how many were found of each version; 0 stands for items that do not say"),
    ("kinds", "how many were found of each kind"),
    ("unknown", "how many are of no kind that this release knows"),
];

#[derive(Serialize)]
struct View<'a> {
    version: u32,
    dry_run: bool,
    #[serde(flatten)]
    census: &'a Census,
}

/// Leads the table there, or goes on with what was begun.
pub(crate) async fn run(args: &Migrate, session: &Session) -> Result<Answer, Failed> {
    let bar = bar(session).await;
    let census = if args.dry_run { look(session, &bar).await? } else { lead(session, &bar).await? };
    bar.finish_and_clear();
    let view = View { version: WRITTEN, dry_run: args.dry_run, census: &census };
    Answer::new(&view, told(&census, args.dry_run))
}

async fn look(session: &Session, bar: &ProgressBar) -> Result<Census, Failed> {
    let (mut census, mut after) = (Census::default(), None);
    loop {
        after = session.core.table.look_over(STEPS, after, &mut census).await.map_err(failed)?;
        bar.set_position(census.items);
        if after.is_none() {
            return Ok(census);
        }
    }
}

async fn lead(session: &Session, bar: &ProgressBar) -> Result<Census, Failed> {
    let mut migration = session.core.table.migrate(STEPS, session.core.now()).await.map_err(failed)?;
    bar.set_position(migration.run().seen);
    while migration.go_on(session.core.now()).await.map_err(failed)? {
        bar.set_position(migration.run().seen);
    }
    Ok(migration.census().clone())
}

/// For who watches. The store counts its items every six hours or so.
async fn bar(session: &Session) -> ProgressBar {
    if !session.is_watched {
        return ProgressBar::hidden();
    }
    let items = session.inspect_table().await.map_or(0, |table| table.items);
    let style = ProgressStyle::with_template("{wide_bar} {human_pos} of about {human_len} items, {eta} left");
    ProgressBar::new(items).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn told(census: &Census, is_dry: bool) -> String {
    let Census { items, changed, unknown, .. } = census;
    let mut text = if is_dry {
        format!("{items} items were looked at; {changed} would be written. Nothing was.")
    } else {
        format!("The table is of version {WRITTEN}: {items} items were gone over, {changed} of them written.")
    };
    if *unknown > 0 {
        text.push_str(&format!("\n{unknown} are of no kind that this release knows, and were left as they are but for their version."));
    }
    text
}

fn failed(error: MigrationError) -> Failed {
    let (code, hint) = match error {
        MigrationError::Fault(fault) => return fault.into(),
        MigrationError::Newer(_) => ("newer_table", "use the tool of the release that is deployed"),
        MigrationError::TakenOver => ("taken_over", "one is enough: let that one end, or run this again to take it back"),
    };
    Problem { code, message: error.to_string(), hint: Some(hint.to_owned()), exit: Exit::Rejected }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        let view = View { version: 1, dry_run: true, census: &Census::default() };
        assert_eq!(members::names_in(&view), members::names_of(&MEMBERS));
    }

    #[test]
    fn what_was_done_is_told_in_a_line() {
        let census = Census { items: 12, changed: 3, ..Census::default() };
        assert_eq!(told(&census, true), "12 items were looked at; 3 would be written. Nothing was.");
        let odd = told(&Census { unknown: 1, ..census }, false);
        assert!(odd.starts_with("The table is of version 1: 12 items") && odd.contains("\n1 are of no kind"), "{odd}");
    }
}
