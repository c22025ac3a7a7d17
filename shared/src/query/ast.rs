//! What an expression says, before anything is known of its names.

use super::token::Span;
use crate::domain::time::Timestamp;

use super::decimal::Decimal;

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expr {
    pub(super) node: Node,
    pub(super) span: Span,
    height: usize,
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(String),
    Moment(Timestamp),
    /// `Customer.Company`.
    Path(Vec<Name>),
    /// A member of what is not a path, such as `ToLower().Length`.
    Member(Box<Expr>, Name),
    /// `Company.Contains("x")`.
    Call(Box<Expr>, Name, Vec<Expr>),
    /// `np(Customer.Company, "none")`.
    NullSafe(Box<Expr>, Option<Box<Expr>>),
    Not(Box<Expr>),
    /// Two or more.
    And(Vec<Expr>),
    /// Two or more.
    Or(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `Id in (1, 2)`: one or more.
    In(Box<Expr>, Vec<Expr>),
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both are nothing, or both are the same.
    Equal,
    /// They are not equal.
    NotEqual,
    /// Both are something, and the first comes before the second.
    Less,
    /// Both are something, and the first does not come after the second.
    LessOrEqual,
    /// Both are something, and the first comes after the second.
    Greater,
    /// Both are something, and the first does not come before the second.
    GreaterOrEqual,
}

impl Comparison {
    /// It in an error.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Equal => "'='",
            Self::NotEqual => "'!='",
            Self::Less => "'<'",
            Self::LessOrEqual => "'<='",
            Self::Greater => "'>'",
            Self::GreaterOrEqual => "'>='",
        }
    }

    /// Whether it asks for equality alone.
    pub(super) fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// The same with its sides changed over.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

impl Expr {
    pub(super) fn new(node: Node, span: Span) -> Self {
        let height = 1 + node.children().into_iter().map(Self::height).max().unwrap_or_default();
        Self { node, span, height }
    }

    /// How many expressions lie in one another here, from 1. What walks the tree needs as many calls.
    pub(super) fn height(&self) -> usize {
        self.height
    }
}

impl Node {
    fn children(&self) -> Vec<&Expr> {
        match self {
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Decimal(_) | Self::Text(_) | Self::Moment(_) | Self::Path(_) => {
                Vec::new()
            }
            Self::Member(on, _) | Self::Not(on) => vec![&**on],
            Self::NullSafe(value, default) => std::iter::once(&**value).chain(default.as_deref()).collect(),
            Self::Compare(_, left, right) => vec![&**left, &**right],
            Self::Call(on, _, rest) | Self::In(on, rest) => std::iter::once(&**on).chain(rest).collect(),
            Self::And(all) | Self::Or(all) => all.iter().collect(),
        }
    }
}
