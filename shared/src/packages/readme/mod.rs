//! `readme.txt`: what a `WordPress` package says of itself, read once, when its release is published.
//!
//! The rules are those of the `WordPress` plugin directory, whose parser is public (repository `WordPress/wordpress.org`,
//! `wordpress.org/public_html/wp-content/plugins/plugin-directory/`: `readme/class-parser.php`, `class-markdown.php`): the
//! title, the fields and their other names, the section headings and their other names, the limits (150 characters of short
//! description; 2,500 words a section, 5,000 of changelog and questions; 5 tags), the questions as a definition list, and which
//! HTML may remain. The 300 characters of an upgrade notice are Plugin Check's `upgrade_notice_limit`.
//!
//! Where this differs, and why:
//!
//! - Sections of the vendor's own are not appended to the description but kept apart, as `remaining_content`: the answers that
//!   a readme is read for have a field of that name (seed 003).
//! - Contributors are not looked up among the directory's users.
//! - A line of `=====` underlines a heading; the directory takes it for a section without a title.
//! - Headings of the levels 1, 2 become `h3`, of the levels 5, 6 `h4`; the directory drops their tags.
//! - A picture leaves its description; a link to anything but the web, a mailbox or the page itself leaves its text.
//! - A line that begins with a backtick is Markdown like any other; the directory makes a block of it.
//!
//! Why not a general sanitiser behind the Markdown parser: those build the tree that a browser would, and where formatting
//! elements are left open the standard has that tree repeat them in each following paragraph, which makes the output, and the
//! time, the square of the input. `html.rs` writes a fixed set of elements and closes what it opened, in one pass.
//!
//! Architecture Invariant: nothing here fails, waits, or takes more than linear time, whatever the text.

mod body;
#[cfg(test)]
mod checker;
mod header;
#[cfg(test)]
mod hostile;
mod html;
mod markdown;
mod tags;
#[cfg(test)]
mod tests;
mod text;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::text::WebUrl;
use body::Part;
use html::escaped;

/// The most HTML that is kept of a readme, in bytes, all its parts taken together: it is stored with its release.
///
/// The sections are counted in their order, then what remains, the screenshots, and the upgrade notices. A section that does
/// not fit in what is left is left out as a whole; the two lists end before the first entry that does not fit.
pub const HTML_BYTES: usize = 200 << 10;

const SHORT_DESCRIPTION_CHARACTERS: usize = 150;
const SECTION_WORDS: usize = 2_500;
/// Of the changelog and of the questions.
const LONG_SECTION_WORDS: usize = 5_000;
/// The most of a section that is read, in bytes; only words of unusual length reach it.
const SECTION_BYTES: usize = 64 << 10;
const MAX_SCREENSHOTS: usize = 100;
const MAX_UPGRADE_NOTICES: usize = 100;
const UPGRADE_NOTICE_CHARACTERS: usize = 300;
const UPGRADE_VERSION_CHARACTERS: usize = 60;

/// What a `readme.txt` says. Every text is ready to be shown in HTML: in one-line texts, markup is written as character
/// references. What the readme does not say, or does not say in a usable form, is absent or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Readme {
    /// The title: one line, at most 200 characters.
    pub name: Option<String>,
    /// At most 5, of at most 50 characters, without `plugin` and `wordpress`.
    pub tags: Vec<String>,
    /// The oldest version of `WordPress` that it runs on, such as `6.2` or `6.2.1`.
    pub requires_at_least: Option<String>,
    /// The newest version of `WordPress` that it was tried with, in the same form.
    pub tested_up_to: Option<String>,
    /// The oldest version of PHP that it runs on, such as `7.4` or `8.1.2`.
    pub requires_php: Option<String>,
    /// The version that the vendor calls stable, or `trunk`: of letters, digits, `_`, `.`, `-`, at most 61.
    pub stable_tag: Option<String>,
    /// User names of the plugin directory: at most 50, of at most 60 ASCII characters.
    pub contributors: Vec<String>,
    /// Where to send money.
    pub donate_link: Option<WebUrl>,
    /// The licence's name: one line, at most 200 characters.
    pub license: Option<String>,
    /// The licence's text.
    pub license_uri: Option<WebUrl>,
    /// One line of at most 150 characters, or 152 if it ends in ` …`: what stands before the first section, else the first
    /// line of the description.
    pub short_description: String,
    /// The sections that `WordPress` knows, in the file's order, each at most once and none of them empty.
    pub sections: Vec<Section>,
    /// The captions of the screenshots, as HTML: the first is that of `screenshot-1.png`. At most 100.
    pub screenshots: Vec<String>,
    /// At most 100, in the file's order.
    pub upgrade_notice: Vec<UpgradeNotice>,
    /// The sections of the vendor's own, as HTML, each under its title; at most 2,500 words.
    pub remaining_content: String,
}

/// One section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Which.
    pub key: SectionKey,
    /// Its content.
    pub html: String,
}

/// The sections that `WordPress` shows under tabs of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKey {
    /// Description. If there is none, the short description.
    Description,
    /// Installation.
    Installation,
    /// Frequently asked questions, as a definition list.
    Faq,
    /// Changelog.
    Changelog,
}

/// Why one should upgrade to a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpgradeNotice {
    /// The version: one line, at most 60 characters.
    pub version: String,
    /// One line of at most 300 characters, or 302 if it ends in ` …`.
    pub text: String,
}

impl Readme {
    /// The HTML of a section.
    pub fn section(&self, key: SectionKey) -> Option<&str> {
        self.sections.iter().find(|section| section.key == key).map(|section| section.html.as_str())
    }

    /// About how much memory it takes, in bytes: its HTML, and a little for what is short.
    pub fn bytes(&self) -> usize {
        let sections: usize = self.sections.iter().map(|section| section.html.len()).sum();
        let screenshots: usize = self.screenshots.iter().map(String::len).sum();
        let notices: usize = self.upgrade_notice.iter().map(|notice| notice.version.len() + notice.text.len()).sum();
        sections + screenshots + notices + self.remaining_content.len() + 4_096
    }
}

/// Reads a readme. Any text is one, of which [`README_BYTES`](super::archive::README_BYTES) are read at most.
pub fn parse(text: &str) -> Readme {
    let text = text::normalised(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut readme = Readme::default();
    let mut body = body::split(header::read(&lines, &mut readme));
    body.default_description();
    readme.short_description = short_description(&body);

    let screenshots = body.take(Part::Screenshots);
    let notices = body.take(Part::UpgradeNotice);
    let remaining = body.take(Part::Remaining);
    let mut room = Room(HTML_BYTES);
    for (part, source) in body.sections {
        let Part::Section(key) = part else { continue };
        let html = section(key, &source);
        if !html.is_empty() && room.take(html.len()) {
            readme.sections.push(Section { key, html });
        }
    }
    let remaining = remaining.map(|source| markdown::render(&text::first_words(&source, SECTION_WORDS, SECTION_BYTES)));
    readme.remaining_content = remaining.filter(|html| room.take(html.len())).unwrap_or_default();
    let captions = screenshots.map(|source| markdown::items(&text::first_words(&source, SECTION_WORDS, SECTION_BYTES)));
    let captions = captions.unwrap_or_default().into_iter().take(MAX_SCREENSHOTS);
    readme.screenshots = captions.take_while(|html| room.take(html.len())).collect();
    let notices = upgrade_notices(&notices.unwrap_or_default()).into_iter();
    readme.upgrade_notice = notices.take_while(|notice| room.take(notice.version.len() + notice.text.len())).collect();
    readme
}

/// How many bytes of HTML there is still room for.
struct Room(usize);

impl Room {
    /// Takes `bytes` of it, if it has so many.
    fn take(&mut self, bytes: usize) -> bool {
        self.0.checked_sub(bytes).map(|left| self.0 = left).is_some()
    }
}

fn short_description(body: &body::Body) -> String {
    let first_line = || {
        let description = body.get(Part::Section(SectionKey::Description))?;
        description.lines().find(|line| !line.trim().is_empty())
    };
    let source = if body.short_description.is_empty() { first_line().unwrap_or_default() } else { &body.short_description };
    shown_text(source, SHORT_DESCRIPTION_CHARACTERS)
}

fn section(key: SectionKey, source: &str) -> String {
    let words = match key {
        SectionKey::Description | SectionKey::Installation => SECTION_WORDS,
        SectionKey::Faq | SectionKey::Changelog => LONG_SECTION_WORDS,
    };
    let source = text::first_words(source, words, SECTION_BYTES);
    match key {
        SectionKey::Faq => questions(&source),
        SectionKey::Description | SectionKey::Installation | SectionKey::Changelog => markdown::render(&source),
    }
}

/// What stands before the first question, then all questions as a definition list.
fn questions(source: &str) -> String {
    let mut html = String::new();
    let mut list = String::new();
    for (question, answer) in body::headed(source) {
        let answer = markdown::render(&answer);
        if question.is_empty() {
            html.push_str(&answer);
        } else {
            let question = escaped(&text::single_spaced(&tags::without_tags(question)));
            let _ = write!(list, "<dt><h3>{question}</h3></dt>\n<dd>{answer}</dd>\n");
        }
    }
    if !list.is_empty() {
        let separator = if html.is_empty() { "" } else { "\n" };
        html.extend([separator, "<dl>\n", &list, "</dl>"]);
    }
    html
}

/// Notices under no version are left out: no update could show them.
fn upgrade_notices(source: &str) -> Vec<UpgradeNotice> {
    let source = text::first_words(source, SECTION_WORDS, SECTION_BYTES);
    let notices = body::headed(&source).into_iter().filter_map(|(version, notice)| {
        let version = text::line(version, UPGRADE_VERSION_CHARACTERS)?;
        let text = shown_text(&notice, UPGRADE_NOTICE_CHARACTERS);
        (!text.is_empty()).then_some(UpgradeNotice { version, text })
    });
    notices.take(MAX_UPGRADE_NOTICES).collect()
}

/// What Markdown says, as one line of at most `max` characters.
fn shown_text(source: &str, max: usize) -> String {
    let source = text::first_words(source, SECTION_WORDS, SECTION_BYTES);
    escaped(&text::first_characters(&markdown::text(&source), max))
}
