//! What a mail server and SES answer, and what comes of it.

use latchkey_core::aws;
use latchkey_core::domain::mail::MailState;
use latchkey_core::local::{ACCESS_KEY, SECRET_KEY};
use latchkey_core::post::{Ses, SmtpAddress, Transport};
use latchkey_tests::sink::{Reply, Sink};
use serde_json::{Value, json};

use super::{ADDRESS, HIDDEN, Stage, letter, parsed, with};

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn what_a_server_refuses_for_good_is_given_up_and_said() {
    for command in ["MAIL", "RCPT TO:<max@example.com>", "."] {
        let mut stage = Box::pin(Stage::begin()).await;
        stage.server.answer(move |said| said.starts_with(command).then(|| "550 no such user erika@example.com".to_owned()));
        stage.hand_in(&letter()).await;
        stage.deliver_for(DAY).await;
        assert_eq!(stage.fate().await, (MailState::GivenUp, 1, Some("smtp_5xx".to_owned())), "{command}");
        assert!(stage.taken().is_empty() && stage.tape.mail.is_empty(), "{command}: for all, or for nobody");
        assert_eq!(stage.log().await[0], "Mail 1 was given up: smtp_5xx");
    }
}

#[tokio::test]
async fn what_a_server_refuses_for_now_is_tried_again_for_a_day() {
    let mut stage = Box::pin(Stage::begin()).await;
    let mut times = 0;
    stage.server.answer(move |said| {
        times += u32::from(said == ".");
        (said == "." && times < 4).then(|| "451 later".to_owned())
    });
    stage.hand_in(&letter()).await;
    stage.deliver().await;
    assert_eq!(stage.fate().await, (MailState::Queued, 1, Some("smtp_4xx".to_owned())));
    stage.deliver_for(DAY).await;
    assert_eq!(stage.fate().await, (MailState::Sent, 4, None));
    assert_eq!(stage.taken().len(), 1);
    let mut never = Box::pin(Stage::begin()).await;
    never.server.answer(|_| Some("421 too busy".to_owned()));
    never.hand_in(&letter()).await;
    never.deliver_for(2 * DAY).await;
    let (fate, attempts, why) = never.fate().await;
    assert_eq!((fate, why.as_deref(), never.tape.mail.len()), (MailState::GivenUp, Some("smtp_4xx"), 0));
    assert!((24..=100).contains(&attempts), "{attempts}");
    assert_eq!(never.log().await[0], format!("Mail 1 was given up after {attempts} attempts in a day: smtp_4xx"));
}

#[tokio::test]
async fn a_server_that_is_away_or_knows_no_credentials_is_waited_for() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.server.answer(|said| said.starts_with("MAIL").then(|| "530 authentication required".to_owned()));
    stage.hand_in(&letter()).await;
    stage.deliver().await;
    assert_eq!(stage.fate().await.2.as_deref(), Some("credentials"));
    let gone = { latchkey_tests::mail_server::MailServer::start().await.client() };
    let sending = stage.sending_by(Transport::FolderAndSmtp(latchkey_core::post::Folder::new(stage.folder.path()), gone));
    stage.world.clock.advance_seconds(60);
    stage.step(&stage.world.core, &sending).await;
    assert_eq!(stage.fate().await.2.as_deref(), Some("network"));
    stage.server.answer(|_| None);
    stage.deliver_for(DAY).await;
    assert_eq!(stage.fate().await, (MailState::Sent, 3, None));
}

#[test]
fn a_servers_address_says_how_it_is_spoken_to_and_a_password_goes_to_no_open_line() {
    for text in [
        "smtps://user:secret@mail.example",
        "smtp://mail.example:587?tls=required",
        "smtp://127.0.0.1:1025",
        "smtp://localhost",
        "smtp://[::1]:25",
    ] {
        assert!(SmtpAddress::parse(text).is_ok(), "{text}");
    }
    for text in [
        "smtp://mail.example",
        "smtp://user:secret@mail.example?tls=opportunistic",
        "http://127.0.0.1",
        "mail.example",
        "smtps://",
        "smtps://x/path",
    ] {
        assert!(SmtpAddress::parse(text).is_err(), "{text}");
    }
    assert_eq!(format!("{:?}", SmtpAddress::parse("smtps://user:secret@mail.example").unwrap()), "SmtpAddress(…)");
}

/// SES at a sink.
fn ses(sink: &Sink) -> Transport {
    let sdk = aws::local(&format!("http://{}", sink.address()), ACCESS_KEY, SECRET_KEY);
    Transport::Ses(Ses::new(aws::ses(&sdk), Some("feedback".to_owned())))
}

fn answer(status: u16, kind: Option<&str>, body: &Value) -> Reply {
    let body = body.to_string();
    let kind = kind.map(|kind| format!("x-amzn-errortype: {kind}\r\n")).unwrap_or_default();
    let length = body.len();
    Reply::Raw(
        format!(
            "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\n{kind}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

#[tokio::test]
async fn ses_is_given_the_whole_message_its_recipients_and_whose_it_is() {
    let mut stage = Box::pin(Stage::begin()).await;
    let sink = Sink::plain().await;
    sink.answer(|_| answer(200, None, &json!({"MessageId": "x"})));
    stage.hand_in(&letter()).await;
    stage.step(&stage.world.core, &stage.sending_by(ses(&sink))).await;
    let received = sink.received();
    let [call] = &received[..] else { panic!("one call: {received:?}") };
    assert_eq!(call.line, "POST /v2/email/outbound-emails HTTP/1.1");
    let said: Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(said["FromEmailAddress"], "licenses@latchkey.example");
    assert_eq!(said["Destination"], json!({"ToAddresses": [ADDRESS, "max@example.com"]}));
    assert_eq!(said["ConfigurationSetName"], "feedback");
    let account = stage.vendor.account.to_string();
    assert_eq!(said["EmailTags"], json!([{"Name": "account", "Value": account}, {"Name": "mail", "Value": "1"}]));
    let raw = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, said["Content"]["Raw"]["Data"].as_str().unwrap()).unwrap();
    assert_eq!(parsed(&raw).subject(), Some("Your licence"));
    stage.server.answer(|_| None);
    assert_eq!(stage.fate().await, (MailState::Sent, 1, None));
}

#[tokio::test]
async fn each_answer_of_sess_means_what_it_should() {
    for (status, kind, state, why) in [
        (429, "TooManyRequestsException", MailState::Queued, "ses_throttled"),
        (400, "LimitExceededException", MailState::Queued, "ses_throttled"),
        (400, "SendingPausedException", MailState::Queued, "ses_paused"),
        (400, "AccountSuspendedException", MailState::Queued, "ses_paused"),
        (400, "MailFromDomainNotVerifiedException", MailState::Queued, "ses_unverified"),
        (403, "AccessDeniedException", MailState::Queued, "ses_denied"),
        (404, "NotFoundException", MailState::Queued, "ses_denied"),
        (500, "InternalServiceErrorException", MailState::Queued, "ses_fault"),
        (400, "BadRequestException", MailState::GivenUp, "ses_bad_request"),
        (400, "MessageRejected", MailState::GivenUp, "ses_rejected"),
    ] {
        let mut stage = Box::pin(Stage::begin()).await;
        let sink = Sink::plain().await;
        sink.answer(move |_| answer(status, Some(kind), &json!({"message": "Email address is not verified: erika@example.com"})));
        stage.hand_in(&letter()).await;
        stage.step(&stage.world.core, &stage.sending_by(ses(&sink))).await;
        assert_eq!(stage.fate().await, (state, 1, Some(why.to_owned())), "{kind}");
        assert_eq!(sink.received().len(), 1, "{kind}: the SDK must not repeat what may have been done");
        assert_eq!(stage.tape.mail.len(), usize::from(state == MailState::Queued), "{kind}");
    }
}

#[tokio::test]
async fn what_comes_back_is_in_the_log_of_whose_it_was_without_an_address() {
    let stage = Box::pin(Stage::begin()).await;
    let event = |kind: &str, more: Value| {
        let tags = json!({"account": [stage.vendor.account.to_string()], "mail": ["7"], "ses:configuration-set": ["x"]});
        let mut detail = json!({"eventType": kind, "mail": {"destination": [ADDRESS], "tags": tags}});
        detail.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"version": "0", "source": "aws.ses", "detail-type": "x", "detail": detail}).to_string()
    };
    let bounce = json!({"bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": ADDRESS}]}});
    let inbox: &dyn latchkey_core::queue::Inbox = &stage.tape.mail;
    let message = |body: String| latchkey_core::queue::Message { body, delay: 0 };
    inbox.put(vec![message(event("Bounce", bounce)), message(event("Reject", json!({})))]).unwrap();
    inbox.put(vec![message("poison".to_owned()), message(event("Delivery", json!({})))]).unwrap();
    stage.deliver().await;
    let mut log = stage.log().await;
    log.sort();
    assert!(log.contains(&"Mail 7 came back from 1 recipients: bounced".to_owned()), "{log:?}");
    assert!(log.contains(&"Mail 7 was not delivered: rejected".to_owned()), "{log:?}");
    assert!(!log.concat().contains("example.com"));
    for _ in 0..6 {
        stage.world.clock.advance_seconds(HIDDEN);
        stage.deliver().await;
    }
    assert_eq!((stage.tape.mail.len(), stage.tape.mail.dead_letters().len()), (0, 2), "what nobody understands ends where it is seen");
}

#[tokio::test]
async fn a_mail_whose_recipient_became_undeliverable_is_given_up() {
    let mut stage = Box::pin(Stage::begin()).await;
    stage.hand_in(&with("to", json!([{"email": ADDRESS}]))).await;
    let mut mails = stage.mails().await;
    let mail = mails.remove(0);
    let mut changed = mail.clone();
    let latchkey_core::domain::mail::Post::Letter(envelope) = &mut changed.what else { panic!("a letter") };
    envelope.to[0].email = "ä@example.com".parse().unwrap();
    changed.revision += 1;
    stage.world.core.table.replace_record(&mail, &changed).await.unwrap();
    stage.deliver().await;
    assert_eq!(stage.fate().await, (MailState::GivenUp, 1, Some("address".to_owned())));
}
