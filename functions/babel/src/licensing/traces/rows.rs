//! Where lists of traces come from.

use latchkey_core::core::Core;
use latchkey_core::domain::ids::{AccountId, LicenseId, TraceId};
use latchkey_core::ops::rejected::{Rejected, Thing};
use latchkey_core::ops::traces::list_traces_in;
use latchkey_core::query::{Access, Direction, Page};
use latchkey_core::table::Span;

use crate::error::Error;
use crate::list::Rows;
use crate::wire::LicenseTrace;

/// The traces of an account, or of one of its licences.
pub(super) struct Traces<'c> {
    core: &'c Core,
    account: AccountId,
    license: Option<LicenseId>,
}

impl<'c> Traces<'c> {
    /// Those of this licence, or of all.
    pub(super) fn new(core: &'c Core, account: AccountId, license: Option<LicenseId>) -> Self {
        Self { core, account, license }
    }

    /// Which licence's traces an access means, if not all, and with which numbers; nothing where it can mean none.
    fn meant(&self, access: &Access) -> Option<(Option<LicenseId>, Span)> {
        match access {
            Access::All => Some((self.license, Span::ALL)),
            Access::Equal(index, value) if index.path == ["licenseId"] => {
                let license = LicenseId::new(u32::try_from(value.as_whole()?).ok()?)?;
                self.license.is_none_or(|only| only == license).then_some((Some(license), Span::ALL))
            }
            Access::Equal(_, value) => {
                let number = value.as_whole()?;
                Some((self.license, Span::between(number, number)))
            }
            Access::Between(_, limits) => {
                let (from, to) = limits.numbers()?;
                Some((self.license, Span::between(from, to)))
            }
        }
    }
}

impl Rows for Traces<'_> {
    type Row = LicenseTrace;
    type Cursor = TraceId;

    async fn page(
        &self,
        access: &Access,
        direction: Direction,
        after: Option<TraceId>,
        limit: u32,
    ) -> Result<Page<LicenseTrace, TraceId>, Error> {
        let nothing = Page { rows: Vec::new(), next: None };
        let Some((license, span)) = self.meant(access) else { return Ok(nothing) };
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let listed = Box::pin(list_traces_in(self.core, self.account, license, span.towards(direction), after, limit)).await;
        match listed {
            Ok(page) => Ok(Page { rows: page.items.iter().map(LicenseTrace::from).collect(), next: page.next }),
            // A licence that a filter names and that is not there has no traces; one that the parameter names is asked for.
            Err(Rejected::NotFound(Thing::License)) if self.license.is_none() => Ok(nothing),
            Err(rejected) => Err(rejected.into()),
        }
    }
}
