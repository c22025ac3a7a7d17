//! Conditions made at random: what they mean, how they are spelled, and what they are made of.

mod meaning;
mod spelled;
mod strategies;

pub(super) use self::meaning::{Plain, bare, member, tree};
pub(super) use self::spelled::Writer;
pub(super) use self::strategies::{filter, orders};
