//! HTML that a vendor wrote by hand, cut into texts and tags.
//!
//! Every character is passed once. A tag or a comment that never ends swallows what follows it, as in a browser; going back
//! to read it as text would make a run of `<a <a <a …` cost its length squared.

/// A piece of hand-written HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Anything between tags, its character references as they were written.
    Text(&'a str),
    /// `<name …>` or `<name … />`.
    Open(OpenTag<'a>),
    /// `</name>`.
    Close(&'a str),
}

/// A start tag: its name, and the attributes that can matter. Values are as they were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OpenTag<'a> {
    /// In the spelling of the source.
    pub(super) name: &'a str,
    /// The first `href`.
    pub(super) href: Option<&'a str>,
    /// The first `title`.
    pub(super) title: Option<&'a str>,
}

/// Cuts `html` into tokens; comments, declarations and processing instructions are left out.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let token = if begins_markup(rest) { markup(&mut rest) } else { Some(Token::Text(text(&mut rest))) };
            if token.is_some() {
                return token;
            }
        }
        None
    })
}

/// The texts of `html`, without its tags.
pub(super) fn without_tags(html: &str) -> String {
    let texts = tokens(html).map(|token| match token {
        Token::Text(text) => text,
        Token::Open(_) | Token::Close(_) => "",
    });
    texts.collect()
}

fn begins_markup(html: &str) -> bool {
    let mut bytes = html.bytes();
    bytes.next() == Some(b'<')
        && match bytes.next() {
            Some(b'!' | b'?') => true,
            Some(b'/') => bytes.next().is_some_and(|b| b.is_ascii_alphabetic()),
            Some(byte) => byte.is_ascii_alphabetic(),
            None => false,
        }
}

/// Takes what comes before the next markup: at least one character.
fn text<'a>(rest: &mut &'a str) -> &'a str {
    let next = rest.match_indices('<').map(|(at, _)| at).find(|at| begins_markup(&rest[*at..]));
    take(rest, next.unwrap_or(rest.len()))
}

/// Takes one tag; `None` for what is neither a start nor an end tag.
fn markup<'a>(rest: &mut &'a str) -> Option<Token<'a>> {
    if rest.starts_with("<!--") {
        take_past(rest, "-->");
        None
    } else if rest.starts_with("<!") || rest.starts_with("<?") {
        take_past(rest, ">");
        None
    } else if let Some(tag) = rest.strip_prefix("</") {
        *rest = tag;
        let name = take_while(rest, is_name);
        take_past(rest, ">").then_some(Token::Close(name))
    } else {
        take(rest, 1);
        open_tag(rest).map(Token::Open)
    }
}

/// Takes a start tag from behind its `<`; `None` if it never ends.
fn open_tag<'a>(rest: &mut &'a str) -> Option<OpenTag<'a>> {
    let mut tag = OpenTag { name: take_while(rest, is_name), ..OpenTag::default() };
    loop {
        take_while(rest, |c| c.is_ascii_whitespace() || c == '/');
        match rest.chars().next()? {
            '>' => {
                take(rest, 1);
                return Some(tag);
            }
            '=' => {
                take(rest, 1);
            }
            _ => {
                let name = take_while(rest, |c| !c.is_ascii_whitespace() && !matches!(c, '=' | '>' | '/'));
                let value = value(rest)?;
                if name.eq_ignore_ascii_case("href") {
                    tag.href = tag.href.or(Some(value));
                } else if name.eq_ignore_ascii_case("title") {
                    tag.title = tag.title.or(Some(value));
                }
            }
        }
    }
}

/// Takes the value behind an attribute's name, `""` if there is none; `None` if its quote is never closed.
fn value<'a>(rest: &mut &'a str) -> Option<&'a str> {
    take_while(rest, |c| c.is_ascii_whitespace());
    if !rest.starts_with('=') {
        return Some("");
    }
    take(rest, 1);
    take_while(rest, |c| c.is_ascii_whitespace());
    let Some(quote @ ('"' | '\'')) = rest.chars().next() else {
        return Some(take_while(rest, |c| !c.is_ascii_whitespace() && c != '>'));
    };
    take(rest, 1);
    let value = take_while(rest, |c| c != quote);
    if rest.is_empty() {
        return None;
    }
    take(rest, 1);
    Some(value)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn take<'a>(rest: &mut &'a str, at: usize) -> &'a str {
    let (taken, left) = rest.split_at(at);
    *rest = left;
    taken
}

fn take_while<'a>(rest: &mut &'a str, keep: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !keep(c)).unwrap_or(rest.len());
    take(rest, end)
}

/// Takes all up to the end of `mark`, or everything if `mark` never comes; says which.
fn take_past(rest: &mut &str, mark: &str) -> bool {
    let found = rest.find(mark);
    take(rest, found.map_or(rest.len(), |at| at + mark.len()));
    found.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(html: &str) -> Vec<Token<'_>> {
        tokens(html).collect()
    }

    #[test]
    fn attributes_are_read_in_each_way_of_quoting() {
        for html in ["<a title='t' href=\"u\">", "<A HREF = u TITLE=t>", "<a disabled href='u' href='v' title=t / >"] {
            let [Token::Open(tag)] = all(html)[..] else { panic!("{html}") };
            assert_eq!((tag.href, tag.title), (Some("u"), Some("t")), "{html}");
        }
    }

    #[test]
    fn a_bracket_that_begins_no_tag_is_text() {
        assert_eq!(without_tags("1 < 2 <3 <> </> a<b>c</b>"), "1 < 2 <3 <> </> ac");
        assert_eq!(without_tags("x<"), "x<");
    }

    #[test]
    fn comments_declarations_and_instructions_are_left_out() {
        assert_eq!(without_tags("a<!-- <b> -->b<!DOCTYPE html>c<?php d ?>e"), "abce");
    }

    #[test]
    fn what_never_ends_swallows_the_rest() {
        for html in ["a<b", "a<b c", "a<b c='>", "a<!-- >", "a</b", "a<?php", "a<a <a <a"] {
            assert_eq!(without_tags(html), "a", "{html}");
        }
    }

    #[test]
    fn a_quoted_bracket_does_not_end_a_tag() {
        assert_eq!(without_tags("<a title=\"><script>\">x</a>"), "x");
    }
}
