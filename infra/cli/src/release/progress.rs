//! What is shown while a release is on its way. Standard error that is no terminal hides it by itself.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for the upload of `size` bytes; hidden unless somebody may be watching.
pub(super) fn bar(size: u64, is_watched: bool) -> ProgressBar {
    let style = ProgressStyle::with_template("uploading {bar:30} {bytes}/{total_bytes} {bytes_per_sec}");
    ProgressBar::with_draw_target(Some(size), target(is_watched)).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A sign of life for work of unknown length.
pub(super) fn spinner(what: &'static str, is_watched: bool) -> ProgressBar {
    let spinner = ProgressBar::with_draw_target(None, target(is_watched)).with_style(ProgressStyle::default_spinner()).with_message(what);
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

fn target(is_watched: bool) -> ProgressDrawTarget {
    if is_watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_drawn_for_programs() {
        assert!(bar(1, false).is_hidden() && spinner("verifying", false).is_hidden());
    }

    #[test]
    fn the_bar_knows_the_length() {
        assert_eq!(bar(7, false).length(), Some(7));
    }
}
