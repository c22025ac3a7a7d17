//! A letter in HTML as plain text, for programs and people that show none (RFC 2046, 5.1.4).
//!
//! It is read as a stream of tags and texts, as browsers' tokenizers read it, and no tree is made of it: a letter is its vendor's, and a tree
//! of one that was written to hurt grows with the square of its length.

use std::convert::Infallible;

use html5gum::{DefaultEmitter, EndTag, HtmlString, StartTag, Token, Tokenizer};

/// The letter as text, each link behind what leads to it; nothing where it says nothing without its pictures.
pub(super) fn plain(html: &str) -> Option<String> {
    let mut emitter = DefaultEmitter::default();
    // What stands within `style` and the like is no text.
    emitter.naively_switch_states(true);
    let mut text = Text::default();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let token: Result<Token<()>, Infallible> = token;
        match token {
            Ok(Token::StartTag(tag)) => text.begin(&tag),
            Ok(Token::EndTag(tag)) => text.end(&tag),
            Ok(Token::String(said)) => text.say(&String::from_utf8_lossy(&said)),
            Ok(Token::Comment(_) | Token::Doctype(_) | Token::Error(_)) => {}
        }
    }
    let said = text.out.trim_end();
    (!said.is_empty()).then(|| format!("{said}\n"))
}

/// What was read so far.
#[derive(Default)]
struct Text {
    out: String,
    /// How many line ends come before whatever is said next.
    breaks: usize,
    /// Whether a blank does.
    blank: bool,
    /// The element whose content is not shown.
    hidden: Option<HtmlString>,
    /// Within how many elements lines are as they are.
    verbatim: usize,
    /// The lists around, and the last number of each that has numbers.
    lists: Vec<Option<u32>>,
    /// Where the link leads to that was begun, and where its words begin.
    link: Option<(String, usize)>,
}

impl Text {
    fn begin(&mut self, tag: &StartTag<()>) {
        if self.hidden.is_some() {
            return;
        }
        let name: &[u8] = &tag.name;
        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
        self.part(name);
        match name {
            b"style" | b"script" | b"title" | b"textarea" | b"iframe" | b"noembed" | b"noframes" | b"xmp" if !tag.self_closing => {
                self.hidden = Some(tag.name.clone());
            }
            b"br" => self.breaks = (self.breaks + 1).min(2),
            b"hr" => {
                self.word("----");
                self.breaks = 2;
            }
            b"pre" => self.verbatim += 1,
            b"ul" => self.lists.push(None),
            b"ol" => self.lists.push(Some(0)),
            b"li" => match self.lists.last_mut() {
                Some(Some(number)) => {
                    *number = number.saturating_add(1);
                    let mark = format!("{number}. ");
                    self.word(&mark);
                }
                Some(None) | None => self.word("- "),
            },
            b"td" | b"th" if self.breaks == 0 && !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) => self.out.push_str("  "),
            b"img" => self.say(&attribute(b"alt").unwrap_or_default()),
            b"a" => self.link = attribute(b"href").map(|href| (href.trim().to_owned(), self.out.len())),
            _ => {}
        }
    }

    fn end(&mut self, tag: &EndTag<()>) {
        if let Some(hidden) = &self.hidden {
            if *hidden == tag.name {
                self.hidden = None;
            }
            return;
        }
        let name: &[u8] = &tag.name;
        match name {
            b"pre" => self.verbatim = self.verbatim.saturating_sub(1),
            b"ul" | b"ol" => drop(self.lists.pop()),
            b"a" => self.end_link(),
            _ => {}
        }
        self.part(name);
    }

    /// Where the link leads to, unless its words say so.
    fn end_link(&mut self) {
        let Some((href, from)) = self.link.take() else { return };
        let words = self.out.get(from..).unwrap_or_default().trim();
        let leads_somewhere = ["https:", "http:", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme));
        if leads_somewhere && words != href && words != href.trim_start_matches("mailto:") {
            self.blank = true;
            let shown: String = href.split_whitespace().collect();
            self.word(&format!("<{shown}>"));
        }
    }

    /// What stands by itself is parted from what is around it.
    fn part(&mut self, name: &[u8]) {
        let least = match name {
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"blockquote" | b"pre" | b"hr" => 2,
            b"ul" | b"ol" if self.lists.is_empty() => 2,
            b"address" | b"article" | b"aside" | b"body" | b"center" | b"dd" | b"div" | b"dl" | b"dt" | b"fieldset" | b"figcaption"
            | b"figure" | b"footer" | b"form" | b"header" | b"li" | b"main" | b"nav" | b"ol" | b"section" | b"tr" | b"ul" => 1,
            _ => 0,
        };
        self.breaks = self.breaks.max(least);
    }

    fn say(&mut self, said: &str) {
        if self.hidden.is_some() {
            return;
        }
        if self.verbatim > 0 {
            for (at, line) in said.split('\n').enumerate() {
                self.breaks += usize::from(at > 0);
                self.word(line.trim_end_matches('\r'));
            }
            return;
        }
        let is_blank = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
        for (at, word) in said.split(is_blank).enumerate() {
            self.blank |= at > 0;
            self.word(word);
        }
    }

    /// Says a word, after whatever parts it from the one before.
    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.out.is_empty() {
            // Nothing comes before what is said first.
        } else if self.breaks > 0 {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.extend(std::iter::repeat_n('\n', self.breaks));
        } else if self.blank && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        (self.breaks, self.blank) = (0, false);
        self.out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_reads_as_it_looks() {
        let html = "<!doctype html><html><head><title>T</title><style>p { color: red }</style></head><body>
            <h1>Your licence</h1>
            <p>Dear <b>Erika</b>&nbsp;Mustermann &amp; Co.,<br>your key is <code>TEST-KEY-0001</code>.</p>
            <p>Get it <a href=\"https://licenses.example.com/a?b=1&amp;c=2\">here</a>, or write to
               <a href='mailto:help@example.com'>help@example.com</a>.</p>
            <ul><li>One</li><li>Two<ol><li>a<li>b</ol></ul><hr>
            <table><tr><td>Key</td><td>TEST</td></tr><tr><th>Seats<td>3</table>
            <pre>as\n  it is</pre><img src=x alt='Acme'><script>alert('<p>no</p>')</script></body></html>";
        let expected = "Your licence\n\nDear Erika Mustermann & Co.,\nyour key is TEST-KEY-0001.\n\n\
            Get it here <https://licenses.example.com/a?b=1&c=2>, or write to help@example.com.\n\n\
            - One\n- Two\n1. a\n2. b\n\n----\n\nKey  TEST\nSeats  3\n\nas\n  it is\n\nAcme\n";
        assert_eq!(plain(html).unwrap(), expected);
    }

    #[test]
    fn a_letter_of_pictures_alone_has_no_text() {
        assert_eq!(plain("<p><img src='https://example.com/x.png'></p>"), None);
        assert_eq!(plain(""), None);
        assert_eq!(plain("no tags at all").as_deref(), Some("no tags at all\n"));
    }

    #[test]
    fn what_was_written_to_hurt_is_read_to_its_end() {
        for part in [
            "<div>",
            "<b><p>",
            "<table><tr><td>",
            "<ol><li>",
            "<pre>",
            "<a href='https://example.com'>",
            "</a></li></ol>",
            "<",
            "&",
            "\n",
            "<!--",
        ] {
            let text = plain(&part.repeat(50_000)).unwrap_or_default();
            assert!(text.len() <= 2 * 50_000 * part.len(), "{part}: {}", text.len());
        }
        assert_eq!(plain("<style><p>everything else").as_deref(), None);
        assert_eq!(plain("<li>a</ol></ol><a>b</a></a>c").as_deref(), Some("- a\n\nbc\n"));
    }
}
