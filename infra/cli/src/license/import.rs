//! `latchkey license import`: taking over what was sold through another licence manager.

mod csv;
mod json;
mod mapping;
mod plan;
mod preset;
mod products;
mod report;
mod source;
mod values;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};

use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::text::Line;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::import_customers::{Addresses, ImportCustomer, import_customers};
use latchkey_core::ops::import_licenses::{ImportLicense, Imported, MOST_IMPORTED, begin_import, preview_import};

use tokio::task::JoinHandle;

use self::mapping::{MapArg, Mapping, StatusArg};
use self::plan::{Bad, Planned, Planner, Warning};
use self::preset::Preset;
use self::products::{ProductArg, Products};
use self::report::{Report, Sum};
use self::source::{Place, Read1, Source};
use crate::members::{self, Member};
use crate::problem::{Exit, Failed, Problem};
use crate::progress;
use crate::say::Answer;
use crate::session::Session;
use crate::text::{columns, fields};

/// What is imported, and how it is read.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The exported file: CSV, JSON, or JSON in lines
    file: PathBuf,
    /// The vendor's number
    #[arg(long)]
    account: AccountId,
    /// What wrote the file
    #[arg(long, value_name = "PRESET", value_enum)]
    from: Preset,
    /// Where a member is, if not where the preset says: key="Serial number"
    #[arg(long, value_name = "MEMBER=COLUMN")]
    map: Vec<MapArg>,
    /// Which product one of the file's is, or (a slug alone) all that nothing else is said of: "Acme Tools Pro=acme-tools"
    #[arg(long, value_name = "[NAME=]SLUG")]
    product: Vec<ProductArg>,
    /// What a status means: active, suspended, revoked, refunded or expired
    #[arg(long, value_name = "WORD=STATE")]
    status: Vec<StatusArg>,
    /// Read and check everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where a licence has more activations than seats, give it as many seats
    #[arg(long)]
    raise_limits: bool,
    /// Record no customers; licences are made out to whom they were all the same
    #[arg(long)]
    no_customers: bool,
    /// Write a line of JSON for every record that was skipped, that failed, or that was not kept as it is
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

const MEMBERS: [Member; 13] = [
    ("dry_run", "true where nothing was written"),
    ("records", "how many records the file has"),
    ("imported", "how many licences were made, or would be"),
    ("finished", "how many had been begun by an import that broke off, and have all of their seats now"),
    ("skipped", "how many were there already, and were left as they are"),
    ("failed", "how many records are no licences, or have a key that is in use otherwise; with any, the command ends with 1"),
    ("changed", "how many of the imported ones are not kept in every detail"),
    ("customers", "how many customers there are to the licences"),
    ("seats", "how many activations were kept, development sites included"),
    ("reasons", "how often each reason was given, by its code"),
    ("unknown_products", "names of products that the account does not have, and how many records have them"),
    ("told", "the first 100 that failed or changed: line or record, outcome, code, message, license"),
    ("report", "the report's file, or null"),
];

/// What the JSON holds.
pub(super) fn help() -> String {
    let text = "An import that broke off is begun again with the same command: what is there is skipped, and it goes on.\n\n";
    text.to_owned() + &members::help(&MEMBERS)
}

/// How many batches are written side by side.
const AT_ONCE: usize = 4;

/// A licence that waits for the others of its batch.
struct Waiting {
    place: Place,
    license: ImportLicense,
    customer: Option<ImportCustomer>,
    warnings: Vec<Warning>,
}

/// A batch that is being written.
struct Written {
    /// Where each stands, how many activations it has, and what is to be said of it.
    places: Vec<(Place, usize, Vec<Warning>)>,
    outcomes: JoinHandle<Result<Vec<Imported>, Fault>>,
}

/// An import on its way.
struct Import<'s> {
    session: &'s Session,
    account: AccountId,
    dry_run: bool,
    report: Report,
    batch: Vec<Waiting>,
    /// In the order of the file.
    writing: VecDeque<Written>,
    /// Keys of this file, by eight bytes of their digests.
    keys: HashMap<[u8; 8], Place>,
    customers: HashMap<Line<64>, CustomerId>,
    addresses: Addresses,
    /// Customers of a dry run.
    seen: HashSet<Line<64>>,
}

impl Args {
    /// Imports the file.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { file, account, from, map, product, status, dry_run, raise_limits, no_customers, report } = self;
        session.require_account(account).await?;
        let mut source = Source::open(&file).map_err(|error| unreadable(&file, &error.to_string()))?;
        let known = from.known();
        let products = Products::read(&session.core, account, &product, known.has_our_numbers).await?;
        let now = session.core.now();
        let mut planner = Planner { preset: from, mapping: Mapping::of(from, map, status), products, raise_limits, now };
        let report = Report::begin(report.as_deref(), dry_run).map_err(|error| unwritable(&error))?;
        let (batch, keys) = (Vec::with_capacity(MOST_IMPORTED), HashMap::new());
        let (writing, customers, addresses, seen) = (VecDeque::new(), HashMap::new(), Addresses::default(), HashSet::new());
        let mut import = Import { session, account, dry_run, report, batch, writing, keys, customers, addresses, seen };
        let bar = progress::bytes(source.size, "importing", session.is_watched);
        while let Some(read) = source.records.recv().await {
            bar.set_position(source.read.load(std::sync::atomic::Ordering::Relaxed));
            let Read1 { place, record } = match read {
                Ok(read) => read,
                Err(broken) => {
                    import.end().await?;
                    return Err(unreadable(&file, &broken.to_string()).into());
                }
            };
            import.report.sum.records += 1;
            let license = record.map_err(|message| Bad { code: "unreadable", message }).and_then(|record| planner.plan(&record));
            match license {
                Ok(license) => import.take(place, license, no_customers),
                Err(bad) => import.report.bad(place, bad),
            }
            .map_err(|error| unwritable(&error))?;
            if import.batch.len() == MOST_IMPORTED
                && let Err(failed) = import.write().await
            {
                return Err(import.stopped(failed).await);
            }
        }
        import.end().await?;
        bar.finish_and_clear();
        import.answer(planner.products.unknown())
    }
}

impl Import<'_> {
    fn take(&mut self, place: Place, planned: Planned, no_customers: bool) -> io::Result<()> {
        let Planned { license, customer, warnings } = planned;
        let mut short = [0; 8];
        short.copy_from_slice(&license.key.digest().as_bytes()[..8]);
        if let Some(before) = self.keys.get(&short) {
            return self.report.bad(place, Bad { code: "twice", message: format!("its key is that of {before}, too") });
        }
        self.keys.insert(short, place);
        let customer = customer.filter(|_| !no_customers);
        self.batch.push(Waiting { place, license, customer, warnings });
        Ok(())
    }

    /// Begins to write the batch, beside those before it.
    async fn write(&mut self) -> Result<(), Failed> {
        let batch = std::mem::take(&mut self.batch);
        if self.dry_run {
            return self.preview(batch).await;
        }
        self.find_customers(&batch).await?;
        let (mut places, mut licenses) = (Vec::new(), Vec::new());
        for Waiting { place, license, customer, warnings } in batch {
            places.push((place, license.seats.len(), warnings));
            let customer = customer.and_then(|customer| self.customers.get(&customer.code).copied());
            licenses.push(ImportLicense { customer, ..license });
        }
        while self.writing.len() >= AT_ONCE {
            self.finish().await?;
        }
        let begun = begin_import(&self.session.core, self.account, licenses).await?;
        let core = self.session.core.clone();
        self.writing.push_back(Written { places, outcomes: tokio::spawn(async move { begun.write(&core).await }) });
        Ok(())
    }

    /// Writes what is left, and waits for all of it.
    async fn end(&mut self) -> Result<(), Failed> {
        let mut written = self.write().await;
        while written.is_ok() && !self.writing.is_empty() {
            written = self.finish().await;
        }
        match written {
            Ok(()) => Ok(()),
            Err(failed) => Err(self.stopped(failed).await),
        }
    }

    /// Waits for the first of the batches that are being written, and notes what became of it.
    async fn finish(&mut self) -> Result<(), Failed> {
        let Some(Written { places, outcomes }) = self.writing.pop_front() else { return Ok(()) };
        let outcomes = outcomes.await.map_err(|error| Fault::caused(FaultKind::Unavailable, "importing licences", error))??;
        for ((place, seats, warnings), outcome) in places.into_iter().zip(outcomes) {
            self.report.outcome(place, outcome, seats, warnings).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    }

    async fn preview(&mut self, batch: Vec<Waiting>) -> Result<(), Failed> {
        let codes = batch.iter().filter_map(|waiting| waiting.customer.as_ref().map(|customer| customer.code.clone()));
        self.seen.extend(codes);
        let (places, licenses): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|waiting| ((waiting.place, waiting.warnings), waiting.license)).unzip();
        let known = preview_import(&self.session.core, self.account, &licenses).await?;
        for (((place, warnings), license), known) in places.into_iter().zip(licenses).zip(known) {
            self.report.preview(place, known, license.seats.len(), warnings).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    }

    /// Finds or records those customers of the batch that are not known yet, each once.
    async fn find_customers(&mut self, batch: &[Waiting]) -> Result<(), Failed> {
        let mut unknown: BTreeMap<_, _> = BTreeMap::new();
        for customer in batch.iter().filter_map(|waiting| waiting.customer.as_ref()) {
            if !self.customers.contains_key(&customer.code) {
                unknown.entry(customer.code.clone()).or_insert_with(|| customer.clone());
            }
        }
        let (codes, unknown): (Vec<_>, Vec<_>) = unknown.into_iter().unzip();
        let found = import_customers(&self.session.core, self.account, &mut self.addresses, unknown).await?;
        self.customers.extend(codes.into_iter().zip(found));
        Ok(())
    }

    /// What is said where it breaks off. What is being written is waited for, and the report says what came of what was done.
    async fn stopped(&mut self, failed: Failed) -> Failed {
        while !self.writing.is_empty() {
            // The first failure is the one that is told.
            let _ = self.finish().await;
        }
        let _ = self.report.end();
        let mut problem = failed.explain(&self.session.target);
        let done = self.report.sum.imported + self.report.sum.finished;
        problem.message = format!("{}; {done} licences were imported before", problem.message);
        let hint = problem.hint.take().map_or_else(String::new, |hint| format!("{hint}; then "));
        problem.hint = Some(format!("{hint}run the same command again: it skips what is there, and goes on"));
        problem.into()
    }

    fn answer(mut self, unknown: BTreeMap<String, u64>) -> Result<Answer, Failed> {
        self.report.end().map_err(|error| unwritable(&error))?;
        let customers = self.customers.len() + self.seen.len();
        let sum = Sum { unknown_products: unknown, customers: customers as u64, ..self.report.sum };
        let answer = Answer::new(&sum, text(&sum))?;
        Ok(if sum.failed > 0 { answer.of_no() } else { answer })
    }
}

fn text(sum: &Sum) -> String {
    let said = |what: &'static str, count: u64| (what, count.to_string());
    let mut parts = vec![fields(&[
        said("records", sum.records),
        said(if sum.dry_run { "would be imported" } else { "imported" }, sum.imported),
        said("finished", sum.finished),
        said("there already", sum.skipped),
        said("failed", sum.failed),
        said("changed", sum.changed),
        said("customers", sum.customers),
        said("seats", sum.seats),
    ])];
    if !sum.reasons.is_empty() {
        let rows: Vec<_> = sum.reasons.iter().map(|(code, count)| [(*code).to_owned(), count.to_string()]).collect();
        parts.push(columns(["reason", "records"], &rows));
    }
    if !sum.unknown_products.is_empty() {
        let rows: Vec<_> = sum.unknown_products.iter().map(|(name, count)| [name.clone(), count.to_string()]).collect();
        parts.push(columns(["unknown product", "records"], &rows));
    }
    if !sum.told.is_empty() {
        let rows: Vec<_> = sum.told.iter().map(|entry| [entry.place.to_string(), entry.code.to_owned(), entry.message.clone()]).collect();
        parts.push(columns(["where", "reason", "what"], &rows));
    }
    parts.join("\n\n")
}

fn unreadable(file: &Path, why: &str) -> Problem {
    Problem {
        code: "file",
        message: format!("{} cannot be read: {why}", file.display()),
        hint: Some("what was imported before stays; correct the file and run the same command again".to_owned()),
        exit: Exit::Usage,
    }
}

fn unwritable(error: &io::Error) -> Problem {
    let hint = Some("say where it can be written with --report".to_owned());
    Problem { code: "report", message: format!("the report cannot be written: {error}"), hint, exit: Exit::Fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(members::names_in(&Sum::default()), members::names_of(&MEMBERS));
    }
}
