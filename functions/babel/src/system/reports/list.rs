//! `GET /v1/reports` (seed 004, "GET /v1/reports").

use std::collections::HashMap;

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

/// The most bytes of contents and properties in one answer: Lambda sends 6 MB, and JSON makes texts longer.
const MOST_BYTES: usize = 3 * 1_024 * 1_024;

/// The most bytes of contents that are read for their properties.
const MOST_READ: usize = 16 * 1_024 * 1_024;

/// How many contents are read at once.
const AT_ONCE: usize = 25;

/// Lists the account's reports, with their contents unless `select` leaves them out; their properties where they are included.
pub(crate) async fn handle(State(service): State<Service>, caller: Caller, list: List) -> Result<Listing<Report>, Error> {
    let rows = Reports { core: &service.core, account: caller.account() };
    Listing::of(&caller, &list.query::<Report>()?, &rows).await
}

/// An account's reports, found by number.
struct Reports<'c> {
    core: &'c Core,
    account: AccountId,
}

impl Reports<'_> {
    /// The rows of reports, with the user keys of their licences.
    async fn rows(&self, reports: Vec<Stored>) -> Result<Vec<Report>, Error> {
        let mut ids: Vec<LicenseId> = reports.iter().filter_map(|report| report.license).collect();
        ids.sort_unstable();
        ids.dedup();
        let licenses = self.core.table.licenses_by_number(self.account, &ids, Freshness::Eventual).await?;
        let keys: HashMap<LicenseId, String> = licenses.into_iter().map(|license| (license.id, license.key.expose().to_owned())).collect();
        let row = |report: Stored| {
            let user_key = report.license.and_then(|license| keys.get(&license).cloned()).unwrap_or_default();
            Report { user_key, ..Report::from(report) }
        };
        Ok(reports.into_iter().map(row).collect())
    }

    /// Reads what is heavy in reports.
    async fn read(&self, rows: &mut [Report]) -> Result<(), Error> {
        for rows in rows.chunks_mut(AT_ONCE) {
            let ids: Vec<ReportId> = rows.iter().filter_map(|row| ReportId::new(u32::try_from(row.id).ok()?)).collect();
            let bodies = report_bodies(self.core, self.account, &ids).await?;
            rows.iter_mut().zip(bodies).for_each(|(row, body)| row.fill(body));
        }
        Ok(())
    }
}

fn too_long() -> Error {
    Error::new(Code::TooBroad, "These reports are longer than an answer can be: please take fewer, or select members without content.")
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

    async fn fill(&self, rows: &mut [Report], wanted: &Wanted) -> Result<(), Error> {
        if !wanted.has("properties") {
            return Ok(());
        }
        if rows.iter().map(|row| row.content.unread as usize).sum::<usize>() > MOST_READ {
            return Err(too_long());
        }
        self.read(rows).await?;
        let bytes = |row: &Report| row.properties.iter().map(|property| property.name.len() + property.value.len()).sum::<usize>();
        if rows.iter().map(bytes).sum::<usize>() > MOST_BYTES { Err(too_long()) } else { Ok(()) }
    }

    async fn complete(&self, rows: &mut [Report], query: &Query) -> Result<(), Error> {
        if !query.select.has("content") {
            return Ok(());
        }
        if rows.iter().map(|row| row.content.text.len() + row.content.unread as usize).sum::<usize>() > MOST_BYTES {
            return Err(too_long());
        }
        if rows.iter().any(|row| row.content.unread > 0) { self.read(rows).await } else { Ok(()) }
    }
}
