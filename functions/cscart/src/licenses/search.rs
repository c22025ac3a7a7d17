//! What a list can be asked for (seed 000, "various parameters in the URL to search for licenses").

use http::Uri;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::text::Email;
use latchkey_core::http::Params;
use latchkey_core::ops::find_by_site::Host;
use latchkey_core::ops::present_licenses::Packages;
use latchkey_core::ops::search_licenses::{PageOf, Search};

use crate::error::Error;

/// How many licences a page has, unless it is said (contracts §1, inferred).
const ITEMS: u16 = 10;

/// The most that a page may have. Ours.
const MOST_ITEMS: u16 = 250;

/// The longest query that is read, in bytes: less than what API Gateway lets through with all headers. Ours.
const MOST_QUERY_BYTES: usize = 8_192;

/// All parameters that mean something.
const NAMES: [&str; 9] =
    ["user_id", "product_id", "order_id", "license_number", "email", "domain_name", "page", "items_per_page", "get_all_packages"];

/// What a list is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// What the licences have to be like; nothing where no licence can be.
    pub(super) search: Option<Search>,
    /// Which of them.
    pub(super) page: PageOf,
    /// Whether packages are shown too.
    pub(super) packages: Packages,
}

/// The parameters of a GET: those of its query, and no others (contracts §1). One that is an array is refused, for to pass it over
/// would find what was not asked for.
pub(super) fn params(uri: &Uri) -> Result<Params, Error> {
    if uri.query().is_some_and(|query| query.len() > MOST_QUERY_BYTES) {
        return Err(Error::bad(format!("The query is longer than {MOST_QUERY_BYTES} bytes")));
    }
    let params = Params::of_query(uri);
    let array = params.names().find_map(|name| {
        let (name, _) = name.split_once('[')?;
        NAMES.into_iter().find(|known| name == *known)
    });
    match array {
        Some(name) => Err(Error::bad(format!("{name} must not be an array"))),
        None => Ok(params),
    }
}

impl Asked {
    pub(super) fn parse(uri: &Uri) -> Result<Self, Error> {
        let params = &params(uri)?;
        let page = number(params, "page", 1, u32::MAX)?.unwrap_or(1) - 1;
        let size = number(params, "items_per_page", 1, u32::from(MOST_ITEMS))?;
        let size = size.and_then(|size| u16::try_from(size).ok()).unwrap_or(ITEMS);
        Ok(Self { search: search(params).ok(), page: PageOf { page, size }, packages: packages(params) })
    }

    /// Whether it is found in a call or two, whatever the account holds.
    pub(super) fn is_cheap(&self) -> bool {
        let Some(Search { key, order, email, customer, product, host }) = &self.search else { return true };
        let said = [key.is_some(), order.is_some(), email.is_some(), customer.is_some(), product.is_some(), host.is_some()];
        self.page.page == 0 && said.into_iter().filter(|is_said| *is_said).count() <= 1
    }
}

/// Whether packages are asked for.
pub(super) fn packages(params: &Params) -> Packages {
    if params.get("get_all_packages").is_some_and(|value| value != "0") { Packages::Shown } else { Packages::LeftOut }
}

/// A value that is no licence's.
struct Nobodys;

fn search(params: &Params) -> Result<Search, Nobodys> {
    Ok(Search {
        key: value(params, "license_number", |text| LicenseKey::parse(text).ok())?,
        order: value(params, "order_id", |text| text.parse().ok())?,
        email: value(params, "email", |text| Email::parse(text).ok())?,
        customer: value(params, "user_id", |text| text.parse().ok())?,
        product: value(params, "product_id", |text| text.parse().ok())?,
        host: value(params, "domain_name", |text| Host::parse(text).ok())?,
    })
}

/// Nothing where the parameter is not there.
fn value<T>(params: &Params, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Nobodys> {
    params.get(name).map(|text| parse(text).ok_or(Nobodys)).transpose()
}

/// A whole number within bounds.
fn number(params: &Params, name: &'static str, least: u32, most: u32) -> Result<Option<u32>, Error> {
    let Some(text) = params.get(name) else { return Ok(None) };
    let number = if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u32>().ok() } else { None };
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => Ok(Some(number)),
        None if most == u32::MAX => Err(Error::bad(format!("{name} must be a number from {least}"))),
        None => Err(Error::bad(format!("{name} must be a number from {least} to {most}"))),
    }
}

#[cfg(test)]
mod tests {
    use latchkey_core::domain::ids::CustomerId;

    use super::*;

    fn asked(query: &str) -> Result<Asked, Error> {
        Asked::parse(&format!("/?{query}").parse().unwrap())
    }

    #[test]
    fn a_page_is_the_first_of_ten_unless_it_is_said() {
        assert_eq!(asked("").unwrap().page, PageOf { page: 0, size: 10 });
        assert_eq!(asked("page=3&items_per_page=250").unwrap().page, PageOf { page: 2, size: 250 });
        for query in ["page=0", "page=-1", "page=x", "page=%2B1", "page=4294967296", "items_per_page=0", "items_per_page=251", "page[]=1"] {
            assert!(asked(query).is_err(), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_anybodys_is_searched_for_nowhere() {
        for query in [
            "user_id=abc",
            "product_id=0",
            "order_id=-3",
            "email=nobody",
            "license_number=%00",
            "domain_name=a%20b",
            "user_id=3&order_id=x",
        ] {
            assert_eq!(asked(query).unwrap().search, None, "{query}");
        }
        assert_eq!(asked("user_id=&email=%20").unwrap().search, Some(Search::default()));
        let search = asked("user_id=2947&email=A%40Example.com").unwrap().search.unwrap();
        assert_eq!((search.customer.map(CustomerId::get), search.email.unwrap().as_str()), (Some(2947), "a@example.com"));
    }

    #[test]
    fn all_packages_are_asked_for_by_anything_but_a_zero() {
        for (query, packages) in [("1", Packages::Shown), ("Y", Packages::Shown), ("0", Packages::LeftOut), ("", Packages::LeftOut)] {
            assert_eq!(asked(&format!("get_all_packages={query}")).unwrap().packages, packages, "{query}");
        }
    }
}
