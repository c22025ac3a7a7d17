//! Agreement between the parts that no compiler compares, and tidiness: code, template and documents say the same.
//!
//! Each failure's text says what to do. Lists of exceptions only ever shrink.

mod cargo;
mod endpoints;
mod leaks;
mod reference;
mod runbook;
pub(crate) mod sources;
pub(crate) mod template;
mod tidy;
mod workflows;

use std::time::Duration;

use axum::Router;
use latchkey_core::clock::Clock;
use latchkey_core::config::{PublicUrl, Secret, TokenSecrets};
use latchkey_core::core::{Access, Core, Downloads};
use latchkey_core::http::Function;
use latchkey_core::packages::Packages;
use latchkey_core::random::Random;
use latchkey_core::table::{Patience, Table};
use latchkey_core::tokens::TokenKeys;
use latchkey_local::Parts;
use latchkey_local::queues::{InProcess, Rules};
use latchkey_tests::engines;
use latchkey_tests::world::{BEARER_SECRET, CREDENTIAL_SECRET, SEALING_SECRET, bearer_keys, credentials, notices, sealing_keys};

/// Every function of the product, over stores that do not answer.
fn functions() -> Vec<(Function, Router)> {
    const NOWHERE: &str = "http://127.0.0.1:1";
    let patience = Patience { attempt: Duration::from_secs(1), call: Duration::from_secs(1), attempts: 1 };
    let table = Table::new(engines::dynamodb(NOWHERE), "nothing", Random::System, patience);
    let url = PublicUrl::parse("https://licenses.example.com").unwrap();
    let current = Secret::parse("LATCHKEY_TOKEN_SECRET", "the-secret-of-the-tests-tokens-0123456789").unwrap();
    let downloads = Downloads {
        packages: Packages::new(engines::s3(NOWHERE, "nothing"), "nothing"),
        tokens: TokenKeys::new(&TokenSecrets { current, previous: None }),
    };
    let core = Core::new(table, Clock::System, Random::System, url);
    let credentials = credentials(CREDENTIAL_SECRET, None);
    let access = Access { credentials: credentials.clone(), bearer: bearer_keys(BEARER_SECRET, None) };
    let queue = InProcess::new(Clock::System, Rules::default());
    let (sealing, notices) = (sealing_keys(SEALING_SECRET, None), notices(&queue, &queue));
    latchkey_local::functions(&Parts { core, downloads, credentials, access, sealing, notices })
}
