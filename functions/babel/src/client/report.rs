//! `POST /v1/license/report` (seed 004 has none: ours)

use axum::extract::State;
use latchkey_core::domain::report::{ReportBody, ReportCard, ReportProperty};
use latchkey_core::domain::text::{Line, Prose};
use latchkey_core::ops::reports::{NewReport, submit_report};
use serde::{Deserialize, Serialize};

use super::gate::meet;
use super::program::{ProgramBody, line, said};
use crate::Service;
use crate::body::Body;
use crate::caller::Caller;
use crate::envelope::Answer;
use crate::error::Error;
use crate::wire::{from_object, number};

/// The longest body: a content of 256 KiB and what JSON makes of it, with its properties.
const MOST_BYTES: usize = 512 * 1_024;

/// What a program tells its vendor of an error, or of its licence. A member that is `null` counts as missing, and so does an empty one.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct SentReport {
    /// The licence's user key.
    #[cfg_attr(feature = "openapi", schema(required))]
    user_key: Option<String>,
    /// A fingerprint of the machine, of at most 200 characters.
    machine_id: Option<String>,
    /// The program's own identifier, of at most 100 characters.
    client_id: Option<String>,
    /// What the program calls itself, of at most 64 characters.
    client_name: Option<String>,
    /// What sort of report it is: `ExceptionReport`, `LicenseReport`, or a word of the program's own, of at most 120 characters.
    #[cfg_attr(feature = "openapi", schema(required))]
    name: Option<String>,
    /// What the program knows the report by, of at most 100 characters.
    uid: Option<String>,
    /// The program's version, of at most 64 characters.
    version: Option<String>,
    /// The form of the content, such as `text/plain`, of at most 120 characters.
    content_type: Option<String>,
    /// What it says: at most 256 KiB.
    content: Option<String>,
    /// What it tells beside: at most 50.
    properties: Option<Vec<SentProperty>>,
}

/// Something that a report tells beside its content.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub(crate) struct SentProperty {
    /// What it is, of at most 120 characters.
    name: String,
    /// Its value, of at most 1,000 characters.
    #[serde(default)]
    value: Option<String>,
}

from_object! { SentProperty }

/// The report that was taken.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct TakenReport {
    /// Its number.
    report_id: i32,
}

/// Takes a report of whoever has the licence's key, whatever became of the licence.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Option<Caller>,
    Body(sent): Body<SentReport, MOST_BYTES>,
) -> Result<Answer<TakenReport>, Error> {
    let SentReport { user_key, machine_id, client_id, client_name, name, uid, version, content_type, content, properties } = sent;
    let program = ProgramBody::of(user_key, machine_id, client_id, client_name).program()?;
    let card = ReportCard {
        uid: line("uid", uid)?,
        name: line("name", name)?.ok_or_else(|| Error::missing("name"))?,
        version: line("version", version)?,
        machine: program.machine.clone(),
        client: program.client.clone(),
        client_name: program.name.clone(),
        content_type: line("contentType", content_type)?,
    };
    let properties = properties.unwrap_or_default().into_iter().enumerate().map(|(place, sent)| sent.property(place));
    let body = ReportBody { content: content.unwrap_or_default(), properties: properties.collect::<Result<_, Error>>()? };
    let grant = meet(&service, caller.as_ref(), &program).await?;
    let new = NewReport { account: grant.account, license: Some(grant.license), card, body };
    let report = Box::pin(submit_report(&service.core, new)).await?;
    Ok(Answer::of(Some(grant.account), TakenReport { report_id: number(report.id.get()) }))
}

impl SentProperty {
    fn property(self, place: usize) -> Result<ReportProperty, Error> {
        let member = |name: &str| format!("properties[{place}].{name}");
        let name = Line::parse(&self.name).map_err(|error| Error::invalid(&member("name"), error))?;
        let value = Prose::parse(&said(self.value).unwrap_or_default()).map_err(|error| Error::invalid(&member("value"), error))?;
        Ok(ReportProperty { name, value })
    }
}
