//! `POST /v1/licenses/{licenseId}/tokens` (seed 004, "POST /v1/licenses/{licenseId}/tokens").

use std::fmt::Display;

use axum::extract::State;
use latchkey_core::domain::ids::LicenseId;
use latchkey_core::domain::text::Line;
use latchkey_core::ops::rejected::Thing;
use latchkey_core::ops::seat_tokens::{NewToken, create_token};
use serde::{Deserialize, Serialize};

use crate::Service;
use crate::body::{Body, Given};
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::path::{Path, id};
use crate::wire::{LicenseTokenGiven, number};

/// Who is to hold a seat.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct NewLicenseToken {
    license_token: LicenseTokenGiven,
}

/// The token that is held now.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct CreatedLicenseToken {
    license_id: i32,
    license_token_id: i32,
    token: String,
}

/// Takes a seat for a machine by the rules that the machine itself would meet. One that holds a seat keeps it.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Path(license): Path<i32>,
    Body(body): Body<NewLicenseToken>,
) -> Result<Answer<CreatedLicenseToken>, Error> {
    let license = id(license, LicenseId::new, Thing::License)?;
    let LicenseTokenGiven { address, client_id, client_name, machine_id } = body.license_token;
    let machine = parsed("licenseToken.machineId", machine_id, Line::parse)?;
    let new = NewToken {
        machine: machine.ok_or_else(|| Error::missing("licenseToken.machineId"))?,
        client: parsed("licenseToken.clientId", client_id, Line::parse)?,
        name: parsed("licenseToken.clientName", client_name, Line::parse)?,
        address: parsed("licenseToken.address", address, |text| text.trim().parse().map_err(|_| "expected a network address"))?,
    };
    let token = Box::pin(create_token(&service.core, caller.account(), license, new)).await?;
    let body = CreatedLicenseToken { license_id: number(token.license.get()), license_token_id: number(token.id.get()), token: token.text };
    Ok(Answer::new(&caller, body))
}

/// What a member holds; nothing where it is missing or empty.
fn parsed<T, E: Display>(member: &str, given: Given<String>, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, Error> {
    let said = given.value().filter(|text| !text.trim().is_empty());
    said.map(|text| parse(&text).map_err(|error| Error::invalid(member, error))).transpose()
}
