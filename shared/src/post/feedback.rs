//! What becomes of a message after SES took it, as `EventBridge` tells it
//! (<https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html> has the same members below `detail`).
//!
//! Whose mail it was about stands in the tags that it was sent with (`ses.rs`). Addresses are in the event, too, and are not read.

use serde::Deserialize;

use super::ses::{ACCOUNT_TAG, MAIL_TAG};
use crate::domain::ids::{AccountId, MailId};

/// The longest event that is read, in bytes: `EventBridge`'s own bound.
const MOST_BYTES: usize = 256 * 1_024;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Whose it is.
    pub account: AccountId,
    /// Which one.
    pub mail: MailId,
    /// What.
    pub what: Fate,
    /// How many of its recipients that is about; 0 where it is about the mail itself.
    pub recipients: u32,
}

/// What can become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It came back for good: there is nobody there.
    Bounced,
    /// It came back, and might not another time: a full mailbox, an absence.
    BouncedForNow,
    /// Somebody said that they do not want it.
    Complained,
    /// SES found something in it that it does not send.
    Rejected,
}

#[derive(Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: Mail,
    #[serde(default)]
    bounce: Bounce,
    #[serde(default)]
    complaint: Complaint,
}

#[derive(Deserialize)]
struct Mail {
    tags: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Bounce {
    bounce_type: String,
    bounced_recipients: Vec<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Complaint {
    complained_recipients: Vec<serde::de::IgnoredAny>,
}

impl Feedback {
    /// What an event tells; nothing where it is none of ours.
    pub fn read(body: &str) -> Option<Self> {
        if body.len() > MOST_BYTES {
            return None;
        }
        let Event { detail } = serde_json::from_str(body).ok()?;
        let (what, recipients) = match detail.event_type.as_str() {
            "Bounce" if detail.bounce.bounce_type == "Permanent" => (Fate::Bounced, detail.bounce.bounced_recipients.len()),
            "Bounce" => (Fate::BouncedForNow, detail.bounce.bounced_recipients.len()),
            "Complaint" => (Fate::Complained, detail.complaint.complained_recipients.len()),
            "Reject" => (Fate::Rejected, 0),
            _ => return None,
        };
        let tag = |name: &str| detail.mail.tags.get(name)?.first().map(String::as_str);
        let (account, mail) = (AccountId::parse(tag(ACCOUNT_TAG)?)?, MailId::parse(tag(MAIL_TAG)?)?);
        Some(Self { account, mail, what, recipients: u32::try_from(recipients).unwrap_or(u32::MAX) })
    }
}

impl Fate {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::BouncedForNow => "bounced for now",
            Self::Complained => "complaint",
            Self::Rejected => "rejected",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event(kind: &str, more: &Value) -> Value {
        let mut event = json!({
            "version": "0", "id": "x", "detail-type": "Email Bounced", "source": "aws.ses", "account": "000000000000",
            "time": "2026-11-22T04:47:26Z", "region": "eu-central-1", "resources": [],
            "detail": {"eventType": kind, "mail": {
                "messageId": "x", "destination": ["erika@example.com"],
                "tags": {"ses:operation": ["SendRawEmail"], "account": ["1"], "mail": ["3"]},
            }},
        });
        let detail = event["detail"].as_object_mut().unwrap();
        detail.extend(more.as_object().unwrap().clone());
        event
    }

    #[test]
    fn what_became_of_a_mail_is_read_by_its_tags() {
        let read = |kind, more: &Value| {
            Feedback::read(&event(kind, more).to_string()).map(|read| (read.account.get(), read.mail.get(), read.what, read.recipients))
        };
        let bounced = |kind: &str| json!({"bounce": {"bounceType": kind, "bouncedRecipients": [{"emailAddress": "erika@example.com"}]}});
        assert_eq!(read("Bounce", &bounced("Permanent")), Some((1, 3, Fate::Bounced, 1)));
        assert_eq!(read("Bounce", &bounced("Transient")), Some((1, 3, Fate::BouncedForNow, 1)));
        let complaint = json!({"complaint": {"complainedRecipients": [{}, {}]}});
        assert_eq!(read("Complaint", &complaint), Some((1, 3, Fate::Complained, 2)));
        assert_eq!(read("Reject", &json!({"reject": {"reason": "Bad content"}})), Some((1, 3, Fate::Rejected, 0)));
        assert_eq!(read("Delivery", &json!({})), None);
    }

    #[test]
    fn what_is_none_of_ours_is_nothing() {
        let mut untagged = event("Reject", &json!({}));
        untagged["detail"]["mail"]["tags"] = json!({"account": ["1"], "mail": ["x"]});
        let long = format!("{} {}", event("Reject", &json!({})), " ".repeat(MOST_BYTES));
        for text in [untagged.to_string(), "{}".to_owned(), String::new(), long, r#"{"v":1,"job":{}}"#.to_owned()] {
            assert_eq!(Feedback::read(&text), None, "{text:.60}");
        }
    }
}
