//! A mail server (RFC 5321), over rustls like everything else here.

use std::fmt;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Severity;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::time::timeout;

use super::{Message, NotSent};

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(15);

/// How long all of it may take: less than a mail is in one's hands.
const WHOLE: Duration = Duration::from_mins(1);

/// Where a mail server is, and how it is spoken to.
///
/// `smtps://user:password@host` is TLS from the beginning, `smtp://…?tls=required` begins it with STARTTLS, and `smtp://…` has none, for a
/// server on the same machine.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpAddress(String);

/// A mail server. Every mail has a connection of its own.
#[derive(Clone)]
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

/// It is no mail server's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be smtps://[user:password@]host[:port], or smtp:// with ?tls=required, or smtp:// for a server on this machine")]
pub struct NoSmtpAddress;

impl SmtpAddress {
    /// Checks `text`.
    pub fn parse(text: &str) -> Result<Self, NoSmtpAddress> {
        let url = url::Url::parse(text.trim()).map_err(|_| NoSmtpAddress)?;
        let is_open = url.scheme() == "smtp" && url.query().is_none();
        let host = url.host_str().ok_or(NoSmtpAddress)?;
        let is_here = host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let is_closed = url.scheme() == "smtps" && url.query().is_none() || url.scheme() == "smtp" && url.query() == Some("tls=required");
        let is_whole = url.path().is_empty() || url.path() == "/";
        if is_whole && url.fragment().is_none() && (is_closed || is_open && is_here) {
            Ok(Self(text.trim().to_owned()))
        } else {
            Err(NoSmtpAddress)
        }
    }
}

impl Smtp {
    /// The server at this address. It is not called yet.
    pub fn new(address: &SmtpAddress) -> Result<Self, NoSmtpAddress> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&address.0).map_err(|_| NoSmtpAddress)?;
        Ok(Self(builder.timeout(Some(ANSWER)).build()))
    }

    /// Hands a message to the server: for all its recipients, or for none.
    pub(super) async fn send(&self, message: &Message) -> Result<(), NotSent> {
        let parse = |address: &String| address.parse::<Address>().map_err(|_| NotSent::Never("address"));
        let to = message.to.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let envelope = Envelope::new(Some(parse(&message.from)?), to).map_err(|_| NotSent::Never("address"))?;
        // The line end before the last dot is the message's own (RFC 5321, 4.1.1.4), and lettre writes one.
        let bytes = message.bytes.strip_suffix(b"\r\n").unwrap_or(&message.bytes);
        match timeout(WHOLE, self.0.send_raw(&envelope, bytes)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => Err(NotSent::ForNow("timeout")),
        }
    }
}

/// A reply of 5yz is a no for good, 4yz one for now (RFC 5321, 4.2.1). What is no reply is the network's, or the way there.
fn refusal(error: &Error) -> NotSent {
    match error.status() {
        // Credentials are the deployment's, and put right while mail waits: 530 to 538 are theirs (RFC 4954, 6).
        Some(code) if code.severity == Severity::PermanentNegativeCompletion && code.category as u8 == 3 => NotSent::ForNow("credentials"),
        Some(code) if code.severity == Severity::PermanentNegativeCompletion => NotSent::Never("smtp_5xx"),
        Some(_) => NotSent::ForNow("smtp_4xx"),
        None if error.is_timeout() => NotSent::ForNow("timeout"),
        None if error.is_tls() => NotSent::ForNow("tls"),
        None => NotSent::ForNow("network"),
    }
}

/// Its address may hold a password.
impl fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpAddress(…)")
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp(…)")
    }
}
