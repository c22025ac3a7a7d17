//! Mail: looked at, and put into the account's outbox. Sending it is somebody else's work, which finds there what it needs.
//!
//! What this promises to who sends: a mail in the outbox is whole, has from 1 to 50 recipients, and no line of its headers has another
//! line in it.

use super::rejected::{Rejected, Thing};
use super::settings::settings;
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, MailId, ResourceId};
use crate::domain::log_entry::Entry;
use crate::domain::mail::{Envelope, Letter, MOST_ATTACHMENTS, MOST_BYTES, MOST_RECIPIENTS, Mail, MailState, Post, Recipient};
use crate::domain::resource::Resource;
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::table::{Freshness, MailParts};

/// The type of the resources that a mail can be made of (contracts §5).
const EMAIL: &str = "email";

/// A letter that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetter {
    /// To whom.
    pub to: Vec<Recipient>,
    /// What it is about.
    pub subject: Line<255>,
    /// What it says.
    pub letter: Letter,
}

/// Puts a letter into the outbox. It has the sender's name, and where answers go, as they are set now.
pub async fn send_mail(core: &Core, account: AccountId, new: NewLetter) -> Result<Mail, Rejected> {
    let NewLetter { to, subject, letter } = new;
    if to.is_empty() || to.len() > MOST_RECIPIENTS {
        return Err(Rejected::Recipients { most: MOST_RECIPIENTS });
    }
    if letter.attachments.len() > MOST_ATTACHMENTS {
        return Err(Rejected::TooManyAttachments { most: MOST_ATTACHMENTS });
    }
    if letter.bytes() > MOST_BYTES {
        return Err(Rejected::TooMuchData { bytes: letter.bytes(), most: MOST_BYTES });
    }
    let settings = settings(core, account).await?;
    let parts = MailParts::of(&letter)?;
    let (sender_name, reply_to) = (settings.sender_name.clone(), settings.reply_to.clone());
    let recipients = to.len() as u64;
    let what = Post::Letter(Envelope { to, subject, sender_name, reply_to, parts: parts.count() });
    let mail = put(core, account, what, Some(parts)).await?;
    let entry = Entry::information("Mail {MailId} to {Recipients} recipients waits to be sent").with("MailId", mail.id);
    core.note(account, entry.with("Recipients", recipients));
    Ok(mail)
}

/// Puts into the outbox that a licence is to be sent to whoever it is made out to, in the words of a resource. It is written when it is
/// sent, from what the licence is then.
pub async fn mail_license(core: &Core, account: AccountId, license: LicenseId, resource: ResourceId) -> Result<Mail, Rejected> {
    let (found, words) = tokio::join!(
        Box::pin(core.table.license(account, license)),
        Box::pin(core.table.record::<Resource>(account, resource.get(), Freshness::Strong)),
    );
    let found = found?.ok_or(Rejected::NotFound(Thing::License))?;
    let words = words?.ok_or(Rejected::NotFound(Thing::Resource))?;
    if words.sort.as_ref().is_none_or(|sort| !sort.as_str().eq_ignore_ascii_case(EMAIL)) {
        return Err(Rejected::NoMailText);
    }
    if found.licensee.as_ref().and_then(|licensee| licensee.email.as_ref()).is_none() {
        return Err(Rejected::NoAddress);
    }
    let mail = put(core, account, Post::License { license, resource }, None).await?;
    let entry = Entry::information("Mail {MailId} with license {LicenseId} waits to be sent").with("MailId", mail.id);
    core.note(account, entry.with("LicenseId", license).with("ResourceId", resource));
    Ok(mail)
}

async fn put(core: &Core, account: AccountId, what: Post, parts: Option<MailParts>) -> Result<Mail, Fault> {
    let number = core.table.next_record::<Mail>(account).await?;
    let id = MailId::new(number).ok_or_else(|| Fault::new(FaultKind::Corrupt, "numbering mail"))?;
    let mail = Mail {
        id,
        account,
        state: MailState::Queued,
        attempts: 0,
        created: core.now(),
        what,
        first: None,
        due: None,
        taken_until: None,
        why: None,
        revision: 1,
    };
    core.table.write_mail(&mail, parts).await?;
    Ok(mail)
}
