//! A record of an export as a licence.

use std::sync::Arc;

use latchkey_core::domain::country::Country;
use latchkey_core::domain::customer::CustomerProfile;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::license::{LicenseMode, LicenseState, Licensee, Since, Standing, Validity};
use latchkey_core::domain::seat::{Seat, SeatLimit};
use latchkey_core::domain::terms::Terms;
use latchkey_core::domain::text::{Email, Line, Prose};
use latchkey_core::domain::time::Timestamp;
use latchkey_core::ops::import_customers::ImportCustomer;
use latchkey_core::ops::import_licenses::ImportLicense;
use latchkey_core::packages::hex;
use latchkey_core::table::NewCustomer;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::mapping::Mapping;
use super::preset::{Member, NotKept, Preset, Status};
use super::products::Products;
use super::values::{self, Activation, activations};

/// What is planned for a record.
pub(super) struct Planned {
    pub(super) license: ImportLicense,
    pub(super) customer: Option<ImportCustomer>,
    /// What could not be kept as it is.
    pub(super) warnings: Vec<Warning>,
}

/// Something of a licence that is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Warning {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// Why a record is no licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// How records become licences.
pub(super) struct Planner {
    pub(super) preset: Preset,
    pub(super) mapping: Mapping,
    pub(super) products: Products,
    /// Whether a limit gives way to the activations.
    pub(super) raise_limits: bool,
    pub(super) now: Timestamp,
}

impl Planner {
    /// Plans a licence.
    pub(super) fn plan(&mut self, record: &Map<String, Value>) -> Result<Planned, Bad> {
        let mut warnings = Vec::new();
        let text = |member| self.mapping.text(record, member);
        let key = text(Member::Key).ok_or_else(|| bad("key", "it has no key"))?;
        let key = LicenseKey::parse(&key).map_err(|error| bad("key", error.to_string()))?;
        let moment = |member: Member| {
            let known = text(member).map_or(Ok(None), |text| values::moment(&text));
            known.map_err(|why| bad("moment", format!("{}: {why}", member.name())))
        };
        let (created, until, issued, support) =
            (moment(Member::Created)?, moment(Member::Until)?, moment(Member::Issued)?, moment(Member::Support)?);
        let mode = text(Member::Mode).map_or(Ok(LicenseMode::Activation), |text| mode(&text))?;
        let status = text(Member::Status).map_or(Ok(Status::Is(Standing::Active)), |text| {
            if text == key.expose() {
                return Err(bad("status", "its status is its key: is the column right?"));
            }
            let status = self.mapping.status(&text);
            status.ok_or_else(|| bad("status", format!("its status is {text:?}: say what that means with --status {text:?}=STATE")))
        })?;
        let stated = self.mapping.value(record, Member::Limit).map(|value| values::text(Some(value)).unwrap_or_default());
        let stated =
            stated.map_or(Ok(None), |text| values::limit(&text, self.mapping.known().unlimited).map_err(|why| bad("limit", why)))?;
        let listed = self.mapping.value(record, Member::Activations);
        let (found, lost) = activations(listed);
        if lost > 0 {
            warnings.push(Warning { code: "not_an_address", message: format!("{lost} of its activations are no addresses") });
        }
        let counted = text(Member::Count).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        if counted > found.len() + lost {
            warnings.push(missing(listed, counted, found.len() + lost)?);
        }
        warnings.extend(
            self.preset
                .not_kept()
                .filter(|it| is_said(record, it.column))
                .map(|NotKept { code, message, .. }| Warning { code, message: message.to_owned() }),
        );
        let trace = text(Member::Trace).is_some_and(|text| matches!(text.to_lowercase().as_str(), "true" | "1" | "yes"));
        let (customer, licensee, terms) = self.person(record, &mut warnings);
        // A column that was taken for another must not bring a key into a message.
        let called = self.mapping.text(record, Member::Product).filter(|name| name != key.expose());
        let product = self.products.find(called.as_deref()).map_err(|why| bad("no_product", why))?;
        let activated = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let license = ImportLicense {
            seat_limit: self.limit(stated, product.seat_limit, activated),
            product: Arc::clone(&product),
            key,
            customer: None,
            licensee,
            created,
            validity: Validity { from: None, until },
            mode,
            trace,
            state: self.state(status, until),
            terms: Terms { issued, support_until: support, ..terms },
            seats: seats(found, created, self.now),
        };
        Ok(Planned { license, customer, warnings })
    }

    /// The limit that is stated. Where none is: the product's, or as many as the activations.
    fn limit(&self, stated: Option<SeatLimit>, products: SeatLimit, activated: u32) -> SeatLimit {
        let limit = stated.unwrap_or(products);
        let is_enough = limit.number().is_none_or(|limit| limit >= activated);
        if is_enough || (stated.is_some() && !self.raise_limits) { limit } else { SeatLimit::limited(activated).unwrap_or(limit) }
    }

    fn state(&self, status: Status, until: Option<Timestamp>) -> LicenseState {
        let since = |why: String| Since { at: self.now, why: Line::parse(&why).ok() };
        let why = |what: &str| format!("{what} in the export of {}", self.preset.name());
        match status {
            Status::Is(Standing::Suspended) => LicenseState::Suspended(since(why("stopped"))),
            Status::Is(Standing::Revoked | Standing::Deleted) => LicenseState::Revoked(since(why("revoked"))),
            Status::Is(Standing::Refunded) => LicenseState::Refunded(since(why("refunded"))),
            // What ended by its own end needs no other.
            Status::Expired if until.is_none_or(|until| until > self.now) => LicenseState::Suspended(since(why("expired"))),
            Status::Is(Standing::Active) | Status::Expired => LicenseState::Active,
        }
    }

    fn person(&self, record: &Map<String, Value>, warnings: &mut Vec<Warning>) -> (Option<ImportCustomer>, Option<Licensee>, Terms) {
        let text = |member| self.mapping.text(record, member);
        let said = text(Member::Email);
        let email = said.as_ref().and_then(|text| Email::parse(text).ok());
        if said.is_some() && email.is_none() {
            warnings.push(Warning { code: "email", message: "its e-mail address is none, and is left out".to_owned() });
        }
        let line = |member| text(member).and_then(|text| cut::<120>(&text));
        let (given_name, family_name, company) = (line(Member::GivenName), line(Member::FamilyName), line(Member::Company));
        let both = [&given_name, &family_name].into_iter().flatten().map(Line::as_str).collect::<Vec<_>>().join(" ");
        let named = line(Member::Name).or_else(|| cut(&both));
        let (name, is_unnamed) = match (named, &company, &email) {
            (Some(name), _, _) => (Some(name), false),
            (None, Some(company), _) => (Some(company.clone()), true),
            (None, None, Some(email)) => (cut(email.as_str()), true),
            (None, None, None) => (None, false),
        };
        let licensee = name.clone().map(|name| Licensee { name, email: email.clone() });
        let id = text(Member::Customer).filter(|id| id != "0");
        let code = match (text(Member::Code), &id, &email) {
            (Some(code), _, _) => cut(&code),
            (None, Some(id), _) => cut(&format!("{}-{id}", self.preset.name())),
            (None, None, Some(email)) => cut(&format!("import-{}", digest(email.as_str()))),
            (None, None, None) => None,
        };
        let country = text(Member::Country).and_then(|text| Country::parse(&text).ok());
        let customer = code.and_then(|code| {
            let name = name.or_else(|| cut(&format!("Customer {}", id.as_deref().unwrap_or(code.as_str()))))?;
            let profile = CustomerProfile { company: company.clone(), ..CustomerProfile::default() };
            let new = NewCustomer { code: None, name, email, email_verified: false, given_name, family_name, country, profile };
            Some(ImportCustomer { code, new })
        });
        let terms = Terms {
            name: text(Member::PublicName).and_then(|text| cut(&text)),
            kind: text(Member::Kind).and_then(|text| cut(&text)),
            company,
            is_unnamed,
            description: self.origin(record),
            ..Terms::default()
        };
        (customer, licensee, terms)
    }

    /// Where it comes from, for the vendor's staff.
    fn origin(&self, record: &Map<String, Value>) -> Option<Prose<1_000>> {
        let number = |member, what: &str| self.mapping.text(record, member).map(|number| format!(", {what} {number}")).unwrap_or_default();
        let text = format!("Imported from {}{}{}", self.preset.name(), number(Member::Id, "licence"), number(Member::Order, "order"));
        Prose::parse(&text).ok()
    }
}

/// What `MySQL`'s `GROUP_CONCAT` cuts a text off at if it is not told otherwise, in bytes, with room for a character that did not fit
/// (<https://dev.mysql.com/doc/refman/8.0/en/server-system-variables.html#sysvar_group_concat_max_len>).
const CUT_OFF: std::ops::RangeInclusive<usize> = 1_021..=1_024;

/// What is said of an export that counts more activations than it lists. A list that was cut off is none: its last address is no site's.
fn missing(listed: Option<&Value>, counted: usize, found: usize) -> Result<Warning, Bad> {
    let size = listed.and_then(Value::as_str).map_or(0, str::len);
    if CUT_OFF.contains(&size) {
        let message =
            format!("its list of activations is cut off after {found} of {counted}: export it with a larger group_concat_max_len");
        return Err(bad("cut_off", message));
    }
    let (code, message) = match found {
        0 => ("unnamed_activations", format!("it was activated {counted} times, and the export does not say where")),
        _ => ("missing_activations", format!("it was activated {counted} times, and the export lists {found} of them")),
    };
    Ok(Warning { code, message })
}

fn is_said(record: &Map<String, Value>, column: &str) -> bool {
    values::text(record.get(column)).is_some_and(|text| text != "0")
}

fn mode(text: &str) -> Result<LicenseMode, Bad> {
    match text.to_lowercase().as_str() {
        "0" | "file" => Ok(LicenseMode::File),
        "1" | "activation" => Ok(LicenseMode::Activation),
        "2" | "floating" => Ok(LicenseMode::Floating),
        _ => Err(bad("mode", format!("{text:?} is no mode: file, activation or floating"))),
    }
}

/// Seats since when the export says, or else since the licence was issued: nobody knows better. They were last seen by then.
fn seats(activations: Vec<Activation>, created: Option<Timestamp>, now: Timestamp) -> Vec<Seat> {
    let seat = |Activation { device, since, label }| {
        let since = since.or(created).unwrap_or(now).min(now);
        let since = Timestamp::from_seconds(since.as_seconds()).unwrap_or(since);
        Seat { device, since, seen: since, label, client: None }
    };
    activations.into_iter().map(seat).collect()
}

/// A line of what fits of a text.
fn cut<const MAX: usize>(text: &str) -> Option<Line<MAX>> {
    let text: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX).collect();
    Line::parse(&text).ok()
}

/// What names the customer with an e-mail address, and tells nobody the address.
fn digest(email: &str) -> String {
    let hash = Sha256::new().chain_update(b"latchkey:import:customer:v1\0").chain_update(email).finalize();
    hex(&hash)[..24].to_owned()
}

fn bad(code: &'static str, message: impl Into<String>) -> Bad {
    Bad { code, message: message.into() }
}
