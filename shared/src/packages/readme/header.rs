//! The top of a readme: its title and the `Name: value` lines under it.

use std::collections::BTreeMap;

use super::Readme;
use super::html::is_tidy;
use super::text::line;
use crate::domain::text::WebUrl;

/// The longest title or licence, in characters.
const LINE_CHARACTERS: usize = 200;
const TAG_CHARACTERS: usize = 50;
const MAX_TAGS: usize = 5;
const MAX_CONTRIBUTORS: usize = 50;
/// What may be around a field's name and its value, as in a list or in emphasis.
const AROUND: [char; 4] = [' ', '\t', '*', '-'];
const AROUND_TITLE: [char; 4] = ['#', '=', ' ', '\t'];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Contributors,
    DonateLink,
    License,
    LicenseUri,
    Requires,
    RequiresPhp,
    StableTag,
    Tags,
    Tested,
}

/// Reads title and fields from the first of `lines`; the lines behind them are what is given back.
pub(super) fn read<'a>(lines: &'a [&'a str], readme: &mut Readme) -> &'a [&'a str] {
    let mut rest = lines;
    readme.name = title(&mut rest);
    let fields = fields(&mut rest);
    let value = |field| fields.get(&field).copied().unwrap_or_default();
    readme.tags = tags(value(Field::Tags));
    readme.contributors = contributors(value(Field::Contributors));
    readme.requires_at_least = wordpress_version(value(Field::Requires), &["WordPress", "WP", "or higher", "and above", "+"]);
    readme.tested_up_to = wordpress_version(value(Field::Tested), &["WordPress", "WP"]);
    readme.requires_php = php_version(value(Field::RequiresPhp));
    readme.stable_tag = stable_tag(value(Field::StableTag));
    readme.donate_link = link(value(Field::DonateLink));
    (readme.license, readme.license_uri) = license(value(Field::License), value(Field::LicenseUri));
    rest
}

fn title(rest: &mut &[&str]) -> Option<String> {
    let name = |text: &str| line(text.trim_matches(AROUND_TITLE), LINE_CHARACTERS);
    skip_blank(rest);
    let (first, after) = rest.split_first()?;
    if known_field(first).is_some() {
        return None;
    }
    *rest = after;
    // GitHub's way of writing a title: a line of `====` under it. The blank line that is usual there goes as well.
    if rest.first().is_some_and(|line| line.trim_matches(['=', '-']).is_empty()) {
        *rest = &rest[1..];
    }
    let title = name(first);
    if !title.as_ref().is_some_and(|title| title.eq_ignore_ascii_case("plugin name")) {
        return title;
    }
    // The example's placeholder was kept, and the title is under it.
    skip_blank(rest);
    let (second, after) = rest.split_first()?;
    if second.len() >= 50 || known_field(second).is_some() || second.starts_with("==") {
        return None;
    }
    *rest = after;
    name(second)
}

fn fields<'a>(rest: &mut &[&'a str]) -> BTreeMap<Field, &'a str> {
    let mut fields = BTreeMap::new();
    let mut after_blank = false;
    skip_blank(rest);
    while let Some((line, after)) = rest.split_first() {
        match (field(line), known_field(line)) {
            (_, Some((known, value))) => {
                fields.insert(known, value);
            }
            (None, None) if !line.trim().is_empty() => break,
            // Looks like a field, but behind a blank line it is the short description that begins like one.
            (Some(_), None) if after_blank => break,
            _ => {}
        }
        after_blank = line.trim().is_empty();
        *rest = after;
    }
    fields
}

fn skip_blank(rest: &mut &[&str]) {
    let blank = rest.iter().take_while(|line| line.trim().is_empty()).count();
    *rest = &rest[blank..];
}

fn field(line: &str) -> Option<(&str, &str)> {
    if line.starts_with(['#', '=']) {
        return None;
    }
    let (name, value) = line.split_once(':')?;
    Some((name.trim_matches(AROUND), value.trim_matches(AROUND)))
}

fn known_field(line: &str) -> Option<(Field, &str)> {
    let (name, value) = field(line)?;
    let field = match name.len() {
        0..=20 => match &*name.to_ascii_lowercase() {
            // The directory knows the plural only.
            "contributors" | "contributor" => Field::Contributors,
            "donate link" => Field::DonateLink,
            "license" => Field::License,
            "license uri" => Field::LicenseUri,
            "requires" | "requires at least" => Field::Requires,
            "requires php" => Field::RequiresPhp,
            "stable tag" => Field::StableTag,
            "tags" => Field::Tags,
            "tested" | "tested up to" => Field::Tested,
            _ => return None,
        },
        _ => return None,
    };
    Some((field, value))
}

fn tags(value: &str) -> Vec<String> {
    let ignored = |tag: &&str| ["plugin", "wordpress"].into_iter().any(|ignored| tag.eq_ignore_ascii_case(ignored));
    let tags = value.split(',').map(str::trim).filter(|tag| !ignored(tag));
    tags.filter_map(|tag| line(tag, TAG_CHARACTERS)).take(MAX_TAGS).collect()
}

/// The directory asks its users' table; here whatever can be a user's name there is one.
fn contributors(value: &str) -> Vec<String> {
    let can_be_name = |name: &&str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '.' | '-' | '@');
        !name.is_empty() && name.len() <= 60 && name.chars().all(fits)
    };
    let names = value.split(',').map(|name| name.trim().trim_start_matches('@')).filter(can_be_name);
    names.map(str::to_owned).take(MAX_CONTRIBUTORS).collect()
}

/// `6.4` or `6.4.2`, without the words around it and what follows a hyphen.
fn wordpress_version(value: &str, words: &[&str]) -> Option<String> {
    let value = words.iter().try_fold(short(value)?.to_ascii_lowercase(), |value, word| {
        Some(value.replace(&word.to_ascii_lowercase(), "")).filter(|value| !value.is_empty())
    })?;
    let version = value.trim().split('-').next()?.trim();
    let parts: Vec<&str> = version.split('.').collect();
    let fits = matches!(parts.len(), 2 | 3) && parts.iter().all(|part| is_number(part)) && parts[1].len() == 1;
    fits.then(|| version.to_owned())
}

/// `7.4` or `8.1.2`.
fn php_version(value: &str) -> Option<String> {
    let version = short(value)?;
    let parts: Vec<&str> = version.split('.').collect();
    (matches!(parts.len(), 2 | 3) && parts.iter().all(|part| is_number(part))).then(|| version.to_owned())
}

fn short(value: &str) -> Option<&str> {
    (value.len() <= 60).then_some(value)
}

fn is_number(part: &str) -> bool {
    (1..=5).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
}

fn stable_tag(value: &str) -> Option<String> {
    let value = value.trim_matches(['"', '\'', ' ', '\t']);
    let value = value.strip_prefix('/').unwrap_or(value);
    let value = if value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("tags/")) { &value[5..] } else { value };
    let tag = value.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let tag: String = tag.take(60).collect();
    match tag.as_bytes().first()? {
        b'.' => Some(format!("0{tag}")),
        _ => Some(tag),
    }
}

fn link(value: &str) -> Option<WebUrl> {
    WebUrl::parse(value).ok().filter(|url| is_tidy(url.as_str()))
}

/// Name and address; the address is often written behind the name.
fn license(name: &str, uri: &str) -> (Option<String>, Option<WebUrl>) {
    let lower = name.to_ascii_lowercase();
    let within = ["https://", "http://"].into_iter().filter_map(|scheme| lower.find(scheme)).min();
    match within {
        Some(start) if uri.is_empty() => {
            let (before, url) = name.split_at(start);
            let (url, after) = url.split_at(url.find(char::is_whitespace).unwrap_or(url.len()));
            let around = [' ', '-', '*', '\t', '(', ')'];
            (line(format!("{before}{after}").trim_matches(around), LINE_CHARACTERS), link(url.trim_matches(around)))
        }
        _ => (line(name, LINE_CHARACTERS), link(uri)),
    }
}
