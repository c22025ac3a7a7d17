//! Mail on its way out: from what the outbox holds to bytes ([`compose()`]), and from there to somebody who delivers them ([`Transport`]).
//!
//! ```text
//! Mail, Letter ─┐
//!               ├─ compose.rs ─ Message ─┬─ ses.rs     SES
//! words.rs ─────┘   (its bytes)          ├─ smtp.rs    a mail server
//!                                        └─ folder.rs  files, for who looks at them
//! ```
//!
//! Architecture Invariant: every transport sends the same bytes, so what a test or the local stack shows is what a customer gets.
//! Architecture Invariant: a mail is the same bytes whenever it is composed. Its identity, its date and what parts it are derived from the mail.
//! Architecture Invariant: no address and nothing of what a mail says is in an error, a log line or a debug print.

mod compose;
#[cfg(feature = "ses")]
mod feedback;
mod folder;
mod plain;
#[cfg(feature = "ses")]
mod ses;
mod smtp;
mod words;

use std::fmt;

pub use self::compose::{Composing, Uncomposed, compose, message_id};
#[cfg(feature = "ses")]
pub use self::feedback::{Fate, Feedback};
pub use self::folder::Folder;
#[cfg(feature = "ses")]
pub use self::ses::Ses;
pub use self::smtp::{NoSmtpAddress, Smtp, SmtpAddress};
pub use self::words::{MOST_FUEL, MOST_RENDERED, Rendered, Spoilt, WhatIsWrong, Words};
use crate::domain::ids::{AccountId, MailId};

/// A mail as it goes out.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Whose it is.
    pub account: AccountId,
    /// Which one.
    pub mail: MailId,
    /// The address that it comes from, in ASCII.
    pub from: String,
    /// The addresses that it goes to, in ASCII: 1 to [`MOST_RECIPIENTS`](crate::domain::mail::MOST_RECIPIENTS).
    pub to: Vec<String>,
    /// All of it (RFC 5322), in ASCII, its lines ended by CRLF.
    pub bytes: Vec<u8>,
}

/// Who delivers mail. Clones are the same.
#[derive(Clone, Debug)]
pub enum Transport {
    /// SES.
    #[cfg(feature = "ses")]
    Ses(Ses),
    /// A folder of files.
    Folder(Folder),
    /// A folder of files, and then a mail server.
    FolderAndSmtp(Folder, Smtp),
}

/// Why a message was not handed on. The words are ours and say nothing of what the other side said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It may be later.
    #[error("not sent for now: {0}")]
    ForNow(&'static str),
    /// It never will be.
    #[error("never sent: {0}")]
    Never(&'static str),
}

impl Transport {
    /// Hands a message on. What was handed on may be again: whoever delivers it is told the same bytes.
    pub async fn send(&self, message: &Message) -> Result<(), NotSent> {
        match self {
            #[cfg(feature = "ses")]
            Self::Ses(ses) => ses.send(message).await,
            Self::Folder(folder) => folder.put(message).await,
            Self::FolderAndSmtp(folder, smtp) => {
                folder.put(message).await?;
                smtp.send(message).await
            }
        }
    }
}

/// How much it is, and not what or to whom.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (recipients, bytes) = (self.to.len(), self.bytes.len());
        let mut shown = f.debug_struct("Message");
        shown.field("account", &self.account).field("mail", &self.mail).field("recipients", &recipients).field("bytes", &bytes);
        shown.finish_non_exhaustive()
    }
}
