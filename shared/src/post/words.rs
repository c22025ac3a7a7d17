//! The words of a licence's mail: a resource of the type `email` as a template.
//!
//! A resource may begin with settings of ours between two lines of three dashes; all else is the body.
//!
//! ```text
//! ---
//! subject: Your license for {{ product.name }}
//! attach: license
//! ---
//! <p>Dear {{ licensee.name }}, …</p>
//! ```
//!
//! Both are templates of minijinja, shut in: there is nothing to load, include, import or call but its filters; what they do and
//! what they make is bounded by fuel, and what comes out by [`MOST_RENDERED`]. What is no variable is an error, and a variable that
//! says nothing is written as nothing. The last line end is left off. In HTML all that is inserted is escaped.

use std::io;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, escape_formatter};
use serde::Serialize;

use crate::domain::text::Line;

/// What a template may do: an instruction is one, and so are 64 bytes that it makes or looks through.
pub const MOST_FUEL: u64 = 100_000;

/// The longest text that comes out, in bytes: 1 MiB.
pub const MOST_RENDERED: usize = 1_024 * 1_024;

/// How deep calls within a template may be.
const DEPTH: usize = 32;

/// What a mail is about whose resource does not say.
const SUBJECT: &str = "Your license for {{ product.name }}";

/// The words of a mail, not filled in yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words<'a> {
    subject: &'a str,
    /// In which line of the resource the subject stands.
    subject_line: usize,
    body: &'a str,
    /// How many lines of the resource are before the body.
    before: usize,
    is_html: bool,
    /// Whether the licence comes with the mail as a file.
    pub attach_license: bool,
}

/// The words of a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What it is about.
    pub subject: Line<255>,
    /// What it says.
    pub body: String,
}

/// Why a resource is not the words of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} in line {line}")]
pub struct Spoilt {
    /// In which line of the resource, from 1.
    pub line: u32,
    /// What is wrong there.
    pub what: WhatIsWrong,
}

/// What is wrong with a template, in words of ours: what an engine says may hold what a licence does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhatIsWrong {
    /// Settings that do not end, or one that there is not.
    #[error("a setting is wrong")]
    Setting,
    /// It does not follow the language.
    #[error("a syntax error")]
    Syntax,
    /// Something is used that there is not.
    #[error("an unknown name")]
    Unknown,
    /// Something is done that cannot be.
    #[error("an impossible operation")]
    Operation,
    /// It does or makes too much.
    #[error("too much work")]
    TooMuch,
    /// The subject is empty or longer than 255 characters.
    #[error("no subject of one line")]
    Subject,
}

impl<'a> Words<'a> {
    /// Takes a resource's data apart.
    pub fn parse(data: &'a str, is_html: bool) -> Result<Self, Spoilt> {
        let mut words = Self { subject: SUBJECT, subject_line: 1, body: data, before: 0, is_html, attach_license: false };
        let mut rest = data.strip_prefix('\u{feff}').unwrap_or(data);
        let mut line = || {
            let (line, after) = rest.split_once('\n')?;
            rest = after;
            Some((line.trim_end_matches('\r'), after))
        };
        if line().is_none_or(|(first, _)| first.trim_end() != "---") {
            return Ok(words);
        }
        for number in 2_usize.. {
            let wrong = Spoilt { line: u32::try_from(number).unwrap_or(u32::MAX), what: WhatIsWrong::Setting };
            let (text, after) = line().ok_or(wrong)?;
            if text.trim_end() == "---" {
                (words.body, words.before) = (after, number);
                return Ok(words);
            }
            match text.split_once(':').map(|(name, value)| (name.trim(), value.trim())) {
                Some(("subject", subject)) if !subject.is_empty() => (words.subject, words.subject_line) = (subject, number),
                Some(("attach", "license")) => words.attach_license = true,
                Some(("attach", "nothing")) => words.attach_license = false,
                _ => return Err(wrong),
            }
        }
        Ok(words)
    }

    /// Fills them in.
    pub fn render(&self, variables: &impl Serialize) -> Result<Rendered, Spoilt> {
        let variables = Value::from(Serde(variables));
        let subject = render("subject", self.subject, self.subject_line - 1, false, &variables)?;
        let body = render("body", self.body, self.before, self.is_html, &variables)?;
        let one_line: String = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let no_subject = Spoilt { line: u32::try_from(self.subject_line).unwrap_or(u32::MAX), what: WhatIsWrong::Subject };
        Ok(Rendered { subject: Line::parse(&one_line).map_err(|_| no_subject)?, body })
    }
}

fn render(name: &str, source: &str, before: usize, is_html: bool, variables: &Value) -> Result<String, Spoilt> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(MOST_FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(move |_| if is_html { AutoEscape::Html } else { AutoEscape::None });
    environment.set_formatter(|out, state, value| {
        let nothing = Value::from("");
        escape_formatter(out, state, if value.is_none() { &nothing } else { value })
    });
    let spoilt = |error: &minijinja::Error| {
        let line = error.line().unwrap_or(1).saturating_add(before);
        Spoilt { line: u32::try_from(line).unwrap_or(u32::MAX), what: what(error.kind()) }
    };
    let template = environment.template_from_named_str(name, source).map_err(|error| spoilt(&error))?;
    let mut out = Bounded(Vec::new());
    template.render_captured_to(variables.clone(), &mut out).map_err(|error| spoilt(&error))?;
    String::from_utf8(out.0).map_err(|_| Spoilt { line: 1, what: WhatIsWrong::Operation })
}

fn what(kind: ErrorKind) -> WhatIsWrong {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the engine's kinds may become more, and all others are mistakes of one sort")]
    match kind {
        ErrorKind::SyntaxError | ErrorKind::BadEscape | ErrorKind::InvalidDelimiter => WhatIsWrong::Syntax,
        ErrorKind::UndefinedError
        | ErrorKind::UnknownFilter
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownMethod
        | ErrorKind::UnknownTest
        | ErrorKind::TemplateNotFound => WhatIsWrong::Unknown,
        ErrorKind::OutOfFuel | ErrorKind::WriteFailure => WhatIsWrong::TooMuch,
        _ => WhatIsWrong::Operation,
    }
}

/// As much as a mail may say.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_RENDERED {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is said to a customer is theirs.
impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl WhatIsWrong {
    /// A stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Syntax => "syntax",
            Self::Unknown => "unknown name",
            Self::Operation => "operation",
            Self::TooMuch => "too much",
            Self::Subject => "subject",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rendered(data: &str, is_html: bool) -> Result<Rendered, Spoilt> {
        let variables = json!({
            "licensee": {"name": "Erika <b>Mustermann</b>", "company": null},
            "product": {"name": "Test Plugin"}, "key": "TEST-KEY-0001", "order": null, "features": [{"id": "a"}, {"id": "b"}],
        });
        Words::parse(data, is_html)?.render(&variables)
    }

    fn spoilt(line: u32, what: WhatIsWrong) -> Result<Rendered, Spoilt> {
        Err(Spoilt { line, what })
    }

    #[test]
    fn what_is_inserted_into_html_is_escaped_and_what_says_nothing_is_nothing() {
        let html = rendered("<p>{{ licensee.name }}{{ licensee.company }}{% if order %}!{% endif %}</p>", true).unwrap();
        assert_eq!(html.body, "<p>Erika &lt;b&gt;Mustermann&lt;&#x2f;b&gt;</p>");
        assert_eq!(html.subject.as_str(), "Your license for Test Plugin");
        assert_eq!(rendered("{{ licensee.name }}", false).unwrap().body, "Erika <b>Mustermann</b>");
    }

    #[test]
    fn settings_stand_before_the_body_and_are_no_part_of_it() {
        let data = "---\r\nsubject: {{ product.name }}: your key\r\nattach: license\r\n---\r\n<p>{{ key }}</p>\r\n---\r\n";
        let words = Words::parse(data, true).unwrap();
        assert!(words.attach_license);
        let rendered = words.render(&json!({"product": {"name": "Test Plugin"}, "key": "TEST"})).unwrap();
        assert_eq!((rendered.subject.as_str(), rendered.body.as_str()), ("Test Plugin: your key", "<p>TEST</p>\r\n---"));
        assert!(!Words::parse("---\nattach: nothing\n---\n", true).unwrap().attach_license);
        assert_eq!(Words::parse("--- \n---\nx", true).unwrap().body, "x");
        assert_eq!(Words::parse("----\nx", true).unwrap().body, "----\nx");
    }

    #[test]
    fn a_mistake_is_named_by_its_line_in_the_resource() {
        assert_eq!(rendered("---\nsubject: x\nsubjct: y\n---\n", true), spoilt(3, WhatIsWrong::Setting));
        assert_eq!(rendered("---\nsubject: x\n", true), spoilt(3, WhatIsWrong::Setting));
        assert_eq!(rendered("---\nattach: everything\n---\n", true), spoilt(2, WhatIsWrong::Setting));
        assert_eq!(rendered("---\nattach: license\nsubject: {{ produkt.name }}\n---\n", true), spoilt(3, WhatIsWrong::Unknown));
        assert_eq!(rendered("---\nattach: license\n---\n<p>\n{{ licensee.nme }}", true), spoilt(5, WhatIsWrong::Unknown));
        assert_eq!(rendered("a\nb {{ key", true), spoilt(2, WhatIsWrong::Syntax));
        assert_eq!(rendered("a\n\n{{ key.x.y }}", true), spoilt(3, WhatIsWrong::Unknown));
        assert_eq!(rendered("a\n{{ key - 1 }}", true), spoilt(2, WhatIsWrong::Operation));
        assert_eq!(rendered("---\nsubject: {{ order }}\n---\n", true), spoilt(2, WhatIsWrong::Subject));
        assert_eq!(rendered(&format!("---\nsubject: {}\n---\n", "x".repeat(256)), true), spoilt(2, WhatIsWrong::Subject));
    }

    #[test]
    fn a_subject_is_one_line_whatever_is_inserted() {
        let words = Words::parse("---\nsubject: For {{ name }}\n---\n", true).unwrap();
        let hostile = words.render(&json!({"name": "x\r\nBcc: everybody@example.com\n\nhello"})).unwrap();
        assert_eq!(hostile.subject.as_str(), "For x Bcc: everybody@example.com hello");
    }

    #[test]
    fn nothing_can_be_loaded_or_called() {
        for (data, what) in [
            ("{% include 'body' %}", WhatIsWrong::Syntax),
            ("{% extends 'subject' %}", WhatIsWrong::Syntax),
            ("{% import 'x' as y %}", WhatIsWrong::Syntax),
            ("{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}", WhatIsWrong::Syntax),
            ("{{ env('HOME') }}", WhatIsWrong::Unknown),
            ("{{ ''.__class__.__mro__ }}", WhatIsWrong::Unknown),
        ] {
            assert_eq!(rendered(data, true), spoilt(1, what), "{data}");
        }
    }

    #[test]
    fn what_works_too_much_or_says_too_much_is_stopped() {
        let deep = format!("{}x{}", "{% if key %}".repeat(20_000), "{% endif %}".repeat(20_000));
        let brackets = format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000));
        let doubling = format!("{{% set a = 'xxxxxxxx' %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(60));
        for data in [
            "{% for a in range(100000000) %}{% endfor %}",
            "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
            "{{ 'x' * 4000000000 }}",
            "{{ range(2000000)|list|length }}",
            "{% for a in features recursive %}{{ loop(features) }}{% endfor %}",
            "{{ ('x' * 2000000) }}",
            &doubling,
            &deep,
            &brackets,
        ] {
            let Err(spoilt) = rendered(data, true) else { panic!("{data:.60}") };
            assert!(matches!(spoilt.what, WhatIsWrong::TooMuch | WhatIsWrong::Operation | WhatIsWrong::Syntax), "{data:.60}: {spoilt}");
        }
        let long = "x".repeat(MOST_RENDERED + 1);
        assert_eq!(rendered(&long, true), spoilt(1, WhatIsWrong::TooMuch));
    }

    #[test]
    fn nothing_of_it_is_shown() {
        assert_eq!(format!("{:?}", rendered("secret", true).unwrap()), "Rendered { bytes: 6, .. }");
    }
}
