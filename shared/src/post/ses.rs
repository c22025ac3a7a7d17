//! SES, version 2 (<https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>).
//!
//! It is given the whole message. It writes an identity and a date of its own in place of ours
//! (<https://docs.aws.amazon.com/ses/latest/dg/header-fields.html>); the header `X-Latchkey-Mail` stays. What becomes of a message afterwards
//! is told under the tags `account` and `mail`.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};

use super::{Message, NotSent};

/// The tag of a message that says whose it is.
pub(super) const ACCOUNT_TAG: &str = "account";

/// The tag of a message that says which mail it is.
pub(super) const MAIL_TAG: &str = "mail";

/// SES, and by which of its configurations what becomes of a message is told.
#[derive(Clone, Debug)]
pub struct Ses {
    client: Client,
    configuration_set: Option<String>,
}

impl Ses {
    /// Sends by this client, from [`aws::ses`](crate::aws::ses).
    pub fn new(client: Client, configuration_set: Option<String>) -> Self {
        Self { client, configuration_set }
    }

    pub(super) async fn send(&self, message: &Message) -> Result<(), NotSent> {
        let malformed = |_| NotSent::Never("malformed");
        let tag = |name: &str, value: String| MessageTag::builder().name(name).value(value).build().map_err(malformed);
        let raw = RawMessage::builder().data(Blob::new(message.bytes.clone())).build().map_err(malformed)?;
        let sent = self
            .client
            .send_email()
            .from_email_address(&message.from)
            .destination(Destination::builder().set_to_addresses(Some(message.to.clone())).build())
            .content(EmailContent::builder().raw(raw).build())
            .email_tags(tag(ACCOUNT_TAG, message.account.to_string())?)
            .email_tags(tag(MAIL_TAG, message.mail.to_string())?)
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        sent.map(|_| ()).map_err(|error| refusal(&error))
    }
}

/// What is the deployment's to put right (a permission, an unverified domain, sending that is paused) is waited for, as what is only for now:
/// the mail is none the worse for it.
fn refusal(error: &SdkError<SendEmailError>) -> NotSent {
    let Some(service) = error.as_service_error() else {
        return NotSent::ForNow(if matches!(error, SdkError::TimeoutError(_)) { "timeout" } else { "network" });
    };
    match service.code() {
        Some("BadRequestException") => NotSent::Never("ses_bad_request"),
        Some("MessageRejected") => NotSent::Never("ses_rejected"),
        Some("TooManyRequestsException" | "LimitExceededException" | "ThrottlingException") => NotSent::ForNow("ses_throttled"),
        Some("AccountSuspendedException" | "SendingPausedException") => NotSent::ForNow("ses_paused"),
        Some("MailFromDomainNotVerifiedException") => NotSent::ForNow("ses_unverified"),
        Some("AccessDeniedException" | "NotFoundException" | "UnrecognizedClientException" | "ExpiredTokenException") => {
            NotSent::ForNow("ses_denied")
        }
        Some(_) | None => NotSent::ForNow("ses_fault"),
    }
}
