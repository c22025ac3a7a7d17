//! Which calls of a client follow each other, and which go out side by side.
//!
//! Measured where the calls are made: a proxy sees the second of two calls that went out together only after it has answered the
//! first one, where the upstream is quick. By logical numbers, so that no clock has a say.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemInput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// Notes when each call of the client that it watches begins and ends. Clones share what they noted.
#[derive(Clone, Default)]
pub struct Trips(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    next: u64,
    generation: u64,
    calls: Vec<Interval>,
}

/// A call's life, in the order of what happened: the request is about to be sent, and its answer was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Interval {
    began: u64,
    ended: Option<u64>,
}

impl Trips {
    /// How many calls have begun.
    pub(super) fn begun(&self) -> usize {
        self.lock().calls.len()
    }

    /// The most calls of which each began after the one before it had ended.
    pub(super) fn longest_chain(&self) -> usize {
        longest_chain(&self.lock().calls)
    }

    pub(super) fn reset(&self) {
        let mut noted = self.lock();
        noted.calls.clear();
        noted.generation += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Running {
        let mut noted = self.lock();
        let (began, generation, place) = (noted.next, noted.generation, noted.calls.len());
        noted.next += 1;
        noted.calls.push(Interval { began, ended: None });
        Running { trips: self.clone(), generation, place }
    }
}

/// Taking the call that ends first, again and again, gives the longest chain.
fn longest_chain(calls: &[Interval]) -> usize {
    let mut calls = calls.to_vec();
    calls.sort_by_key(|call| call.ended.unwrap_or(u64::MAX));
    let (mut chain, mut last) = (0, None);
    for call in calls {
        if last.is_none_or(|last| call.began > last) {
            chain += 1;
            last = Some(call.ended.unwrap_or(u64::MAX));
        }
    }
    chain
}

/// Whether a call writes an account's log: the same as [`Recorded::is_of_log`](super::Recorded::is_of_log), where it is made.
fn is_of_log(input: &Input) -> bool {
    if let Some(update) = input.downcast_ref::<UpdateItemInput>() {
        let sk = update.key().and_then(|key| key.get("sk")).and_then(|sk| sk.as_s().ok());
        return sk.is_some_and(|sk| sk == "LOGENTRY");
    }
    let Some(batch) = input.downcast_ref::<BatchWriteItemInput>() else { return false };
    batch.request_items().into_iter().flat_map(HashMap::values).flatten().all(|request| {
        let pk = request.put_request().and_then(|put| put.item().get("pk")).and_then(|pk| pk.as_s().ok());
        pk.is_some_and(|pk| pk.starts_with("LOG#"))
    })
}

/// A call that has begun. It ends with its answer, or when its client gives up and drops it.
struct Running {
    trips: Trips,
    generation: u64,
    place: usize,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut noted = self.trips.lock();
        let ended = noted.next;
        noted.next += 1;
        let call = if noted.generation == self.generation { noted.calls.get_mut(self.place) } else { None };
        if let Some(call) = call.filter(|call| call.ended.is_none()) {
            call.ended = Some(ended);
        }
    }
}

impl Storable for Running {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Trips {
    fn name(&self) -> &'static str {
        "Trips"
    }

    fn read_before_execution(&self, context: &BeforeSerializationInterceptorContextRef<'_>, cfg: &mut ConfigBag) -> Result<(), BoxError> {
        // What writes accounts' logs is in nobody's way, and comes whenever it comes.
        if !is_of_log(context.input()) {
            cfg.interceptor_state().store_put(self.begin());
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        _: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().unset::<Running>();
        Ok(())
    }
}

impl fmt::Debug for Trips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Trips").field(&self.lock().calls).finish()
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("place", &self.place).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(calls: &[(u64, Option<u64>)]) -> usize {
        longest_chain(&calls.iter().map(|&(began, ended)| Interval { began, ended }).collect::<Vec<_>>())
    }

    #[test]
    fn calls_side_by_side_are_one_round_trip_and_calls_in_turn_are_many() {
        assert_eq!(chain(&[]), 0);
        assert_eq!(chain(&[(0, Some(1)), (2, Some(3)), (4, Some(5))]), 3);
        assert_eq!(chain(&[(0, Some(3)), (1, Some(2))]), 1);
        assert_eq!(chain(&[(0, Some(2)), (1, Some(3))]), 1);
        assert_eq!(chain(&[(0, Some(7)), (1, Some(2)), (3, Some(4)), (5, Some(6))]), 3, "three in turn beside a long one");
        assert_eq!(chain(&[(0, Some(1)), (2, None), (3, Some(4))]), 2, "one that never ended is beside all later ones");
        assert_eq!(chain(&[(0, None), (1, None)]), 1);
    }

    #[test]
    fn a_call_that_is_given_up_ends_then() {
        let trips = Trips::default();
        drop(trips.begin());
        let running = trips.begin();
        assert_eq!((trips.begun(), trips.longest_chain()), (2, 2));
        drop(trips.begin());
        assert_eq!((trips.begun(), trips.longest_chain()), (3, 2));
        trips.reset();
        drop(running);
        assert_eq!((trips.begun(), trips.longest_chain()), (0, 0));
    }
}
