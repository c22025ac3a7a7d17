//! The grammar of conditions.
//!
//! ```text
//! condition   = all { "or" all }
//! all         = comparison { "and" comparison }
//! comparison  = unary [ operator unary | "in" "(" unary { "," unary } ")" ]
//! unary       = "not" unary | primary
//! primary     = start { "." name [ "(" [ condition { "," condition } ] ")" ] }
//! start       = literal | [ "+" | "-" ] number | name | "(" condition ")" | "np" "(" condition [ "," condition ] ")"
//!             | "DateTime" "(" number { "," number } ")" | "DateTime" "." "Parse" "(" text ")"
//! ```
//!
//! As in the original, `not` binds to what follows it at once: `not (A = 1)`, not `not A = 1`. Each choice is made by the next
//! token or two, so nothing is read twice and the work is in proportion to the text.

use winnow::combinator::{cut_err, delimited, fail, opt, preceded, repeat};
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{Location, Stateful, TokenSlice};
use winnow::token::{any, one_of};

use super::ast::{Expr, Name, Node};
use super::decimal::Decimal;
use super::moment;
use super::problem::{Located, Problem};
use super::token::{Failure, Kind, Span, Token, tokens};

/// The most characters of a parameter.
pub const MOST_CHARACTERS: usize = 4096;
/// The most levels that expressions may be nested.
pub const MOST_LEVELS: usize = 64;
/// The most values of an `in`.
pub const MOST_VALUES: usize = 100;

/// The tokens that are left, and how many levels deep they stand.
pub(super) type Tokens<'t> = Stateful<TokenSlice<'t, Token>, usize>;

/// Parses a condition.
pub(super) fn condition(text: &str) -> Result<Expr, Located> {
    whole(text, any_of, "an operator or the end")
}

/// Parses a text by `parser` to its end.
pub(super) fn whole<T>(
    text: &str,
    mut parser: impl FnMut(&mut Tokens<'_>) -> ModalResult<T, Failure>,
    expected_after: &'static str,
) -> Result<T, Located> {
    let tokens = tokens(text, MOST_CHARACTERS)?;
    let mut input = Stateful { input: TokenSlice::new(&tokens), state: 0 };
    let parsed = parser(&mut input).and_then(|parsed| kind(&Kind::End, expected_after).parse_next(&mut input).map(|_| parsed));
    parsed.map_err(|error| {
        let failure = match error {
            ErrMode::Backtrack(failure) | ErrMode::Cut(failure) => failure,
            ErrMode::Incomplete(_) => Failure::from_input(&input),
        };
        failure.located(|at| tokens.iter().find(|token| token.span.start >= at).map_or_else(String::new, |token| token.kind.shown()))
    })
}

/// One token of this kind, and where it stands.
pub(super) fn kind<'t>(wanted: &'t Kind, expected: &'static str) -> impl Parser<Tokens<'t>, Span, ErrMode<Failure>> {
    one_of(move |token: &Token| token.kind == *wanted).map(|token: &Token| token.span.clone()).context(expected)
}

/// A name.
pub(super) fn name<'t>(expected: &'static str) -> impl Parser<Tokens<'t>, Name, ErrMode<Failure>> {
    any.verify_map(|token: &Token| {
        let Kind::Name(text) = &token.kind else { return None };
        Some(Name { text: text.clone(), span: token.span.clone() })
    })
    .context(expected)
}

/// Whether the next tokens are of these kinds.
fn follows(input: &Tokens<'_>, kinds: &[Kind]) -> bool {
    input.len() > kinds.len() && input.iter().zip(kinds).all(|(token, kind)| token.kind == *kind)
}

/// What `parser` reads, one level deeper.
fn deeper<'t, T>(input: &mut Tokens<'t>, mut parser: impl Parser<Tokens<'t>, T, ErrMode<Failure>>) -> ModalResult<T, Failure> {
    if input.state == MOST_LEVELS {
        return Err(Failure::cut(input.current_token_start(), Problem::TooDeep { most: MOST_LEVELS }));
    }
    input.state += 1;
    let parsed = parser.parse_next(input)?;
    input.state -= 1;
    Ok(parsed)
}

/// An expression, unless it is one level too deep.
fn built(node: Node, span: Span) -> ModalResult<Expr, Failure> {
    let expr = Expr::new(node, span);
    if expr.height() > MOST_LEVELS {
        return Err(Failure::cut(expr.span.start, Problem::TooDeep { most: MOST_LEVELS }));
    }
    Ok(expr)
}

fn any_of(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    joined(input, &Kind::Or, all_of, Node::Or)
}

fn all_of(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    joined(input, &Kind::And, comparison, Node::And)
}

/// Operands with an operator between them: one node, however many there are.
fn joined(
    input: &mut Tokens<'_>,
    operator: &Kind,
    operand: fn(&mut Tokens<'_>) -> ModalResult<Expr, Failure>,
    node: fn(Vec<Expr>) -> Node,
) -> ModalResult<Expr, Failure> {
    let first = operand(input)?;
    let operator = std::slice::from_ref(operator);
    if !follows(input, operator) {
        return Ok(first);
    }
    let mut span = first.span.clone();
    let mut operands = vec![first];
    while follows(input, operator) {
        any.void().parse_next(input)?;
        let next = cut_err(operand).parse_next(input)?;
        span.end = next.span.end;
        operands.push(next);
    }
    built(node(operands), span)
}

fn comparison(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let left = unary(input)?;
    let operator = any.verify_map(|token: &Token| if let Kind::Compare(comparison) = token.kind { Some(comparison) } else { None });
    if let Some(comparison) = opt(operator).parse_next(input)? {
        let right = cut_err(unary).parse_next(input)?;
        let span = left.span.start..right.span.end;
        return built(Node::Compare(comparison, Box::new(left), Box::new(right)), span);
    }
    if opt(kind(&Kind::In, "'in'")).parse_next(input)?.is_none() {
        return Ok(left);
    }
    let (values, end) = cut_err((preceded(kind(&Kind::Open, "'('"), values), kind(&Kind::Close, "',' or ')'"))).parse_next(input)?;
    let span = left.span.start..end.end;
    built(Node::In(Box::new(left), values), span)
}

/// The values of an `in`.
fn values(input: &mut Tokens<'_>) -> ModalResult<Vec<Expr>, Failure> {
    let mut values = vec![unary(input)?];
    while let Some(comma) = opt(kind(&Kind::Comma, "','")).parse_next(input)? {
        if values.len() == MOST_VALUES {
            return Err(Failure::cut(comma.start, Problem::TooMany { most: MOST_VALUES, what: "values" }));
        }
        values.push(unary(input)?);
    }
    Ok(values)
}

fn unary(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    if !follows(input, &[Kind::Not]) {
        return primary(input);
    }
    let (not, operand) = deeper(input, (kind(&Kind::Not, "'not'"), cut_err(unary)))?;
    let span = not.start..operand.span.end;
    built(Node::Not(Box::new(operand)), span)
}

fn primary(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let mut expr = start(input)?;
    while opt(kind(&Kind::Dot, "'.'")).parse_next(input)?.is_some() {
        let name = cut_err(name("a property or a method")).parse_next(input)?;
        let start = expr.span.start;
        expr = if follows(input, &[Kind::Open]) {
            let (arguments, end) = arguments(input)?;
            built(Node::Call(Box::new(expr), name, arguments), start..end)?
        } else {
            let span = start..name.span.end;
            if let Node::Path(names) = &mut expr.node {
                names.push(name);
                expr.span = span;
                expr
            } else {
                built(Node::Member(Box::new(expr), name), span)?
            }
        };
    }
    Ok(expr)
}

/// What stands between parentheses, and where they end.
fn arguments(input: &mut Tokens<'_>) -> ModalResult<(Vec<Expr>, usize), Failure> {
    let list = |input: &mut Tokens<'_>| {
        if follows(input, &[Kind::Close]) {
            return Ok(Vec::new());
        }
        let rest = repeat(0..MOST_VALUES, preceded(kind(&Kind::Comma, "','"), cut_err(any_of)));
        (any_of, rest).map(|(first, rest): (Expr, Vec<Expr>)| std::iter::once(first).chain(rest).collect()).parse_next(input)
    };
    let parenthesised = (preceded(kind(&Kind::Open, "'('"), list), kind(&Kind::Close, "',' or ')'"));
    let (arguments, end) = deeper(input, cut_err(parenthesised))?;
    Ok((arguments, end.end))
}

fn start(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let at = input.current_token_start();
    let Some(token) = input.first() else { return Err(ErrMode::from_input(input)) };
    let node = match &token.kind {
        Kind::Name(text) if text.eq_ignore_ascii_case("np") && follows_after_name(input, &[Kind::Open]) => return null_safe(input),
        Kind::Name(text) if text.eq_ignore_ascii_case("DateTime") && follows_after_name(input, &[Kind::Open]) => {
            return date_of_parts(input);
        }
        Kind::Name(text) if text.eq_ignore_ascii_case("DateTime") && parses_date(input) => return date_of_text(input),
        Kind::Name(text) => Node::Path(vec![Name { text: text.clone(), span: token.span.clone() }]),
        Kind::Open => {
            let parenthesised = delimited(kind(&Kind::Open, "'('"), cut_err(any_of), cut_err(kind(&Kind::Close, "an operator or ')'")));
            let inner = deeper(input, parenthesised)?;
            return built(inner.node, at..input.previous_token_end());
        }
        Kind::Plus | Kind::Minus => return signed(input),
        Kind::Text(text) => Node::Text(text.clone()),
        Kind::Integer(number) => Node::Integer(*number),
        Kind::Real(number) => Node::Decimal(*number),
        Kind::True => Node::Bool(true),
        Kind::False => Node::Bool(false),
        Kind::Null => Node::Null,
        Kind::Compare(_) | Kind::And | Kind::Or | Kind::Not | Kind::In | Kind::Close | Kind::Comma | Kind::Dot | Kind::End => {
            return fail.context("a property, a value or '('").parse_next(input);
        }
    };
    let span = token.span.clone();
    any.void().parse_next(input)?;
    built(node, span)
}

fn follows_after_name(input: &Tokens<'_>, kinds: &[Kind]) -> bool {
    input.len() > kinds.len() + 1 && input.iter().skip(1).zip(kinds).all(|(token, kind)| token.kind == *kind)
}

/// Whether `DateTime` is followed by `.Parse(`.
fn parses_date(input: &Tokens<'_>) -> bool {
    let is_parse = matches!(input.get(2).map(|token| &token.kind), Some(Kind::Name(name)) if name.eq_ignore_ascii_case("Parse"));
    is_parse && follows_after_name(input, &[Kind::Dot]) && input.get(3).is_some_and(|token| token.kind == Kind::Open)
}

/// `-5`, where the sign is the number's own: a property has none.
fn signed(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let sign: &Token = any.parse_next(input)?;
    let is_negative = sign.kind == Kind::Minus;
    let number = any.verify_map(|token: &Token| {
        let node = if let Kind::Integer(number) = token.kind {
            Node::Integer(if is_negative { -number } else { number })
        } else if let Kind::Real(number) = token.kind {
            if is_negative { negative(number) } else { Node::Decimal(number) }
        } else {
            return None;
        };
        Some((node, token.span.end))
    });
    let (node, end) = cut_err(number.context("a number")).parse_next(input)?;
    built(node, sign.span.start..end)
}

/// The least whole number has no positive of its own.
fn negative(number: Decimal) -> Node {
    let number = -number;
    number.whole().filter(|whole| *whole == i64::MIN).map_or(Node::Decimal(number), Node::Integer)
}

/// `np(value)` or `np(value, default)`.
fn null_safe(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let start: &Token = any.parse_next(input)?;
    let (arguments, end) = arguments(input)?;
    let span = start.span.start..end;
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(value), default, None) => built(Node::NullSafe(Box::new(value), default.map(Box::new)), span),
        _ => Err(Failure::cut(span.start, Problem::Malformed("np takes a value, and a default where it has one"))),
    }
}

/// `DateTime(2024, 1, 1)`.
fn date_of_parts(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let start: &Token = any.parse_next(input)?;
    let part = any.verify_map(|token: &Token| if let Kind::Integer(number) = token.kind { Some(number) } else { None });
    let mut part = cut_err(part.context("a whole number"));
    kind(&Kind::Open, "'('").parse_next(input)?;
    let mut parts = vec![part.parse_next(input)?];
    while opt(kind(&Kind::Comma, "','")).parse_next(input)?.is_some() {
        parts.push(part.parse_next(input)?);
    }
    let end = cut_err(kind(&Kind::Close, "',' or ')'")).parse_next(input)?;
    dated(moment::of_parts(&parts), start.span.start..end.end)
}

/// `DateTime.Parse("2024-01-01")`.
fn date_of_text(input: &mut Tokens<'_>) -> ModalResult<Expr, Failure> {
    let start: &Token = any.parse_next(input)?;
    (any, any, any).void().parse_next(input)?;
    let text = any.verify_map(|token: &Token| if let Kind::Text(text) = &token.kind { Some(text.clone()) } else { None });
    let (text, end): (String, Span) = cut_err((text.context("a text"), kind(&Kind::Close, "')'"))).parse_next(input)?;
    dated(moment::parse(&text), start.span.start..end.end)
}

fn dated(moment: Option<crate::domain::time::Timestamp>, span: Span) -> ModalResult<Expr, Failure> {
    match moment {
        Some(moment) => built(Node::Moment(moment), span),
        None => Err(Failure::cut(span.start, Problem::Malformed("this is no date"))),
    }
}
