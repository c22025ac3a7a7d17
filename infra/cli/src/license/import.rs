//! `latchkey license import`: taking over what was sold through another licence manager.

mod columns;
mod csv;
mod customers;
mod json;
mod mapping;
mod php;
mod plan;
mod preset;
mod products;
mod report;
mod source;
mod values;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};

use latchkey_core::domain::ids::AccountId;
use latchkey_core::domain::webhook::Webhook;
use latchkey_core::fault::{Fault, FaultKind};
use latchkey_core::ops::import_customers::ImportCustomer;
use latchkey_core::ops::import_licenses::{ImportLicense, Imported, MOST_IMPORTED, Preview, begin_import, preview_import};
use latchkey_core::ops::webhooks::list_webhooks;

use tokio::task::JoinHandle;

use self::customers::Customers;
use self::mapping::{MapArg, Mapping, StatusArg};
use self::plan::{Bad, Planned, Planner, Warning};
use self::preset::{Member as Part, Preset};
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
    /// What the file does not say, if it should by the preset: until,limit
    #[arg(long, value_name = "MEMBER", value_enum, value_delimiter = ',')]
    without: Vec<Part>,
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

const MEMBERS: [Member; 14] = [
    ("dry_run", "true where nothing was written"),
    ("records", "how many records the file has"),
    ("imported", "how many licences were made, or would be"),
    ("finished", "how many had been begun by an import that broke off, and have all of their seats now"),
    ("skipped", "how many were there already, and were left as they are"),
    ("failed", "how many records are no licences, or have a key that is in use otherwise; with any, the command ends with 1"),
    ("changed", "how many of the imported ones are not kept in every detail"),
    ("customers", "how many customers have a licence that was imported, or would be"),
    ("seats", "how many activations were kept, development sites included"),
    ("events", "in a dry run, how many events the account's webhooks would be sent; else null"),
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
    customers: Customers,
    /// Who would be told of it; asked for a dry run.
    webhooks: Vec<Webhook>,
}

impl Args {
    /// Imports the file.
    pub(super) async fn run(self, session: &Session) -> Result<Answer, Failed> {
        let Self { file, account, from, map, without, product, status, dry_run, raise_limits, no_customers, report } = self;
        session.require_account(account).await?;
        let mut source = Source::open(&file).map_err(|error| unreadable(&file, &error.to_string()))?;
        let mapping = Mapping::of(from, map, without, status);
        // Where there are none the file cannot be read: reading on tells why.
        if let Ok(columns) = source.columns.await {
            mapping.check(&columns)?;
        }
        let known = from.known();
        let products = Products::read(&session.core, account, &product, known.has_our_numbers).await?;
        let now = session.core.now();
        let mut planner = Planner { preset: from, mapping, products, raise_limits, now };
        let report = Report::begin(report.as_deref(), dry_run).map_err(|error| unwritable(&error))?;
        let webhooks = if dry_run { list_webhooks(&session.core, account).await? } else { Vec::new() };
        let (batch, keys, writing) = (Vec::with_capacity(MOST_IMPORTED), HashMap::new(), VecDeque::new());
        let mut import = Import { session, account, dry_run, report, batch, writing, keys, customers: Customers::default(), webhooks };
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
        let (mut places, mut licenses, mut customers) = (Vec::new(), Vec::new(), Vec::new());
        for Waiting { place, license, customer, warnings } in batch {
            places.push((place, license.seats.len(), warnings));
            licenses.push(license);
            customers.push(customer);
        }
        // The keys first: whose licence is there, or is another's, is not recorded.
        let begun = begin_import(&self.session.core, self.account, licenses).await?;
        let wanted = begun.places().filter_map(|place| customers.get(place)?.as_ref());
        self.customers.find(self.session, self.account, wanted).await?;
        let begun = begun.of_customers(|place| self.customers.of(customers.get(place)?.as_ref()?));
        while self.writing.len() >= AT_ONCE {
            self.finish().await?;
        }
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
        Ok(self.report.flush().map_err(|error| unwritable(&error))?)
    }

    async fn preview(&mut self, batch: Vec<Waiting>) -> Result<(), Failed> {
        let (mut told, mut licenses) = (Vec::new(), Vec::new());
        for Waiting { place, license, customer, warnings } in batch {
            told.push((place, license.seats.len(), customer, warnings));
            licenses.push(license);
        }
        let previews = preview_import(&self.session.core, self.account, licenses, &self.webhooks).await?;
        for ((place, seats, customer, warnings), preview) in told.into_iter().zip(previews) {
            if let (Preview::New { .. }, Some(customer)) = (preview, customer) {
                self.customers.plan(&customer);
            }
            self.report.preview(place, preview, seats, warnings).map_err(|error| unwritable(&error))?;
        }
        Ok(self.report.flush().map_err(|error| unwritable(&error))?)
    }

    /// What is said where it breaks off. What is being written is waited for, and the report says what came of what was done.
    async fn stopped(&mut self, failed: Failed) -> Failed {
        while !self.writing.is_empty() {
            // The first failure is the one that is told.
            let _ = self.finish().await;
        }
        let _ = self.report.flush();
        let mut problem = failed.explain(&self.session.target);
        let done = self.report.sum.imported + self.report.sum.finished;
        problem.message = format!("{}; {done} licences were imported before", problem.message);
        let hint = problem.hint.take().map_or_else(String::new, |hint| format!("{hint}; then "));
        problem.hint = Some(format!("{hint}run the same command again: it skips what is there, and goes on"));
        problem.into()
    }

    fn answer(mut self, unknown: BTreeMap<String, u64>) -> Result<Answer, Failed> {
        self.report.flush().map_err(|error| unwritable(&error))?;
        let sum = Sum { unknown_products: unknown, customers: self.customers.count(), ..self.report.sum };
        let answer = Answer::new(&sum, text(&sum))?;
        Ok(if sum.failed > 0 { answer.of_no() } else { answer })
    }
}

fn text(sum: &Sum) -> String {
    let said = |what: &'static str, count: u64| (what, count.to_string());
    let events = sum.events.map(|events| said("events to webhooks", events));
    let counts = [
        said("records", sum.records),
        said(if sum.dry_run { "would be imported" } else { "imported" }, sum.imported),
        said("finished", sum.finished),
        said("there already", sum.skipped),
        said("failed", sum.failed),
        said("changed", sum.changed),
        said("customers", sum.customers),
        said("seats", sum.seats),
    ];
    let mut parts = vec![fields(&counts.into_iter().chain(events).collect::<Vec<_>>())];
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
