//! The workflows run nobody's code that was not looked at, with no more rights than they need, and without keys that somebody keeps.

use std::collections::BTreeSet;

use super::sources::{Source, sources};

fn workflows() -> Vec<Source> {
    sources(".github/workflows", &[".yml"])
}

#[test]
fn each_action_is_pinned_by_its_digest() {
    let mut pinned = BTreeSet::new();
    for Source { path, text } in workflows() {
        for line in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            let digest = line.split_once('@').and_then(|(_, rest)| rest.split_once(" # v"));
            let is_pinned = digest.is_some_and(|(digest, _)| digest.len() == 40 && digest.chars().all(|c| c.is_ascii_hexdigit()));
            assert!(
                is_pinned,
                "{path}: `{line}` must be owner/name@ and a commit, with the version as a comment: a tag is whatever its owner says"
            );
            pinned.insert(line.to_owned());
        }
    }
    let names: BTreeSet<_> = pinned.iter().map(|line| line.split('@').next().unwrap()).collect();
    assert_eq!(names.len(), pinned.len(), "one version of each: {pinned:?}");
    assert!(names.iter().all(|name| name.starts_with("actions/")), "GitHub's own alone: {names:?}");
}

#[test]
fn a_workflow_may_read_and_one_job_may_prove_who_it_is() {
    let mut proving = Vec::new();
    for Source { path, text } in workflows() {
        let head: Vec<&str> = text.split("\njobs:").next().unwrap().lines().collect();
        let begins = head.iter().position(|line| line.starts_with("permissions:")).unwrap_or_else(|| panic!("{path}: say permissions"));
        let allowed = (head[begins], head.get(begins + 1).map(|line| line.trim()));
        assert!(allowed == ("permissions: {}", Some("")) || allowed == ("permissions:", Some("contents: read")), "{path}: {allowed:?}");
        assert!(!text.contains(": write") || text.matches(": write").count() == text.matches("id-token: write").count(), "{path}");
        proving.extend(text.matches("id-token: write").map(|_| path.clone()));
        assert!(!text.contains("secrets."), "{path}: no key is kept");
        assert!(!text.contains("AWS_SECRET_ACCESS_KEY") && !text.contains("pull_request_target"), "{path}");
    }
    assert_eq!(proving, [".github/workflows/deploy.yml"]);
}

#[test]
fn deploying_is_guarded_by_an_environment_and_from_main_alone() {
    let deploy = workflows().into_iter().find(|workflow| workflow.path.ends_with("deploy.yml")).unwrap().text;
    let (build, deploy) = deploy.split_once("\n  deploy:").unwrap();
    assert!(build.contains("if: github.ref == 'refs/heads/main'") && !build.contains("id-token: write"));
    assert!(deploy.contains("needs: build") && deploy.contains("environment: ${{ inputs.environment }}"));
}
