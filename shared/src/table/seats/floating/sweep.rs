//! Freeing the seats whose time is over, all of them: for what has to know how many are held.

use aws_sdk_dynamodb::types::Update;

use super::attempt::free;
use crate::domain::key::KeyDigest;
use crate::domain::seat::{Layout, SeatDigest};
use crate::domain::time::Timestamp;
use crate::fault::Fault;
use crate::table::grants::names;
use crate::table::item::number;
use crate::table::keys::PK;
use crate::table::seats::mark::Mark;
use crate::table::transact::{NotDone, Transaction};
use crate::table::{Freshness, Table, keys};

const WHAT: &str = "freeing floating seats";

/// The most seats that are freed together: a transaction has 100 writes at most.
const AT_ONCE: usize = 90;

#[derive(Clone, Copy)]
enum Named {
    Seat,
    Grant,
}

impl Table {
    /// Frees the floating seats of a licence whose time was over at `before`. Gives how many.
    ///
    /// Those that their holders, or others, take again meanwhile stay theirs.
    pub async fn free_seats_over(&self, key: KeyDigest, before: Timestamp, now: Timestamp) -> Result<usize, Fault> {
        let (mut after, mut freed) = (None, 0);
        loop {
            let (leases, next) = self.leases(key, after, Freshness::Strong).await?;
            let over: Vec<SeatDigest> = leases.iter().filter(|lease| lease.is_over(before)).map(|lease| lease.client.digest()).collect();
            for seats in over.chunks(AT_ONCE) {
                if self.free_over(key, seats, before, now).await? {
                    freed += seats.len();
                    continue;
                }
                // One of them was taken again: the others one by one.
                for seat in seats {
                    freed += usize::from(self.free_over(key, &[*seat], before, now).await?);
                }
            }
            match next {
                Some(last) => after = Some(last),
                None => return Ok(freed),
            }
        }
    }

    /// All of these, or none.
    async fn free_over(&self, key: KeyDigest, seats: &[SeatDigest], before: Timestamp, now: Timestamp) -> Result<bool, Fault> {
        let _changing = self.changing(key, Layout::Items);
        let mut transaction = Transaction::new(WHAT);
        for seat in seats {
            transaction.delete_where(Named::Seat, free(self, keys::lease(key, *seat), before.as_seconds()))?;
        }
        let update = Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::grant(key).attributes()))
            .update_expression("SET #taken = #taken - :count, #freed = :mark")
            .condition_expression("attribute_exists(#pk) AND #taken >= :count")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#taken", names::TAKEN)
            .expression_attribute_names("#freed", names::FREED)
            .expression_attribute_values(":count", number(seats.len()))
            .expression_attribute_values(":mark", Mark::draw(&self.random, now).attribute());
        transaction.update(Named::Grant, update)?;
        match transaction.run(self).await {
            Ok(()) => Ok(true),
            Err(NotDone::Conditions(..)) => Ok(false),
            Err(NotDone::Fault(fault)) => Err(fault),
        }
    }
}
