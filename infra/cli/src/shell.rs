//! `latchkey completions` and `latchkey man`: the tool as shells and manuals know it. Neither needs a deployment.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde::Serialize;

use crate::args::Cli;
use crate::members::Member;
use crate::problem::{Exit, Failed, Problem};
use crate::say::Answer;

const NAME: &str = "latchkey";

/// Which shell is meant.
#[derive(clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Where manual pages go.
#[derive(clap::Args)]
pub(crate) struct ManArgs {
    /// Write a page for every command into this folder; without it, the tool's own page is printed
    folder: Option<PathBuf>,
}

/// The members of the answer with a script.
pub(crate) const SCRIPT: [Member; 2] = [("shell", "the shell"), ("script", "what the shell is to read")];

/// The members of the answer with pages.
pub(crate) const PAGES: [Member; 2] =
    [("page", "the tool's own page, or null where a folder was given"), ("pages", "the files that were written")];

#[derive(Serialize)]
struct Script {
    shell: String,
    script: String,
}

#[derive(Serialize)]
struct Pages {
    page: Option<String>,
    pages: Vec<PathBuf>,
}

impl CompletionsArgs {
    /// The script that completes commands in a shell.
    pub(crate) fn run(&self) -> Result<Answer, Failed> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), NAME, &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let text = script.trim_end().to_owned();
        Answer::new(&Script { shell: self.shell.to_string(), script }, text)
    }
}

impl ManArgs {
    /// The manual.
    pub(crate) fn run(&self) -> Result<Answer, Failed> {
        match &self.folder {
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(|error| unwritable(Path::new("-"), &error))?;
                let page = String::from_utf8_lossy(&page).into_owned();
                let text = page.trim_end().to_owned();
                Answer::new(&Pages { page: Some(page), pages: Vec::new() }, text)
            }
            Some(folder) => {
                let pages = write(folder).map_err(|error| unwritable(folder, &error))?;
                let text = format!("{} pages were written into {}", pages.len(), folder.display());
                Answer::new(&Pages { page: None, pages }, text)
            }
        }
    }
}

fn write(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command().name(NAME), folder)?;
    let mut pages = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    pages.retain(|page| {
        let name = page.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(NAME) && name.ends_with(".1")
    });
    pages.sort();
    Ok(pages)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Problem {
    let hint = Some("name a folder that can be written to".to_owned());
    Problem { code: "file", message: format!("{} cannot be written: {error}", path.display()), hint, exit: Exit::Usage }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;
    use tempfile::TempDir;

    use super::*;
    use crate::members::{names_in, names_of};

    #[test]
    fn the_help_tells_the_members() {
        assert_eq!(names_in(&Script { shell: String::new(), script: String::new() }), names_of(&SCRIPT));
        assert_eq!(names_in(&Pages { page: None, pages: Vec::new() }), names_of(&PAGES));
    }

    #[test]
    fn every_shell_completes_every_command() {
        for shell in Shell::value_variants() {
            let script = format!("{:?}", CompletionsArgs { shell: *shell }.run().unwrap());
            for word in ["license", "import", "restore", "dry-run"] {
                assert!(script.contains(word), "{word} is not in the script for {shell}");
            }
        }
    }

    #[test]
    fn every_command_has_a_page() {
        let folder = TempDir::new().unwrap();
        let pages = write(folder.path()).unwrap();
        let names: Vec<_> = pages.iter().filter_map(|page| page.file_name()?.to_str()).collect();
        for name in ["latchkey.1", "latchkey-license.1", "latchkey-license-import.1", "latchkey-export.1"] {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
        let page = std::fs::read_to_string(folder.path().join("latchkey-license-import.1")).unwrap();
        assert!(page.contains("Easy Digital Downloads") && page.contains("unknown_products"), "{page}");
    }
}
