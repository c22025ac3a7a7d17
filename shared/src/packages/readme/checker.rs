//! An independent reading of what the parser wrote: strict where a browser is lenient, and sharing nothing with the writer.

use super::Readme;

const ELEMENTS: &str = " a blockquote br code dd dl dt em h3 h4 li ol p pre strong ul ";

/// Checks everything that a readme promises of its texts.
pub(super) fn check(readme: &Readme) -> Result<(), String> {
    let notices = readme.upgrade_notice.iter().flat_map(|notice| [&notice.version, &notice.text]);
    let named = [&readme.name, &readme.license, &readme.requires_at_least, &readme.tested_up_to, &readme.requires_php, &readme.stable_tag];
    let lines = readme.tags.iter().chain(&readme.contributors).chain(notices).chain(named.into_iter().flatten());
    for text in lines.chain([&readme.short_description]) {
        plain(text)?;
        if text.contains('\n') || text.trim() != text {
            return Err(format!("not one trimmed line: {text:?}"));
        }
    }
    for url in [&readme.donate_link, &readme.license_uri].into_iter().flatten() {
        if url.as_str().contains(['"', '\'', '<', '>', ' ', '\n']) {
            return Err(format!("not an address: {url:?}"));
        }
    }
    for section in readme.sections.iter().map(|section| &section.html).chain(&readme.screenshots).chain([&readme.remaining_content]) {
        html(section).map_err(|why| format!("{why} in {section:?}"))?;
    }
    Ok(())
}

/// Checks that `text` holds known elements only, properly nested, without any attribute but those of a harmless link.
pub(super) fn html(text: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((before, markup)) = rest.split_once('<') {
        plain(before)?;
        let (tag, after) = markup.split_once('>').ok_or("a tag without end")?;
        rest = after;
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        if name.is_empty() || !ELEMENTS.contains(&format!(" {name} ")) {
            return Err(format!("<{tag}>"));
        }
        if let Some(ended) = tag.strip_prefix('/') {
            if open.pop() != Some(ended) {
                return Err(format!("</{ended}> ends nothing"));
            }
        } else if name == "a" {
            let nested = open.contains(&"a");
            if nested || !is_link(tag) {
                return Err(format!("<{tag}>"));
            }
            open.push(name);
        } else if tag != "br /" {
            if tag != name || name == "br" {
                return Err(format!("<{tag}>"));
            }
            open.push(name);
        }
    }
    plain(rest)?;
    if open.is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

fn is_link(tag: &str) -> bool {
    let Some((href, rest)) = tag.strip_prefix("a href=\"").and_then(|rest| rest.split_once('"')) else { return false };
    let title = rest.is_empty() || rest.strip_prefix(" title=\"").and_then(|rest| rest.strip_suffix('"')).is_some_and(is_plain);
    let lower = href.to_ascii_lowercase();
    let leads = ["http://", "https://", "mailto:", "#"].iter().any(|with| lower.starts_with(with));
    leads && title && is_plain(href) && !href.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn plain(text: &str) -> Result<(), String> {
    if is_plain(text) { Ok(()) } else { Err(format!("not escaped: {text:?}")) }
}

fn is_plain(text: &str) -> bool {
    let reference = |rest: &str| {
        let body = rest.split(';').next().unwrap_or_default();
        body.len() < rest.len() && !body.is_empty() && body.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
    };
    !text.contains(['<', '>', '"', '\'']) && text.split('&').skip(1).all(reference)
}

#[test]
fn the_checker_tells_good_from_bad() {
    for good in ["", "a &amp; b", "<p>a<br />b</p>", "<a href=\"https://e.com/\" title=\"t\">x</a>", "<ul><li>a</li></ul>"] {
        assert_eq!(html(good), Ok(()), "{good}");
    }
    for bad in [
        "<script>x</script>",
        "<p>",
        "</p>",
        "<p><em></p></em>",
        "<p onclick=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "a < b",
        "a & b",
        "<a href=\"https://e.com\" style=\"x\">a</a>",
        "<img src=\"x\">",
        "<a>x</a>",
        "<br>",
        "<p",
        "<P>a</P>",
        "say \"x\"",
    ] {
        assert!(html(bad).is_err(), "{bad}");
    }
}
