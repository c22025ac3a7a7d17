//! Reports of licensed programs: handed in, listed, deleted.

use super::rejected::{Rejected, Thing};
use super::settings::settings;
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, ReportId};
use crate::domain::log_entry::Entry;
use crate::domain::report::{MOST_CONTENT, MOST_PROPERTIES, Report, ReportBody, ReportCard};
use crate::fault::{Fault, FaultKind};
use crate::sink::caller;
use crate::table::{Page, Span};

const DAY: i64 = 24 * 60 * 60;

/// A report as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// The account, from the licence.
    pub account: AccountId,
    /// The licence that the program proved itself by.
    pub license: Option<LicenseId>,
    /// What the program says of it.
    pub card: ReportCard,
    /// Its content, and what it tells beside.
    pub body: ReportBody,
}

/// Takes a report, where the account takes any. It is written once for each call: a program that repeats a call whose answer it lost is
/// known by the report's [`ReportCard::uid`], and not here.
pub async fn submit_report(core: &Core, new: NewReport) -> Result<Report, Rejected> {
    let NewReport { account, license, card, body } = new;
    if body.content.len() > MOST_CONTENT {
        return Err(Rejected::TooMuchData { bytes: body.content.len(), most: MOST_CONTENT });
    }
    let properties = u16::try_from(body.properties.len()).ok().filter(|count| usize::from(*count) <= MOST_PROPERTIES);
    let properties = properties.ok_or(Rejected::TooManyProperties { most: MOST_PROPERTIES })?;
    let settings = settings(core, account).await?;
    if !settings.accept_reports {
        return Err(Rejected::NoReports);
    }
    let number = core.table.next_record::<Report>(account).await?;
    let id = ReportId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, "taking a report"))?;
    let (at, bytes) = (core.now(), u32::try_from(body.content.len()).unwrap_or(u32::MAX));
    let until = at.plus_seconds(i64::from(settings.report_days) * DAY);
    let report = Report { id, account, license, at, until, address: caller(), card, bytes, properties, revision: 1 };
    core.table.write_report(&report, &body).await?;
    // What the program says is its own: the log tells which report it is, and no more.
    let entry = Entry::information("Report {ReportId} came from license {LicenseId}").with("ReportId", id);
    core.note(account, entry.with("LicenseId", license));
    Ok(report)
}

/// At most `limit` reports with a number in `span` after the number `after`, which way round that says. A page may hold fewer and not be
/// the last one. May lag a moment behind.
pub async fn list_reports(
    core: &Core,
    account: AccountId,
    span: Span,
    after: Option<ReportId>,
    limit: u16,
) -> Result<Page<Report, ReportId>, Fault> {
    let now = core.now();
    let page = core.table.records_in::<Report>(account, None, span, after.map(ReportId::get), limit).await?;
    let items = page.items.into_iter().filter(|report| report.until > now).collect();
    Ok(Page { items, next: page.next.and_then(ReportId::new) })
}

/// What is heavy in these reports of an account, in their order.
pub async fn report_bodies(core: &Core, account: AccountId, ids: &[ReportId]) -> Result<Vec<ReportBody>, Fault> {
    let bodies = core.table.report_bodies(account, ids).await?;
    Ok(bodies.into_iter().map(Option::unwrap_or_default).collect())
}

/// Deletes a report with all that it tells.
pub async fn delete_report(core: &Core, account: AccountId, id: ReportId) -> Result<(), Rejected> {
    if !core.table.delete_report(account, id).await? {
        return Err(Rejected::NotFound(Thing::Report));
    }
    core.note(account, Entry::information("Report {ReportId} was deleted").with("ReportId", id));
    Ok(())
}
