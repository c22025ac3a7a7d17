//! Mail: looked at, and put into the account's outbox. Sending it is somebody else's work, which finds there what it needs: the table's
//! stream tells of every mail that begins to wait, and [`begin_sending`] puts its job into the queue. So a mail that was written is sent,
//! whatever becomes of whoever wrote it.
//!
//! What this promises to who sends: a mail in the outbox is whole, has from 1 to 50 recipients, and no line of its headers has another
//! line in it.

use serde::{Deserialize, Serialize};

use super::rejected::{Rejected, Thing};
use super::settings::settings;
use crate::core::Core;
use crate::domain::ids::{AccountId, LicenseId, MailId, ResourceId};
use crate::domain::log_entry::Entry;
use crate::domain::mail::{Envelope, Letter, MOST_ATTACHMENTS, MOST_BYTES, MOST_RECIPIENTS, Mail, MailState, Post, Recipient, in_ascii};
use crate::domain::resource::Resource;
use crate::domain::text::Line;
use crate::fault::{Fault, FaultKind};
use crate::queue::{Job, Queue};
use crate::table::{Freshness, MailParts};

/// How many mails are looked at together.
const PAGE: u16 = 100;

/// The type of the resources that a mail can be made of (contracts §5).
const EMAIL: &str = "email";

/// What the queue of mail carries: a mail that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailJob {
    /// Whose.
    pub account: AccountId,
    /// Which one.
    pub mail: MailId,
    /// Which attempt it is, from 1.
    pub attempt: u32,
}

impl Job for MailJob {
    const VARIABLE: &'static str = "LATCHKEY_MAIL_QUEUE";
}

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
    if let Some(place) = to.iter().position(|recipient| in_ascii(&recipient.email).is_none()) {
        return Err(Rejected::Undeliverable { place });
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
    if found.licensee.as_ref().and_then(|licensee| in_ascii(licensee.email.as_ref()?)).is_none() {
        return Err(Rejected::NoAddress);
    }
    let mail = put(core, account, Post::License { license, resource }, None).await?;
    let entry = Entry::information("Mail {MailId} with license {LicenseId} waits to be sent").with("MailId", mail.id);
    core.note(account, entry.with("LicenseId", license).with("ResourceId", resource));
    Ok(mail)
}

/// Puts the job of a mail into the queue that begins to wait: it is new, or to be sent again. Whether it is such a one.
pub async fn begin_sending(queue: &Queue<MailJob>, before: Option<&Mail>, after: Option<&Mail>) -> Result<bool, Fault> {
    let begins = |mail: &Mail| mail.state == MailState::Queued && mail.attempts == 0;
    let Some(mail) = after.filter(|after| begins(after) && !before.is_some_and(begins)) else { return Ok(false) };
    queue.put(MailJob { account: mail.account, mail: mail.id, attempt: 1 }).await.map(|()| true)
}

/// Puts the jobs of all mail that waits into the queue again: for a queue that was lost with its process.
pub async fn resume_mail(core: &Core, queue: &Queue<MailJob>, account: AccountId) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let page = core.table.records::<Mail>(account, None, after, PAGE).await?;
        for mail in page.items.iter().filter(|mail| mail.state == MailState::Queued) {
            // The one that was begun and not ended, where there is one.
            let attempt = if mail.taken_until.is_some() { mail.attempts } else { mail.attempts.saturating_add(1) };
            queue.put(MailJob { account, mail: mail.id, attempt }).await?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
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
