//! `POST /v1/email/send` (seed 004, "POST /v1/email/send").

use axum::extract::State;
use latchkey_core::domain::mail::{Attachment, FileName, Letter, MOST_BYTES, MediaType, Recipient};
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::ops::send_mail::{NewLetter, send_mail};
use serde::Deserialize;

use crate::Service;
use crate::body::{Body, optional, text};
use crate::caller::Caller;
use crate::code::Code;
use crate::envelope::{Answer, Done};
use crate::error::Error;
use crate::wire::from_object;

/// The longest body: a mail of the longest sort, with what JSON makes of it. The gateway takes 10 MB and Lambda 6.
const MOST: usize = 5 * 1_024 * 1_024;

/// A mail.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendEmailRequest {
    /// To whom: from 1 to 50.
    to: Vec<EmailRecipient>,
    /// What it is about: one line.
    subject: String,
    /// What it says.
    body: String,
    /// Whether that is HTML.
    #[serde(default)]
    is_html: bool,
    /// What comes with it: at most 20.
    #[serde(default)]
    attachments: Option<Vec<EmailAttachment>>,
}

/// Somebody that mail is sent to.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self")]
pub(crate) struct EmailRecipient {
    /// What they are called.
    #[serde(default)]
    name: Option<String>,
    /// Their address.
    email: String,
}

from_object! { EmailRecipient }

/// A file that comes with a mail.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(remote = "Self", rename_all = "camelCase")]
pub(crate) struct EmailAttachment {
    /// Its name.
    file_name: String,
    /// Its bytes, as base64.
    content: String,
    /// Its type; `application/octet-stream` where nothing is said.
    #[serde(default)]
    content_type: Option<String>,
}

from_object! { EmailAttachment }

/// Puts a mail into the outbox.
pub(crate) async fn handle(
    State(service): State<Service>,
    caller: Caller,
    Body(request): Body<SendEmailRequest, MOST>,
) -> Result<Answer<Done>, Error> {
    match send_mail(&service.core, caller.account(), parse(request)?).await {
        Ok(_) => Ok(Answer::done(&caller)),
        Err(Rejected::TooMuchData { .. }) => {
            Err(Error::new(Code::TooLarge, format!("The mail is longer than {} MiB.", MOST_BYTES / (1_024 * 1_024))))
        }
        Err(Rejected::Undeliverable { place }) => {
            Err(Error::invalid(&format!("to[{place}].email"), "must be an address that mail can be sent to"))
        }
        Err(rejected) => Err(rejected.into()),
    }
}

fn parse(request: SendEmailRequest) -> Result<NewLetter, Error> {
    let SendEmailRequest { to, subject, body, is_html, attachments } = request;
    let recipient = |(place, EmailRecipient { name, email }): (usize, EmailRecipient)| {
        let name = optional(&format!("to[{place}].name"), &name.unwrap_or_default())?;
        Ok::<_, Error>(Recipient { name, email: text(&format!("to[{place}].email"), &email)? })
    };
    let attachment = |(place, EmailAttachment { file_name, content, content_type }): (usize, EmailAttachment)| {
        let of = |member: &str| format!("attachments[{place}].{member}");
        let file_name = FileName::parse(&file_name).map_err(|error| Error::invalid(&of("fileName"), error))?;
        let content_type = match content_type.filter(|content_type| !content_type.trim().is_empty()) {
            Some(content_type) => MediaType::parse(&content_type).map_err(|error| Error::invalid(&of("contentType"), error))?,
            None => MediaType::unknown(),
        };
        Attachment::parse(file_name, content_type, &content).map_err(|error| Error::invalid(&of("content"), error))
    };
    let to = to.into_iter().enumerate().map(recipient).collect::<Result<_, _>>()?;
    let attachments = attachments.unwrap_or_default().into_iter().enumerate().map(attachment).collect::<Result<_, _>>()?;
    Ok(NewLetter { to, subject: text("subject", &subject)?, letter: Letter { body, is_html, attachments } })
}
