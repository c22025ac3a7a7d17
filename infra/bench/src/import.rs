//! `bench import`: taking over licences by the tool, into the local stack, as a vendor would who tries it.
//!
//! A tenth of them comes first, then all the others, then all of them again: so one run tells whether the cost of a licence grows with
//! what is there already, and what an import costs that was begun again. The local stack follows every licence with its indexes meanwhile
//! and afterwards; when it has caught up is told, too.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::failure::{Failure, read};

/// The options of `bench import`.
#[derive(clap::Args, Debug)]
pub(crate) struct Import {
    /// How many licences
    #[arg(default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(10..))]
    pub(crate) licenses: u32,
    /// The folder with `latchkey` and `latchkey-local`; that of this program otherwise
    #[arg(long, value_name = "DIR")]
    pub(crate) bin: Option<PathBuf>,
    /// Let the stack keep nothing, instead of keeping it all in a folder
    #[arg(long)]
    pub(crate) ephemeral: bool,
}

/// Over how long the stack must have used less than [`QUIET`] to have caught up.
const LOOK: Duration = Duration::from_secs(2);

/// Processor time in hundredths of a second.
const QUIET: u64 = 10;

/// The columns of an EDD export.
const COLUMNS: &str = "License ID,License Key,License Status,Customer ID,Customer Email,Customer Name,User ID,Product Name,Price ID,Purchase Date,\
Expiration Date,Activation Limit,Activation Count,Activated URLs";

/// One import that was measured.
struct Pass {
    what: &'static str,
    licenses: u32,
    seconds: f64,
    stack: u64,
}

/// Measures, and gives the report.
pub(crate) fn measure(options: &Import) -> Result<String, Failure> {
    let beside = std::env::current_exe().map_err(|source| Failure::Read { path: "this program".into(), source })?;
    let bin = options.bin.clone().unwrap_or_else(|| beside.parent().unwrap_or(Path::new(".")).to_path_buf());
    let folder = Folder::make()?;
    let stack = Stack::start(&bin, (!options.ephemeral).then(|| folder.0.join("data")))?;
    let account = stack.tool(&["account", "create", "--name", "Acme"])?["account"].to_string();
    stack.tool(&["product", "create", "--account", &account, "--slug", "tools", "--name", "Tools", "--author", "Acme"])?;
    let count = options.licenses;
    let (some, all) = (folder.0.join("some.csv"), folder.0.join("all.csv"));
    write(&some, count / 10)?;
    write(&all, count)?;
    let first = stack.import(&account, "the first tenth", &some, count / 10, 0)?;
    stack.catch_up()?;
    let rest = stack.import(&account, "the others", &all, count - count / 10, count / 10)?;
    let caught_up = stack.catch_up()?;
    let again = stack.import(&account, "all of them again", &all, 0, count)?;
    Ok(report(count, &[first, rest, Pass { licenses: count, ..again }], caught_up))
}

fn report(count: u32, passes: &[Pass; 3], caught_up: f64) -> String {
    let each = |pass: &Pass| pass.seconds / f64::from(pass.licenses.max(1));
    let base = each(&passes[0]);
    let mut text = format!("{count} licences, {} customers\n\n", customers(count));
    text.push_str("| | licences | s | licences a second | a licence, against the first tenth | the stack's processor, s |\n|---|---|---|---|---|---|\n");
    for pass in passes {
        let Pass { what, licenses, seconds, stack } = pass;
        let (speed, ratio) = (1.0 / each(pass), each(pass) / base);
        let _ = writeln!(text, "| {what} | {licenses} | {seconds:.1} | {speed:.0} | × {ratio:.2} | {}.{:02} |", stack / 100, stack % 100);
    }
    let _ = writeln!(text, "\nThe indexes had caught up {caught_up:.0} s after the second of these.");
    text
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("latchkey-bench-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|source| Failure::Read { path: path.clone(), source })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The local stack while it runs.
struct Stack {
    process: Child,
    /// Open, or the stack could not print.
    _printed: BufReader<ChildStdout>,
    tool: PathBuf,
    url: String,
}

impl Stack {
    fn start(bin: &Path, data: Option<PathBuf>) -> Result<Self, Failure> {
        let path = bin.join("latchkey-local");
        let mut command = Command::new(&path);
        command.args(["--port", "0"]);
        match data {
            Some(data) => command.arg("--data").arg(data),
            None => command.arg("--ephemeral"),
        };
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut process = started.map_err(|source| Failure::Start { path: path.clone(), source })?;
        let ended = || Failure::Ended { label: "latchkey-local".to_owned(), state: "it told no address".to_owned() };
        let mut printed = BufReader::new(process.stdout.take().ok_or_else(ended)?);
        let mut line = String::new();
        let url = loop {
            line.clear();
            if printed.read_line(&mut line).map_err(|source| Failure::Read { path: path.clone(), source })? == 0 {
                return Err(ended());
            }
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break format!("http://127.0.0.1:{port}");
            }
        };
        Ok(Self { process, _printed: printed, tool: bin.join("latchkey"), url })
    }

    /// What the tool answers.
    fn tool(&self, words: &[&str]) -> Result<Value, Failure> {
        let mut command = Command::new(&self.tool);
        let output = command.arg(format!("--local={}", self.url)).args(words).arg("--json").stdin(Stdio::null()).output();
        let output = output.map_err(|source| Failure::Start { path: self.tool.clone(), source })?;
        if !output.status.success() {
            let state = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Failure::Ended { label: format!("latchkey {}", words.join(" ")), state });
        }
        serde_json::from_slice(&output.stdout).map_err(|source| Failure::Json { path: self.tool.clone(), source })
    }

    /// Imports a file of which so many licences are new.
    fn import(&self, account: &str, what: &'static str, file: &Path, new: u32, there: u32) -> Result<Pass, Failure> {
        let (before, begun) = (self.used()?, Instant::now());
        let answer = self.tool(&["license", "import", &file.to_string_lossy(), "--account", account, "--from", "edd"])?;
        let (seconds, stack) = (begun.elapsed().as_secs_f64(), self.used()? - before);
        if (&answer["imported"], &answer["skipped"]) != (&Value::from(new), &Value::from(there)) {
            let state = format!("{} imported and {} there, where {new} and {there} were to be", answer["imported"], answer["skipped"]);
            return Err(Failure::Ended { label: what.to_owned(), state });
        }
        Ok(Pass { what, licenses: new, seconds, stack })
    }

    /// Waits until the stack has nothing left to do; gives the seconds.
    fn catch_up(&self) -> Result<f64, Failure> {
        let begun = Instant::now();
        loop {
            let (before, seconds) = (self.used()?, begun.elapsed().as_secs_f64());
            sleep(LOOK);
            if self.used()? - before < QUIET {
                return Ok(seconds);
            }
        }
    }

    /// The processor time that the stack has used, in hundredths of a second (`proc(5)`).
    fn used(&self) -> Result<u64, Failure> {
        let path = PathBuf::from(format!("/proc/{}/stat", self.process.id()));
        let text = String::from_utf8_lossy(&read(&path)?).into_owned();
        // The second field may hold blanks, and is in brackets.
        let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
        Ok(fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // It is gone already, or is now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Three customers for five licences.
fn customers(licenses: u32) -> u32 {
    (u64::from(licenses) * 3 / 5).try_into().unwrap_or(u32::MAX)
}

/// An export: each licence has an end, none to three activations, and a customer with an address.
fn write(path: &Path, licenses: u32) -> Result<(), Failure> {
    let failed = |source| Failure::Read { path: path.to_path_buf(), source };
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    writeln!(file, "{COLUMNS}").map_err(failed)?;
    for number in 0..licenses {
        // The first of five has one alone, and two share one.
        let customer = number / 5 * 3 + (number % 5).min(2);
        let sites: Vec<_> = (0..number % 4).map(|site| format!("https://site-{number}-{site}.example.com")).collect();
        let (limit, taken, sites) = (if number % 10 == 0 { 0 } else { 5 }, sites.len(), sites.join(", "));
        let until = 4_070_908_800_u64 + u64::from(number);
        let person = format!("{customer},customer-{customer}@example.com,Customer {customer}");
        let key = format!("BENCH-{number:08}-EDD");
        writeln!(file, "{number},{key},active,{person},3,Tools,0,2024-01-02 03:04:05,{until},{limit},{taken},\"{sites}\"")
            .map_err(failed)?;
    }
    file.flush().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_compares_with_the_first_tenth() {
        let pass = |what, licenses, seconds| Pass { what, licenses, seconds, stack: 1_234 };
        let text = report(1_000, &[pass("a", 100, 1.0), pass("b", 900, 18.0), pass("c", 1_000, 1.0)], 7.0);
        assert!(text.contains("| a | 100 | 1.0 | 100 | × 1.00 | 12.34 |"), "{text}");
        assert!(text.contains("| b | 900 | 18.0 | 50 | × 2.00 | 12.34 |"), "{text}");
        assert!(text.contains("1000 licences, 600 customers"), "{text}");
    }
}
