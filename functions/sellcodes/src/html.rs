//! HTML that is made here. What a readme says is HTML already, of known elements only; everything else is escaped.

use std::borrow::Cow;

use latchkey_core::domain::release::CurrentRelease;
use latchkey_core::packages::readme::{Readme, SectionKey, UpgradeNotice};
use maud::{Markup, PreEscaped, html};

/// Plain text as paragraphs, with its line breaks. Nothing where there is no text.
pub(crate) fn paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    let markup = html! {
        @for paragraph in paragraphs {
            p {
                @for (number, line) in paragraph.lines().enumerate() {
                    @if number > 0 { br; }
                    (line)
                }
            }
        }
    };
    markup.into_string()
}

/// Text where HTML is expected, without any markup.
pub(crate) fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}

/// What changed: the readme's words, else the vendor's.
pub(crate) fn changelog<'a>(release: &CurrentRelease, readme: Option<&'a Readme>) -> Cow<'a, str> {
    match readme.and_then(|readme| readme.section(SectionKey::Changelog)) {
        Some(html) => Cow::Borrowed(html),
        None => Cow::Owned(paragraphs(release.notes.changelog.as_str())),
    }
}

/// The captions as a numbered list.
pub(crate) fn screenshots(captions: &[String]) -> String {
    let list = html! { ol { @for caption in captions { li { (PreEscaped(caption)) } } } };
    if captions.is_empty() { String::new() } else { list.into_string() }
}

/// Each notice under its version.
pub(crate) fn upgrade_notices(notices: &[UpgradeNotice]) -> String {
    let parts = html! {
        @for notice in notices {
            h4 { (PreEscaped(&notice.version)) }
            p { (PreEscaped(&notice.text)) }
        }
    };
    parts.into_string()
}

/// A page of ours.
pub(crate) fn page(title: &str, content: &Markup) -> String {
    let page = html! {
        (maud::DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
            }
            body {
                h1 { (title) }
                (content)
            }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_escaped_and_keeps_its_lines() {
        assert_eq!(paragraphs("One & <two>\nthree\n\n\n\"four\"\n"), "<p>One &amp; &lt;two&gt;<br>three</p><p>&quot;four&quot;</p>");
        assert_eq!(paragraphs(" \n\n "), "");
        assert_eq!(escaped("<script>"), "&lt;script&gt;");
    }

    #[test]
    fn a_title_cannot_end_its_element() {
        let page = page("</title><script>alert(1)</script>", &html! { p { "text" } });
        assert!(!page.contains("<script>"), "{page}");
    }
}
