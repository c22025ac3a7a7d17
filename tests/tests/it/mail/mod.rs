//! Mail that is sent: what goes out, to whom, by which way, once or at least once, whatever happens meanwhile.

mod composed;
mod faults;
mod licenses;
mod over_queue;
mod transports;

use std::path::Path;

use latchkey_core::core::Core;
use latchkey_core::domain::mail::{Mail, MailState};
use latchkey_core::domain::role::Role;
use latchkey_core::ops::deliver_mail::Sending;
use latchkey_core::post::{Folder, Transport};
use latchkey_tests::mail_server::{MailServer, Taken};
use latchkey_tests::staff::Staff;
use latchkey_tests::tape::Tape;
use latchkey_tests::vendor::Vendor;
use latchkey_tests::world::World;
use mail_parser::{Message, MessageParser};
use serde_json::Value;
use tempfile::TempDir;

use crate::babel::system::email::{ADDRESS, letter, with};

/// Longer than a message is hidden, and than a mail is in anybody's hands.
const HIDDEN: i64 = 181;

/// A vendor with an outbox, and a mail server behind it.
struct Stage {
    world: World,
    vendor: Vendor,
    staff: Staff,
    tape: Tape,
    server: MailServer,
    folder: TempDir,
}

impl Stage {
    async fn begin() -> Self {
        Box::pin(Self::in_world(World::new().await)).await
    }

    async fn in_world(world: World) -> Self {
        for secret in [ADDRESS, "max@example.com", "answers@example.com"] {
            world.keep_secret(secret);
        }
        let vendor = world.vendor().await;
        let staff = world.staff(vendor.account, Role::Administrator).await;
        let tape = Tape::begin(&world).await;
        Self { world, vendor, staff, tape, server: MailServer::start().await, folder: tempfile::tempdir().unwrap() }
    }

    /// By files and the server.
    fn sending(&self) -> Sending {
        self.sending_by(Transport::FolderAndSmtp(Folder::new(self.folder.path()), self.server.client()))
    }

    fn sending_by(&self, transport: Transport) -> Sending {
        let from = "licenses@latchkey.example".parse().unwrap();
        Sending { transport, from, keys: self.world.signature_keys.clone(), link: latchkey_worker::PACKAGE_LINK }
    }

    /// Hands in a letter, whose job is in the queue afterwards.
    async fn hand_in(&mut self, letter: &Value) {
        self.staff.post("/v1/email/send", letter).send(&self.world).await.done();
        self.queue().await;
    }

    /// Puts what was handed in into the queue, as the stream does.
    async fn queue(&mut self) {
        self.tape.note(&self.world).await;
        assert!(self.tape.announce(&self.world.core).await.is_done());
        // What was told is not told again, unless a test does that.
        self.tape.records.clear();
    }

    /// Works on what the queue has now; how many messages that were.
    async fn step(&self, core: &Core, sending: &Sending) -> usize {
        let event = self.tape.mail.receive(10);
        let count = event.messages.len();
        if count > 0 {
            let answer = latchkey_worker::deliver_mails(core.clone(), sending.clone(), self.tape.mail_queue(), event.clone()).await;
            self.tape.mail.settle(&event, &answer);
        }
        count
    }

    async fn deliver(&self) {
        let sending = self.sending();
        while self.step(&self.world.core, &sending).await > 0 {}
    }

    /// The same until nothing is left to do, however long that takes.
    async fn deliver_for(&self, seconds: i64) {
        self.deliver().await;
        let end = self.world.core.now().plus_seconds(seconds);
        while let Some(next) = self.tape.mail.next().filter(|next| *next <= end) {
            let wait = (next.as_micros() - self.world.core.now().as_micros()).max(0) / 1_000_000 + 1;
            self.world.clock.advance_seconds(wait);
            self.deliver().await;
        }
    }

    async fn mails(&self) -> Vec<Mail> {
        self.world.core.table.records::<Mail>(self.vendor.account, None, None, 100).await.unwrap().items
    }

    /// How far the only mail is, how often it was tried, and what the last attempt came to.
    async fn fate(&self) -> (MailState, u32, Option<String>) {
        let mails = self.mails().await;
        let [mail] = &mails[..] else { panic!("{mails:?}") };
        (mail.state, mail.attempts, mail.why.as_ref().map(|why| why.as_str().to_owned()))
    }

    fn taken(&self) -> Vec<Taken> {
        self.server.taken()
    }

    /// What the account's log says of mail, the newest first.
    async fn log(&self) -> Vec<String> {
        self.world.core.sink.settle().await;
        // The stage's own administrator may have been logged in too long ago.
        let staff = self.world.staff(self.vendor.account, Role::Administrator).await;
        let answer = staff.get("/v1/log", &[]).send(&self.world).await.done();
        let entries = answer["logEntries"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
        let messages = entries.iter().map(|entry| entry["message"].as_str().unwrap().to_owned());
        messages.filter(|message| message.starts_with("Mail ")).collect()
    }
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    assert!(bytes.is_ascii());
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "a line is too long for SMTP (RFC 5321, 4.5.3.1.6)");
    MessageParser::default().parse(bytes).unwrap()
}

fn file(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}
