//! Longer texts on the command line: given as they are, or as `@FILE`.

use std::fs;

use latchkey_core::domain::text::Prose;

use crate::problem::{Exit, Problem};

/// The text that `said` stands for, nothing being an empty one; `option` is named where something is wrong with it.
pub(super) fn read<const MAX: usize>(option: &str, said: Option<&str>) -> Result<Prose<MAX>, Problem> {
    let text = match said.and_then(|said| said.strip_prefix('@')) {
        Some(file) => fs::read_to_string(file).map_err(|error| wrong(format!("{option}: {file} cannot be read: {error}")))?,
        None => said.unwrap_or_default().to_owned(),
    };
    Prose::parse(&text).map_err(|error| wrong(format!("{option}: the text {error}")))
}

fn wrong(message: String) -> Problem {
    Problem { code: "usage", message, hint: Some("give the text itself, or @FILE to read it from a file".to_owned()), exit: Exit::Usage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_given_as_it_is_or_read_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("changes.txt");
        fs::write(&file, "* one\r\n* two\n").unwrap();
        let text = |said: Option<&str>| read::<100>("--changelog", said).map(|text| text.as_str().to_owned());
        assert_eq!(text(Some(&format!("@{}", file.display()))).as_deref(), Ok("* one\n* two\n"));
        assert_eq!(text(Some("a@b")).as_deref(), Ok("a@b"));
        assert_eq!(text(None).as_deref(), Ok(""));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_option() {
        let problem = read::<3>("--changelog", Some("long")).unwrap_err();
        assert_eq!((problem.exit, problem.message.as_str()), (Exit::Usage, "--changelog: the text must be at most 3 characters"));
        let problem = read::<3>("--description", Some("@/nowhere/at/all")).unwrap_err();
        assert!(problem.message.starts_with("--description: /nowhere/at/all cannot be read: "), "{}", problem.message);
    }
}
