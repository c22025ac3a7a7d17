//! Sending a package to its presigned address, a buffer at a time, with a bar for whoever watches.

use std::error::Error;
use std::time::Duration;

use indicatif::ProgressBar;
use latchkey_core::ops::rejected::Rejected;
use latchkey_core::packages::PresignedUpload;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, Client, StatusCode};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use super::package::PackageFile;
use crate::problem::{Exit, Failed, Problem};
use crate::progress;
use crate::session::Session;

/// How often an upload is begun: the address is for exactly these bytes, so sending them twice does no harm.
const ATTEMPTS: u32 = 3;

/// How much of the file is held at a time, in bytes.
const BUFFER: usize = 64 * 1024;

/// What came of an attempt that did not succeed.
#[derive(Debug, PartialEq, Eq)]
enum Unsent {
    /// The same may succeed in a moment.
    Passing(String),
    /// The bytes are not those that were announced.
    Differs,
    /// It will not succeed.
    Refused(String),
}

/// Uploads the package.
pub(super) async fn upload(package: &PackageFile, to: &PresignedUpload, session: &Session) -> Result<(), Failed> {
    let client = client(session.target.local.is_some()).map_err(|error| failed(&causes(&error)))?;
    let bar = progress::bytes(package.size, "uploading", session.is_watched);
    let mut attempt = 0;
    let sent = loop {
        attempt += 1;
        match send(&client, package, to, &bar).await {
            Err(Unsent::Passing(_)) if attempt < ATTEMPTS => tokio::time::sleep(Duration::from_secs(u64::from(attempt))).await,
            sent => break sent,
        }
    };
    bar.finish_and_clear();
    match sent {
        Ok(()) => Ok(()),
        Err(Unsent::Differs) => Err(Rejected::PackageDiffers.into()),
        Err(Unsent::Passing(why) | Unsent::Refused(why)) => Err(failed(&why).into()),
    }
}

async fn send(client: &Client, package: &PackageFile, to: &PresignedUpload, bar: &ProgressBar) -> Result<(), Unsent> {
    let file = package.rewound().map_err(|error| Unsent::Refused(error.to_string()))?;
    bar.set_position(0);
    // A file that has grown since it was measured is cut where it ended then.
    let file = bar.wrap_async_read(tokio::fs::File::from_std(file).take(package.size));
    let mut request = client.put(&to.url).body(Body::wrap_stream(ReaderStream::with_capacity(file, BUFFER)));
    for (name, value) in to.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-length")) {
        request = request.header(name, value);
    }
    // S3 takes no chunked bodies: without a stated length, one would be sent.
    let answer = request.header(CONTENT_LENGTH, package.size).send().await.map_err(lost)?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let body = answer.text().await.unwrap_or_default();
    Err(refused(status, code(&body)))
}

/// Proxies are for the way to AWS and not for the local stack.
fn client(is_local: bool) -> Result<Client, reqwest::Error> {
    // Where a provider is installed already, that one is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().connect_timeout(Duration::from_secs(10));
    if is_local { builder.no_proxy().build() } else { builder.build() }
}

/// The address is left out of what is told: whoever has it may upload.
fn lost(error: reqwest::Error) -> Unsent {
    Unsent::Passing(causes(&error.without_url()))
}

fn refused(status: StatusCode, code: &str) -> Unsent {
    let why = format!("S3 answered {} {code}", status.as_u16()).trim_end().to_owned();
    match code {
        "BadDigest" | "XAmzContentChecksumMismatch" | "InvalidDigest" | "IncompleteBody" => Unsent::Differs,
        "RequestTimeout" | "SlowDown" => Unsent::Passing(why),
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Unsent::Passing(why),
        _ => Unsent::Refused(why),
    }
}

/// The code in S3's error document.
fn code(body: &str) -> &str {
    let inside = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    inside.map_or("", |(code, _)| code)
}

fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn failed(why: &str) -> Problem {
    Problem {
        code: "upload_failed",
        message: format!("the package was not uploaded: {why}"),
        hint: Some("run the command again: nothing was published, and the draft is announced anew".to_owned()),
        exit: Exit::Fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_s3_is_understood_by_its_code() {
        let body = |code: &str| format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>m</Message></Error>");
        for (status, said, unsent) in [
            (400, "BadDigest", Unsent::Differs),
            (503, "SlowDown", Unsent::Passing("S3 answered 503 SlowDown".to_owned())),
            (500, "InternalError", Unsent::Passing("S3 answered 500 InternalError".to_owned())),
            (403, "AccessDenied", Unsent::Refused("S3 answered 403 AccessDenied".to_owned())),
        ] {
            assert_eq!(refused(StatusCode::from_u16(status).unwrap(), code(&body(said))), unsent);
        }
        assert_eq!(refused(StatusCode::BAD_GATEWAY, code("<html>")), Unsent::Passing("S3 answered 502".to_owned()));
    }

    #[test]
    fn the_address_of_an_upload_is_never_told() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // A port that was free a moment ago and that nobody listens at.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}/bucket/key?X-Amz-Signature=secret");
        let error = runtime.block_on(client(true).unwrap().put(url).send()).unwrap_err();
        let Unsent::Passing(why) = lost(error) else { panic!("a connection that is refused may be accepted later") };
        assert!(why.contains("onnect") && !why.contains("secret"), "{why}");
    }
}
