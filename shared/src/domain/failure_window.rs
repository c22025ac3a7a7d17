//! How many failed authentications are borne before the asker has to wait.

use super::time::Timestamp;

/// The most failures of one asker in one window with an API key; what comes after them is not looked at.
pub const MOST_FAILURES: u32 = 10;

/// The most failed logins as one user from one network (contracts §5: "5 failed logins block for 5 minutes"): counted from the first
/// to five minutes after the last, whatever the windows are.
pub const MOST_FAILED_LOG_INS: u32 = 5;

/// The most as one user from anywhere. Ours: it bounds those who guess from many networks. Whoever spends as many keeps a user
/// from logging in for as long as it goes on, and nobody who is logged in from anything.
pub const MOST_FAILED_LOG_INS_OF_ONE: u32 = 50;

/// The most as anybody from one network. Ours: it bounds those who try one password on many users.
pub const MOST_FAILED_LOG_INS_FROM_ONE: u32 = 100;

/// How long a window is, in seconds.
pub const WINDOW_SECONDS: i64 = 300;

/// Five minutes of the clock, the same five for everybody, so that a failure is counted by one addition that has nothing to
/// compare or to reset. What is bounded is therefore so many failures a window, and twice as many where two windows meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureWindow(i64);

impl FailureWindow {
    /// The window that the moment `now` lies in.
    pub fn at(now: Timestamp) -> Self {
        Self(now.as_seconds().div_euclid(WINDOW_SECONDS))
    }

    /// Its number, counted from 1970.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The first second after it, since 1970.
    pub fn ends(self) -> i64 {
        (self.0 + 1).saturating_mul(WINDOW_SECONDS)
    }

    /// For how many seconds after `now` the asker has to wait who has failed `failures` times in it, of `most` that are borne; nothing where
    /// no wait is due.
    pub fn wait(self, failures: u32, most: u32, now: Timestamp) -> Option<u32> {
        (failures >= most).then(|| self.left(now))
    }

    /// The seconds from `now` to its end, at least one.
    pub fn left(self, now: Timestamp) -> u32 {
        let left = (self.ends() - now.as_seconds()).clamp(1, WINDOW_SECONDS);
        u32::try_from(left).unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).unwrap()
    }

    #[test]
    fn windows_follow_one_another() {
        let window = FailureWindow::at(at(1_800_000_000));
        assert_eq!(FailureWindow::at(at(1_800_000_299)), window);
        assert_eq!(FailureWindow::at(at(1_800_000_300)).number(), window.number() + 1);
        assert_eq!(window.ends(), 1_800_000_300);
    }

    #[test]
    fn whoever_failed_too_often_waits_for_the_windows_end() {
        let window = FailureWindow::at(at(1_800_000_000));
        assert_eq!(window.wait(MOST_FAILURES - 1, MOST_FAILURES, at(1_800_000_000)), None);
        assert_eq!(window.wait(MOST_FAILURES, MOST_FAILURES, at(1_800_000_000)), Some(300));
        assert_eq!(window.wait(u32::MAX, MOST_FAILED_LOG_INS, at(1_800_000_299)), Some(1));
    }
}
