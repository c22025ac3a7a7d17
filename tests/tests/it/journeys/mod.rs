//! Whole stories, over one dialect or across several.

mod across;
mod updates;
mod vendors;
