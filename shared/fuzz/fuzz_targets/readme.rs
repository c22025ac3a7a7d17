//! Any text as a `readme.txt`: it is read without panic and in no time worth naming, and only known elements come out.
#![no_main]

use latchkey_core::packages::readme::{HTML_BYTES, parse};
use libfuzzer_sys::fuzz_target;

const ELEMENTS: [&str; 16] = ["a", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h3", "h4", "li", "ol", "p", "pre", "strong", "ul"];

fuzz_target!(|text: &str| {
    let readme = parse(text);
    let sections = readme.sections.iter().map(|section| &section.html);
    let mut stored = 0;
    for html in sections.chain(&readme.screenshots).chain([&readme.remaining_content]) {
        stored += html.len();
        for tag in html.split('<').skip(1) {
            let tag = tag.split_once('>').expect("a tag ends").0;
            let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
            assert!(ELEMENTS.contains(&name), "<{tag}>");
            let bare = tag == name || tag.strip_prefix('/') == Some(name) || tag == "br /";
            assert!(bare || tag.starts_with("a href=\"") && tag.split('"').count() <= 5, "<{tag}>");
        }
    }
    assert!(stored <= HTML_BYTES, "{stored} bytes");
});
