//! `bench cold`: the functions in turns, a b a b, because the machine's noise comes in waves and must strike all alike.

use crate::events;
use crate::failure::{Failure, read};
use crate::options::Cold;
use crate::quota::{Quotas, share};
use crate::sandbox::{Conditions, Sample, run};
use crate::size::Size;
use crate::store::{Items, canned};
use crate::subject::Subject;
use hyper::body::Bytes;
use std::path::Path;
use std::time::Duration;

/// All that was measured.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) memory_mb: u32,
    /// The quota in words; nothing when the functions ran at full speed.
    pub(crate) quota: Option<String>,
    pub(crate) init_unthrottled: bool,
    pub(crate) functions: Vec<Function>,
}

/// All that was measured of one function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) label: String,
    pub(crate) size: Size,
    /// One for each run, at least one.
    pub(crate) samples: Vec<Sample>,
}

/// Makes all the runs. The first failure ends it.
pub(crate) async fn measure(options: &Cold) -> Result<Report, Failure> {
    let store = match &options.dynamodb {
        Some(_) => None,
        None => Some(canned(items(options)?, Duration::from_millis(options.store_delay_ms)).await?),
    };
    let canned_address = store.as_ref().map(|store| format!("http://{}", store.address()));
    let quotas = if options.no_quota { None } else { Quotas::find(share(options.share), Duration::from_micros(options.period_us)) };
    let conditions = Conditions { options, dynamodb: options.dynamodb.clone().or(canned_address).unwrap_or_default(), quotas };
    let mut functions = Vec::new();
    let mut asked = Vec::new();
    for subject in &options.subjects {
        functions.push(Function { label: subject.label(), size: Size::of(&subject.path)?, samples: Vec::new() });
        // One start that does not count: whatever the kernel keeps of a file is there from the second on.
        let event = event(options, subject)?;
        run(subject, &event, &conditions).await?;
        asked.push((subject, event));
    }
    for _ in 0..options.runs {
        for ((subject, event), function) in asked.iter().zip(&mut functions) {
            function.samples.push(run(subject, event, &conditions).await?);
        }
    }
    Ok(Report {
        memory_mb: options.share,
        quota: conditions.quotas.as_ref().map(Quotas::describe),
        init_unthrottled: options.init_unthrottled,
        functions,
    })
}

fn event(options: &Cold, subject: &Subject) -> Result<Bytes, Failure> {
    options.event.as_deref().map_or_else(|| Ok(events::usual(&subject.path)), json)
}

fn items(options: &Cold) -> Result<Items, Failure> {
    options.items.as_deref().map_or_else(Items::usual, |path| Items::parse(path, &read(path)?))
}

/// The file as it is, once it is known to be JSON: an event that cannot be read would be measured as a fast failure.
fn json(path: &Path) -> Result<Bytes, Failure> {
    let bytes = read(path)?;
    serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).map_err(|source| Failure::Json { path: path.to_owned(), source })?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Command, Options};
    use clap::Parser;

    fn options(words: &[&str]) -> Cold {
        let parsed = Options::try_parse_from(["bench", "cold"].iter().chain(words)).unwrap();
        let Command::Cold(options) = parsed.command else { panic!("`cold` is another command") };
        options
    }

    #[tokio::test]
    async fn a_binary_that_does_not_exist_ends_the_run() {
        let failure = measure(&options(&["--no-quota", "/nowhere/bootstrap"])).await.unwrap_err();
        assert!(matches!(failure, Failure::Read { .. }), "{failure}");
    }

    #[tokio::test]
    async fn a_function_that_ends_at_once_ends_the_run() {
        let failure = measure(&options(&["--no-quota", "/bin/false"])).await.unwrap_err();
        assert!(matches!(failure, Failure::Ended { .. }), "{failure}");
    }
}
