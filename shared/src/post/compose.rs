//! A mail as bytes (RFC 5322, RFC 2045 to 2049).
//!
//! The texts of headers come as types that are one line; lettre encodes what is no ASCII in them (RFC 2047, RFC 2231). What stands between
//! boundaries is always encoded, and a boundary has `=_` in it, which neither encoding can produce (RFC 2045, 6.7): nothing that a
//! mail says can end a part of it.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{self, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Body, Mailbox, Mailboxes, Message as Built, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

use super::Message;
use super::plain::plain;
use crate::domain::mail::{Attachment, Letter, Mail, Recipient, in_ascii};
use crate::domain::text::{Email, Line};

/// A header of ours, by which a mail is known wherever it comes out: SES gives it an identity of its own in place of ours.
const OURS: HeaderName = HeaderName::new_from_ascii_str("X-Latchkey-Mail");

/// That nobody wrote it just now, so that no absence is answered to it (RFC 3834, 5).
const AUTO: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// What a message is made of.
#[derive(Clone, Copy, Debug)]
pub struct Composing<'a> {
    /// The mail: which one it is, and since when.
    pub mail: &'a Mail,
    /// The address that all mail of the deployment comes from.
    pub from: &'a Email,
    /// The name that it is sent under.
    pub sender_name: Option<&'a Line<120>>,
    /// Where answers go.
    pub reply_to: Option<&'a Email>,
    /// To whom.
    pub to: &'a [Recipient],
    /// What it is about.
    pub subject: &'a Line<255>,
    /// What it says.
    pub letter: &'a Letter,
}

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncomposed {
    /// Mail cannot be sent to one of the recipients.
    #[error("a recipient's address is none that mail can be sent to")]
    Recipient,
    /// Mail cannot be sent from the sender's address, or answered to the one that was set.
    #[error("the sender's address, or the one for answers, is none that mail can be sent to")]
    Sender,
    /// Something that was checked when it was handed in is not as it was then.
    #[error("a mail is not as it was taken in")]
    Malformed,
}

/// What stands in `Message-ID`, the same whenever the mail is sent. Its right side is the sender's domain.
pub fn message_id(mail: &Mail, from: &str) -> String {
    let host = from.rsplit_once('@').map_or("localhost", |(_, host)| host);
    format!("<{}@{host}>", name(mail))
}

fn name(mail: &Mail) -> String {
    format!("mail.{}.{}.{}", mail.account, mail.id, mail.created.as_micros())
}

/// The message.
pub fn compose(of: Composing<'_>) -> Result<Message, Uncomposed> {
    let malformed = |_| Uncomposed::Malformed;
    let sender = address(of.from).ok_or(Uncomposed::Sender)?;
    let reply_to = of.reply_to.map(|email| address(email).ok_or(Uncomposed::Sender)).transpose()?;
    let to = of.to.iter().map(|recipient| address(&recipient.email).ok_or(Uncomposed::Recipient)).collect::<Result<Vec<_>, _>>()?;
    let names = of.to.iter().map(|recipient| recipient.name.as_ref().map(|name| name.as_str().to_owned()));
    let mailboxes: Mailboxes = names.zip(&to).map(|(name, address)| Mailbox::new(name, address.clone())).collect();
    let from = Mailbox::new(of.sender_name.map(|name| name.as_str().to_owned()), sender.clone());

    let envelope = Envelope::new(Some(sender.clone()), to.clone()).map_err(|_| Uncomposed::Malformed)?;
    let mut builder = Built::builder()
        .envelope(envelope)
        .header(header::Date::new(moment(of.mail)))
        .header(header::MessageId::from(message_id(of.mail, sender.as_ref())))
        .header(header::From::from(Mailboxes::from(from)))
        .header(header::To::from(mailboxes))
        .header(header::Subject::from(of.subject.as_str().to_owned()))
        .raw_header(HeaderValue::new(AUTO, "auto-generated".to_owned()))
        .raw_header(HeaderValue::new(OURS, format!("{}.{}", of.mail.account, of.mail.id)));
    if let Some(address) = reply_to {
        builder = builder.header(header::ReplyTo::from(Mailboxes::from(Mailbox::new(None, address))));
    }
    let written = written(of.letter);
    // What is shown best comes last (RFC 2046, 5.1.4).
    let both = plain_beside(of.letter).map(|plain| MultiPart::alternative().boundary(boundary(of.mail, "alternative")).singlepart(plain));
    let built = if of.letter.attachments.is_empty() {
        match both {
            Some(both) => builder.multipart(both.singlepart(written)),
            None => builder.singlepart(written),
        }
    } else {
        let parts = MultiPart::mixed().boundary(boundary(of.mail, "boundary"));
        let mut parts = match both {
            Some(both) => parts.multipart(both.singlepart(written)),
            None => parts.singlepart(written),
        };
        for attachment in &of.letter.attachments {
            parts = parts.singlepart(attached(attachment)?);
        }
        builder.multipart(parts)
    };
    let bytes = built.map_err(malformed)?.formatted();
    let texts = to.iter().map(ToString::to_string).collect();
    Ok(Message { account: of.mail.account, mail: of.mail.id, from: sender.to_string(), to: texts, bytes })
}

fn address(email: &Email) -> Option<Address> {
    in_ascii(email)?.parse().ok()
}

/// When it was handed in (RFC 5322, 3.6.1): to the second, as the header has it.
fn moment(mail: &Mail) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(mail.created.as_seconds()).unwrap_or_default())
}

/// At most 70 characters (RFC 2046, 5.1.1). `of` tells one within another apart.
fn boundary(mail: &Mail, of: &str) -> String {
    let digest = Sha256::new().chain_update(format!("latchkey:mail-{of}:v1\0")).chain_update(name(mail)).finalize();
    let mut named = [0; 16];
    named.copy_from_slice(&digest[..16]);
    format!("=_{:032x}", u128::from_be_bytes(named))
}

fn written(letter: &Letter) -> SinglePart {
    text(if letter.is_html { ContentType::TEXT_HTML } else { ContentType::TEXT_PLAIN }, &letter.body)
}

/// What a letter in HTML says to who shows none.
fn plain_beside(letter: &Letter) -> Option<SinglePart> {
    let plain = if letter.is_html { plain(&letter.body) } else { None };
    plain.map(|plain| text(ContentType::TEXT_PLAIN, &plain))
}

fn text(kind: ContentType, body: &str) -> SinglePart {
    // A letter that quoted-printable cannot write as three bytes too often is shorter as base64.
    let foreign = body.bytes().filter(|byte| !byte.is_ascii()).count();
    let encoding = if foreign * 6 > body.len() { ContentTransferEncoding::Base64 } else { ContentTransferEncoding::QuotedPrintable };
    SinglePart::builder().header(kind).body(encoded(with_crlf(body), encoding))
}

fn attached(attachment: &Attachment) -> Result<SinglePart, Uncomposed> {
    let bytes = STANDARD.decode(&attachment.content).map_err(|_| Uncomposed::Malformed)?;
    let kind = attachment.content_type.as_str();
    // What has parts of its own must not be encoded (RFC 2045, 6.4): such a file is a file.
    let is_composite = kind.starts_with("multipart/") || kind.starts_with("message/");
    let kind = if is_composite { "application/octet-stream" } else { kind };
    let kind = ContentType::parse(kind).map_err(|_| Uncomposed::Malformed)?;
    let body = encoded(bytes, ContentTransferEncoding::Base64);
    Ok(Attached::new(attachment.file_name.as_str().to_owned()).body(body, kind))
}

/// As bytes: whoever gives lettre a text has its line ends mended one by one, each of which moves all that follows.
fn encoded(bytes: Vec<u8>, encoding: ContentTransferEncoding) -> Body {
    // Both encodings take anything.
    Body::new_with_encoding(bytes, encoding).unwrap_or_else(Body::new)
}

/// With its lines ended by CRLF, whatever ends them.
fn with_crlf(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if_eq(&b'\n');
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            byte => out.push(byte),
        }
    }
    out
}
