//! Conditions as texts, in all their spellings.

use super::meaning::{Term, Test};
use crate::domain::time::Timestamp;
use crate::query::ast::Comparison;
use crate::random::Random;

/// Hundredths as a number.
pub(in crate::query::tests) fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

/// Writes conditions, each time in other spellings.
pub(in crate::query::tests) struct Writer<'r>(pub(in crate::query::tests) &'r Random);

impl Writer<'_> {
    fn one_of(&self, spellings: &[&str]) -> String {
        let spelling = spellings[usize::try_from(self.0.below(spellings.len() as u64)).unwrap()];
        let cased = |c: char| if self.0.below(2) == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        if self.0.below(2) == 0 { spelling.to_owned() } else { spelling.chars().map(cased).collect() }
    }

    fn space(&self) -> &'static str {
        ["", "", " ", "  ", "\t", "\n"][usize::try_from(self.0.below(6)).unwrap()]
    }

    /// A word between two others.
    fn between(&self, spellings: &[&str]) -> String {
        let word = self.one_of(spellings);
        let is_mark = !word.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_mark { format!("{}{word}{}", self.space(), self.space()) } else { format!(" {word} ") }
    }

    fn listed(&self, items: impl Iterator<Item = String>) -> String {
        let items: Vec<_> = items.map(|item| format!("{}{item}{}", self.space(), self.space())).collect();
        format!("({})", items.join(","))
    }

    /// A condition as it stands by itself.
    pub(in crate::query::tests) fn test(&self, test: &Test) -> String {
        match test {
            Test::And(all) => all.iter().map(|test| self.operand(test)).collect::<Vec<_>>().join(&self.between(&["and", "&&", "AndAlso"])),
            Test::Or(any) => any.iter().map(|test| self.operand(test)).collect::<Vec<_>>().join(&self.between(&["or", "||", "OrElse"])),
            Test::Not(test) => format!("{}{}", self.one_of(&["not ", "!", "! "]), self.closed(test)),
            Test::Compare(comparison, left, right) => {
                let spellings: &[&str] = match comparison {
                    Comparison::Equal => &["=", "==", "eq"],
                    Comparison::NotEqual => &["!=", "<>", "ne"],
                    Comparison::Less => &["<", "lt"],
                    Comparison::LessOrEqual => &["<=", "le"],
                    Comparison::Greater => &[">", "gt"],
                    Comparison::GreaterOrEqual => &[">=", "ge"],
                };
                format!("{}{}{}", self.term(left), self.between(spellings), self.term(right))
            }
            Test::In(term, values) => {
                format!(
                    "{} {}{}{}",
                    self.term(term),
                    self.one_of(&["in"]),
                    self.space(),
                    self.listed(values.iter().map(|value| self.term(value)))
                )
            }
            Test::Has(method, on, part) => {
                format!("{}.{}{}", self.term(on), self.one_of(&[method]), self.listed([self.term(part)].into_iter()))
            }
            Test::Holds(term) => self.term(term),
        }
    }

    /// A condition between others.
    fn operand(&self, test: &Test) -> String {
        if matches!(test, Test::And(_) | Test::Or(_)) || self.0.below(4) == 0 { format!("({})", self.test(test)) } else { self.test(test) }
    }

    /// A condition that ends before what comes next.
    fn closed(&self, test: &Test) -> String {
        if matches!(test, Test::Holds(_) | Test::Has(..)) && self.0.below(2) == 0 {
            self.test(test)
        } else {
            format!("({})", self.test(test))
        }
    }

    fn term(&self, term: &Term) -> String {
        let written = match term {
            Term::Field(path) => path.split('.').map(|name| self.one_of(&[name])).collect::<Vec<_>>().join("."),
            Term::Integer(number) => number.to_string(),
            Term::Decimal(number) => decimal(*number),
            Term::Text(text) => self.text(text),
            Term::Truth(truth) => self.one_of(&[if *truth { "true" } else { "false" }]),
            Term::Moment(moment, true) => self.text(&moment.to_string()),
            Term::Moment(moment, false) => self.moment(*moment),
            Term::Null => self.one_of(&["null"]),
            Term::Lower(term) => format!("{}.{}({})", self.term(term), self.one_of(&["ToLower"]), self.space()),
            Term::Upper(term) => format!("{}.{}({})", self.term(term), self.one_of(&["ToUpper"]), self.space()),
            Term::Length(term) => format!("{}.{}", self.term(term), self.one_of(&["Length"])),
            Term::NullSafe(term, default) => {
                let arguments = [Some(term), default.as_ref()].into_iter().flatten().map(|term| self.term(term));
                format!("{}{}", self.one_of(&["np"]), self.listed(arguments))
            }
            Term::Test(test) => format!("({})", self.test(test)),
        };
        if self.0.below(8) == 0 { format!("({}{written}{})", self.space(), self.space()) } else { written }
    }

    fn text(&self, text: &str) -> String {
        let quote = if self.0.below(2) == 0 { '"' } else { '\'' };
        let mut written = String::from(quote);
        for c in text.chars() {
            match c {
                _ if c == quote && self.0.below(2) == 0 => written.extend([c, c]),
                '\'' | '"' | '\\' if c == quote || c == '\\' || self.0.below(2) == 0 => written.extend(['\\', c]),
                _ if u32::from(c) < 0x1_0000 && self.0.below(8) == 0 => written.extend(format!("\\u{:04x}", u32::from(c)).chars()),
                _ => written.push(c),
            }
        }
        written.push(quote);
        written
    }

    fn moment(&self, moment: Timestamp) -> String {
        let text = moment.to_string();
        if self.0.below(2) == 0 {
            let forms = [text.clone(), text.trim_end_matches('Z').to_owned(), text.replace('T', " "), format!("{}+00:00", &text[..19])];
            let form = &forms[usize::try_from(self.0.below(4)).unwrap()];
            return format!("{}({})", self.one_of(&["DateTime.Parse"]), self.text(form));
        }
        let parts = text[..19].split(['-', 'T', ':']).map(|part| part.parse::<u32>().unwrap().to_string());
        format!("{}{}", self.one_of(&["DateTime"]), self.listed(parts))
    }
}
