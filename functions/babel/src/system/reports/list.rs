//! `GET /v1/reports` (seed 004, "GET /v1/reports").

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, LicenseId, ReportId};
use latchkey_core::domain::report::Report as Stored;
use latchkey_core::ops::reports::{list_reports, report_bodies};
use latchkey_core::query::{Access, Direction, Page, Query};
use latchkey_core::table::{Freshness, Span};

use crate::Service;
use crate::caller::Caller;
use crate::code::Code;
use crate::error::Error;
use crate::list::{List, Listing, Rows, Wanted};
use crate::wire::Report;

/// The most bytes of contents in one answer: Lambda sends 6 MB, and JSON makes texts longer.
const MOST_BYTES: usize = 3 * 1_024 * 1_024;

/// What a property takes at most, in bytes.
const PROPERTY: usize = 1_200;

/// Lists the account's reports, with their contents unless `select` leaves them out; their properties where they are included.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Report>, Error> {
    let rows = Reports { core: &service.core, account: caller.account(), weights: Mutex::default() };
    Listing::of(&caller, &list.query::<Report>()?, &rows).await
}

/// An account's reports, found by number.
struct Reports<'c> {
    core: &'c Core,
    account: AccountId,
    /// How many bytes the content of each report has that was read, and how many properties.
    weights: Mutex<HashMap<i32, (usize, usize)>>,
}

impl Reports<'_> {
    /// The rows of reports, with the user keys of their licences.
    async fn rows(&self, reports: Vec<Stored>) -> Result<Vec<Report>, Error> {
        let mut ids: Vec<LicenseId> = reports.iter().filter_map(|report| report.license).collect();
        ids.sort_unstable();
        ids.dedup();
        let licenses = self.core.table.licenses_by_number(self.account, &ids, Freshness::Eventual).await?;
        let keys: HashMap<LicenseId, String> = licenses.into_iter().map(|license| (license.id, license.key.expose().to_owned())).collect();
        let mut weights = self.weights.lock().unwrap_or_else(PoisonError::into_inner);
        let row = |report: Stored| {
            let (weight, license) = ((report.bytes as usize, usize::from(report.properties)), report.license);
            let row = Report::from(report);
            weights.insert(row.id, weight);
            Report { user_key: license.and_then(|license| keys.get(&license).cloned()).unwrap_or_default(), ..row }
        };
        Ok(reports.into_iter().map(row).collect())
    }

    fn weight(&self, rows: &[Report], with_properties: bool) -> usize {
        let weights = self.weights.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |row: &Report| {
            let (bytes, properties) = weights.get(&row.id).copied().unwrap_or_default();
            bytes + if with_properties { properties * PROPERTY } else { 0 }
        };
        rows.iter().map(of).sum()
    }
}

impl Rows for Reports<'_> {
    type Row = Report;
    type Cursor = ReportId;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<ReportId>,
        limit: u32,
    ) -> Result<Page<Report, ReportId>, Error> {
        let span = match access {
            Access::All => Some(Span::ALL),
            Access::Equal(_, value) => value.as_whole().map(|number| Span::between(number, number)),
            Access::Between(_, limits) => limits.numbers().map(|(first, last)| Span::between(first, last)),
        };
        let Some(span) = span else { return Ok(Page { rows: Vec::new(), next: None }) };
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let page = list_reports(self.core, self.account, span.towards(direction), after, limit).await?;
        Ok(Page { rows: self.rows(page.items).await?, next: page.next })
    }

    async fn complete(&self, rows: &mut [Report], query: &Query) -> Result<(), Error> {
        let with_properties = Wanted::included(query).has("properties") && query.select.has("properties");
        if !(query.select.has("content") || with_properties) || rows.is_empty() {
            return Ok(());
        }
        if self.weight(rows, with_properties) > MOST_BYTES {
            let message = "These reports' contents are longer than an answer can be: please take fewer, or select members without content.";
            return Err(Error::new(Code::TooBroad, message));
        }
        let ids: Vec<ReportId> = rows.iter().filter_map(|row| ReportId::new(u32::try_from(row.id).ok()?)).collect();
        let bodies = report_bodies(self.core, self.account, &ids).await?;
        rows.iter_mut().zip(bodies).for_each(|(row, body)| row.fill(body));
        Ok(())
    }
}
