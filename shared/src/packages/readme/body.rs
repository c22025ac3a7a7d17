//! What is under the header: the short description, and the sections as Markdown.

use super::SectionKey;

/// Where a section goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Into the section of that name.
    Section(SectionKey),
    /// Into the list of screenshots.
    Screenshots,
    /// Into the upgrade notices.
    UpgradeNotice,
    /// To what remains: a section of the vendor's own.
    Remaining,
}

/// The body of a readme, as Markdown.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// What stands before the first section.
    pub(super) short_description: String,
    /// The sections in the order in which they first appear, none of them empty.
    pub(super) sections: Vec<(Part, String)>,
}

/// Splits `lines` at their `== Section ==` and `## Section` headings.
pub(super) fn split(lines: &[&str]) -> Body {
    let before = lines.iter().take_while(|line| !ends_short_description(line)).count();
    let (short_description, mut lines) = lines.split_at(before);
    let mut body = Body { short_description: joined(short_description), ..Body::default() };
    while let Some((line, after)) = lines.split_first() {
        let length = after.iter().take_while(|line| section_title(line).is_none()).count();
        let (content, next) = after.split_at(length);
        match section_title(line) {
            Some(title) => body.add(title, &joined(content)),
            // `###` ends the short description without beginning a section; the directory drops what follows it.
            None => body.short_description = joined(&[&[body.short_description.as_str(), line], content].concat()),
        }
        lines = next;
    }
    body
}

impl Body {
    fn add(&mut self, title: &str, content: &str) {
        let part = Part::named(title);
        let titled = part == Part::Remaining && !is_named(title, "other_notes");
        let heading = if titled { format!("### {title}") } else { String::new() };
        let pieces = [heading.as_str(), content];
        let pieces: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        if pieces.is_empty() {
            return;
        }
        let addition = pieces.join("\n\n");
        match self.sections.iter_mut().find(|(known, _)| *known == part) {
            Some((_, known)) => known.extend(["\n\n", &addition]),
            None => self.sections.push((part, addition)),
        }
    }

    /// The Markdown of a section.
    pub(super) fn get(&self, part: Part) -> Option<&str> {
        self.sections.iter().find(|(known, _)| *known == part).map(|(_, source)| source.as_str())
    }

    /// Makes the short description the description, if there is none.
    pub(super) fn default_description(&mut self) {
        let description = Part::Section(SectionKey::Description);
        if self.get(description).is_none() && !self.short_description.is_empty() {
            self.sections.insert(0, (description, self.short_description.clone()));
        }
    }

    /// Takes a section out.
    pub(super) fn take(&mut self, part: Part) -> Option<String> {
        let at = self.sections.iter().position(|(known, _)| *known == part)?;
        Some(self.sections.remove(at).1)
    }
}

impl Part {
    fn named(title: &str) -> Self {
        let names: [(&str, Self); 9] = [
            ("description", Self::Section(SectionKey::Description)),
            ("installation", Self::Section(SectionKey::Installation)),
            ("faq", Self::Section(SectionKey::Faq)),
            ("frequently_asked_questions", Self::Section(SectionKey::Faq)),
            ("changelog", Self::Section(SectionKey::Changelog)),
            ("change_log", Self::Section(SectionKey::Changelog)),
            ("screenshots", Self::Screenshots),
            ("screenshot", Self::Screenshots),
            ("upgrade_notice", Self::UpgradeNotice),
        ];
        names.into_iter().find(|(name, _)| is_named(title, name)).map_or(Self::Remaining, |(_, part)| part)
    }
}

/// Whether a title is `name`, in any case and with `_` for its spaces.
fn is_named(title: &str, name: &str) -> bool {
    let letter = |b: u8| if b == b' ' { b'_' } else { b.to_ascii_lowercase() };
    title.len() == name.len() && title.bytes().map(letter).eq(name.bytes())
}

/// The parts of a section that are headed by `= Heading =` or `# Heading`, or by `**Heading**` if it has none of these; first,
/// headed by nothing, what stands before the first heading. (The directory's `parse_section`.)
pub(super) fn headed(section: &str) -> Vec<(&str, String)> {
    let lines: Vec<&str> = section.split('\n').collect();
    let style = if lines.iter().any(|line| Style::Heading.begins(line)) { Style::Heading } else { Style::Bold };
    let mut parts = Vec::new();
    let mut heading = "";
    let mut rest = &lines[..];
    loop {
        let length = rest.iter().take_while(|line| !style.begins(line)).count();
        let (content, next) = rest.split_at(length);
        let content = joined(content);
        if !heading.is_empty() || !content.is_empty() {
            parts.push((heading, content));
        }
        let Some((line, after)) = next.split_first() else { return parts };
        heading = line.trim_matches(style.around());
        rest = after;
    }
}

/// How the parts of a section are headed.
#[derive(Clone, Copy)]
enum Style {
    Heading,
    Bold,
}

impl Style {
    fn begins(self, line: &str) -> bool {
        let line = line.trim();
        match self {
            Self::Heading => line.starts_with(['#', '=']),
            Self::Bold => line.len() > 4 && line.starts_with("**") && line.ends_with("**"),
        }
    }

    fn around(self) -> &'static [char] {
        match self {
            Self::Heading => &['#', '=', ' ', '\t'],
            Self::Bold => &['*', ' ', '\t'],
        }
    }
}

fn joined(lines: &[&str]) -> String {
    let text = lines.join("\n");
    // Not `trim`: the indentation of the first line can make it code.
    text.trim_end().trim_start_matches('\n').to_owned()
}

fn ends_short_description(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("==") || line.starts_with("##")
}

/// The title of `== Section ==` or `## Section`. A line of nothing but `=` is no heading: it underlines one.
fn section_title(line: &str) -> Option<&str> {
    let line = line.trim();
    let begins = line.starts_with("==") || (line.starts_with("##") && !line.starts_with("###"));
    let title = line.trim_matches(['#', '=', ' ', '\t']);
    (begins && !title.is_empty()).then_some(title)
}
