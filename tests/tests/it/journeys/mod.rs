//! Whole stories, over one dialect or across several.

mod bytex_across;
mod bytex_service;
