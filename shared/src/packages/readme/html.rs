//! The only place that writes HTML: a few elements, always closed, everything else as text.
//!
//! The elements are those that the plugin directory's own filter lets through (`Parser::filter_text`), without their
//! attributes but for an address's `href` and `title`: the directory's `id` on questions would let a readme name elements of
//! an administrator's page.
//!
//! Architecture Invariant: a `<` reaches the output by [`Html`] alone, and only before one of these names.

use super::tags::OpenTag;

/// How deep elements are nested at most; deeper ones leave their text behind.
const DEPTH: usize = 100;

const ELEMENTS: [&str; 16] = ["a", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h3", "h4", "li", "ol", "p", "pre", "strong", "ul"];

/// HTML while it is written. Markdown's own elements are nested properly by its parser; those of hand-written HTML are
/// believed only inside the Markdown element that they stand in, and end with it at the latest.
#[derive(Debug, Default)]
pub(super) struct Html {
    out: String,
    open: Vec<Open>,
    /// How many of `open` were written.
    shown: usize,
    /// Whether a link is among `open`: links are never nested.
    linked: bool,
}

/// An element that has not ended.
#[derive(Debug)]
struct Open {
    /// What was written for it, if anything.
    tag: Option<&'static str>,
    /// Of Markdown, not of hand-written HTML.
    markdown: bool,
    /// Only phrases may stand in it: it is a paragraph, a heading, or inside of one.
    phrases: bool,
}

/// Where a link leads and what it says, both ready to be written.
#[derive(Debug)]
pub(super) struct Link {
    href: String,
    title: String,
}

impl Html {
    /// Begins an element of Markdown; `None` for one that has no counterpart here. Ended by [`Self::end`].
    pub(super) fn begin(&mut self, tag: Option<&'static str>) {
        if let Some(tag) = tag {
            self.end_implied(tag);
        }
        let tag = tag.filter(|_| self.shown < DEPTH);
        self.push(tag, None, true);
    }

    /// Begins a link of Markdown; one that may not lead there leaves its text behind.
    pub(super) fn begin_link(&mut self, link: Option<&Link>) {
        let link = link.filter(|_| self.shown < DEPTH && !self.linked);
        self.push(link.map(|_| "a"), link, true);
    }

    /// Ends the last element of Markdown, and what hand-written HTML left open in it.
    pub(super) fn end(&mut self) {
        while self.pop().is_some_and(|ended| !ended.markdown) {}
    }

    /// A start tag of hand-written HTML.
    pub(super) fn open(&mut self, tag: &OpenTag<'_>) {
        let Some(name) = element(tag.name) else { return };
        if name == "br" {
            self.line_break();
            return;
        }
        self.end_implied(name);
        let parent = self.open.last().and_then(|open| open.tag);
        let misplaced = match name {
            "li" => !matches!(parent, Some("ul" | "ol")),
            "dt" | "dd" => parent != Some("dl"),
            _ => !is_phrase(name) && self.open.last().is_some_and(|open| open.phrases),
        };
        let link = if name == "a" { tag.href.and_then(|href| Link::written(href, tag.title.unwrap_or_default())) } else { None };
        let useless = name == "a" && (link.is_none() || self.linked);
        if self.shown < DEPTH && !misplaced && !useless {
            self.push(Some(name), link.as_ref(), false);
        }
    }

    /// An end tag of hand-written HTML. It can end nothing that Markdown began, nor anything around that.
    pub(super) fn close(&mut self, name: &str) {
        let Some(name) = element(name) else { return };
        let inner = self.open.iter().rev().take_while(|open| !open.markdown);
        if let Some(depth) = inner.map(|open| open.tag).position(|tag| tag == Some(name)) {
            for _ in 0..=depth {
                self.pop();
            }
        }
    }

    /// Ends the phrases that a block of hand-written HTML left open: they do not reach into the next block.
    pub(super) fn end_phrases(&mut self) {
        while self.open.last().is_some_and(|open| !open.markdown && open.tag.is_some_and(is_phrase)) {
            self.pop();
        }
    }

    /// Text in which nothing is markup.
    pub(super) fn text(&mut self, text: &str) {
        escape(&mut self.out, text, false);
    }

    /// Text of hand-written HTML: character references stay what they are.
    pub(super) fn written_text(&mut self, text: &str) {
        escape(&mut self.out, text, true);
    }

    /// `<br />`.
    pub(super) fn line_break(&mut self) {
        self.out.push_str("<br />");
    }

    /// The whole, with all that was left open ended.
    pub(super) fn finish(mut self) -> String {
        while self.pop().is_some() {}
        let end = self.out.trim_ascii_end().len();
        self.out.truncate(end);
        self.out
    }

    /// Ends what hand-written HTML left open and a browser would end where `next` begins.
    fn end_implied(&mut self, next: &str) {
        let implied = |open: &Open| match open.tag.filter(|_| !open.markdown) {
            Some("p" | "h3" | "h4") => !is_phrase(next),
            Some("li") => next == "li",
            Some("dt" | "dd") => matches!(next, "dt" | "dd"),
            _ => false,
        };
        while self.open.last().is_some_and(implied) {
            self.pop();
        }
    }

    fn push(&mut self, tag: Option<&'static str>, link: Option<&Link>, markdown: bool) {
        let around = self.open.last().is_some_and(|open| open.phrases);
        let phrases = around || tag.is_some_and(|tag| is_phrase(tag) || matches!(tag, "p" | "h3" | "h4" | "pre"));
        if let Some(tag) = tag {
            self.shown += 1;
            self.linked |= tag == "a";
            self.out.push('<');
            self.out.push_str(tag);
            if let Some(Link { href, title }) = link {
                self.out.extend([" href=\"", href, "\""]);
                if !title.is_empty() {
                    self.out.extend([" title=\"", title, "\""]);
                }
            }
            self.out.push('>');
        }
        self.open.push(Open { tag, markdown, phrases });
    }

    fn pop(&mut self) -> Option<Open> {
        let ended = self.open.pop()?;
        if let Some(tag) = ended.tag {
            self.shown -= 1;
            self.linked &= tag != "a";
            self.out.extend(["</", tag, ">"]);
            if !is_phrase(tag) {
                self.out.push('\n');
            }
        }
        Some(ended)
    }
}

impl Link {
    /// A link whose parts are plain text, as Markdown's parser gives them.
    pub(super) fn plain(href: &str, title: &str) -> Option<Self> {
        Self::new(&href.replace(' ', "%20"), title, false)
    }

    /// A link whose parts hold character references, as in hand-written HTML.
    fn written(href: &str, title: &str) -> Option<Self> {
        Self::new(&href.trim().replace(' ', "%20"), title, true)
    }

    fn new(href: &str, title: &str, references: bool) -> Option<Self> {
        let escaped = |text| {
            let mut out = String::new();
            escape(&mut out, text, references);
            out
        };
        may_lead_to(href).then(|| Self { href: escaped(href), title: escaped(title) })
    }
}

/// Whether a readme may have a link to `href`: to the web, to a mailbox, or within the page. What it begins with is compared
/// before character references are read, so a scheme that is hidden in them is refused.
fn may_lead_to(href: &str) -> bool {
    let begins = |with: &str| href.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    ["https://", "http://", "mailto:", "#"].into_iter().any(begins) && is_tidy(href)
}

/// Whether an address holds only characters that may stand in one unescaped.
pub(super) fn is_tidy(address: &str) -> bool {
    !address.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\'))
}

/// `text` with all that HTML would take for markup written as character references; those that it holds stay.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text, true);
    out
}

fn escape(out: &mut String, text: &str, references: bool) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        rest = &special[1..];
        match special.as_bytes()[0] {
            b'&' if references && is_reference(rest) => out.push('&'),
            b'&' => out.push_str("&amp;"),
            b'<' => out.push_str("&lt;"),
            b'>' => out.push_str("&gt;"),
            b'"' => out.push_str("&quot;"),
            _ => out.push_str("&#039;"),
        }
    }
    out.push_str(rest);
}

/// Whether what follows a `&` makes it a character reference. Looks at 33 characters at most.
fn is_reference(rest: &str) -> bool {
    let Some(end) = rest.bytes().take(33).position(|b| b == b';') else { return false };
    let body = &rest.as_bytes()[..end];
    match body {
        [b'#', b'x' | b'X', hex @ ..] => !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit),
        [b'#', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        [first, rest @ ..] => first.is_ascii_alphabetic() && rest.iter().all(u8::is_ascii_alphanumeric),
        [] => false,
    }
}

/// The element that `name` stands for, if it is one of ours.
fn element(name: &str) -> Option<&'static str> {
    ELEMENTS.into_iter().find(|element| element.eq_ignore_ascii_case(name))
}

fn is_phrase(tag: &str) -> bool {
    matches!(tag, "a" | "br" | "code" | "em" | "strong")
}
