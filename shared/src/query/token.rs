//! The words, marks and literals of the language, each with where it stands.

use std::ops::Range;

use winnow::combinator::{cut_err, opt, peek, preceded, repeat};
use winnow::error::{AddContext, ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location, Stream};
use winnow::token::{any, one_of, take_while};

use super::ast::Comparison;
use super::decimal::Decimal;
use super::problem::{Located, Problem, shown};

/// Bytes of the text.
pub(super) type Span = Range<usize>;

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The tokens there are. Words that mean something are told apart from names here, in any case, as the original does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Name(String),
    Text(String),
    Integer(i64),
    Real(Decimal),
    Compare(Comparison),
    And,
    Or,
    Not,
    In,
    True,
    False,
    Null,
    Open,
    Close,
    Comma,
    Dot,
    Plus,
    Minus,
    End,
}

impl Kind {
    /// It in an error: names and marks as they are, literals by what they are.
    pub(super) fn shown(&self) -> String {
        let text = match self {
            Self::Name(name) => return shown(name),
            Self::Text(_) => "a text",
            Self::Integer(_) | Self::Real(_) => "a number",
            Self::Compare(comparison) => comparison.shown(),
            Self::And => "'and'",
            Self::Or => "'or'",
            Self::Not => "'not'",
            Self::In => "'in'",
            Self::True => "true",
            Self::False => "false",
            Self::Null => "null",
            Self::Open => "'('",
            Self::Close => "')'",
            Self::Comma => "','",
            Self::Dot => "'.'",
            Self::Plus => "'+'",
            Self::Minus => "'-'",
            Self::End => "the end",
        };
        text.to_owned()
    }
}

impl Location for Token {
    fn previous_token_end(&self) -> usize {
        self.span.end
    }

    fn current_token_start(&self) -> usize {
        self.span.start
    }
}

/// Why a parser gave up: where, and what it would have taken or what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) at: usize,
    pub(super) why: Why,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Expected(Vec<&'static str>),
    Is(Problem),
}

impl Failure {
    /// A problem that no other reading of the text can mend.
    pub(super) fn cut(at: usize, problem: Problem) -> ErrMode<Self> {
        ErrMode::Cut(Self { at, why: Why::Is(problem) })
    }

    /// The problem, where `found` stands in the way.
    pub(super) fn located(self, found: impl FnOnce(usize) -> String) -> Located {
        let problem = match self.why {
            Why::Is(problem) => problem,
            Why::Expected(expected) => Problem::Unexpected { expected: expected.join(" or "), found: found(self.at) },
        };
        Located { at: self.at, problem }
    }
}

impl<I: Stream + Location> ParserError<I> for Failure {
    type Inner = Self;

    fn from_input(input: &I) -> Self {
        Self { at: input.current_token_start(), why: Why::Expected(Vec::new()) }
    }

    /// The reading that came further is the one that was meant.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self { at, why: Why::Expected(mut one) }, Self { at: there, why: Why::Expected(two) }) if at == there => {
                one.extend(two);
                Self { at, why: Why::Expected(one) }
            }
            (one, two) => {
                if one.at > two.at {
                    one
                } else {
                    two
                }
            }
        }
    }

    fn into_inner(self) -> Result<Self::Inner, Self> {
        Ok(self)
    }
}

impl<I: Stream + Location> AddContext<I> for Failure {
    /// The innermost name is the one that says most.
    fn add_context(mut self, _: &I, _: &<I as Stream>::Checkpoint, expected: &'static str) -> Self {
        if let Why::Expected(names) = &mut self.why
            && names.is_empty()
        {
            names.push(expected);
        }
        self
    }
}

type Source<'t> = LocatingSlice<&'t str>;

/// The tokens of a text of at most `most` characters, [`Kind::End`] the last of them.
pub(super) fn tokens(text: &str, most: usize) -> Result<Vec<Token>, Located> {
    if let Some((at, _)) = text.char_indices().nth(most) {
        return Err(Located { at, problem: Problem::TooLong { most } });
    }
    let mut all = (space, repeat(0.., token)).map(|((), tokens): ((), Vec<Token>)| tokens);
    let mut tokens = all.parse(LocatingSlice::new(text)).map_err(|error| {
        let found = |at: usize| {
            text.get(at..).and_then(|rest| rest.chars().next()).map_or_else(|| "the end".to_owned(), |c| format!("'{}'", c.escape_debug()))
        };
        error.into_inner().located(found)
    })?;
    tokens.push(Token { kind: Kind::End, span: text.len()..text.len() });
    Ok(tokens)
}

fn space(input: &mut Source<'_>) -> ModalResult<(), Failure> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

fn token(input: &mut Source<'_>) -> ModalResult<Token, Failure> {
    let (first, start) = (peek(any).parse_next(input)?, input.current_token_start());
    let kind = match first {
        '"' | '\'' => text(input)?,
        '0'..='9' => number(input)?,
        first if begins_name(first) => word(input)?,
        _ => cut_err(mark).context("a name, a value or an operator").parse_next(input)?,
    };
    let span = start..input.previous_token_end();
    space(input)?;
    Ok(Token { kind, span })
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn word(input: &mut Source<'_>) -> ModalResult<Kind, Failure> {
    let name = take_while(1.., |c: char| c.is_alphanumeric() || c == '_').parse_next(input)?;
    Ok(match name.to_ascii_lowercase().as_str() {
        "and" | "andalso" => Kind::And,
        "or" | "orelse" => Kind::Or,
        "not" => Kind::Not,
        "in" => Kind::In,
        "true" => Kind::True,
        "false" => Kind::False,
        "null" => Kind::Null,
        "eq" => Kind::Compare(Comparison::Equal),
        "ne" | "neq" => Kind::Compare(Comparison::NotEqual),
        "lt" => Kind::Compare(Comparison::Less),
        "le" => Kind::Compare(Comparison::LessOrEqual),
        "gt" => Kind::Compare(Comparison::Greater),
        "ge" => Kind::Compare(Comparison::GreaterOrEqual),
        _ => Kind::Name(name.to_owned()),
    })
}

fn mark(input: &mut Source<'_>) -> ModalResult<Kind, Failure> {
    let follows = |c: char| opt(c).map(|found| found.is_some());
    let start = input.current_token_start();
    Ok(match any.parse_next(input)? {
        '(' => Kind::Open,
        ')' => Kind::Close,
        ',' => Kind::Comma,
        '.' => Kind::Dot,
        '+' => Kind::Plus,
        '-' => Kind::Minus,
        '=' => {
            follows('=').parse_next(input)?;
            Kind::Compare(Comparison::Equal)
        }
        '!' if follows('=').parse_next(input)? => Kind::Compare(Comparison::NotEqual),
        '!' => Kind::Not,
        '<' if follows('=').parse_next(input)? => Kind::Compare(Comparison::LessOrEqual),
        '<' if follows('>').parse_next(input)? => Kind::Compare(Comparison::NotEqual),
        '<' => Kind::Compare(Comparison::Less),
        '>' if follows('=').parse_next(input)? => Kind::Compare(Comparison::GreaterOrEqual),
        '>' => Kind::Compare(Comparison::Greater),
        '&' if follows('&').parse_next(input)? => Kind::And,
        '|' if follows('|').parse_next(input)? => Kind::Or,
        _ => return Err(ErrMode::Cut(Failure { at: start, why: Why::Expected(Vec::new()) })),
    })
}

/// Digits, with a point and an exponent where it has them, and the letter of a type, which changes nothing.
fn number(input: &mut Source<'_>) -> ModalResult<Kind, Failure> {
    let start = input.current_token_start();
    let malformed = || Failure::cut(start, Problem::Malformed("this number is larger or has more digits than is read"));
    let digits = || take_while(1.., '0'..='9');
    let point = preceded('.', cut_err(digits()).context("a digit"));
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), cut_err(digits()).context("a digit"));
    let ((_, point, exponent), written) = (digits(), opt(point), opt(exponent)).with_taken().parse_next(input)?;
    let kind = if point.is_some() || exponent.is_some() {
        Kind::Real(Decimal::parse(written).ok_or_else(malformed)?)
    } else if let Ok(number) = written.parse() {
        Kind::Integer(number)
    } else {
        Kind::Real(Decimal::parse(written).ok_or_else(malformed)?)
    };
    opt(one_of(['L', 'l', 'M', 'm', 'D', 'd', 'F', 'f'])).parse_next(input)?;
    let next = opt(peek(any)).parse_next(input)?;
    if next.is_some_and(|c: char| c.is_alphanumeric() || c == '_') {
        return Err(ErrMode::Cut(Failure { at: input.current_token_start(), why: Why::Expected(vec!["the end of the number"]) }));
    }
    Ok(kind)
}

/// A text between quotes of either kind. The same quote twice is one of it, and a backslash escapes as in .NET.
fn text(input: &mut Source<'_>) -> ModalResult<Kind, Failure> {
    let start = input.current_token_start();
    let quote = any.parse_next(input)?;
    let mut value = String::new();
    loop {
        value.push_str(take_while(0.., |c| c != quote && c != '\\').parse_next(input)?);
        let at = input.current_token_start();
        match opt(any).parse_next(input)? {
            None => return Err(Failure::cut(start, Problem::Malformed("this text has no closing quote"))),
            Some('\\') => value.push(escaped(at, input)?),
            Some(_) if opt(quote).parse_next(input)?.is_some() => value.push(quote),
            Some(_) => return Ok(Kind::Text(value)),
        }
    }
}

/// What comes after a backslash that stands at `at`.
fn escaped(at: usize, input: &mut Source<'_>) -> ModalResult<char, Failure> {
    let malformed = || Failure::cut(at, Problem::Malformed("this escape is none; a backslash itself is written twice"));
    let Some(escape) = opt(any).parse_next(input)? else { return Err(malformed()) };
    Ok(match escape {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        'x' => hexadecimal(2, input)?.and_then(char::from_u32).ok_or_else(malformed)?,
        'u' => match hexadecimal(4, input)?.ok_or_else(malformed)? {
            // The first half of a character that has two.
            high @ 0xD800..=0xDBFF => {
                let low = if opt("\\u").parse_next(input)?.is_some() { hexadecimal(4, input)? } else { None };
                let low = low.filter(|low| (0xDC00..=0xDFFF).contains(low)).ok_or_else(malformed)?;
                char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).ok_or_else(malformed)?
            }
            code => char::from_u32(code).ok_or_else(malformed)?,
        },
        mark if mark.is_ascii_punctuation() || mark == ' ' => mark,
        _ => return Err(malformed()),
    })
}

fn hexadecimal(digits: usize, input: &mut Source<'_>) -> ModalResult<Option<u32>, Failure> {
    let digits = opt(take_while(digits..=digits, |c: char| c.is_ascii_hexdigit())).parse_next(input)?;
    Ok(digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        let mut kinds: Vec<_> = tokens(text, 4096).unwrap().into_iter().map(|token| token.kind).collect();
        assert_eq!(kinds.pop(), Some(Kind::End));
        kinds
    }

    fn problem(text: &str) -> (usize, String) {
        let Located { at, problem } = tokens(text, 50).unwrap_err();
        (at, problem.to_string())
    }

    #[test]
    fn words_mean_the_same_in_any_case_and_spelling() {
        assert_eq!(kinds("and AND && AndAlso"), [const { Kind::And }; 4]);
        assert_eq!(kinds("or Or || ORELSE"), [const { Kind::Or }; 4]);
        assert_eq!(kinds("! not NOT"), [const { Kind::Not }; 3]);
        assert_eq!(kinds("= == eq EQ"), [const { Kind::Compare(Comparison::Equal) }; 4]);
        assert_eq!(kinds("!= <> ne neq"), [const { Kind::Compare(Comparison::NotEqual) }; 4]);
        assert_eq!(kinds("< lt"), [const { Kind::Compare(Comparison::Less) }; 2]);
        assert_eq!(kinds("<= le"), [const { Kind::Compare(Comparison::LessOrEqual) }; 2]);
        assert_eq!(kinds("> gt"), [const { Kind::Compare(Comparison::Greater) }; 2]);
        assert_eq!(kinds(">= ge"), [const { Kind::Compare(Comparison::GreaterOrEqual) }; 2]);
        assert_eq!(kinds("In TRUE False nUll"), [Kind::In, Kind::True, Kind::False, Kind::Null]);
        assert_eq!(kinds("Android _x9"), [Kind::Name("Android".into()), Kind::Name("_x9".into())]);
    }

    #[test]
    fn numbers_are_whole_or_decimal_and_may_name_a_type() {
        assert_eq!(kinds("0 12 12L"), [Kind::Integer(0), Kind::Integer(12), Kind::Integer(12)]);
        let real = |text| Kind::Real(Decimal::parse(text).unwrap());
        assert_eq!(kinds("1.50 1e3 2.5m 9223372036854775808"), [real("1.5"), real("1000"), real("2.5"), real("9223372036854775808")]);
        assert_eq!(problem("1."), (2, "expected a digit, found the end".into()));
        assert_eq!(problem("Id=12x"), (5, "expected the end of the number, found 'x'".into()));
        assert_eq!(problem(&"9".repeat(40)), (0, "this number is larger or has more digits than is read".into()));
    }

    #[test]
    fn a_text_has_quotes_of_either_kind_doubled_quotes_and_escapes() {
        let texts = |text| -> Vec<String> {
            let texts = kinds(text).into_iter().map(|kind| if let Kind::Text(text) = kind { text } else { panic!("{kind:?}") });
            texts.collect()
        };
        assert_eq!(texts(r#""it's" 'say "so"' "" ''"#), ["it's", "say \"so\"", "", ""]);
        assert_eq!(texts(r#""a""b" 'it''s' "\"\'\\" "#), ["a\"b", "it's", "\"'\\"]);
        assert_eq!(texts(r"'\n\r\t\0\a\b\e\f\v\x41\u00e4\ud83d\ude00\.'"), ["\n\r\t\0\u{7}\u{8}\u{1b}\u{c}\u{b}Aä😀."]);
        assert_eq!(problem("a = 'b"), (4, "this text has no closing quote".into()));
        for text in [r"'\q'", r"'\x4'", r"'\u12'", r"'\ud83d'", r"'\ud83d\u0041'", r"'\ude00'"] {
            assert_eq!(problem(text), (1, "this escape is none; a backslash itself is written twice".into()), "{text}");
        }
        assert_eq!(problem(r"'\").1, "this escape is none; a backslash itself is written twice");
    }

    #[test]
    fn tokens_know_where_they_stand() {
        let spans: Vec<_> = tokens(" ä  >= 'x' ", 50).unwrap().into_iter().map(|token| token.span).collect();
        assert_eq!(spans, [1..3, 5..7, 8..11, 12..12]);
    }

    #[test]
    fn what_begins_no_token_is_refused_where_it_stands() {
        for (text, at) in [("a # b", 2), ("a & b", 2), ("a | b", 2), ("a ?? b", 2), ("[", 0), ("a\0", 1)] {
            let (found, problem) = problem(text);
            assert_eq!(found, at, "{text}");
            assert!(problem.starts_with("expected a name, a value or an operator, found"), "{problem}");
        }
        assert_eq!(problem(&"a".repeat(51)), (50, "this is longer than 50 characters".into()));
    }
}
