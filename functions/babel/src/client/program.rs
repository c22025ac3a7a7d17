//! Who a licensed program says it is, and what it is told of its token: the members that all of these operations share.

use latchkey_core::domain::grant::Grant;
use latchkey_core::domain::key::LicenseKey;
use latchkey_core::domain::ladder::ProductClaim;
use latchkey_core::domain::lease::Client;
use latchkey_core::domain::refusal::Refusal;
use latchkey_core::domain::seat_token::{Holder, text_of};
use latchkey_core::domain::text::{Line, TextError};
use latchkey_core::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::error::Error;
use crate::wire::{UNLIMITED, number};

/// What a licensed program sends (contracts §5); `productId` is ours. A member that is `null` counts as missing, and so does an empty one.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct ProgramBody {
    /// The licence's user key.
    #[cfg_attr(feature = "openapi", schema(required))]
    user_key: Option<String>,
    /// A fingerprint of the machine, of at most 200 characters.
    machine_id: Option<String>,
    /// The program's own identifier, of at most 100 characters.
    client_id: Option<String>,
    /// What the program calls itself, of at most 64 characters.
    client_name: Option<String>,
    /// The product that the program is, by its public code: a licence for another one is refused. Nothing where the program compares the
    /// signed licence itself.
    product_id: Option<String>,
    /// The token that the program was given: looked at where a licence is validated.
    license_token: Option<String>,
    /// The bytes of the signed licence that the program has: looked at where a licence is validated.
    license_key: Option<Vec<u8>>,
}

/// The same, checked.
pub(crate) struct Program {
    pub(crate) key: LicenseKey,
    pub(crate) machine: Option<Line<200>>,
    pub(crate) client: Option<Line<100>>,
    pub(crate) name: Option<Line<64>>,
    /// The signed licence that it has.
    pub(crate) signed: Option<Vec<u8>>,
    product: Option<String>,
    token: Option<String>,
}

/// A moment as the original has it: a protobuf `Timestamp`.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Stamp {
    /// Seconds since 1970.
    seconds: i64,
    /// Billionths of a second, beside those.
    nanos: u32,
}

/// A token's text, and when its time is over: an empty text where a licence was validated and no token.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Token {
    /// `actk_` or `fltk_`, and twelve letters and digits.
    license_token: String,
    /// A floating token's end unless the program is heard; an activation's is the licence's, and nothing where that never ends.
    token_expire_at: Option<Stamp>,
}

/// How many seats are taken, and how many there are.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Seats {
    /// How many are taken. Of floating ones those too whose time is over and that nobody has needed since.
    active_client_count: i32,
    /// How many there are; -1 where there is no limit.
    max_client_count: i32,
}

impl ProgramBody {
    /// Who a program says it is, and nothing more.
    pub(super) fn of(user_key: Option<String>, machine_id: Option<String>, client_id: Option<String>, client_name: Option<String>) -> Self {
        Self { user_key, machine_id, client_id, client_name, ..Self::default() }
    }

    /// What it says, as far as that can be.
    pub(crate) fn program(self) -> Result<Program, Error> {
        let Self { user_key, machine_id, client_id, client_name, product_id, license_token, license_key } = self;
        let key = said(user_key).ok_or_else(|| Error::missing("userKey"))?;
        Ok(Program {
            // What cannot be a key is one that nothing has.
            key: LicenseKey::parse(&key).map_err(|_| Error::from(Refusal::UnknownKey))?,
            machine: line("machineId", machine_id)?,
            client: line("clientId", client_id)?,
            name: line("clientName", client_name)?,
            signed: license_key.filter(|bytes| !bytes.is_empty()),
            product: said(product_id),
            token: said(license_token),
        })
    }
}

impl Program {
    /// The product that it says it is.
    pub(crate) fn product(&self) -> ProductClaim<'_> {
        self.product.as_deref().map_or(ProductClaim::Any, ProductClaim::Code)
    }

    /// The machine, which has to be said.
    pub(crate) fn machine(&self) -> Result<&Line<200>, Error> {
        self.machine.as_ref().ok_or_else(|| Error::missing("machineId"))
    }

    /// That the token which it says is the one it holds. One that no licence can have was changed; any other is of a seat that is no more.
    pub(crate) fn expects(&self, held: Option<&Token>) -> Result<(), Error> {
        match &self.token {
            None => Ok(()),
            Some(token) if held.is_some_and(|held| held.license_token == *token) => Ok(()),
            Some(token) if is_token(token) => Err(Error::new(Code::TokenNotFound, "The token is not that of the seat held here.")),
            Some(_) => Err(Error::new(Code::TokenTampered, "The token is not as it was issued.")),
        }
    }

    /// Who holds a floating seat: both have to be said.
    pub(crate) fn floating(&self) -> Result<Client, Error> {
        let machine = self.machine()?.clone();
        let client = self.client.clone().ok_or_else(|| Error::missing("clientId"))?;
        Client::new(machine, client).map_err(|error| Error::invalid("clientId", error))
    }
}

impl Token {
    /// The token of who holds a seat.
    pub(crate) fn of(grant: &Grant, holder: &Holder) -> Self {
        let expires = match holder {
            Holder::Activated { .. } => grant.validity.until,
            Holder::Floating(lease) => Some(lease.expires),
        };
        Self { license_token: text_of(grant, holder), token_expire_at: expires.map(Stamp::from) }
    }
}

impl Seats {
    /// The seats of a licence.
    pub(crate) fn of(grant: &Grant) -> Self {
        Self { active_client_count: number(grant.seats.taken()), max_client_count: grant.seat_limit.number().map_or(UNLIMITED, number) }
    }
}

impl From<Timestamp> for Stamp {
    fn from(moment: Timestamp) -> Self {
        let seconds = moment.as_seconds();
        let micros = moment.as_micros() - seconds * 1_000_000;
        Self { seconds, nanos: u32::try_from(micros * 1_000).unwrap_or(0) }
    }
}

/// Whether a text has a token's form.
fn is_token(text: &str) -> bool {
    let rest = text.strip_prefix("actk_").or_else(|| text.strip_prefix("fltk_"));
    rest.is_some_and(|rest| rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// A text, trimmed, where it is said.
pub(super) fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The same as a line.
pub(super) fn line<const MOST: usize>(member: &str, text: Option<String>) -> Result<Option<Line<MOST>>, Error> {
    let parse = |text: String| Line::parse(&text).map_err(|error: TextError| Error::invalid(member, error));
    said(text).map(parse).transpose()
}
