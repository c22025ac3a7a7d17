//! Moments on the command line.

use std::str::FromStr;

use latchkey_core::domain::time::Timestamp;

/// A moment, or `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Option<Timestamp>);

/// The text is neither a moment nor `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a day such as 2026-11-22, a moment such as 2026-11-22T04:47:26Z, or never")]
pub(crate) struct NotAMoment;

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        if text == "never" { Ok(Self(None)) } else { Timestamp::parse(text).map(|moment| Self(Some(moment))).ok_or(NotAMoment) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_midnight_and_never_is_no_moment() {
        let text = |text: &str| text.parse::<Moment>().map(|moment| moment.0.map(|moment| moment.to_string()));
        assert_eq!(text("2026-11-22"), Ok(Some("2026-11-22T00:00:00.000000Z".to_owned())));
        assert_eq!(text("2026-11-22T04:47:26+01:00"), Ok(Some("2026-11-22T03:47:26.000000Z".to_owned())));
        assert_eq!(text("never"), Ok(None));
        for wrong in ["", "Never", "tomorrow", "22.11.2026", "2026-02-30"] {
            assert_eq!(text(wrong), Err(NotAMoment), "{wrong}");
        }
    }
}
