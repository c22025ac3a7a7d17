//! `POST /v1/email/send`, `POST /v1/email/license`.

use latchkey_core::domain::mail::{MOST_BYTES, Mail, MailState, Post};
use latchkey_core::domain::role::Role;
use latchkey_tests::exchange::post;
use latchkey_tests::staff::Staff;
use latchkey_tests::world::World;
use serde_json::{Value, json};

use super::{log_of, outbox};

pub(crate) const ADDRESS: &str = "erika@example.com";

/// A letter with everything.
pub(crate) fn letter() -> Value {
    json!({
        "to": [{"name": "Erika Mustermann", "email": ADDRESS}, {"email": "Max@Example.com"}],
        "subject": "Your licence",
        "body": "<p>Hello</p>\r\n.\r\n",
        "isHtml": true,
        "attachments": [{"fileName": "license.xml", "content": "PGE+", "contentType": "application/xml"}],
    })
}

/// The same with a member that is something else.
pub(crate) fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut letter = letter();
    letter[member] = value.into();
    letter
}

async fn send(world: &World, staff: &Staff, body: &Value) -> latchkey_tests::exchange::Exchange {
    staff.post("/v1/email/send", body).send(world).await
}

fn is_unsent(mail: &Mail) -> bool {
    mail.state == MailState::Queued && mail.attempts == 0
}

#[tokio::test]
async fn a_mail_waits_whole_in_the_outbox() {
    let world = World::new().await;
    let staff = world.administrator().await;
    for secret in [ADDRESS, "max@example.com", "answers@example.com"] {
        world.keep_secret(secret);
    }
    let sender = json!({"settings": [
        {"group": "Email", "name": "SenderName", "value": "Acme"},
        {"group": "Email", "name": "ReplyTo", "value": "answers@example.com"},
    ]});
    staff.put("/v1/settings", &sender).send(&world).await.done();
    send(&world, &staff, &letter()).await.done();
    let waiting = outbox(&world, &staff).await;
    let [mail] = &waiting[..] else { panic!("{waiting:?}") };
    assert!(is_unsent(mail) && mail.created == world.core.now());
    let Post::Letter(envelope) = &mail.what else { panic!("{mail:?}") };
    assert_eq!(envelope.to.iter().map(|to| to.email.as_str()).collect::<Vec<_>>(), [ADDRESS, "max@example.com"]);
    assert_eq!(envelope.to[0].name.as_ref().unwrap().as_str(), "Erika Mustermann");
    assert_eq!((envelope.to[1].name.as_ref(), envelope.subject.as_str()), (None, "Your licence"));
    assert_eq!(envelope.sender_name.as_ref().unwrap().as_str(), "Acme");
    assert_eq!(envelope.reply_to.as_ref().unwrap().as_str(), "answers@example.com");
    let text = world.core.table.letter(mail).await.unwrap().unwrap();
    assert_eq!((text.body.as_str(), text.is_html), ("<p>Hello</p>\r\n.\r\n", true));
    let [attachment] = &text.attachments[..] else { panic!("one is attached") };
    let attached = (attachment.file_name.as_str(), attachment.content_type.as_str(), attachment.content.as_str());
    assert_eq!(attached, ("license.xml", "application/xml", "PGE+"));
    let log = log_of(&world, &staff).await;
    assert_eq!(log[0], "Mail 1 to 2 recipients waits to be sent");
    assert!(!format!("{log:?}").contains("example.com"));
    for line in world.log() {
        assert!(!line.contains(ADDRESS), "{line}");
    }
    let plain = json!({"to": [{"name": null, "email": ADDRESS}], "subject": "x", "body": "", "attachments": null});
    send(&world, &staff, &plain).await.done();
    assert_eq!(outbox(&world, &staff).await.len(), 2);
}

#[tokio::test]
async fn a_long_mail_is_kept_in_parts_and_one_that_is_too_long_is_refused() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let long = (0..MOST_BYTES / 8).fold(String::new(), |text, number| text + &format!("{number:07}\n"));
    let fits = with("body", &long[..MOST_BYTES - 100]);
    send(&world, &staff, &fits).await.done();
    let waiting = outbox(&world, &staff).await;
    assert_eq!(world.core.table.letter(&waiting[0]).await.unwrap().unwrap().body, long[..MOST_BYTES - 100]);
    let too_long = send(&world, &staff, &with("body", format!("{long}x"))).await.refused();
    assert_eq!(too_long.1, 41301, "{}", too_long.2);
    let longer = send(&world, &staff, &with("body", "x".repeat(6 * 1024 * 1024))).await.refused();
    assert_eq!(longer.1, 41301, "{}", longer.2);
    assert_eq!(outbox(&world, &staff).await.len(), 1);
}

#[tokio::test]
async fn what_is_no_mail_is_named_and_nothing_waits() {
    let world = World::new().await;
    let staff = world.administrator().await;
    let to = |count: usize| vec![json!({"email": ADDRESS}); count];
    let attachment = |member: &str, value: Value| {
        let mut attachment = json!({"fileName": "a.txt", "content": "", "contentType": "text/plain"});
        attachment[member] = value;
        with("attachments", json!([attachment]))
    };
    for (body, told) in [
        (with("to", json!([])), "from 1 to 50 recipients"),
        (with("to", to(51)), "from 1 to 50 recipients"),
        (with("to", json!([{"email": "nobody"}])), "member to[0].email "),
        (with("to", json!([{"email": ADDRESS}, {"email": "a@b.c\r\nBcc: d@e.f"}])), "member to[1].email "),
        (with("to", json!([{"email": "a@b.c, d@e.f"}])), "member to[0].email "),
        (with("to", json!([{"email": "<a@b.c>"}])), "member to[0].email "),
        (with("to", json!([{"name": "Erika\r\nBcc: d@e.f", "email": ADDRESS}])), "member to[0].name "),
        (with("to", json!([{"name": "x".repeat(121), "email": ADDRESS}])), "member to[0].name "),
        (with("to", json!([{"name": 7, "email": ADDRESS}])), "member to[0].name "),
        (with("to", json!([{"name": "Erika"}])), "member to[0].email "),
        (with("to", ADDRESS), "member to "),
        (with("to", Value::Null), "member to "),
        (with("subject", "Hello\r\nBcc: d@e.f"), "member subject "),
        (with("subject", "Hello\nX"), "member subject "),
        (with("subject", ""), "member subject "),
        (with("subject", "x".repeat(256)), "member subject "),
        (with("subject", Value::Null), "member subject "),
        (with("body", json!(["x"])), "member body "),
        (with("isHtml", "yes"), "member isHtml "),
        (with("attachments", vec![json!({"fileName": "a", "content": ""}); 21]), "at most 20 attachments"),
        (attachment("fileName", json!("../a.txt")), "member attachments[0].fileName "),
        (attachment("fileName", json!("a\"; x=\"b")), "member attachments[0].fileName "),
        (attachment("fileName", json!("a\r\nX-Header: b")), "member attachments[0].fileName "),
        (attachment("content", json!("not base64!")), "member attachments[0].content "),
        (attachment("content", Value::Null), "member attachments[0].content "),
        (attachment("contentType", json!("text/plain\r\nX-Header: b")), "member attachments[0].contentType "),
        (attachment("contentType", json!("text")), "member attachments[0].contentType "),
        (json!({}), "member to "),
    ] {
        let (status, code, message) = send(&world, &staff, &body).await.refused();
        assert_eq!((status, code), (400, 40002), "{message}");
        assert!(message.contains(told), "{told}: {message}");
        assert!(!message.contains("d@e.f") && !message.contains(ADDRESS), "{message}");
    }
    let ask = |kind: &str, body: &[u8]| post("/v1/email/send", kind, body).bearer(&staff.bearer);
    assert_eq!(ask("application/json", b"{").send(&world).await.refused().1, 40001);
    assert_eq!(ask("text/plain", letter().to_string().as_bytes()).send(&world).await.refused().0, 415);
    assert!(outbox(&world, &staff).await.is_empty());
    for role in [Role::LicenseManager, Role::Customer, Role::Application] {
        let other = world.staff(staff.account, role).await;
        assert_eq!(send(&world, &other, &letter()).await.refused().0, 403, "{role:?}");
    }
}

#[tokio::test]
async fn a_licence_is_mailed_to_whom_it_is_made_out_in_the_words_of_a_resource() {
    let world = World::new().await;
    world.keep_secret(ADDRESS);
    let vendor = world.vendor().await;
    let staff = world.staff(vendor.account, Role::Administrator).await;
    let resource = async |kind: &str| {
        let body = json!({"resource": {"name": "Words", "type": kind, "data": "<p>{UserKey}</p>", "dataFormat": "HTML"}});
        staff.post("/v1/resources", &body).send(&world).await.done()["resourceId"].as_i64().unwrap()
    };
    let (words, other) = (resource("Email").await, resource("text").await);
    let licensee = |email: Option<&str>| {
        let name = "Erika Mustermann".parse().unwrap();
        Some(latchkey_core::domain::license::Licensee { name, email: email.map(|email| email.parse().unwrap()) })
    };
    let license = world.license(&vendor, |new| new.licensee = licensee(Some(ADDRESS))).await;
    let nobodys = world.license(&vendor, |new| new.licensee = licensee(None)).await;
    let mail = async |license: i64, resource: i64| {
        let body = json!({"licenseId": license, "resourceId": resource});
        staff.post("/v1/email/license", &body).send(&world).await
    };
    let number = |license: &latchkey_core::domain::license::License| i64::from(license.id.get());
    mail(number(&license), words).await.done();
    let waiting = outbox(&world, &staff).await;
    let [waits] = &waiting[..] else { panic!("{waiting:?}") };
    let Post::License { license: of, resource } = &waits.what else { panic!("{waits:?}") };
    assert_eq!((of, i64::from(resource.get()), is_unsent(waits)), (&license.id, words, true));
    for (license, resource, code) in [
        (number(&license), other, 40002),
        (number(&nobodys), words, 40904),
        (number(&license), 999, 40402),
        (999, words, 40402),
        (0, words, 40402),
        (-1, words, 40402),
        (number(&license), 0, 40402),
    ] {
        assert_eq!(mail(license, resource).await.refused().1, code, "{license} {resource}");
    }
    let stranger = world.administrator().await;
    let body = json!({"licenseId": number(&license), "resourceId": words});
    assert_eq!(stranger.post("/v1/email/license", &body).send(&world).await.refused().0, 404);
    for body in [json!({}), json!({"licenseId": "1", "resourceId": 1}), json!({"licenseId": 2_147_483_648_i64, "resourceId": 1})] {
        assert_eq!(staff.post("/v1/email/license", &body).send(&world).await.refused().1, 40002, "{body}");
    }
    assert_eq!(outbox(&world, &staff).await.len(), 1);
    assert!(!format!("{:?}", log_of(&world, &staff).await).contains("example.com"));
}
