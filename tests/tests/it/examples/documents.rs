//! Each dialect's README beside its examples: what it shows of them is what they are.

use super::root;

/// The dialects; each has a README with what a client's author needs.
const DIALECTS: [&str; 5] = ["babel", "bytex", "cscart", "sellcodes", "woosa"];

/// All examples, and what plays their surroundings, with names that end in `ending`, from the repository's root on.
pub(crate) fn examples(ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders: Vec<_> = DIALECTS.iter().map(|dialect| format!("functions/{dialect}/examples")).collect();
    folders.push("tests/php".to_owned());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap_or_else(|error| panic!("{folder}: {error}")) {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.ends_with(&format!(".{ending}")) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no example ends in .{ending}");
    found.sort();
    found
}

fn readme(dialect: &str) -> String {
    std::fs::read_to_string(root().join("functions").join(dialect).join("README.md")).unwrap()
}

/// The fenced blocks of a document, each with what stands after its fence.
pub(crate) fn blocks(document: &str) -> Vec<(&str, String)> {
    let (mut blocks, mut open) = (Vec::new(), None::<(&str, String)>);
    for line in document.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn a_piece_of_an_example_in_a_readme_is_a_piece_of_the_example() {
    // ```php examples/my-plugin/my-plugin.php
    for dialect in DIALECTS {
        for (info, text) in blocks(&readme(dialect)) {
            let Some((_, file)) = info.split_once(' ') else {
                assert!(
                    !["php", "python"].contains(&info),
                    "{dialect}: name the file that this is a piece of, after the language:\n{text}"
                );
                continue;
            };
            let example = std::fs::read_to_string(root().join("functions").join(dialect).join(file)).unwrap();
            assert!(example.contains(&text), "{dialect}/README.md shows what is not in {file}: copy it anew\n{text}");
        }
    }
}

#[test]
fn every_example_is_named_in_its_dialects_readme_and_every_link_leads_somewhere() {
    for dialect in DIALECTS {
        let readme = readme(dialect);
        let folder = root().join("functions").join(dialect);
        for link in readme.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap();
            let is_here = target.is_empty() || target.contains("://") || folder.join(target).exists();
            assert!(is_here, "{dialect}/README.md leads to {target}, which is not there");
        }
        for entry in std::fs::read_dir(folder.join("examples")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(readme.contains(&format!("](examples/{name}")), "{dialect}/README.md does not lead to examples/{name}");
        }
    }
}

#[test]
fn the_projects_readme_is_one_screen_and_leads_to_every_dialect() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 80, "README.md is longer than a screen: say it in the README of what it is about");
    for dialect in DIALECTS {
        assert!(readme.contains(&format!("(functions/{dialect}/README.md)")), "README.md does not lead to functions/{dialect}/README.md");
    }
}
