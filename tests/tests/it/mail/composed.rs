//! What goes out, byte by byte.

use latchkey_core::domain::mail::MOST_BYTES;
use mail_parser::{MimeHeaders as _, PartType};
use serde_json::json;

use super::{ADDRESS, Stage, file, letter, parsed, with};

#[tokio::test]
async fn a_letter_goes_out_as_it_was_handed_in() {
    let mut stage = Box::pin(Stage::begin()).await;
    let sender = json!({"settings": [
        {"group": "Email", "name": "SenderName", "value": "Acme Größe"},
        {"group": "Email", "name": "ReplyTo", "value": "answers@example.com"},
    ]});
    stage.staff.put("/v1/settings", &sender).send(&stage.world).await.done();
    stage.hand_in(&letter()).await;
    stage.deliver().await;
    let taken = stage.taken();
    let [mail] = &taken[..] else { panic!("one is sent: {taken:?}") };
    assert_eq!((mail.from.as_str(), &mail.to[..]), ("licenses@latchkey.example", &[ADDRESS.to_owned(), "max@example.com".to_owned()][..]));
    let account = stage.vendor.account;
    assert_eq!(file(stage.folder.path(), &format!("{account}-1.eml")), mail.bytes, "the file and the server are given the same");
    let shown = parsed(&mail.bytes);
    let from = shown.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Acme Größe"), Some("licenses@latchkey.example")));
    assert_eq!(shown.reply_to().unwrap().first().unwrap().address(), Some("answers@example.com"));
    let to: Vec<_> = shown.to().unwrap().iter().map(|to| (to.name(), to.address())).collect();
    assert_eq!(to, [(Some("Erika Mustermann"), Some(ADDRESS)), (None, Some("max@example.com"))]);
    assert_eq!(shown.subject(), Some("Your licence"));
    assert_eq!(shown.date().unwrap().to_rfc3339(), "2026-11-22T06:00:00Z", "when it was handed in");
    let id = format!("mail.{account}.1.{}@latchkey.example", stage.world.core.now().as_micros());
    assert_eq!(shown.message_id(), Some(id.as_str()));
    let header = |name: &'static str| shown.header_raw(name).map(str::trim);
    assert_eq!(header("X-Latchkey-Mail"), Some(format!("{account}.1").as_str()));
    assert_eq!((header("Auto-Submitted"), header("MIME-Version")), (Some("auto-generated"), Some("1.0")));
    assert_eq!(shown.body_html(0).as_deref(), Some("<p>Hello</p>\r\n.\r\n"));
    assert_eq!(shown.text_part(0).and_then(|part| part.text_contents()), Some("Hello\r\n\r\n.\r\n"), "for who shows no HTML");
    let kinds: Vec<_> = shown.parts.iter().filter_map(|part| part.content_type()?.subtype()).collect();
    assert_eq!(kinds, ["mixed", "alternative", "plain", "html", "xml"], "what is shown best comes last");
    let [attached] = &shown.attachments().collect::<Vec<_>>()[..] else { panic!("one is attached") };
    assert_eq!((attached.attachment_name(), attached.contents()), (Some("license.xml"), &b"<a>"[..]));
    assert_eq!(attached.content_type().map(|kind| (kind.ctype(), kind.subtype())), Some(("application", Some("xml"))));
    assert_eq!(stage.log().await[0], "Mail 1 was sent");
}

#[tokio::test]
async fn texts_of_every_sort_arrive_as_they_were() {
    let mut stage = Box::pin(Stage::begin()).await;
    let bodies = [
        "plain",
        "",
        "one\ntwo\rthree\r\nfour",
        "Grüße aus Köln, 100 % = alles",
        "日本語の本文です。".repeat(40).as_str(),
        "x".repeat(5_000).as_str(),
        ".\r\n..\r\n. \r\nFrom me",
        "--=_00000000000000000000000000000000\r\nContent-Type: text/html\r\n\r\n<script>",
        " leading and trailing \t",
    ]
    .map(str::to_owned);
    for body in &bodies {
        let mut plain = with("body", body.as_str());
        plain["isHtml"] = json!(false);
        stage.hand_in(&plain).await;
    }
    stage.deliver().await;
    let mut taken: Vec<_> = stage.taken();
    taken.sort_by_key(|mail| {
        parsed(&mail.bytes).header_raw("X-Latchkey-Mail").unwrap().trim().rsplit('.').next().unwrap().parse::<u32>().unwrap()
    });
    for (body, mail) in bodies.iter().zip(&taken) {
        let shown = parsed(&mail.bytes);
        let lines = body.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        assert_eq!(shown.text_body_count(), 1, "{body:.40}");
        let part = shown.text_part(0).unwrap();
        let PartType::Text(text) = &part.body else { panic!("{body:.40}: {part:?}") };
        assert_eq!(text.replace("\r\n", "\n"), lines.replace("\r\n", "\n"), "{body:.40}");
        assert_eq!(shown.attachment_count(), 1, "{body:.40}");
    }
    assert_eq!(taken.len(), bodies.len());
}

#[tokio::test]
async fn nothing_that_a_mail_says_makes_a_header_or_a_part() {
    let mut stage = Box::pin(Stage::begin()).await;
    let hostile = [
        "\"x\" <evil@example.net>, ",
        "=?utf-8?B?DQpCY2M6IGV2aWxAZXhhbXBsZS5uZXQ=?=",
        "a,b;c:d<e>(f)[g]\\h@i",
        "\u{2028}Bcc: evil@example.net\u{2029}",
        "\u{200b}\u{202e}évil",
    ];
    for text in hostile {
        let mut letter = with("subject", text);
        letter["to"] = json!([{"name": text, "email": ADDRESS}]);
        letter["attachments"] = json!([{"fileName": format!("ü{}.xml", text.replace(['"', '<', '>', ':', '\\', '?', '*', '/', '|'], "")),
            "content": "PGE+", "contentType": "multipart/mixed"}]);
        stage.hand_in(&letter).await;
    }
    stage.deliver().await;
    let taken = stage.taken();
    assert_eq!(taken.len(), hostile.len());
    for mail in taken {
        assert_eq!(mail.to, [ADDRESS]);
        let shown = parsed(&mail.bytes);
        let names: Vec<_> = shown.headers().iter().map(|header| header.name().to_owned()).collect();
        let expected = ["Date", "Message-ID", "From", "To", "Subject", "Auto-Submitted", "X-Latchkey-Mail", "MIME-Version", "Content-Type"];
        assert_eq!(names, expected);
        assert_eq!(shown.to().unwrap().iter().map(|to| to.address().unwrap()).collect::<Vec<_>>(), [ADDRESS]);
        assert_eq!((shown.parts.len(), shown.attachment_count()), (5, 1), "the two forms of the letter, and the file");
        let attached = shown.attachments().next().unwrap();
        assert_eq!(attached.content_type().unwrap().ctype(), "application", "a file with parts of its own is a file");
    }
}

#[tokio::test]
async fn the_longest_mail_and_the_most_recipients_go_out() {
    let mut stage = Box::pin(Stage::begin()).await;
    let to: Vec<_> =
        (0..50).map(|number| json!({"name": format!("Nummer {number} Größe"), "email": format!("r{number}@example.com")})).collect();
    let mut longest = with("to", to);
    longest["body"] = json!("\n".repeat(MOST_BYTES / 2));
    stage.hand_in(&longest).await;
    stage.deliver().await;
    let taken = stage.taken();
    assert_eq!((taken.len(), taken[0].to.len()), (1, 50));
    assert_eq!(parsed(&taken[0].bytes).to().unwrap().iter().count(), 50);
}

#[tokio::test]
async fn an_address_that_mail_cannot_be_sent_to_is_refused_when_it_is_handed_in() {
    let stage = Box::pin(Stage::begin()).await;
    for address in ["ärika@example.com", "a..b@example.com", "a@-x.example", "a@127.0.0.1", "a@x_y.example"] {
        let refused =
            stage.staff.post("/v1/email/send", &with("to", json!([{"email": ADDRESS}, {"email": address}]))).send(&stage.world).await;
        let (status, _, message) = refused.refused();
        assert!(status == 400 && message.contains("to[1].email") && !message.contains(address), "{message}");
    }
    assert!(stage.mails().await.is_empty());
}
