//! Plain texts: their characters, their limits.

use std::borrow::Cow;

use super::html::escaped;
use super::tags::without_tags;
use crate::packages::archive::README_BYTES;

/// The text of a readme: at most [`README_BYTES`] of it, without byte order mark, every way of ending a line as `\n` (those of
/// PCRE's `\R`, which the directory's parser splits by), without other control characters than tabs.
pub(super) fn normalised(text: &str) -> String {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = &text[..text.floor_char_boundary(README_BYTES)];
    let ends = ['\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut text = text.replace("\r\n", "\n").replace(ends, "\n");
    text.retain(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    text
}

/// One line of text, ready to be shown in HTML: without tags, white space as single spaces, at most `max` characters.
pub(super) fn line(text: &str, max: usize) -> Option<String> {
    let text = single_spaced(&without_tags(text));
    let cut = text.char_indices().nth(max).map_or(&*text, |(end, _)| text[..end].trim_end());
    (!cut.is_empty()).then(|| escaped(cut))
}

/// `text` trimmed, with every run of white space as one space.
pub(super) fn single_spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// `text` if it has at most `max` characters. Else its beginning: to the last full stop, if one is within the last fifth, or
/// the first `max` characters and `…` (the directory's `trim_length`).
pub(super) fn first_characters(text: &str, max: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(max) else { return Cow::Borrowed(text) };
    let cut = &text[..end];
    match cut.rfind('.') {
        Some(stop) if cut[..stop].chars().count() * 5 > max * 4 => Cow::Borrowed(&cut[..=stop]),
        _ => Cow::Owned(format!("{} …", cut.trim_end())),
    }
}

/// `text` if it has at most `words` words and `bytes` bytes; else as many words as fit, and `…`. If not even the first
/// word fits, it is cut.
pub(super) fn first_words(text: &str, words: usize, bytes: usize) -> Cow<'_, str> {
    let mut seen = 0;
    let mut end = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let begins = !c.is_whitespace() && !in_word;
        in_word = !c.is_whitespace();
        if (begins && seen == words) || at + c.len_utf8() > bytes {
            let whole_words = if begins || !in_word || end == 0 { at } else { end };
            return Cow::Owned(format!("{} …", text[..whole_words].trim_end()));
        }
        if begins {
            seen += 1;
            end = at;
        }
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_line_is_one_and_control_characters_go() {
        assert_eq!(normalised("\u{FEFF}a\r\nb\rc\u{2028}d\u{0}e\tf\u{1B}"), "a\nb\nc\nde\tf");
    }

    #[test]
    fn a_text_beyond_the_limit_is_cut_between_characters() {
        let text = normalised(&"€".repeat(README_BYTES));
        assert!(text.len() <= README_BYTES && text.chars().all(|c| c == '€'));
    }

    #[test]
    fn a_line_holds_no_markup() {
        assert_eq!(line(" <b>Tom</b> & \"Jerry\"  &amp; 1 < 2 ", 99).unwrap(), "Tom &amp; &quot;Jerry&quot; &amp; 1 &lt; 2");
        assert_eq!(line("äöü", 2).unwrap(), "äö");
        assert_eq!(line("<br>", 9), None);
    }

    #[test]
    fn a_long_text_ends_with_its_last_sentence_or_with_dots() {
        let words = |stop| format!("{}{stop}{}", "a".repeat(130), "b".repeat(60));
        assert_eq!(first_characters(&words(". "), 150), format!("{}.", "a".repeat(130)));
        assert_eq!(first_characters(&words(", "), 150), format!("{}, {} …", "a".repeat(130), "b".repeat(18)));
        assert_eq!(first_characters("Short.", 150), "Short.");
    }

    #[test]
    fn words_are_counted_and_the_last_is_whole() {
        assert_eq!(first_words("a b  c", 3, 99), "a b  c");
        assert_eq!(first_words("a b  c\n", 2, 99), "a b …");
        assert_eq!(first_words("one two three", 9, 10), "one two …");
        assert_eq!(first_words("one two three", 9, 8), "one two …");
        assert_eq!(first_words("ääää", 9, 5), "ää …");
    }
}
