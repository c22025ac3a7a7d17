//! What an account's staff see of their account and set in it: its log, its settings, what programs reported, the mail that waits.

mod log;
