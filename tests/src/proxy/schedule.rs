//! Which call gets which fault.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::call::Call;
use super::fault::Fault;

/// A fault and the calls that it strikes.
#[derive(Clone, Debug)]
pub struct Rule {
    fault: Fault,
    operation: Option<String>,
    when: When,
}

/// Which of the calls that a rule looks at it strikes. Counting starts when the rule is injected, from 0.
#[derive(Clone, Copy, Debug)]
enum When {
    Every,
    First(u64),
    Nth(u64),
    From(u64),
    Index(u64),
    Chance { probability: f64, seed: u64 },
}

impl Rule {
    /// Strikes every call.
    pub fn every(fault: Fault) -> Self {
        Self::new(fault, When::Every)
    }

    /// Strikes the first call.
    pub fn once(fault: Fault) -> Self {
        Self::new(fault, When::First(1))
    }

    /// Strikes the first `count` calls.
    pub fn first(count: u64, fault: Fault) -> Self {
        Self::new(fault, When::First(count))
    }

    /// Strikes only the call number `n`, from 0.
    pub fn nth(n: u64, fault: Fault) -> Self {
        Self::new(fault, When::Nth(n))
    }

    /// Strikes the call number `n`, from 0, and every later one.
    pub fn from(n: u64, fault: Fault) -> Self {
        Self::new(fault, When::From(n))
    }

    /// Strikes the call with the global [index](Call::index) `index`, if it is of the rule's operation.
    pub fn at_index(index: u64, fault: Fault) -> Self {
        Self::new(fault, When::Index(index))
    }

    /// Strikes each call with this probability (0 to 1). The n-th call's fate follows from the seed and n alone.
    pub fn chance(probability: f64, seed: u64, fault: Fault) -> Self {
        Self::new(fault, When::Chance { probability: probability.clamp(0.0, 1.0), seed })
    }

    /// Looks only at calls of this operation, named as in [`Call::operation`]; without it a rule looks at all calls.
    #[must_use]
    pub fn on(mut self, operation: &str) -> Self {
        self.operation = Some(operation.to_owned());
        self
    }

    fn new(fault: Fault, when: When) -> Self {
        Self { fault, operation: None, when }
    }
}

/// The rules in force, and from which call on everything is dead.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    rules: Vec<Armed>,
    kill_at: Option<u64>,
}

/// A rule with its own counter and its own stream of random numbers.
#[derive(Debug)]
struct Armed {
    rule: Rule,
    seen: u64,
    rng: StdRng,
}

impl Schedule {
    pub(super) fn inject(&mut self, rule: Rule) {
        let seed = match rule.when {
            When::Chance { seed, .. } => seed,
            When::Every | When::First(_) | When::Nth(_) | When::From(_) | When::Index(_) => 0,
        };
        self.rules.push(Armed { rule, seen: 0, rng: StdRng::seed_from_u64(seed) });
    }

    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(super) fn kill_at(&mut self, index: Option<u64>) {
        self.kill_at = index;
    }

    /// The fault for this call: the first rule that strikes wins. Every rule counts the call, also when an earlier one strikes, so
    /// that rules can be written down by the number of the call without thinking of each other.
    pub(super) fn decide(&mut self, call: &Call) -> Option<Fault> {
        let mut fault = None;
        for armed in &mut self.rules {
            if armed.strikes(call) && fault.is_none() {
                fault = Some(armed.rule.fault.clone());
            }
        }
        if self.kill_at.is_some_and(|index| call.index >= index) { Some(Fault::DropBefore) } else { fault }
    }
}

impl Armed {
    fn strikes(&mut self, call: &Call) -> bool {
        if self.rule.operation.as_ref().is_some_and(|operation| *operation != call.operation) {
            return false;
        }
        let number = self.seen;
        self.seen += 1;
        match self.rule.when {
            When::Every => true,
            When::First(count) => number < count,
            When::Nth(n) => number == n,
            When::From(n) => number >= n,
            When::Index(index) => call.index == index,
            When::Chance { probability, .. } => self.rng.random_bool(probability),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of `count` calls are struck; even ones are `GetItem`, odd ones `UpdateItem`.
    fn struck(rules: Vec<Rule>, count: u64) -> Vec<(u64, Fault)> {
        let mut schedule = Schedule::default();
        for rule in rules {
            schedule.inject(rule);
        }
        struck_by(&mut schedule, count)
    }

    fn struck_by(schedule: &mut Schedule, count: u64) -> Vec<(u64, Fault)> {
        (0..count)
            .filter_map(|index| {
                let operation = if index % 2 == 0 { "GetItem" } else { "UpdateItem" };
                let fault = schedule.decide(&Call { index, operation: operation.to_owned() })?;
                Some((index, fault))
            })
            .collect()
    }

    fn indices(rule: Rule) -> Vec<u64> {
        struck(vec![rule], 8).into_iter().map(|(index, _)| index).collect()
    }

    #[test]
    fn a_rule_counts_the_calls_of_its_operation_only() {
        assert_eq!(indices(Rule::once(Fault::Throttle).on("UpdateItem")), [1]);
        assert_eq!(indices(Rule::first(2, Fault::Throttle).on("UpdateItem")), [1, 3]);
        assert_eq!(indices(Rule::nth(2, Fault::Throttle).on("UpdateItem")), [5]);
        assert_eq!(indices(Rule::from(2, Fault::Throttle).on("UpdateItem")), [5, 7]);
        assert_eq!(indices(Rule::every(Fault::Throttle).on("GetItem")), [0, 2, 4, 6]);
        assert_eq!(indices(Rule::nth(2, Fault::Throttle)), [2]);
    }

    #[test]
    fn an_index_is_the_global_one_and_still_asks_for_the_operation() {
        assert_eq!(indices(Rule::at_index(3, Fault::Throttle)), [3]);
        assert_eq!(indices(Rule::at_index(3, Fault::Throttle).on("UpdateItem")), [3]);
        assert_eq!(indices(Rule::at_index(3, Fault::Throttle).on("GetItem")), [0; 0]);
    }

    #[test]
    fn the_first_rule_that_strikes_wins_and_the_others_count_all_the_same() {
        let rules = vec![Rule::once(Fault::Throttle), Rule::first(2, Fault::DropAfter), Rule::nth(2, Fault::Hang)];
        assert_eq!(struck(rules, 8), [(0, Fault::Throttle), (1, Fault::DropAfter), (2, Fault::Hang)]);
    }

    #[test]
    fn chance_repeats_itself_from_its_seed_whatever_other_rules_do() {
        let alone = struck(vec![Rule::chance(0.3, 7, Fault::DropAfter)], 1_000);
        assert!((200..400).contains(&alone.len()), "{} of 1,000 at 0.3", alone.len());
        let behind = struck(vec![Rule::first(5, Fault::Throttle), Rule::chance(0.3, 7, Fault::DropAfter)], 1_000);
        let later = |struck: Vec<(u64, Fault)>| struck.into_iter().filter(|(index, _)| *index >= 5).collect::<Vec<_>>();
        assert_eq!(later(behind), later(alone.clone()));
        assert_ne!(struck(vec![Rule::chance(0.3, 8, Fault::DropAfter)], 1_000), alone);
        assert_eq!(struck(vec![Rule::chance(0.0, 7, Fault::DropAfter)], 100), []);
    }

    #[test]
    fn from_the_kill_on_everything_is_dropped_until_it_is_taken_back() {
        let mut schedule = Schedule::default();
        schedule.inject(Rule::every(Fault::Throttle));
        schedule.kill_at(Some(2));
        let faults: Vec<_> = struck_by(&mut schedule, 4).into_iter().map(|(_, fault)| fault).collect();
        assert_eq!(faults, [Fault::Throttle, Fault::Throttle, Fault::DropBefore, Fault::DropBefore]);
        schedule.kill_at(None);
        schedule.clear();
        assert_eq!(struck_by(&mut schedule, 4), []);
    }
}
