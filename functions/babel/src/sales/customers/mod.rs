//! Customers, and what is theirs.

pub(super) mod contacts;
pub(super) mod delete;
pub(super) mod insert;
pub(super) mod licenses;
pub(super) mod list;
pub(super) mod orders;
pub(super) mod update;

use latchkey_core::core::Core;
use latchkey_core::domain::country::Country;
use latchkey_core::domain::customer::{Customer, CustomerProfile, called};
use latchkey_core::domain::fixed_point::FixedPoint;
use latchkey_core::domain::ids::{AccountId, CustomerId};
use latchkey_core::domain::text::{Email, Line};
use latchkey_core::ops::customers::find_customer;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::query::{Index, Value};
use latchkey_core::table::NewCustomer;
use latchkey_core::table::records::List;

use crate::caller::Caller;
use crate::changes::Changes;
use crate::error::Error;
use crate::list::{Leads, Records};
use crate::wire::{Amount, Customer as CustomerRow, CustomerGiven};

/// What the members of a request are about.
#[derive(Clone, Debug, Default)]
struct Parts {
    code: Option<Line<64>>,
    email: Option<Email>,
    given_name: Option<Line<120>>,
    family_name: Option<Line<120>>,
    country: Option<Country>,
    profile: CustomerProfile,
}

impl Parts {
    fn called(&self) -> Option<Line<120>> {
        called(self.given_name.as_ref(), self.family_name.as_ref(), self.profile.company.as_ref())
    }
}

impl From<&Customer> for Parts {
    fn from(customer: &Customer) -> Self {
        let Customer { code, email, given_name, family_name, country, profile, .. } = customer.clone();
        Self { code: Some(code), email, given_name, family_name, country, profile }
    }
}

/// A new customer. Somebody of whom no name is said is called as their company is, or else by their address or their code.
fn new(parts: Parts) -> Result<NewCustomer, Error> {
    let name = parts.called();
    let Parts { code, email, given_name, family_name, country, profile } = parts;
    let else_called = email.as_ref().map(Email::as_str).or(code.as_ref().map(Line::as_str));
    let name = name.or_else(|| Line::parse(&else_called?.chars().take(120).collect::<String>()).ok());
    let name = name.ok_or_else(|| Error::invalid("customer", "it needs a firstName, a lastName, a company, an email or a code"))?;
    Ok(NewCustomer { code, name, email, email_verified: false, given_name, family_name, country, profile })
}

/// The customer with what was changed. Their name in one piece changes with its parts; who never said it in parts keeps it.
fn changed(before: Customer, changes: &Changes<Parts>) -> Customer {
    let was = Parts::from(&before);
    let is = changes.made_of(was.clone());
    let is_in_parts = was.called().as_ref() == Some(&before.name);
    let is_renamed = (&was.given_name, &was.family_name) != (&is.given_name, &is.family_name);
    let name = if is_in_parts || is_renamed { is.called() } else { None };
    let Parts { code, email, given_name, family_name, country, profile } = is;
    // Another address is not known to be theirs.
    let email_verified = before.email_verified && email == before.email;
    let (code, name) = (code.unwrap_or(before.code), name.unwrap_or(before.name));
    Customer { code, name, email, email_verified, given_name, family_name, country, profile, ..before }
}

/// What a request says of a customer.
fn parse(given: CustomerGiven) -> Result<Changes<Parts>, Error> {
    let mut changes = Changes::of("customer");
    changes.text("title", given.title, |parts: &mut Parts| &mut parts.profile.title)?;
    changes.text("firstName", given.first_name, |parts| &mut parts.given_name)?;
    changes.text("lastName", given.last_name, |parts| &mut parts.family_name)?;
    changes.text("company", given.company, |parts| &mut parts.profile.company)?;
    changes.text("code", given.code, |parts| &mut parts.code)?;
    changes.text("vatCode", given.vat_code, |parts| &mut parts.profile.vat_code)?;
    changes.text("invoiceCode", given.invoice_code, |parts| &mut parts.profile.invoice_code)?;
    changes.set(given.rating.said().map(|rating| Some(rating).filter(|rating| *rating != 0)), |parts| &mut parts.profile.rating);
    changes.text("address", given.address, |parts| &mut parts.profile.address.line)?;
    changes.text("address1", given.address1, |parts| &mut parts.profile.address.line1)?;
    changes.text("address2", given.address2, |parts| &mut parts.profile.address.line2)?;
    changes.text("postalCode", given.postal_code, |parts| &mut parts.profile.address.postal_code)?;
    changes.text("region", given.region, |parts| &mut parts.profile.address.region)?;
    changes.text("city", given.city, |parts| &mut parts.profile.address.city)?;
    changes.text("country", given.country, |parts| &mut parts.profile.address.country_name)?;
    changes.parsed(given.country_code, |parts| &mut parts.country, |code| country(&code))?;
    changes.text("mapCoordinates", given.map_coordinates, |parts| &mut parts.profile.map_coordinates)?;
    changes.set(given.map_zoom_level.said().map(amount), |parts| &mut parts.profile.map_zoom);
    changes.text("email", given.email, |parts| &mut parts.email)?;
    changes.text("phone", given.phone, |parts| &mut parts.profile.phone)?;
    changes.text("mobile", given.mobile, |parts| &mut parts.profile.mobile)?;
    changes.text("fax", given.fax, |parts| &mut parts.profile.fax)?;
    changes.text("website", given.website, |parts| &mut parts.profile.website)?;
    changes.text("notes", given.notes, |parts| &mut parts.profile.notes)?;
    changes.set(given.is_reseller.said(), |parts| &mut parts.profile.is_reseller);
    changes.text("image", given.image, |parts| &mut parts.profile.image)?;
    changes.text("meta", given.meta, |parts| &mut parts.profile.meta)?;
    Ok(changes)
}

fn country(code: &str) -> Result<Option<Country>, Error> {
    if code.trim().is_empty() {
        return Ok(None);
    }
    Country::parse(code).map(Some).map_err(|error| Error::invalid("customer.countryCode", error))
}

/// An amount of nothing is none.
pub(super) fn amount(amount: Amount) -> Option<FixedPoint> {
    Some(amount.0).filter(|amount| *amount != FixedPoint::default())
}

/// The account's customers.
fn rows(core: &Core, account: AccountId) -> Records<'_, Customer, CustomerRow> {
    Records::led(core, account, leads)
}

fn leads(index: &Index, value: &Value<'static>) -> Leads {
    let text = value.as_text().unwrap_or_default();
    match index.path {
        ["code"] => Leads::Text(Customer::CODE, text.to_owned()),
        // The table's list has those whose address differs in case as well, and none who have no address.
        ["email"] => Email::parse(text).map_or(Leads::Anywhere, |email| Leads::To(List::Email(email))),
        _ => Leads::Anywhere,
    }
}

/// The records of a customer, by the customer's id.
pub(super) fn of_customer(_: &Index, value: &Value<'static>) -> Leads {
    let id = value.as_whole().and_then(|id| u32::try_from(id).ok()).and_then(CustomerId::new);
    id.map_or(Leads::Anywhere, |id| Leads::To(List::Customer(id)))
}

/// The customer whose records are asked for, who has to be there, and to be the caller's own where no other is shown.
pub(super) async fn of(core: &Core, caller: &Caller, id: i32) -> Result<CustomerId, Error> {
    let id = crate::path::id(id, CustomerId::new, Thing::Customer)?;
    match caller.only_customer()? {
        Some(own) if own != id => Err(Error::not_found(Thing::Customer)),
        Some(_) | None => Ok(find_customer(core, caller.account(), id).await?.id),
    }
}
