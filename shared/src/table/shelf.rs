//! The packages of a product that can be fetched.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use serde::Deserialize;

use super::call::call;
use super::item::{text, value};
use super::keys::{self, PK, SK};
use super::read::unconditional;
use super::{Freshness, Table};
use crate::domain::ids::{AccountId, ProductId, ReleaseId};
use crate::domain::release::ReleaseState;
use crate::domain::shelf::{MOST_SHELVED, Shelf, Shelved};
use crate::domain::version::Version;
use crate::fault::Fault;

/// The most pages that are read for a shelf: drafts and withdrawn releases are passed over.
const MOST_PAGES: usize = 4;

/// What of a release a shelf needs.
#[derive(Deserialize)]
struct Row {
    id: ReleaseId,
    version: Version,
    state: ReleaseState,
}

impl Table {
    /// The newest packages of a product: by number, from the newest release back, until there are [`MOST_SHELVED`] or four pages
    /// have been read. One page, unless there are more releases than that or they are unusually large.
    pub async fn shelf(&self, account: AccountId, product: ProductId, freshness: Freshness) -> Result<Shelf, Fault> {
        let range = keys::releases(account, product);
        let limit = i32::try_from(MOST_SHELVED).unwrap_or(i32::MAX);
        let (mut shelved, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let sent = call(self.patience, &self.random, "reading a product's packages", || {
                self.client
                    .query()
                    .table_name(&self.name)
                    .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                    .projection_expression("#id, #version, #state")
                    .expression_attribute_names("#pk", PK)
                    .expression_attribute_names("#sk", SK)
                    .expression_attribute_names("#id", "id")
                    .expression_attribute_names("#version", "version")
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":pk", text(&range.pk))
                    .expression_attribute_values(":from", text(&range.from))
                    .expression_attribute_values(":to", text(&range.to))
                    .scan_index_forward(false)
                    .set_exclusive_start_key(after.clone())
                    .limit(limit)
                    .consistent_read(freshness.is_strong())
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
            });
            let page = sent.await.map_err(unconditional)?.value;
            for item in page.items.unwrap_or_default() {
                let Row { id, version, state } = value(item)?;
                shelved.extend(Shelved::of(id, version, state));
            }
            after = page.last_evaluated_key;
            if after.is_none() || shelved.len() >= MOST_SHELVED {
                break;
            }
        }
        Ok(Shelf::of(shelved))
    }
}
