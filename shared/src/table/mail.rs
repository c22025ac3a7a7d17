//! The outbox: a mail's record, and beside it what a letter says, in as many items as that takes.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use super::batch_write::Write;
use super::item::{SCHEMA, VERSION, number};
use super::keys::{self, Kind, TTL};
use super::records::{Record, RecordError};
use super::{Freshness, Table};
use crate::domain::ids::AccountId;
use crate::domain::mail::{KEPT_SECONDS, Letter, Mail, Post};
use crate::domain::time::Timestamp;
use crate::fault::Fault;

/// The most bytes of a part: an item has at most 400 KB.
const PART: usize = 350 * 1_024;

/// A part's bytes.
const BYTES: &str = "bytes";

const WHAT: &str = "putting mail into the outbox";

impl Record for Mail {
    const KIND: Kind = Kind::Mail;

    fn account(&self) -> AccountId {
        self.account
    }

    fn number(&self) -> u32 {
        self.id.get()
    }

    fn revision(&self) -> u32 {
        self.revision
    }

    fn ends(&self) -> Option<Timestamp> {
        Some(self.created.plus_seconds(KEPT_SECONDS))
    }
}

/// A letter as it is stored.
pub(crate) struct Parts(Vec<Vec<u8>>);

impl Parts {
    /// The parts of a letter.
    pub(crate) fn of(letter: &Letter) -> Result<Self, Fault> {
        let json = serde_json::to_vec(letter).map_err(|error| Fault::corrupt(WHAT, error))?;
        Ok(Self(json.chunks(PART).map(<[u8]>::to_vec).collect()))
    }

    /// How many they are.
    pub(crate) fn count(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }
}

impl Table {
    /// Writes a mail whose number is fresh: its parts first, so that whoever finds the mail finds them. Where it breaks off in between,
    /// they lie there until their time is over.
    pub(crate) async fn write_mail(&self, mail: &Mail, parts: Option<Parts>) -> Result<(), Fault> {
        let ttl = mail.ends().map(|ends| number(ends.as_seconds()));
        let part = |(place, bytes): (usize, Vec<u8>)| {
            let mut stored = keys::mail_part(mail.account, mail.id, place).attributes();
            stored.insert(VERSION.to_owned(), number(SCHEMA));
            stored.insert(BYTES.to_owned(), AttributeValue::B(Blob::new(bytes)));
            stored.extend(ttl.clone().map(|ttl| (TTL.to_owned(), ttl)));
            Write::Put(stored)
        };
        let parts = parts.map(|parts| parts.0).unwrap_or_default();
        self.write_many(WHAT, parts.into_iter().enumerate().map(part).collect()).await?;
        match self.create_record(mail).await {
            Ok(()) => Ok(()),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(error @ (RecordError::NotUnique(_) | RecordError::Changed)) => Err(Fault::corrupt(WHAT, error)),
        }
    }

    /// What a letter of the outbox says; nothing where the mail is no letter.
    pub async fn letter(&self, mail: &Mail) -> Result<Option<Letter>, Fault> {
        const WHAT: &str = "reading mail of the outbox";
        let Post::Letter(envelope) = &mail.what else { return Ok(None) };
        let mut json = Vec::new();
        for place in 0..usize::from(envelope.parts) {
            let part = self.get(keys::mail_part(mail.account, mail.id, place), Freshness::Strong).await?;
            let bytes = part.as_ref().and_then(|part| part.get(BYTES)?.as_b().ok());
            json.extend(bytes.ok_or_else(|| Fault::corrupt(WHAT, "a part is missing"))?.as_ref());
        }
        serde_json::from_slice(&json).map(Some).map_err(|error| Fault::corrupt(WHAT, error))
    }
}
