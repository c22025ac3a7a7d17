//! Texts that want to harm a page or to keep the parser busy.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::tests::{described, read};
use super::*;

#[test]
fn nothing_that_runs_gets_through() {
    let mut shown = String::new();
    for hostile in [
        "<script>alert(1)</script>",
        "a <script src=https://e.com/x.js></script>",
        "<img src=x onerror=alert(1)>",
        "<p onclick=\"alert(1)\" style='x'>a</p>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1) \"t\")",
        "<javascript:alert(1)>",
        "<a href=\"javascript&#58;alert(1)\">x</a>",
        "<a href=\" javascript:alert(1)\">x</a>",
        "<a href='//e.com'>x</a>",
        "<a href=\"https://e.com/\" onmouseover=\"alert(1)\">x</a>",
        "[x](https://e.com/\"onmouseover=\"alert(1))",
        "[x](https://e.com/ '\"><script>alert(1)</script>')",
        "<iframe src=https://e.com/></iframe><svg/onload=alert(1)><math><style><!--</style><img src=x onerror=alert(1)>-->",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<form action=https://e.com><input name=x></form>",
        "`<script>alert(1)</script>`",
        "    <script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        let _ = writeln!(shown, "{} ⇒ [{}]", hostile.replace('\t', "\\t"), described(hostile).replace('\n', "⏎"));
        read(&format!(
            "=== {hostile} ===\nTags: {hostile}\nLicense: {hostile}\nContributors: {hostile}\n\n{hostile}\n\n== Upgrade Notice ==\n= {hostile} =\n{hostile}\n\n== Faq ==\n= {hostile} =\n{hostile}\n\n== Screenshots ==\n1. {hostile}\n\n== {hostile} ==\n{hostile}"
        ));
    }
    insta::assert_snapshot!(shown, @r##"
    <script>alert(1)</script> ⇒ [alert(1)]
    a <script src=https://e.com/x.js></script> ⇒ [<p>a </p>]
    <img src=x onerror=alert(1)> ⇒ []
    <p onclick="alert(1)" style='x'>a</p> ⇒ [<p>a</p>]
    [x](javascript:alert(1)) ⇒ [<p>x</p>]
    [x](JaVaScRiPt:alert(1)) ⇒ [<p>x</p>]
    [x](<java\tscript:alert(1)>) ⇒ [<p>x</p>]
    [x](data:text/html;base64,PHNjcmlwdD4=) ⇒ [<p>x</p>]
    ![x](javascript:alert(1) "t") ⇒ [<p>x</p>]
    <javascript:alert(1)> ⇒ [<p>javascript:alert(1)</p>]
    <a href="javascript&#58;alert(1)">x</a> ⇒ [<p>x</p>]
    <a href=" javascript:alert(1)">x</a> ⇒ [<p>x</p>]
    <a href='//e.com'>x</a> ⇒ [<p>x</p>]
    <a href="https://e.com/" onmouseover="alert(1)">x</a> ⇒ [<p><a href="https://e.com/">x</a></p>]
    [x](https://e.com/"onmouseover="alert(1)) ⇒ [<p>x</p>]
    [x](https://e.com/ '"><script>alert(1)</script>') ⇒ [<p><a href="https://e.com/" title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</a></p>]
    <iframe src=https://e.com/></iframe><svg/onload=alert(1)><math><style><!--</style><img src=x onerror=alert(1)>--> ⇒ []
    <scr<script>ipt>alert(1)</scr</script>ipt> ⇒ [<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>]
    <form action=https://e.com><input name=x></form> ⇒ []
    `<script>alert(1)</script>` ⇒ [<p><code>&lt;script&gt;alert(1)&lt;/script&gt;</code></p>]
        <script>alert(1)</script> ⇒ [<pre><code>&lt;script&gt;alert(1)&lt;/script&gt;⏎</code></pre>]
    &lt;script&gt;alert(1)&lt;/script&gt; ⇒ [<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>]
    "##);
}

/// How much HTML is stored of a readme, in bytes.
pub(super) fn stored(readme: &Readme) -> usize {
    let notices = readme.upgrade_notice.iter().map(|notice| notice.version.len() + notice.text.len());
    let html = readme.sections.iter().map(|section| section.html.len()).chain(readme.screenshots.iter().map(String::len));
    html.chain(notices).sum::<usize>() + readme.remaining_content.len()
}

/// Texts of about `length` bytes that have made Markdown parsers slow.
fn hostile(length: usize) -> Vec<String> {
    let times = |text: &str| text.repeat(length / text.len());
    let mut texts: Vec<String> = [
        "[",
        "]",
        "*",
        "**a",
        "_",
        "*a_ ",
        ">",
        "> ",
        "`",
        "`a``b",
        "![",
        "[a](",
        "![[]()",
        "[a](<b",
        "<",
        "<a ",
        "<a b='",
        "</a ",
        "<!--",
        "x<?",
        "<![CDATA[",
        "- ",
        "1. ",
        "- * + ",
        "&",
        "&#1",
        "\\[",
        "\"",
        "[a]: b\n",
        "<em>",
        "<ul>",
        "<ul><li>",
        "<p>",
        "<em><p>",
        "<a href=#>",
        "</p>",
        "<div>\n\n",
        "<blockquote>\n\n",
        "a\n-\n",
        "```\n",
        "= a =\n",
        "== a ==\n",
        "\t",
        "- a\n\n",
        "a  \n",
        "|a",
        "(",
        "# ",
    ]
    .map(times)
    .to_vec();
    let halves = |a: &str, b: &str| a.repeat(length / 2 / a.len()) + "x" + &b.repeat(length / 2 / b.len());
    texts.extend([
        halves("> ", "\na"),
        halves("- ", "\na"),
        halves("- ", "\n"),
        halves("[", "]"),
        halves("[", "](x)"),
        halves("*[", "]*"),
        halves("<em>", "</em>"),
        halves("<ul><li>", "</li></ul>"),
        halves("<blockquote>", "</p>"),
        format!("[a]: {}\n\n{}", "b".repeat(length / 2), "[a]".repeat(length / 6)),
        (0..)
            .map(|depth| format!("{}- a\n", " ".repeat(2 * depth)))
            .take_while({
                let mut sum = 0;
                move |line| {
                    sum += line.len();
                    sum < length
                }
            })
            .collect(),
        (1..)
            .map(|ticks| "`".repeat(ticks) + "a")
            .take_while({
                let mut sum = 0;
                move |line| {
                    sum += line.len();
                    sum < length
                }
            })
            .collect(),
    ]);
    texts
}

/// How many events Markdown's parser yields, and the deepest that it nests quotes and lists.
fn events(source: &str) -> (usize, usize) {
    let (mut count, mut depth, mut deepest) = (0, 0_usize, 0);
    for event in Parser::new_ext(source, Options::empty()) {
        count += 1;
        depth += usize::from(matches!(event, Event::Start(Tag::Item | Tag::BlockQuote(_))));
        depth -= usize::from(matches!(event, Event::End(TagEnd::Item | TagEnd::BlockQuote(_))));
        deepest = deepest.max(depth);
    }
    (count, deepest)
}

/// Work is counted, not timed. Markdown's parser passes each line once for every quote or list around it, and the writer looks
/// at a bounded number of open elements for each event and each tag: so linear means few containers, few events, few tags, and
/// an output in proportion.
#[test]
fn hostile_text_takes_linear_work() {
    for length in [10 << 10, 100 << 10] {
        for text in hostile(length) {
            let name: String = text.chars().take(20).collect();
            let source = markdown::prepared(&text);
            assert!(source.len() <= 5 * text.len() + 64, "{name}: {} bytes prepared", source.len());
            let (events, depth) = events(&source);
            assert!(events <= 4 * text.len() + 64, "{name}: {events} events");
            assert!(depth <= 48, "{name}: {depth} deep");
            assert!(tags::tokens(&text).count() <= text.len(), "{name}");
            let html = markdown::render(&text);
            checker::html(&html).unwrap();
            assert!(html.len() <= 16 * text.len() + 64, "{name}: {} bytes", html.len());
        }
    }
}

#[test]
fn hostile_text_anywhere_in_a_readme_is_read() {
    for text in hostile(20 << 10) {
        for around in [
            "",
            "=== A ===\n",
            "=== A ===\n\n== Description ==\n",
            "=== A ===\n\n== Faq ==\n= Q =\n",
            "=== A ===\n\n== Screenshots ==\n1. a\n",
            "=== A ===\nTags: ",
        ] {
            assert!(stored(&read(&format!("{around}{text}"))) <= HTML_BYTES);
        }
    }
}

/// Text that is made of what readmes are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "=== A ===\n",
        "== Description ==\n",
        "== FAQ ==\n",
        "== Screenshots ==\n",
        "== Upgrade Notice ==\n",
        "== Changelog ==\n",
        "== Mine ==\n",
        "= 1.0 =\n",
        "\n",
        "\n\n",
        "* ",
        "1. ",
        "> ",
        "    ",
        "**",
        "*",
        "_",
        "`",
        "```\n",
        "[a]",
        "(https://e.com/)",
        "(javascript:x)",
        "[a]: https://e.com \"t\"\n",
        "![",
        "<",
        ">",
        "\"",
        "'",
        "&",
        "&amp;",
        "&#x3c;",
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<em>",
        "</em>",
        "<strong>",
        "</strong>",
        "<pre>",
        "<code>",
        "</code>",
        "<blockquote>",
        "</blockquote>",
        "<dl><dt>",
        "<dd>",
        "</dl>",
        "<h3>",
        "</h3>",
        "<a href=\"https://e.com\">",
        "<a href='#x' title=\"&quot;\">",
        "</a>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<br>",
        "<img src=x onerror=y>",
        "Tags: a, b\n",
        "License: GPL http://e.com\n",
        "Stable tag: 1\n",
        "word ",
        "ä€😀",
    ]);
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_text_is_read_safely(text in prop_oneof![any::<String>(), "(?s).{0,400}", pieces(), pieces()]) {
        let readme = parse(&text);
        prop_assert_eq!(checker::check(&readme), Ok(()));
        prop_assert!(stored(&readme) <= 16 * text.len() + 64);
        prop_assert!(readme.short_description.chars().count() <= 152 * 6);
    }

    #[test]
    fn any_markdown_becomes_sound_html_in_proportion(text in pieces()) {
        let html = markdown::render(&text);
        prop_assert_eq!(checker::html(&html), Ok(()));
        prop_assert!(html.len() <= 16 * text.len() + 64);
        for item in markdown::items(&text) {
            prop_assert_eq!(checker::html(&item), Ok(()));
        }
    }
}
