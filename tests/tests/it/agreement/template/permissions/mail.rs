//! Whatever sending mail needs: a letter, a licence with its file, one that fails, and what comes back.

use latchkey_core::domain::role::Role;
use latchkey_core::ops::deliver_mail::Sending;
use latchkey_core::post::{Folder, Transport};
use latchkey_tests::mail_server::MailServer;
use latchkey_tests::tape::Tape;
use latchkey_tests::world::{SEALING_SECRET, World, signature_keys};
use serde_json::json;

use super::{Watched, worker};

/// The one that is told by the queue.
pub(super) async fn send_everything(world: &World) -> Watched {
    let (core, watched) = worker(world, latchkey_worker::MAIL).await;
    let (vendor, server) = (world.vendor().await, MailServer::start().await);
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let ok = async |path: &str, body: serde_json::Value| staff.post(path, &body).send(world).await.done();
    let key = ok("/v1/resources", json!({"resource": {"name": "Keys", "type": "Ed25519"}})).await["resourceId"].clone();
    let words = json!({"resource": {"name": "Words", "type": "email", "data": "---\nattach: license\n---\n{{ key }}"}});
    let words = ok("/v1/resources", words).await["resourceId"].clone();
    let product = ok("/v1/products", json!({"product": {"name": "Mailed", "code": "MAILED"}})).await["productId"].clone();
    let template = json!({"licenseTemplate": {"name": "Mailed", "productId": product, "signatureKeysId": key}});
    let template = ok("/v1/license-templates", template).await["templateId"].clone();
    let license = json!({"license": {"templateId": template, "licenseeName": "Erika", "licenseeEmail": "erika@example.com"}});
    let made = ok("/v1/licenses", license).await;
    world.keep_secret(made["userKey"].as_str().unwrap());
    let mut tape = Tape::begin(world).await;
    let letter = json!({"to": [{"email": "erika@example.com"}], "subject": "x", "body": "x"});
    for _ in 0..2 {
        ok("/v1/email/send", letter.clone()).await;
    }
    ok("/v1/email/license", json!({"licenseId": made["licenseId"], "resourceId": words})).await;
    tape.note(world).await;
    assert!(tape.announce(&world.core).await.is_done());
    let folder = tempfile::tempdir().unwrap();
    let mut first = true;
    server.answer(move |said| (said == "." && std::mem::take(&mut first)).then(|| "451 later".to_owned()));
    let transport = Transport::FolderAndSmtp(Folder::new(folder.path()), server.client());
    let (from, keys) = ("licenses@example.com".parse().unwrap(), signature_keys(SEALING_SECRET, None));
    let sending = Sending { transport, from, keys, link: latchkey_worker::PACKAGE_LINK };
    for _ in 0..3 {
        let event = tape.mail.receive(10);
        let answer = latchkey_worker::deliver_mails(core.clone(), sending.clone(), tape.mail_queue(), event.clone()).await;
        tape.mail.settle(&event, &answer);
        world.clock.advance_seconds(60);
    }
    assert_eq!(server.taken().len(), 3);
    watched
}
