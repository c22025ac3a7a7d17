//! The steps between the versions of the table.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::fault::Fault;
use crate::table::item::Item;

/// The steps to the version that this code writes, one after another. There is one version so far, and no step to it.
///
/// Whoever adds one follows `shared/README.md`, "How the table evolves".
pub const STEPS: &[Step] = &[];

/// What leads an item of one version to the next.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The version that it leads to, from the one before.
    pub to: u32,
    /// The attributes that it looks at, beside the keys. They are the condition of what it writes: where one was changed meanwhile, it looks
    /// again.
    pub reads: &'static [&'static str],
    /// What is to be made of an item. Nothing but its version, where it is not concerned.
    pub change: fn(&Item) -> Result<Patch, Fault>,
}

/// What is written to an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// Attributes that are set.
    pub set: Vec<(&'static str, AttributeValue)>,
    /// Attributes that are removed.
    pub remove: Vec<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::item::SCHEMA;

    #[test]
    fn the_steps_lead_from_the_first_version_to_the_one_that_is_written() {
        let to: Vec<u32> = STEPS.iter().map(|step| step.to).collect();
        assert_eq!(to, (2..=SCHEMA).collect::<Vec<_>>());
    }
}
