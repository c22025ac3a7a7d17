//! The clock of the store, by the date of an answer of its.

use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use latchkey_core::domain::restore::Skew;

use crate::session::Session;

/// How wrong a date may be that was asked for over a network, in seconds: it says whole ones.
const DOUBT_SECONDS: i64 = 2;

/// How far apart the clocks are at most where the store's cannot be asked, in seconds: AWS refuses requests that are older.
const MOST_SECONDS: i64 = 300;

/// After how many seconds the stream of AWS has noted a write for certain. It says the time approximately
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html>); a minute is ours.
const LAG_SECONDS: i64 = 60;

/// After how many seconds the local stack has: it does so with the write, and by this machine's clock.
const LOCAL_LAG_SECONDS: i64 = 1;

/// Why it is not known what time it is there.
#[derive(Debug)]
pub(crate) struct Unknown {
    /// What was found.
    pub(crate) why: String,
    /// What to do.
    pub(crate) hint: &'static str,
}

/// By how many seconds this machine's clock is behind the store's.
pub(crate) async fn behind(session: &Session) -> Result<i64, Unknown> {
    let endpoint = match (&session.target.local, &session.target.region) {
        (Some(local), _) => local.origin().to_owned(),
        (None, Some(region)) => format!("https://dynamodb.{region}.amazonaws.com"),
        (None, None) => return Err(Unknown { why: "no region is known".to_owned(), hint: "set AWS_REGION" }),
    };
    let before = session.core.now().as_seconds();
    let answer = client().get(&endpoint).send().await;
    let answer =
        answer.map_err(|error| Unknown { why: format!("{endpoint} does not answer: {}", plain(&error)), hint: "check the network" })?;
    let after = session.core.now().as_seconds();
    let date = answer.headers().get("date").and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
    let undated = || Unknown { why: "the answer bears no date".to_owned(), hint: "compare this machine's clock by hand" };
    Ok(skew(before, date.ok_or_else(undated)?.secs(), after))
}

/// What a restore has to know of it.
pub(crate) async fn compared(session: &Session) -> Skew {
    if session.target.local.is_some() {
        return Skew { ahead: 0, doubt: 0, lag: LOCAL_LAG_SECONDS };
    }
    let (ahead, doubt) = behind(session).await.map_or((0, MOST_SECONDS), |ahead| (ahead, DOUBT_SECONDS));
    Skew { ahead, doubt, lag: LAG_SECONDS }
}

/// How far the clock is off, in seconds: none, where the other's date lies between asking and being answered.
fn skew(before: i64, theirs: i64, after: i64) -> i64 {
    // The date is of a second that has begun.
    if theirs > after {
        theirs - after
    } else if theirs + 1 < before {
        theirs + 1 - before
    } else {
        0
    }
}

/// What asks over HTTP.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).redirect(reqwest::redirect::Policy::none());
    client.build().unwrap_or_default()
}

/// The error without the address, which has a key in it.
pub(crate) fn plain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    if text.is_empty() { "no answer in time".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_between_asking_and_being_answered_agrees() {
        assert_eq!([skew(100, 100, 101), skew(100, 99, 101), skew(100, 101, 101)], [0, 0, 0]);
        assert_eq!([skew(100, 161, 101), skew(100, 39, 101)], [60, -60]);
    }
}
