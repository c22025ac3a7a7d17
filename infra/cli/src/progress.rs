//! What is shown while something is on its way. Standard error that is no terminal hides it by itself.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for `size` bytes that are being `what`; hidden unless somebody may be watching.
pub(crate) fn bytes(size: u64, what: &'static str, is_watched: bool) -> ProgressBar {
    bar(size, what, "{bytes}/{total_bytes} {bytes_per_sec} {eta}", is_watched)
}

/// A bar for `size` items that are being `what`.
pub(crate) fn items(size: u64, what: &'static str, is_watched: bool) -> ProgressBar {
    bar(size, what, "{human_pos}/{human_len} {per_sec} {eta}", is_watched)
}

fn bar(size: u64, what: &'static str, counts: &str, is_watched: bool) -> ProgressBar {
    let style = ProgressStyle::with_template(&format!("{{msg}} {{bar:30}} {counts}"));
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(size), target(is_watched)).with_style(style).with_message(what)
}

/// A sign of life for work of unknown length.
pub(crate) fn spinner(what: &'static str, is_watched: bool) -> ProgressBar {
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
        assert!(bytes(1, "uploading", false).is_hidden() && items(1, "reading", false).is_hidden());
        assert!(spinner("verifying", false).is_hidden());
    }

    #[test]
    fn the_bar_knows_the_length() {
        assert_eq!(bytes(7, "uploading", false).length(), Some(7));
    }
}
