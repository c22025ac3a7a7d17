//! The integration suite: one binary, so that it links once.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here has to fail the test")]

mod agreement;
mod api_keys;
mod assign_sites;
mod babel;
mod budgets;
mod bytex;
mod catalog;
mod concurrency;
mod cscart;
mod examples;
mod faults;
mod find_by_site;
mod floating;
mod frozen;
mod imports;
mod index_batches;
mod journeys;
mod ladder;
mod layouts;
mod licenses;
mod licensing;
mod log_in;
mod logs;
mod mail;
mod metrics;
mod notifications;
mod origin;
mod outbound;
mod over_http;
mod probe;
mod releases;
mod resealing;
mod sales;
mod search;
mod seat_tokens;
mod sellcodes;
mod system;
mod traces;
mod users;
mod webhooks;
mod wide;
mod woosa;
