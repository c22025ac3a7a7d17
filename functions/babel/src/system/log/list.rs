//! `GET /v1/log` (seed 004, "GET /v1/log").

use axum::extract::State;
use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, LogEntryId};
use latchkey_core::domain::log_entry::Level;
use latchkey_core::ops::account_log::{find_log_entry, head_page, log_page, span};
use latchkey_core::query::{Access, Direction, Page, Passed, Period};
use latchkey_core::table::LogSpan;

use super::Within;
use crate::Service;
use crate::caller::Caller;
use crate::error::Error;
use crate::list::{List, Listing, Rows};
use crate::wire::LogEntry;

/// The order where none is asked for: the newest first.
const NEWEST_FIRST: &str = "timeStamp desc";

/// How many heads are passed over by one call.
const PASSED: u32 = 10_000;

/// Lists the entries of the account's log, the newest first unless another order is asked for.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    list: List,
    Within(period): Within,
) -> Result<Listing<LogEntry>, Error> {
    let query = list.sorted::<LogEntry>(&order(list.get("sort")))?;
    Listing::of(&caller, &query, &Entries { core: &service.core, account: caller.account(), period }).await
}

/// The order of numbers is that of moments, by which the log lies: whoever asks for the one is given the other.
fn order(sort: Option<&str>) -> String {
    let Some(sort) = sort else { return NEWEST_FIRST.to_owned() };
    match sort.split_whitespace().collect::<Vec<_>>().as_slice() {
        [id] if id.eq_ignore_ascii_case("id") => "timeStamp".to_owned(),
        [id, direction] if id.eq_ignore_ascii_case("id") => format!("timeStamp {direction}"),
        _ => sort.to_owned(),
    }
}

/// An account's log within a period, found by number, by level and by time.
struct Entries<'c> {
    core: &'c Core,
    account: AccountId,
    period: Period,
}

/// Which entries an access means.
enum Meant {
    One(LogEntryId),
    Part(LogSpan, Option<Level>),
    None,
}

impl Entries<'_> {
    fn meant(&self, access: &Access, direction: Direction) -> Meant {
        let all = span(&self.period, direction == Direction::Descending);
        match access {
            Access::All => Meant::Part(all, None),
            Access::Equal(index, value) if index.path == ["level"] => {
                let level = value.as_text().and_then(Level::of_name);
                level.map_or(Meant::None, |level| Meant::Part(all, Some(level)))
            }
            Access::Equal(_, value) => {
                let number = value.as_whole().and_then(|number| u32::try_from(number).ok());
                number.and_then(LogEntryId::new).map_or(Meant::None, Meant::One)
            }
            Access::Between(_, limits) => match limits.moments() {
                Some((from, to)) if from.max(all.from) <= to.min(all.to) => {
                    Meant::Part(LogSpan { from: from.max(all.from), to: to.min(all.to), ..all }, None)
                }
                Some(_) | None => Meant::None,
            },
        }
    }
}

impl Rows for Entries<'_> {
    type Row = LogEntry;
    type Cursor = LogSpan;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<LogSpan>,
        limit: u32,
    ) -> Result<Page<LogEntry, LogSpan>, Error> {
        match self.meant(access, direction) {
            Meant::None => Ok(Page { rows: Vec::new(), next: None }),
            Meant::One(id) => {
                let all = span(&self.period, false);
                let found = find_log_entry(self.core, self.account, id).await?;
                let found = found.filter(|entry| (all.from..=all.to).contains(&entry.at));
                Ok(Page { rows: found.map(LogEntry::from).into_iter().collect(), next: None })
            }
            Meant::Part(part, level) => {
                let page = log_page(self.core, self.account, after.unwrap_or(part), level, limit).await?;
                Ok(Page { rows: page.items.into_iter().map(LogEntry::from).collect(), next: page.next })
            }
        }
    }

    /// By heads alone.
    async fn pass(&self, access: &Access, direction: Direction, after: Option<LogSpan>, limit: u32) -> Result<Passed<LogSpan>, Error> {
        let Meant::Part(part, level) = self.meant(access, direction) else {
            let page = self.page(access, direction, after, limit).await?;
            return Ok(Passed { count: u32::try_from(page.rows.len()).unwrap_or(u32::MAX), next: page.next });
        };
        let page = head_page(self.core, self.account, after.unwrap_or(part), level, limit.min(PASSED)).await?;
        Ok(Passed { count: u32::try_from(page.items.len()).unwrap_or(u32::MAX), next: page.next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_numbers_is_that_of_moments() {
        assert_eq!(order(None), "timeStamp desc");
        assert_eq!(order(Some("Id")), "timeStamp");
        assert_eq!(order(Some(" ID  Descending ")), "timeStamp Descending");
        assert_eq!(order(Some("Level, Id desc")), "Level, Id desc");
        assert_eq!(order(Some("id sideways")), "timeStamp sideways");
    }
}
