//! Whole stories, over one dialect or across several.

mod across;
mod bytex_across;
mod bytex_service;
mod updates;
mod vendors;
