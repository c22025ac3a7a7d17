//! Giving a floating seat back.

use aws_sdk_dynamodb::types::Update;

use super::counting;
use super::lend::Counter;
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::{ProductClaim, known};
use crate::domain::refusal::Refusal;
use crate::domain::seat::{Layout, SeatDigest};
use crate::domain::time::Timestamp;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::grants::names;
use crate::table::item::number;
use crate::table::seats::condition::Condition;
use crate::table::seats::mark::Mark;
use crate::table::transact::{NotDone, Transaction};
use crate::table::{Table, keys};

const WHAT: &str = "giving a floating seat back";

/// How often somebody else may come between within one call before that is called contention.
const ROUNDS: usize = 6;

/// A client that gives its floating seat back.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// The licence.
    pub key: KeyDigest,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// The seat, by its holder's digest.
    pub seat: SeatDigest,
    /// The present moment.
    pub now: Timestamp,
}

#[derive(Clone, Copy)]
enum Named {
    Seat,
    Grant,
}

impl Table {
    /// Frees a floating seat, whether or not its time is over. A client that holds none is told so, and nothing changes. A licence that
    /// was stopped or has ended takes its seats back too.
    ///
    /// Gives the licence afterwards: one transaction of four write units, and the grant read beside it.
    pub async fn take_back_seat(&self, release: Release<'_>) -> Result<Grant, Failure> {
        for _ in 0..ROUNDS {
            let mark = Mark::draw(&self.random, release.now);
            let changing = self.changing(release.key, Layout::Items);
            let (freed, beside) = tokio::join!(self.free_seat(&release, mark), self.counted(release.key));
            if let Some(attempts) = freed? {
                let grant = match beside {
                    Ok(Some(counter)) if attempts == 1 => counter.less_one(mark),
                    Ok(_) | Err(_) => self.counted(release.key).await?.ok_or_else(gone)?.grant,
                };
                self.hints.learn(&grant);
                changing.left(&grant, release.now);
                return Ok(grant);
            }
            // A store forgets a transaction's token after some minutes: the mark tells even then that it was freed by us.
            let counter = self.counted(release.key).await?;
            if let Some(counter) = &counter {
                self.hints.learn(&counter.grant);
                if counter.freed == Some(mark) {
                    return Ok(counter.grant.clone());
                }
            }
            known(counter.as_ref().map(|counter| &counter.grant), release.product)?;
            if self.lease(release.key, release.seat).await?.is_none() {
                return Err(Refusal::NotActivatedHere.into());
            }
        }
        Err(Failure::Fault(Fault::new(FaultKind::Contended, WHAT)))
    }

    /// Deletes the seat and counts it no longer. Gives how often that was sent, or nothing where a condition did not hold.
    async fn free_seat(&self, release: &Release<'_>, mark: Mark) -> Result<Option<u32>, Fault> {
        let mut condition = Condition::known(release.product);
        condition
            .name("#taken", names::TAKEN)
            .name("#freed", names::FREED)
            .value(":mark", mark.attribute())
            .value(":one", number(1))
            .value(":none", number(0))
            .term("#taken > :none");
        let mut transaction = Transaction::new(WHAT);
        transaction.delete(self, Named::Seat, keys::lease(release.key, release.seat))?;
        let update = Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::grant(release.key).attributes()))
            .update_expression("SET #taken = #taken - :one, #freed = :mark")
            .condition_expression(condition.expression())
            .set_expression_attribute_names(Some(condition.names()))
            .set_expression_attribute_values(Some(condition.values()));
        transaction.update(Named::Grant, update)?;
        match transaction.attempt(self).await {
            Ok(attempts) => Ok(Some(attempts)),
            Err(NotDone::Conditions(..)) => Ok(None),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }
}

impl Counter {
    fn less_one(self, mark: Mark) -> Grant {
        let taken = self.grant.seats.taken();
        let taken = if self.freed == Some(mark) { taken } else { taken.saturating_sub(1) };
        counting(self.grant, taken)
    }
}

fn gone() -> Fault {
    Fault::new(FaultKind::Contended, "the licence was deleted while it was used")
}
