//! New things that are written together, as many as a transaction takes.
//!
//! Each is made whole or not at all, on the condition that nothing of it is there. Where something of one is there, that one is left out
//! and the others are written without it: the store names every condition that does not hold, so this is one round more and not one each.

use tokio::task::JoinSet;

use super::Table;
use super::call::Loss;
use super::item::{Item, size};
use super::transact::{NotDone, Transaction};
use crate::fault::{Fault, FaultKind};
use crate::metrics::along;

/// The most writes of a transaction
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>).
const MOST_WRITES: usize = 100;

/// The most bytes that are written together: the store takes 4 MB, and counts them a little otherwise.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// How many transactions are under way side by side.
const AT_ONCE: usize = 8;

/// Something new, in at most a hundred items.
pub(super) struct NewThing {
    /// The item whose key was drawn for this write alone: where it is there already, an attempt of this write has made it.
    pub(super) own: Item,
    /// What else it is made of, and what somebody else may have.
    pub(super) others: Vec<Item>,
}

/// Whether something was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// It was, by this write.
    New,
    /// It was not: somebody else has something of it.
    Taken,
}

/// A condition: which thing it is of, and whether of its own item.
#[derive(Clone, Copy)]
struct Condition {
    place: usize,
    is_own: bool,
}

type Group = Vec<(usize, NewThing)>;

impl Table {
    /// Makes these things; says what became of each, in their order. A fault leaves some of them made.
    ///
    /// No two of them may have an item in common.
    pub(super) async fn create_together(&self, what: &'static str, things: Vec<NewThing>) -> Result<Vec<Made>, Fault> {
        let mut made = vec![Made::Taken; things.len()];
        let mut tasks = JoinSet::new();
        let mut groups = groups(things).into_iter();
        loop {
            while tasks.len() < AT_ONCE
                && let Some(group) = groups.next()
            {
                let table = self.clone();
                tasks.spawn(along(async move { table.create_group(what, group).await }));
            }
            let Some(done) = tasks.join_next().await else { return Ok(made) };
            for place in done.map_err(|error| Fault::caused(FaultKind::Unavailable, what, error))?? {
                made[place] = Made::New;
            }
        }
    }

    /// The places of those that were made.
    async fn create_group(&self, what: &'static str, mut group: Group) -> Result<Vec<usize>, Fault> {
        while !group.is_empty() {
            let mut transaction = Transaction::new(what);
            for (place, NewThing { own, others }) in &group {
                transaction.create(self, Condition { place: *place, is_own: true }, own.clone())?;
                for other in others {
                    transaction.create(self, Condition { place: *place, is_own: false }, other.clone())?;
                }
            }
            match transaction.run(self).await {
                Ok(()) => break,
                Err(NotDone::Fault(fault)) => return Err(fault),
                Err(NotDone::Conditions(failed, loss)) => {
                    if failed.iter().any(|failed| failed.condition.is_own) {
                        // An attempt whose answer was lost has written all of this: it was all or nothing.
                        return match loss {
                            Loss::Before => Ok(places(&group)),
                            Loss::None => Err(Fault::new(FaultKind::Corrupt, "a number that was drawn is in use")),
                        };
                    }
                    let is_taken = |place| failed.iter().any(|failed| failed.condition.place == place);
                    group.retain(|(place, _)| !is_taken(*place));
                }
            }
        }
        Ok(places(&group))
    }
}

fn places(group: &Group) -> Vec<usize> {
    group.iter().map(|(place, _)| *place).collect()
}

/// As many together as fit, in their order.
fn groups(things: Vec<NewThing>) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut group, mut writes, mut bytes) = (Group::new(), 0, 0);
    for (place, thing) in things.into_iter().enumerate() {
        let more = 1 + thing.others.len();
        let heavier = size(&thing.own) + thing.others.iter().map(size).sum::<usize>();
        if !group.is_empty() && (writes + more > MOST_WRITES || bytes + heavier > MOST_BYTES) {
            groups.push(std::mem::take(&mut group));
            (writes, bytes) = (0, 0);
        }
        (writes, bytes) = (writes + more, bytes + heavier);
        group.push((place, thing));
    }
    groups.extend((!group.is_empty()).then_some(group));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::item::text;

    fn thing(others: usize, bytes: usize) -> NewThing {
        let item = Item::from([("a".to_owned(), text("x".repeat(bytes)))]);
        NewThing { own: item, others: vec![Item::new(); others] }
    }

    fn lengths(things: Vec<NewThing>) -> Vec<usize> {
        groups(things).iter().map(Vec::len).collect()
    }

    #[test]
    fn as_many_are_together_as_a_transaction_takes() {
        assert_eq!(lengths(Vec::new()), Vec::<usize>::new());
        assert_eq!(lengths((0..101).map(|_| thing(1, 10)).collect()), [50, 50, 1]);
        assert_eq!(lengths(vec![thing(1, 10), thing(99, 10), thing(98, 10), thing(0, 10), thing(0, 10)]), [1, 1, 2, 1]);
        assert_eq!(lengths((0..5).map(|_| thing(1, 900 * 1024)).collect()), [2, 2, 1]);
    }

    #[test]
    fn their_places_are_those_that_they_came_in() {
        let places: Vec<_> = groups((0..120).map(|_| thing(1, 10)).collect()).iter().flat_map(places).collect();
        assert_eq!(places, (0..120).collect::<Vec<_>>());
    }
}
