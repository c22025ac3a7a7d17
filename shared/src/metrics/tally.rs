//! What a request takes of the table's capacity, as the table tells with each answer.
//!
//! Counted where calls are made (`table/call.rs`), for whatever runs within [`Meter::within`]; a task that is spawned there is run
//! [`along`]. What the store does not tell is not counted: it charges for a write whose condition did not hold, too, and for an attempt
//! whose answer was lost.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::ConsumedCapacity;

use super::Metrics;

tokio::task_local! {
    static METER: Meter;
}

/// Capacity units of DynamoDB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Units {
    /// Half a unit for each 4 KB that are read, one where it is strongly consistent, two in a transaction.
    pub read: f64,
    /// One for each KB that is written, two in a transaction.
    pub write: f64,
}

/// Counts what one request takes, or one batch. Clones count the same one.
#[derive(Clone, Debug)]
pub struct Meter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    metrics: Metrics,
    dialect: String,
    units: Mutex<Units>,
}

impl Meter {
    pub(super) fn new(metrics: Metrics, dialect: &str) -> Self {
        Self(Arc::new(Inner { metrics, dialect: dialect.to_owned(), units: Mutex::default() }))
    }

    /// Runs `work`; what it takes is counted here.
    pub async fn within<F: Future>(&self, work: F) -> F::Output {
        METER.scope(self.clone(), work).await
    }

    /// The one that the present work is counted by, where it is counted.
    pub(crate) fn present() -> Option<Self> {
        METER.try_with(Self::clone).ok()
    }

    /// One like this that has counted nothing.
    pub(crate) fn afresh(&self) -> Self {
        Self::new(self.0.metrics.clone(), &self.0.dialect)
    }

    /// Counts something that the present work took.
    pub(crate) fn add(units: Units) {
        // What nobody counts is not counted.
        let _ = METER.try_with(|meter| {
            let mut sum = meter.0.units.lock().unwrap_or_else(PoisonError::into_inner);
            sum.read += units.read;
            sum.write += units.write;
        });
    }

    /// What was taken so far.
    pub fn units(&self) -> Units {
        *self.0.units.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(super) fn dialect(&self) -> &str {
        &self.0.dialect
    }
}

/// `work` as part of what is being counted now, for a task of its own.
pub fn along<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let meter = Meter::present();
    async move {
        match meter {
            Some(meter) => meter.within(work).await,
            None => work.await,
        }
    }
}

/// An answer of the table's, which tells what it took.
pub trait Consumed {
    /// What it took.
    fn units(&self) -> Units;
}

fn total(capacity: &ConsumedCapacity) -> f64 {
    capacity.capacity_units().unwrap_or_default()
}

fn read<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Units {
    Units { read: consumed.into_iter().map(total).sum(), write: 0.0 }
}

/// A transaction of writes that had been carried out already takes reads.
fn written<'a>(consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) -> Units {
    consumed.into_iter().fold(Units::default(), |sum, capacity| {
        let read = capacity.read_capacity_units().unwrap_or_default().min(total(capacity));
        Units { read: sum.read + read, write: sum.write + total(capacity) - read }
    })
}

macro_rules! consumed {
    ($($output:ident => $of:ident,)+) => {$(
        impl Consumed for $output {
            fn units(&self) -> Units {
                $of(self.consumed_capacity())
            }
        }
    )+};
}

consumed! {
    BatchGetItemOutput => read,
    BatchWriteItemOutput => written,
    DeleteItemOutput => written,
    GetItemOutput => read,
    PutItemOutput => written,
    QueryOutput => read,
    ScanOutput => read,
    TransactGetItemsOutput => read,
    TransactWriteItemsOutput => written,
    UpdateItemOutput => written,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn capacity(total: f64, read: Option<f64>) -> ConsumedCapacity {
        ConsumedCapacity::builder().capacity_units(total).set_read_capacity_units(read).build()
    }

    #[test]
    fn reads_and_writes_are_told_apart() {
        let got = GetItemOutput::builder().consumed_capacity(capacity(0.5, None)).build();
        assert_eq!(got.units(), Units { read: 0.5, write: 0.0 });
        let put = PutItemOutput::builder().consumed_capacity(capacity(2.0, None)).build();
        assert_eq!(put.units(), Units { read: 0.0, write: 2.0 });
        let again = TransactWriteItemsOutput::builder().consumed_capacity(capacity(4.0, Some(4.0))).build();
        assert_eq!(again.units(), Units { read: 4.0, write: 0.0 });
        let batch = BatchGetItemOutput::builder().consumed_capacity(capacity(1.5, None)).consumed_capacity(capacity(1.0, None)).build();
        assert_eq!(batch.units(), Units { read: 2.5, write: 0.0 });
        assert_eq!(UpdateItemOutput::builder().build().units(), Units::default());
    }

    #[tokio::test]
    async fn each_counts_its_own_and_what_is_spawned_counts_along() {
        let metrics = Metrics::to("Latchkey/test", Clock::System, Arc::new(|_| {}));
        let (one, other) = (metrics.meter("shop"), metrics.meter("shop"));
        let take = async |units: f64| Meter::add(Units { read: units, write: 0.0 });
        tokio::join!(one.within(take(1.0)), other.within(take(2.0)), take(4.0));
        one.within(async {
            let counted = tokio::spawn(along(async { Meter::add(Units { read: 0.0, write: 3.0 }) }));
            counted.await.unwrap();
            tokio::spawn(async { Meter::add(Units { read: 0.0, write: 8.0 }) }).await.unwrap();
        })
        .await;
        assert_eq!((one.units(), other.units()), (Units { read: 1.0, write: 3.0 }, Units { read: 2.0, write: 0.0 }));
        assert_eq!(one.afresh().units(), Units::default());
    }
}
