//! Licences: made, listed, changed, deleted.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod list;
pub(crate) mod rows;
pub(super) mod update;

use latchkey_core::domain::key::pattern::Pattern;
use latchkey_core::domain::license::{LicenseMode, Licensee};
use latchkey_core::domain::seat::SeatLimit;
use latchkey_core::domain::terms::{Content, Format, Terms};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::ops::create_license::{ContentChange, Said};
use latchkey_core::ops::rejected::Thing;
use latchkey_core::query::Comparison;

use self::rows::Licenses;
use crate::Signing;
use crate::body::{Given, optional};
use crate::caller::Caller;
use crate::changes::Changes;
use crate::error::Error;
use crate::list::{List, Listing};
use crate::path::id;
use crate::wire::{License, LicenseGiven, LicenseProductGiven, UNLIMITED, wording};

/// The most characters of a licensee's name.
const MOST_OF_A_NAME: usize = 120;

/// The list of those licences alone whose `member`, such as `customerId`, is this number; of them a customer's own, where a customer asks.
pub(crate) async fn listing_of(
    signing: &Signing,
    caller: &Caller,
    list: &List,
    member: &'static str,
    number: i32,
) -> Result<Listing<License>, Error> {
    let query = list.query::<License>()?.only(&[member], Comparison::Equal, number);
    let only = caller.only_customer()?;
    let query = match only {
        Some(customer) => query.only(&["customerId"], Comparison::Equal, customer.get()),
        None => query,
    };
    Listing::of(caller, &query, &Licenses::of(signing, caller.account(), only)).await
}

/// Whether a text stands for others, with at least one drawn letter.
fn is_pattern(text: &str) -> bool {
    text.contains('{') && Pattern::parse(text.trim()).is_ok_and(|pattern| pattern.random_bits() > 0)
}

/// What a number refers to; nothing where it is not said, or 0.
pub(super) fn reference<I>(said: Option<i32>, parse: impl FnOnce(u32) -> Option<I>, thing: Thing) -> Result<Option<I>, Error> {
    said.filter(|number| *number != 0).map(|number| id(number, parse, thing)).transpose()
}

/// `licensingMode`, where it is said.
pub(super) fn mode(member: &str, given: Given<i32>) -> Result<Option<LicenseMode>, Error> {
    match given {
        Given::Missing | Given::Null => Ok(None),
        Given::Value(0) => Ok(Some(LicenseMode::File)),
        Given::Value(1) => Ok(Some(LicenseMode::Activation)),
        Given::Value(2) => Ok(Some(LicenseMode::Floating)),
        Given::Value(_) => Err(Error::invalid(member, "it is 0, 1 or 2")),
    }
}

/// `format`, where it is said.
pub(super) fn format(member: &str, given: Given<i32>) -> Result<Option<Format>, Error> {
    let Given::Value(number) = given else { return Ok(None) };
    let format = u8::try_from(number).ok().and_then(|number| Format::try_from(number).ok());
    format.map(Some).ok_or_else(|| Error::invalid(member, "it is a number from 0 to 4"))
}

/// `maxAllowedSites`, where it is said.
fn seat_limit(given: Given<i32>) -> Result<Option<SeatLimit>, Error> {
    match given {
        Given::Missing | Given::Null | Given::Value(0) => Ok(None),
        Given::Value(UNLIMITED) => Ok(Some(SeatLimit::Unlimited)),
        Given::Value(seats) => {
            let limit = u32::try_from(seats).ok().and_then(SeatLimit::limited);
            let wrong = || Error::invalid("license.maxAllowedSites", format_args!("it is -1, or a number up to {}", SeatLimit::MAX));
            limit.map(Some).ok_or_else(wrong)
        }
    }
}

/// What is said of a licence's terms, but for those that stand in other operations' words.
fn terms_changes(given: LicenseGiven) -> Result<Changes<Terms>, Error> {
    let mut changes = Changes::of("license");
    // A name that is left empty is drawn, or stays.
    let name = given.license_id.said().filter(|name| !name.trim().is_empty());
    let name = name.map(|name| optional("license.licenseId", &name)).transpose()?;
    changes.set(name, |terms: &mut Terms| &mut terms.name);
    changes.text("licenseType", given.license_type, |terms| &mut terms.kind)?;
    changes.text("description", given.description, |terms| &mut terms.description)?;
    changes.text("meta", given.meta, |terms| &mut terms.meta)?;
    changes.set(given.issue_date.nullable().map(|date| date.map(|date| date.0)), |terms| &mut terms.issued);
    changes.set(given.support_expire_date.nullable().map(|date| date.map(|date| date.0)), |terms| &mut terms.support_until);
    Ok(changes)
}

/// What is said of who a licence is made out to.
fn licensee(given: &mut LicenseGiven) -> Result<impl Fn(&mut Option<Licensee>, &mut Terms) + Send + Sync + use<>, Error> {
    let also =
        if let Given::Value(also) = &given.licensee { Some((also.name.clone().value(), also.company.clone().value())) } else { None };
    let (also_name, also_company) = also.unwrap_or_default();
    let said = |given: Given<String>, also: Option<String>| given.said().filter(|text| !text.trim().is_empty() || also.is_none()).or(also);
    let name: Option<Option<Line<MOST_OF_A_NAME>>> =
        said(std::mem::take(&mut given.licensee_name), also_name).map(|name| optional("license.licenseeName", &name)).transpose()?;
    let company: Option<Option<Line<120>>> = said(std::mem::take(&mut given.licensee_company), also_company)
        .map(|company| optional("license.licenseeCompany", &company))
        .transpose()?;
    let email: Option<Option<Email>> =
        std::mem::take(&mut given.licensee_email).said().map(|email| optional("license.licenseeEmail", &email)).transpose()?;
    Ok(move |licensee: &mut Option<Licensee>, terms: &mut Terms| {
        if let Some(company) = &company {
            terms.company.clone_from(company);
        }
        if name.is_none() && email.is_none() {
            return;
        }
        let before = licensee.take();
        let named = before.as_ref().filter(|_| !terms.is_unnamed).map(|licensee| licensee.name.clone());
        let name = name.clone().unwrap_or(named);
        let email = email.clone().unwrap_or_else(|| before.and_then(|licensee| licensee.email));
        terms.is_unnamed = name.is_none() && email.is_some();
        *licensee = match (name, &email) {
            (Some(name), _) => Some(Licensee { name, email }),
            (None, Some(address)) => {
                let name = terms.company.clone().or_else(|| stand_in(address));
                name.map(|name| Licensee { name, email })
            }
            (None, None) => None,
        };
    })
}

/// Whoever has nothing but an address goes by it.
fn stand_in(email: &Email) -> Option<Line<MOST_OF_A_NAME>> {
    let text: String = email.as_str().chars().take(MOST_OF_A_NAME).collect();
    Line::parse(&text).ok()
}

/// What is said of what stands in a signed licence. An empty list says nothing; `null` says that there is none, where that `clears`.
fn content_change(given: &mut LicenseGiven, clears: bool) -> Result<ContentChange, Error> {
    let mut said = Said::default();
    let mut rest = Content::default();
    let product = std::mem::take(&mut given.product).value();
    let product = product.map(|product| LicenseProductGiven::parse(product, "license.product")).transpose()?;
    if let Given::Value(licensee) = &mut given.licensee {
        let text = |member: &str, text: Given<String>| {
            text.said().map(|text| wording(&format!("license.licensee.{member}"), Some(text))).transpose()
        };
        let contact = text("contactInfo", std::mem::take(&mut licensee.contact_info))?;
        let url = text("url", std::mem::take(&mut licensee.url))?;
        (said.contact_info, said.licensee_url) = (contact.is_some(), url.is_some());
        rest.contact_info = contact.filter(|text| !text.is_empty());
        rest.licensee_url = url.filter(|text| !text.is_empty());
    }
    let list = |is_said: bool, is_null: bool| is_said || is_null && clears;
    let components = std::mem::take(&mut given.components);
    said.components = list(matches!(&components, Given::Value(list) if !list.is_empty()), components == Given::Null);
    rest.components = parsed("components", components, |path, text| wording(path, Some(text)))?;
    macro_rules! lists {
        ($($member:ident),*) => {$(
            let given_list = std::mem::take(&mut given.$member);
            let is_said = matches!(&given_list, Given::Value(list) if !list.is_empty());
            said.$member = list(is_said, matches!(given_list, Given::Null));
            rest.$member = parsed(stringify!($member), given_list, |path, entry| entry.parse(path))?;
        )*};
    }
    lists!(assemblies, fields, features, restrictions);
    Ok(ContentChange { product, rest, said })
}

/// The entries of a list.
pub(super) fn parsed<G, T>(member: &str, given: Given<Vec<G>>, parse: impl Fn(&str, G) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    let entries = given.value().unwrap_or_default().into_iter().enumerate();
    entries.map(|(place, entry)| parse(&format!("{member}[{place}]"), entry)).collect()
}
