//! Markdown to HTML.
//!
//! `CommonMark` without extensions: of what the directory's Markdown Extra knows beyond it, its own filter lets nothing through
//! but definition lists, which stay to be written by hand as HTML.
//!
//! Time is linear in the length of the text. The parser's own time per line grows with the number of quotes and lists around
//! the line (a deep one followed by short lines took it the square of its length), so [`prepared`] limits that number.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::html::{Html, Link};
use super::tags::{OpenTag, Token, tokens, without_tags};
use super::text::single_spaced;

/// The most quotes and lists that one line can begin.
const CONTAINERS: usize = 16;
/// The most columns that the beginning of a line can be indented by, in total; a tab counts as four.
const INDENTATION: usize = 64;

/// The HTML of `markdown`.
pub(super) fn render(markdown: &str) -> String {
    let source = prepared(markdown);
    let mut renderer = Renderer::default();
    for event in Parser::new_ext(&source, Options::empty()) {
        renderer.event(event);
    }
    renderer.html.finish()
}

/// The HTML of each item of the lists in `markdown`; a list within an item is part of it.
pub(super) fn items(markdown: &str) -> Vec<String> {
    let source = prepared(markdown);
    let mut items = Vec::new();
    let mut item = Renderer::default();
    let mut depth = 0_usize;
    for event in Parser::new_ext(&source, Options::empty()) {
        let (begins, ends) = (matches!(event, Event::Start(Tag::Item)), matches!(event, Event::End(TagEnd::Item)));
        if ends && depth == 1 {
            items.push(std::mem::take(&mut item).html.finish());
        } else if depth > 0 {
            item.event(event);
        }
        depth = (depth + usize::from(begins)).saturating_sub(usize::from(ends));
    }
    items
}

/// What `markdown` says, as one line without any markup; not escaped.
pub(super) fn text(markdown: &str) -> String {
    let source = prepared(markdown);
    let mut out = String::new();
    for event in Parser::new_ext(&source, Options::empty()) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => out.push_str(&without_tags(&html)),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
            Event::Start(_) | Event::End(_) | Event::SoftBreak | Event::HardBreak | Event::Rule => out.push(' '),
        }
    }
    single_spaced(&out)
}

#[derive(Default)]
struct Renderer {
    html: Html,
    /// The lines of the block of hand-written HTML that is being read.
    block: String,
}

impl Renderer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(&tag),
            Event::End(TagEnd::HtmlBlock) => {
                let block = std::mem::take(&mut self.block);
                self.written(&block);
                self.html.end_phrases();
            }
            Event::End(_) => self.html.end(),
            Event::Text(text) => self.html.text(&text),
            Event::Code(code) => {
                self.html.begin(Some("code"));
                self.html.text(&code);
                self.html.end();
            }
            Event::Html(html) => self.block.push_str(&html),
            Event::InlineHtml(html) => self.written(&html),
            Event::SoftBreak => self.html.text("\n"),
            Event::HardBreak => self.html.line_break(),
            // A rule is not among the elements; the others come with extensions only.
            Event::Rule | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn begin(&mut self, tag: &Tag<'_>) {
        let element = match tag {
            Tag::Paragraph => "p",
            Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2 | HeadingLevel::H3, .. } => "h3",
            Tag::Heading { .. } => "h4",
            Tag::BlockQuote(_) => "blockquote",
            Tag::CodeBlock(_) => {
                self.html.begin(Some("pre"));
                self.html.open(&OpenTag { name: "code", ..OpenTag::default() });
                return;
            }
            Tag::List(Some(_)) => "ol",
            Tag::List(None) => "ul",
            Tag::Item => "li",
            Tag::Emphasis => "em",
            Tag::Strong => "strong",
            Tag::Link { dest_url, title, .. } => {
                self.html.begin_link(Link::plain(dest_url, title).as_ref());
                return;
            }
            Tag::HtmlBlock => return,
            // Its description is what is left of an image. The others come with extensions only.
            Tag::Image { .. }
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {
                self.html.begin(None);
                return;
            }
        };
        self.html.begin(Some(element));
    }

    /// Hand-written HTML.
    fn written(&mut self, html: &str) {
        for token in tokens(html) {
            match token {
                Token::Text(text) => self.html.written_text(text),
                Token::Open(tag) => self.html.open(&tag),
                Token::Close(name) => self.html.close(name),
            }
        }
    }
}

/// `markdown` with `= Heading =` as a heading of the fourth level, and with limits to what a line can be nested in.
pub(super) fn prepared(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len() + 64);
    for line in markdown.split('\n') {
        if let Some(heading) = heading(line) {
            out.extend(["\n#### ", heading, "\n\n"]);
        } else {
            limited(&mut out, line);
            out.push('\n');
        }
    }
    out
}

/// The text of `= Heading =`.
fn heading(line: &str) -> Option<&str> {
    let heading = line.trim().strip_prefix('=')?.trim_end_matches('=');
    let spaced = heading.starts_with(char::is_whitespace) && heading.ends_with(char::is_whitespace) && line.trim().ends_with('=');
    Some(heading.trim()).filter(|heading| spaced && !heading.is_empty())
}

/// Writes `line`. What indents it beyond the limit is left out; a mark that would begin one quote or list too many is made
/// text.
fn limited(out: &mut String, line: &str) {
    let mut rest = line;
    let (mut columns, mut containers) = (0, 0);
    while let Some(c) = rest.chars().next() {
        if matches!(c, ' ' | '\t') {
            columns += if c == '\t' { 4 } else { 1 };
            if columns <= INDENTATION {
                out.push(c);
            }
            rest = &rest[1..];
            continue;
        }
        let length = mark(rest);
        if length == 0 || is_rule(rest) {
            break;
        }
        containers += 1;
        if containers > CONTAINERS {
            out.extend([&rest[..length - 1], "\\"]);
            rest = &rest[length - 1..];
            break;
        }
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
}

/// The length of the mark of a quote or a list that `line` begins with, in bytes.
fn mark(line: &str) -> usize {
    let digits = line.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let mut bytes = line.bytes().skip(digits);
    match bytes.next() {
        Some(b'>') if digits == 0 => return 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => {}
        Some(b'.' | b')') if (1..=9).contains(&digits) => {}
        _ => return 0,
    }
    if matches!(bytes.next(), None | Some(b' ' | b'\t')) { digits + 1 } else { 0 }
}

/// Whether `line` is a rule such as `* * *`.
fn is_rule(line: &str) -> bool {
    let mark = line.as_bytes().first().copied().unwrap_or_default();
    matches!(mark, b'-' | b'*')
        && line.bytes().filter(|b| *b == mark).count() >= 3
        && line.bytes().all(|b| b == mark || matches!(b, b' ' | b'\t'))
}
