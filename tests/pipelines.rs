//! The action, the hooks and the job of the documentation, played step by step in a scratch
//! repository. Needs bash, xargs and the program `git`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RULEBOOK: &str = "title: T\nas_of: 2017-08-03\nparameters:\n  place: {value: here}\n\
                        facts:\n  h: {type: integer}\n";

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn put(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A repository whose rulebook is to lie in a folder of it.
struct Repository {
    folder: tempfile::TempDir,
    below: &'static str,
}

impl Repository {
    /// With a first commit that knows of no rulebook.
    fn new(below: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "README.md", "Other files, and a script.\n");
        put(folder.path(), "scripts/build.sh", "echo built\n");
        let repository = Self { folder, below };
        repository.git(&["init", "-q"]);
        repository.commit();
        repository
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join(self.below)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.folder.path())
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments)
            .output()
            .expect("git is there");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "-A", "."]);
        self.git(&["commit", "-q", "--no-verify", "-m", "more"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn add_rulebook(&self) {
        let root = self.root();
        put(&root, "policies/t/rulebook.yaml", RULEBOOK);
        put(&root, "policies/t/jurisdictions/x.yaml", "facts: {h: 30}\n");
        put(
            &root,
            "scripts/t/hold.rhai",
            "//! Hold\nif params.place == \"two words\" { true } else { j.h >= 48 }\n",
        );
        let case = "- name: A\n  given: {h: 60}\n  expect: {hold: met}\n";
        put(&root, "tests/t/cases.yaml", case);
    }

    fn break_script(&self) {
        put(
            &self.root(),
            "scripts/t/hold.rhai",
            "//! Hold\nif j.h >= {\n",
        );
    }
}

/// A folder with programs that stand in for others, before all others.
fn programs() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    // What installs the program has done so: it is the one of this build.
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\necho \"cargo $*\"\n").unwrap();
    let mut permissions = fs::metadata(&cargo).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&cargo, permissions).unwrap();
    let built = Path::new(env!("CARGO_BIN_EXE_rulebook")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{}:{path}", folder.path().display(), built.display());
    (folder, path)
}

/// Runs lines as a runner does.
fn bash(lines: &str, at: &Path, environment: &BTreeMap<String, String>) -> (String, bool) {
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", lines])
        .current_dir(at)
        .envs(environment)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).unwrap(), output.status.success())
}

#[derive(serde::Deserialize)]
struct Action {
    runs: Runs,
}

#[derive(serde::Deserialize)]
struct Runs {
    steps: Vec<Step>,
}

#[derive(serde::Deserialize)]
struct Step {
    name: String,
    #[serde(rename = "if")]
    condition: Option<String>,
    run: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

/// What came of a run of the action.
struct Played {
    /// What all steps wrote.
    text: String,
    passed: bool,
    impact: String,
    summary: String,
}

/// Plays the action on a pull request: its steps in their order, each if its condition holds.
fn action(repository: &Repository, base: &str, arguments: &str) -> Played {
    let action: Action = serde_yaml::from_str(&read("action.yml")).unwrap();
    let (_programs, path) = programs();
    let temporary = tempfile::tempdir().unwrap();
    let file = |name: &str| temporary.path().join(name).display().to_string();
    let (mut text, mut passed) = (String::new(), true);
    let mut installed = false;
    for step in action.runs.steps {
        let holds = match step.condition.as_deref() {
            None => passed,
            Some("${{ inputs.base != '' }}") => passed && !base.is_empty(),
            Some("${{ !cancelled() && steps.install.outcome == 'success' }}") => installed,
            Some(other) => panic!("a condition that nobody plays: {other}"),
        };
        if !holds {
            continue;
        }
        let root = if repository.below.is_empty() {
            "."
        } else {
            repository.below
        };
        let inputs = [("root", root), ("base", base), ("arguments", arguments)];
        let value = |text: &str| {
            inputs.iter().fold(text.to_owned(), |text, (name, value)| {
                text.replace(&format!("${{{{ inputs.{name} }}}}"), value)
            })
        };
        let mut environment: BTreeMap<String, String> = step
            .env
            .iter()
            .map(|(name, text)| (name.clone(), value(text)))
            .collect();
        environment.extend([
            ("PATH".to_owned(), path.clone()),
            (
                "RUNNER_TEMP".to_owned(),
                temporary.path().display().to_string(),
            ),
            ("GITHUB_OUTPUT".to_owned(), file("output")),
            ("GITHUB_STEP_SUMMARY".to_owned(), file("summary")),
            ("GITHUB_ACTION_PATH".to_owned(), "/action".to_owned()),
        ]);
        let (said, fine) = bash(&step.run, repository.folder.path(), &environment);
        text += &format!("== {}\n{said}", step.name);
        installed |= step.name == "Install" && fine;
        passed &= fine;
    }
    let output = fs::read_to_string(file("output")).unwrap_or_default();
    let impact = output.trim().strip_prefix("file=").map(fs::read_to_string);
    Played {
        text,
        passed,
        impact: impact.map(Result::unwrap).unwrap_or_default(),
        summary: fs::read_to_string(file("summary")).unwrap_or_default(),
    }
}

#[test]
fn a_pull_request_that_breaks_a_script_is_annotated() {
    for (below, file) in [
        ("", "scripts/t/hold.rhai"),
        ("a b/c", "a b/c/scripts/t/hold.rhai"),
    ] {
        let repository = Repository::new(below);
        repository.add_rulebook();
        let base = repository.commit();
        repository.break_script();
        repository.commit();
        let played = action(&repository, &base, "");
        assert!(!played.passed, "{}", played.text);
        let annotation = format!("\n::error file={file},line=2,");
        assert!(played.text.contains(&annotation), "{}", played.text);
        assert!(repository.folder.path().join(file).is_file());
        assert!(
            played.summary.contains("scripts/t/hold.rhai:2"),
            "{}",
            played.summary
        );
        assert!(played.impact.contains("fault"), "{}", played.impact);
        // Without a base there is nothing to compare, and the rest is the same.
        let played = action(&repository, "", "");
        assert!(
            !played.passed && played.text.contains(&annotation),
            "{}",
            played.text
        );
        assert_eq!(played.impact, "");
    }
}

#[test]
fn the_first_pull_request_that_adds_a_rulebook_passes() {
    for below in ["", "a b/c"] {
        let repository = Repository::new(below);
        let base = repository.git(&["rev-parse", "HEAD"]);
        repository.add_rulebook();
        repository.commit();
        let played = action(&repository, &base, "");
        assert!(played.passed, "{}", played.text);
        assert!(
            played.impact.contains("which has no rulebook"),
            "{}",
            played.impact
        );
        assert!(played.impact.contains("1 new"), "{}", played.impact);
        // That a programme says no is nothing broken.
        assert!(!played.text.contains("::error"), "{}", played.text);
        assert!(
            played.summary.contains("1 ineligible"),
            "{}",
            played.summary
        );
    }
    // A rulebook that takes the last one's place away is no success.
    let repository = Repository::new("");
    repository.add_rulebook();
    let base = repository.commit();
    fs::remove_dir_all(repository.root().join("policies")).unwrap();
    repository.commit();
    let played = action(&repository, &base, "");
    assert!(!played.passed, "{}", played.text);
}

#[test]
fn a_base_that_is_not_there_does_not_keep_the_check_from_running() {
    let repository = Repository::new("");
    repository.add_rulebook();
    repository.break_script();
    repository.commit();
    let played = action(&repository, "0123456789012345678901234567890123456789", "");
    assert!(
        !played.passed && played.impact.is_empty(),
        "{}",
        played.text
    );
    assert!(
        played.text.contains("::error file=scripts/t/hold.rhai"),
        "{}",
        played.text
    );
}

#[test]
fn arguments_are_quoted_as_in_a_shell_and_nothing_of_them_is_run() {
    let repository = Repository::new("");
    repository.add_rulebook();
    repository.commit();
    let fails = |arguments: &str| {
        let played = action(&repository, "", arguments);
        (!played.passed, played.text)
    };
    assert!(!fails("").0);
    assert!(!fails("   \n").0);
    let (failed, text) = fails("--fail-on ineligible");
    assert!(
        failed && text.contains("::error file=policies/t/jurisdictions/x.yaml,"),
        "{text}"
    );
    for quoted in [
        "\"place=two words\"",
        "'place=two words'",
        "place=two\\ words",
        "\nplace='two words'\n",
    ] {
        let (failed, text) = fails(&format!("--fail-on ineligible --set {quoted}"));
        assert!(!failed, "{quoted}: {text}");
    }
    let mark = repository.folder.path().join("mark");
    for hostile in [
        "$(touch MARK)",
        "`touch MARK`",
        "; touch MARK",
        "\"$(touch MARK)\"",
        "| touch MARK",
        "-I touch MARK",
    ] {
        let hostile = hostile.replace("MARK", &mark.display().to_string());
        let (_, text) = fails(&format!("--fail-on ineligible {hostile}"));
        assert!(!mark.exists(), "{hostile}: {text}");
    }
    // A mark that nothing closes is told.
    assert!(fails("--set 'place=two").0);
}

#[test]
fn hooks_look_at_a_root_below_the_repository_too() {
    #[derive(serde::Deserialize)]
    struct Hook {
        id: String,
        entry: String,
        files: String,
        pass_filenames: bool,
    }
    let hooks: Vec<Hook> = serde_yaml::from_str(&read(".pre-commit-hooks.yaml")).unwrap();
    assert_eq!(hooks.len(), 2);
    let (_programs, path) = programs();
    let environment = BTreeMap::from([("PATH".to_owned(), path)]);
    for hook in hooks {
        assert!(!hook.pass_filenames, "{}", hook.id);
        // As `pre-commit` looks for what is to be committed; git has the same expressions.
        let matches = |name: &str| {
            let words = format!("printf '%s' '{name}' | grep -Eq '{}'", hook.files);
            bash(&words, Path::new("."), &environment).1
        };
        for name in [
            "policies/t/rulebook.yaml",
            "a b/c/scripts/t/hold.rhai",
            "c/tests/t/cases.csv",
        ] {
            assert!(matches(name), "{}: {name}", hook.id);
        }
        for name in [
            "README.md",
            "my-policies/x.yaml",
            "policies",
            "docs/scripts.md",
        ] {
            assert!(!matches(name), "{}: {name}", hook.id);
        }
        for (below, arguments) in [("", ""), ("a b/c", "--root 'a b/c'")] {
            let repository = Repository::new(below);
            repository.add_rulebook();
            let run = || {
                let words = format!("{} {arguments}", hook.entry);
                bash(&words, repository.folder.path(), &environment)
            };
            let (text, passed) = run();
            assert!(passed, "{}: {text}", hook.id);
            repository.break_script();
            let (text, passed) = run();
            assert!(
                !passed && text.contains("scripts/t/hold.rhai:2"),
                "{}: {text}",
                hook.id
            );
        }
        // A root that nobody named is an error, and no commit goes through unseen.
        let repository = Repository::new("below");
        repository.add_rulebook();
        let (text, passed) = bash(&hook.entry, repository.folder.path(), &environment);
        assert!(!passed, "{}: {text}", hook.id);
    }
}

#[test]
fn the_job_for_gitlab_annotates_a_script_that_is_broken() {
    #[derive(serde::Deserialize)]
    struct Pipeline {
        rulebook: Job,
    }
    #[derive(serde::Deserialize)]
    struct Job {
        script: Vec<String>,
        artifacts: Artifacts,
    }
    #[derive(serde::Deserialize)]
    struct Artifacts {
        when: String,
        reports: BTreeMap<String, String>,
    }
    let docs = read("docs/ci.md");
    let job = docs.split("```yaml\nrulebook:").nth(1).unwrap();
    let job = format!("rulebook:{}", job.split("```").next().unwrap());
    let job = serde_yaml::from_str::<Pipeline>(&job).unwrap().rulebook;
    assert_eq!(job.artifacts.when, "always");
    let (_programs, path) = programs();
    let environment = BTreeMap::from([("PATH".to_owned(), path)]);
    let repository = Repository::new("");
    repository.add_rulebook();
    let play = || {
        let (text, passed) = bash(
            &job.script.join("\n"),
            repository.folder.path(),
            &environment,
        );
        let report = |kind: &str| {
            let file = repository.folder.path().join(&job.artifacts.reports[kind]);
            fs::read_to_string(file).unwrap_or_else(|error| panic!("{kind}: {error}\n{text}"))
        };
        (passed, report("junit"), report("codequality"))
    };
    let (passed, junit, quality) = play();
    let clean = !junit.contains("<failure") && !quality.contains("\"blocker\"");
    assert!(passed && clean, "{junit}{quality}");
    repository.break_script();
    let (passed, junit, quality) = play();
    assert!(!passed && junit.contains("<error"), "{junit}");
    assert!(
        quality.contains("\"path\": \"scripts/t/hold.rhai\""),
        "{quality}"
    );
}
