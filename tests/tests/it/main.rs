//! The integration suite: one binary, so that it links once.

mod budgets;
mod concurrency;
mod faults;
mod ladder;
mod layouts;
mod licenses;
mod logs;
mod releases;
mod woosa;
