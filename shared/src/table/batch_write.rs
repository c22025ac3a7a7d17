//! Writing many items at once, where nothing hangs on one of them: no condition, and no order among them.

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemError;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, ReturnConsumedCapacity, WriteRequest};
use tokio::time::sleep;

use super::Table;
use super::call::{StoreError, backoff, call};
use super::item::Item;
use super::keys::Key;
use super::read::unconditional;
use crate::fault::{Fault, FaultKind};

/// The most items of one call
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>).
const MOST: usize = 25;

impl StoreError for BatchWriteItemError {}

/// An item to be put whatever is there, or taken away.
pub(super) enum Write {
    Put(Item),
    Delete(Key),
}

impl Table {
    /// Carries out all of `writes`, no two of one item; a fault may leave some of them done. `what` names the call in a fault's text.
    /// What the store leaves out for being too much is sent again.
    pub(super) async fn write_many(&self, what: &'static str, writes: Vec<Write>) -> Result<(), Fault> {
        let mut requests = writes.into_iter().map(|write| write.request(what)).collect::<Result<Vec<_>, _>>()?;
        while !requests.is_empty() {
            let rest = requests.split_off(requests.len().min(MOST));
            self.write_some(what, requests).await?;
            requests = rest;
        }
        Ok(())
    }

    async fn write_some(&self, what: &'static str, mut requests: Vec<WriteRequest>) -> Result<(), Fault> {
        let mut attempt = 0;
        while !requests.is_empty() {
            attempt += 1;
            if attempt > self.patience.attempts {
                return Err(Fault::new(FaultKind::Throttled, what));
            }
            if attempt > 1 {
                sleep(backoff(attempt - 1, &self.random)).await;
            }
            let sent = call(self.patience, &self.random, what, || {
                let request = self.client.batch_write_item().request_items(&self.name, requests.clone());
                request.return_consumed_capacity(ReturnConsumedCapacity::Total).send()
            });
            let answer = sent.await.map_err(unconditional)?.value;
            requests = answer.unprocessed_items.and_then(|mut tables| tables.remove(&self.name)).unwrap_or_default();
        }
        Ok(())
    }
}

impl Write {
    fn request(self, what: &'static str) -> Result<WriteRequest, Fault> {
        let request = WriteRequest::builder();
        Ok(match self {
            Self::Put(item) => {
                let put = PutRequest::builder().set_item(Some(item)).build().map_err(|error| Fault::corrupt(what, error))?;
                request.put_request(put).build()
            }
            Self::Delete(key) => {
                let delete = DeleteRequest::builder().set_key(Some(key.attributes())).build();
                request.delete_request(delete.map_err(|error| Fault::corrupt(what, error))?).build()
            }
        })
    }
}
