//! Sending a mail of the outbox.
//!
//! It is taken first, for [`HELD_SECONDS`]: whoever comes meanwhile waits. Then it is composed and handed on, and what came of it is
//! written, on the condition that it is as it was taken. What failed for now is put into the queue for its next attempt before that is
//! written, so an attempt that was written has its next job; a job of an attempt that is over does nothing.
//!
//! **At least once.** A process that dies after a mail was handed on and before that was written leaves a mail that is taken: its job comes
//! again, and the mail is sent again, the same byte for byte, with the same `Message-ID`. Mail servers deliver both; most programs that show mail show one of two that have one
//! identity. Through SES, which gives each its own, `X-Latchkey-Mail` is the same. No order of the two steps would be better: the other way
//! round, a mail would be lost.

use super::send_mail::MailJob;
use super::settings::settings;
use super::signing_key::SignatureKeys;
use super::write_license_mail::{PackageLink, Unwritten, Written, write_license_mail};
use crate::core::Core;
use crate::domain::ids::ResourceId;
use crate::domain::log_entry::Entry;
use crate::domain::mail::{Mail, MailState, MailTurn, Post};
use crate::domain::retry;
use crate::domain::text::Email;
use crate::fault::{Fault, FaultKind};
use crate::post::{Composing, Message, NotSent, Spoilt, Transport, Uncomposed, compose};
#[cfg(feature = "ses")]
use crate::post::{Fate, Feedback};
use crate::queue::{Later, Queue};
use crate::table::records::{Record as _, RecordError};
use crate::table::{Freshness, Table};

/// For how long a mail is in the hands of whoever took it, in seconds: longer than a function runs, shorter than a message that was not
/// answered for stays hidden.
pub const HELD_SECONDS: i64 = 90;

/// What sending mail takes.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Who delivers it.
    pub transport: Transport,
    /// The address that all mail comes from: one that may send.
    pub from: Email,
    /// What licences are signed with.
    pub keys: SignatureKeys,
    /// Where their packages are fetched.
    pub link: PackageLink,
}

/// What was done about a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// Nothing: it was over, or not yet its turn.
    Nothing,
    /// The mail was handed on.
    Sent,
    /// It will be tried again.
    PutOff,
    /// It will not be sent.
    GivenUp,
}

/// Why a mail was not handed on.
#[derive(Debug)]
enum Failed {
    ForNow(&'static str),
    Never(&'static str),
    /// The words of a resource are no words.
    Words(ResourceId, Spoilt),
    /// Something stored is not as it should be.
    Corrupt(Fault),
}

/// Sends a mail, where that is to be done. A fault is one of the table's, or of the queue: the job has to come again.
pub async fn deliver_mail(core: &Core, sending: &Sending, queue: &Queue<MailJob>, job: MailJob) -> Result<Delivered, Fault> {
    let mail = core.table.record::<Mail>(job.account, job.mail.get(), Freshness::Strong).await?;
    let Some(mail) = mail else { return Ok(Delivered::Nothing) };
    let now = core.now();
    match mail.turn(job.attempt, now) {
        MailTurn::Over => return Ok(Delivered::Nothing),
        MailTurn::Wait(delay) => return put(queue, job, delay).await.map(|()| Delivered::Nothing),
        MailTurn::Now => {}
    }
    let taken = mail.taken(job.attempt, now, now.plus_seconds(HELD_SECONDS));
    if !replace(&core.table, &mail, &taken).await? {
        // Somebody else was faster: whether it is still to be done is seen later.
        return put(queue, job, 1).await.map(|()| Delivered::Nothing);
    }
    let done = match taken.ends() {
        Some(ends) if ends <= now => Err(Failed::Never("too old")),
        _ => attempt(core, sending, &taken).await,
    };
    end(core, queue, &taken, done).await
}

/// Notes in the account's log what became of a mail that was sent. Told twice, it is noted twice.
#[cfg(feature = "ses")]
pub fn note_feedback(core: &Core, feedback: Feedback) {
    let entry = match feedback.what {
        Fate::Rejected => Entry::warning("Mail {MailId} was not delivered: {Reason}"),
        Fate::Bounced | Fate::BouncedForNow | Fate::Complained => {
            Entry::warning("Mail {MailId} came back from {Recipients} recipients: {Reason}").with("Recipients", feedback.recipients)
        }
    };
    core.note(feedback.account, entry.with("MailId", feedback.mail).with("Reason", feedback.what.name()));
}

async fn attempt(core: &Core, sending: &Sending, mail: &Mail) -> Result<(), Failed> {
    let message = message(core, sending, mail).await?;
    sending.transport.send(&message).await?;
    Ok(())
}

/// The mail as it goes out.
async fn message(core: &Core, sending: &Sending, mail: &Mail) -> Result<Message, Failed> {
    let from = &sending.from;
    match &mail.what {
        Post::Letter(envelope) => {
            let letter = core.table.letter(mail).await?.ok_or(Failed::Never("text"))?;
            let (sender_name, reply_to) = (envelope.sender_name.as_ref(), envelope.reply_to.as_ref());
            Ok(compose(Composing { mail, from, sender_name, reply_to, to: &envelope.to, subject: &envelope.subject, letter: &letter })?)
        }
        Post::License { license, resource } => {
            let settings = settings(core, mail.account).await?;
            let (keys, link) = (&sending.keys, sending.link);
            let written = write_license_mail(core, keys, link, &settings, mail.account, *license, *resource).await;
            let Written { to, subject, letter } = written.map_err(|unwritten| match unwritten {
                Unwritten::Words(spoilt) => Failed::Words(*resource, spoilt),
                Unwritten::Wanting(what) => Failed::Never(what),
                Unwritten::Fault(fault) => fault.into(),
            })?;
            let (sender_name, reply_to) = (settings.sender_name.as_ref(), settings.reply_to.as_ref());
            Ok(compose(Composing { mail, from, sender_name, reply_to, to: &[to], subject: &subject, letter: &letter })?)
        }
    }
}

/// Writes what came of it, and sees to the next attempt where there is one.
async fn end(core: &Core, queue: &Queue<MailJob>, mail: &Mail, done: Result<(), Failed>) -> Result<Delivered, Fault> {
    let now = core.now();
    let (after, delivered) = match &done {
        Ok(()) => (mail.ended(MailState::Sent, None), Delivered::Sent),
        Err(Failed::ForNow(why)) => {
            let (first, tries) = (mail.first.unwrap_or(now), mail.attempts);
            match retry::next(first, now, tries, None, |below| core.random.below(below)) {
                Some(due) => {
                    let job = MailJob { account: mail.account, mail: mail.id, attempt: mail.attempts.saturating_add(1) };
                    put(queue, job, retry::seconds_until(due, now)).await?;
                    (mail.put_off(due, why), Delivered::PutOff)
                }
                None => (mail.ended(MailState::GivenUp, Some(why)), Delivered::GivenUp),
            }
        }
        Err(Failed::Never(why)) => (mail.ended(MailState::GivenUp, Some(why)), Delivered::GivenUp),
        Err(Failed::Words(_, spoilt)) => (mail.ended(MailState::GivenUp, Some(spoilt.what.name())), Delivered::GivenUp),
        Err(Failed::Corrupt(_)) => (mail.ended(MailState::GivenUp, Some("corrupt")), Delivered::GivenUp),
    };
    // Where it is not as it was taken any more, somebody else took it after its time, and writes what comes of that.
    if replace(&core.table, mail, &after).await?
        && let Some(entry) = entry(&after, done)
    {
        core.note(mail.account, entry.with("MailId", mail.id).with("Attempts", mail.attempts));
    }
    Ok(delivered)
}

/// What the account's log says of it. Attempts that are followed by another say nothing.
fn entry(mail: &Mail, done: Result<(), Failed>) -> Option<Entry> {
    match done {
        Ok(()) => Some(Entry::information("Mail {MailId} was sent")),
        Err(Failed::ForNow(_)) if mail.state == MailState::Queued => None,
        Err(Failed::ForNow(why)) => {
            Some(Entry::warning("Mail {MailId} was given up after {Attempts} attempts in a day: {Reason}").with("Reason", why))
        }
        Err(Failed::Never(why)) => Some(Entry::warning("Mail {MailId} was given up: {Reason}").with("Reason", why)),
        Err(Failed::Words(resource, spoilt)) => {
            let entry = Entry::warning("Mail {MailId} was given up: resource {ResourceId} is wrong in line {Line}: {Reason}");
            Some(entry.with("ResourceId", resource).with("Line", spoilt.line).with("Reason", spoilt.what.name()))
        }
        Err(Failed::Corrupt(fault)) => Some(Entry::error("Mail {MailId} was given up: it cannot be read", &fault)),
    }
}

/// Whether it was as it had been read.
async fn replace(table: &Table, before: &Mail, after: &Mail) -> Result<bool, Fault> {
    match table.replace_record(before, after).await {
        Ok(()) => Ok(true),
        Err(RecordError::Changed) => Ok(false),
        Err(RecordError::Fault(fault)) => Err(fault),
        Err(error @ RecordError::NotUnique(_)) => Err(Fault::corrupt("writing what came of a mail", error)),
    }
}

async fn put(queue: &Queue<MailJob>, job: MailJob, delay: u32) -> Result<(), Fault> {
    queue.put_all(&[Later { job, delay }]).await
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        // What is refused to us is put right by whoever runs us, while the mail waits; what is spoilt stays so.
        if fault.kind == FaultKind::Corrupt { Self::Corrupt(fault) } else { Self::ForNow("fault") }
    }
}

impl From<NotSent> for Failed {
    fn from(not_sent: NotSent) -> Self {
        match not_sent {
            NotSent::ForNow(why) => Self::ForNow(why),
            NotSent::Never(why) => Self::Never(why),
        }
    }
}

impl From<Uncomposed> for Failed {
    fn from(uncomposed: Uncomposed) -> Self {
        Self::Never(match uncomposed {
            Uncomposed::Recipient => "address",
            Uncomposed::Sender => "sender",
            Uncomposed::Malformed => "malformed",
        })
    }
}
