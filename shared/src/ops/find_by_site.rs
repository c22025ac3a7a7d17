//! Finding an account's licences by a site's host.

use super::rejected::Rejected;
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId};
use crate::domain::license::License;
use crate::domain::site::{Site, SiteError};
use crate::fault::{Fault, FaultKind};
use crate::table::{After, Freshness, SiteEntry};

/// The most licences of a page.
pub const MOST: usize = 100;

/// How many entries are looked at together.
const ENTRIES: usize = 50;

/// How many reads one search may take. A host has as many entries as seats; it takes a thousand that are not true any more to get there.
const ROUNDS: usize = 20;

/// How many entries are passed over together.
const SKIPPED: i32 = 500;

/// How many reads it may take to pass over licences: with a seat each, a hundred thousand.
const SKIP_ROUNDS: usize = 200;

/// A host, as people type one into a search box: the scheme, `www.`, a port and a path do not matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host(String);

/// Licences that were found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The licences, by number.
    pub licenses: Vec<License>,
    /// The last one, after which the next page begins, where there may be one.
    pub next: Option<LicenseId>,
}

impl Host {
    /// Normalises it as sites are when they are activated.
    pub fn parse(text: &str) -> Result<Self, SiteError> {
        Site::parse(text).map(|site| Self(site.host().to_owned()))
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// At most `limit` (1 to [`MOST`]) of an account's licences with a seat on a site of `host`, after `after`, in the order of their numbers.
///
/// One query of the index, one read of the grants (and one of seats, where they are items) and one of the records, up to 50 seats. The
/// index follows the seats by seconds: a site that was activated just now may be missing. One that was given up is never shown, for the
/// grant has the last word.
pub async fn licenses_at(core: &Core, account: AccountId, host: &Host, after: Option<LicenseId>, limit: usize) -> Result<Found, Rejected> {
    let mut search = Search { core, account, host: host.as_str(), found: Vec::new() };
    let next = search.run(after, limit.clamp(1, MOST)).await?;
    let licenses = core.table.licenses_by_number(account, &search.found, Freshness::Eventual).await?;
    Ok(Found { licenses, next })
}

/// The licence after which a search goes on that leaves out the first `count` of a host, for pages that are asked for by their number;
/// nothing where it begins at the beginning. One query for five hundred seats: the grants are not asked, so that a licence whose entry is
/// stale counts here, and a page may begin with what ended the one before.
pub async fn skip_licenses_at(core: &Core, account: AccountId, host: &Host, count: usize) -> Result<Option<LicenseId>, Fault> {
    let mut last = None;
    let mut left = count;
    for _ in 0..SKIP_ROUNDS {
        if left == 0 {
            return Ok(last);
        }
        let after = last.map_or(After::Nothing, After::License);
        let (entries, has_more) = core.table.site_entries(account, host.as_str(), after, SKIPPED).await?;
        for SiteEntry { license, .. } in entries {
            if left > 0 && last != Some(license) {
                (last, left) = (Some(license), left - 1);
            }
        }
        if !has_more {
            return Ok(last);
        }
    }
    Err(Fault::new(FaultKind::Contended, "a page too deep"))
}

struct Search<'a> {
    core: &'a Core,
    account: AccountId,
    host: &'a str,
    found: Vec<LicenseId>,
}

impl Search<'_> {
    async fn run(&mut self, after: Option<LicenseId>, limit: usize) -> Result<Option<LicenseId>, Fault> {
        let mut after = after.map_or(After::Nothing, After::License);
        for _ in 0..ROUNDS {
            // One more than is wanted tells whether there is another page.
            let wanted = (limit - self.found.len() + 1).min(ENTRIES);
            let wanted = i32::try_from(wanted).unwrap_or(i32::MAX);
            let (entries, has_more) = self.core.table.site_entries(self.account, self.host, after, wanted).await?;
            let last = entries.last().map(|entry| (entry.license, entry.seat));
            for SiteEntry { license, .. } in self.core.table.true_entries(self.account, self.host, entries).await? {
                if self.found.last() == Some(&license) {
                    continue;
                }
                if self.found.len() == limit {
                    return Ok(self.found.last().copied());
                }
                self.found.push(license);
            }
            after = match last {
                Some((license, _)) if has_more && self.found.last() == Some(&license) => After::License(license),
                Some((license, seat)) if has_more => After::Entry(license, seat),
                Some(_) | None => return Ok(None),
            };
        }
        Err(Fault::new(FaultKind::Contended, "searching by site"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_however_it_is_typed() {
        for text in ["example.com", "https://www.Example.com/shop/?x=1", "http://example.com:8080", " EXAMPLE.COM. "] {
            assert_eq!(Host::parse(text).unwrap().as_str(), "example.com", "{text}");
        }
        assert_eq!(Host::parse("bücher.example").unwrap().as_str(), "xn--bcher-kva.example");
        assert!(Host::parse("").is_err() && Host::parse("info@example.com").is_err());
    }
}
