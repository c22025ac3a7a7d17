//! `GET /v1/resources` (seed 004, "GET /v1/resources").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, ResourceId};
use latchkey_core::domain::resource::Resource as Stored;
use latchkey_core::ops::resources::data_of;
use latchkey_core::query::{Access, Direction, Page, Passed, Query};

use super::super::MOST_DATA_SHOWN;
use crate::Signing;
use crate::caller::Caller;
use crate::code::Code;
use crate::error::Error;
use crate::list::{List, Listing, Records, Rows};
use crate::wire::{Heavy, Resource};

/// Lists the account's resources. Of signature keys the public part is shown.
pub(crate) async fn handle(State(signing): State<Signing>, caller: Caller, list: List) -> Result<Listing<Resource>, Error> {
    let (core, account) = (&signing.service.core, caller.account());
    let rows = WithData { records: Records::new(core, account), core, account };
    Listing::of(&caller, &list.query::<Resource>()?, &rows).await
}

/// Resources, whose data is read of those alone that are answered.
struct WithData<'c> {
    records: Records<'c, Stored, Resource>,
    core: &'c Core,
    account: AccountId,
}

impl<'c> Rows for WithData<'c> {
    type Row = Resource;
    type Cursor = <Records<'c, Stored, Resource> as Rows>::Cursor;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> Result<Page<Resource, Self::Cursor>, Error> {
        self.records.page(access, direction, after, limit).await
    }

    async fn count(&self, access: &Access) -> Result<Option<u64>, Error> {
        self.records.count(access).await
    }

    fn counted(&self, access: &Access, total: u64) {
        self.records.counted(access, total);
    }

    async fn pass(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<Self::Cursor>,
        limit: u32,
    ) -> Result<Passed<Self::Cursor>, Error> {
        self.records.pass(access, direction, after, limit).await
    }

    async fn complete(&self, rows: &mut [Resource], query: &Query) -> Result<(), Error> {
        let select = &query.select;
        if !select.has("data") {
            return Ok(());
        }
        let bytes: u64 = rows.iter().map(|row| u64::from(row.data.unread)).sum();
        if bytes > MOST_DATA_SHOWN {
            return Err(Error::new(Code::TooBroad, "Their data is more than an answer holds: please take fewer, or select no data."));
        }
        let heavy = rows.iter_mut().filter(|row| row.data.unread > 0);
        let heavy: Vec<(ResourceId, &mut Heavy)> =
            heavy.filter_map(|row| Some((u32::try_from(row.id).ok().and_then(ResourceId::new)?, &mut row.data))).collect();
        let ids: Vec<ResourceId> = heavy.iter().map(|(id, _)| *id).collect();
        let data = data_of(self.core, self.account, &ids).await?;
        heavy.into_iter().zip(data).for_each(|((_, place), data)| place.text = data);
        Ok(())
    }
}
