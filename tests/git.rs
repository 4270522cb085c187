//! `rulebook impact` over git revisions. Needs the program `git`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod played;

const RULEBOOK: &str = "title: T\nas_of: 2017-08-03\n\
                        facts:\n  h: {type: integer, unit: hours}\n  a: {type: boolean}\n";

struct Repository {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

fn git(at: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "init.defaultBranch=main",
    ];
    let output = Command::new("git")
        .arg("-C")
        .arg(at)
        .args(identity)
        .args(arguments)
        .output()
        .expect("git is there");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn put(root: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

impl Repository {
    /// One commit of a rulebook that lies in a folder of the repository.
    fn new(below: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(below);
        put(&root, "policies/t/rulebook.yaml", RULEBOOK);
        put(
            &root,
            "policies/t/jurisdictions/x.yaml",
            "name: X\nfacts: {h: 30, a: true}\n",
        );
        put(
            &root,
            "policies/t/jurisdictions/y.yaml",
            "name: Y\nfacts: {h: 60, a: true}\n",
        );
        put(&root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 48\n");
        put(&root, "README.md", "other files are not read\n");
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-qm", "one"]);
        Self {
            _folder: folder,
            root,
        }
    }

    fn commit(&self) {
        git(&self.root, &["add", "-A", "."]);
        git(&self.root, &["commit", "-qm", "more"]);
    }

    /// What it writes to both streams, and how it ends.
    fn impact(&self, arguments: &[&str]) -> (String, i32) {
        let output = Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .arg("impact")
            .arg("--root")
            .arg(&self.root)
            .args(arguments)
            // As within a hook of another repository.
            .env("GIT_DIR", "/nowhere")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            String::from_utf8(text).unwrap(),
            output.status.code().unwrap(),
        )
    }
}

#[test]
fn the_last_commit_is_compared_with_the_files_as_they_are() {
    for below in ["", "deep/down"] {
        let repository = Repository::new(below);
        put(
            &repository.root,
            "scripts/t/hold.rhai",
            "//! Hold\nj.h >= 24\n",
        );
        put(
            &repository.root,
            "policies/t/jurisdictions/y.yaml",
            "name: Y\nfacts: {h: 10, a: true}\n",
        );
        let before = git(&repository.root, &["status", "--porcelain"]);
        let (text, status) = repository.impact(&["--fail-on", "lost"]);
        assert_eq!(status, 1, "{text}");
        for line in [
            "of 2 jurisdictions: 1 gained, 1 lost",
            "24 <= h < 48: not met -> met",
            "X (x): ineligible -> eligible",
            "hold: not met -> met, because scripts/t/hold.rhai changed",
            "hold: met -> not met, because h of y 60 hours -> 10 hours",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(
            git(&repository.root, &["status", "--porcelain"]),
            before,
            "the working tree is as it was"
        );
    }
}

#[test]
fn two_revisions_are_compared_whatever_the_files_are() {
    let repository = Repository::new("");
    put(
        &repository.root,
        "scripts/t/hold.rhai",
        "//! Hold\nj.h >= 72\n",
    );
    repository.commit();
    git(&repository.root, &["tag", "later"]);
    put(
        &repository.root,
        "scripts/t/hold.rhai",
        "//! Hold\nbroken(\n",
    );
    let (text, status) = repository.impact(&["HEAD~1", "later", "--fail-on", "gained"]);
    assert_eq!(status, 0, "{text}");
    assert!(
        text.contains("48 <= h < 72: met -> not met") && text.contains("1 lost"),
        "{text}"
    );
    // The head is broken, and so is the run.
    let (text, status) = repository.impact(&["HEAD"]);
    assert_eq!(status, 2, "{text}");
    // The base is broken, and the head mends it.
    repository.commit();
    put(
        &repository.root,
        "scripts/t/hold.rhai",
        "//! Hold\nj.h >= 72\n",
    );
    let (text, status) = repository.impact(&[]);
    assert_eq!(status, 0, "{text}");
    assert!(
        text.contains("fault -> ineligible") && text.contains("In HEAD"),
        "{text}"
    );
}

#[test]
fn what_is_odd_in_a_revision_is_told() {
    let repository = Repository::new("");
    put(
        &repository.root,
        "policies/t/jurisdictions/bad.yaml",
        b"name: \xff\n",
    );
    put(
        &repository.root,
        "policies/t/jurisdictions/.hidden.yaml",
        "nonsense",
    );
    put(
        &repository.root,
        "policies/t/jurisdictions/name with spaces.yaml",
        "id: z\nfacts: {h: 1}\n",
    );
    put(
        &repository.root,
        "policies/t/jurisdictions/more.YAML",
        "id: more\nfacts: {h: 1}\n",
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        "x.yaml",
        repository.root.join("policies/t/jurisdictions/link.yaml"),
    )
    .unwrap();
    repository.commit();
    let (text, status) = repository.impact(&["HEAD", "HEAD"]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("this file is not UTF-8 text") && text.contains("of all 3 jurisdictions"),
        "{text}"
    );
    assert!(text.contains("rename it to `more.yaml`"), "{text}");
    #[cfg(unix)]
    assert!(
        text.contains("links of a revision are not followed"),
        "{text}"
    );
}

#[test]
fn a_name_that_is_neither_folder_nor_revision_is_told() {
    let repository = Repository::new("");
    for name in ["nope", "--output=x", "HEAD:policies"] {
        let (text, status) = repository.impact(&["--", name]);
        assert_eq!(status, 2, "{text}");
        assert!(
            text.contains(&format!("there is no folder and no git revision `{name}`")),
            "{text}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "policies/t/rulebook.yaml", RULEBOOK);
    let alone = Repository {
        root: folder.path().to_owned(),
        _folder: folder,
    };
    let (text, status) = alone.impact(&[]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("does not lie in a git repository") && text.contains("--head-set"),
        "{text}"
    );
}

/// Programs that the configuration of a repository can name, each set to leave a mark.
fn hostile_configuration(mark: &Path) -> String {
    let touch = format!("sh -c 'touch {}'", mark.display());
    format!(
        "[core]
	repositoryformatversion = 1
	fsmonitor = {touch}
	sshCommand = {touch}
	hooksPath = hooks
	alternateRefsCommand = {touch}
	pager = {touch}
	askPass = {touch}
[extensions]
	partialClone = origin
[protocol]
	allow = always
[protocol \"ext\"]
	allow = always
[credential]
	helper = !{touch}
[http]
	sslCert = /dev/null
	sslCertPasswordProtected = true
[remote \"origin\"]
	url = URL
	promisor = true
	partialclonefilter = blob:none
	uploadpack = {touch}
"
    )
}

/// A folder whose files are there in the last commit, but for the content of one; asked for it, git
/// looks for it where the configuration says.
fn hostile(kind: &str, url: &str, mark: &Path) -> Repository {
    let repository = Repository::new("sub");
    let root = &repository.root;
    let top = root.parent().unwrap();
    let object = git(
        top,
        &["rev-parse", "HEAD:sub/policies/t/jurisdictions/x.yaml"],
    );
    let (first, rest) = object.trim().split_at(2);
    fs::remove_file(top.join(".git/objects").join(first).join(rest)).unwrap();
    let gone = match kind {
        // The folder is itself a bare repository, of files that anybody can commit.
        "bare" => {
            fs::remove_dir_all(root).unwrap();
            fs::rename(top.join(".git"), root).unwrap();
            root.clone()
        }
        _ => top.join(".git"),
    };
    fs::write(
        gone.join("config"),
        hostile_configuration(mark).replace("URL", url),
    )
    .unwrap();
    for hook in [
        "post-index-change",
        "reference-transaction",
        "pre-auto-gc",
        "fsmonitor-watchman",
    ] {
        let path = gone.join("hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
        fs::set_permissions(&path, permissions).unwrap();
    }
    repository
}

/// The lines that a step of `action.yml` runs.
fn step_of_action(name: &str) -> String {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let step = text
        .split("    - name: ")
        .find(|step| step.starts_with(name))
        .expect("there is such a step");
    let run = step.split("run: |\n").nth(1).expect("it runs something");
    run.lines()
        .map(|line| format!("{}\n", line.strip_prefix("        ").unwrap_or(line)))
        .collect()
}

/// Runs the step of the action that compares, as a runner does.
fn impact_step(root: &Path, base: &str, fetch_by: Option<&str>) -> (String, i32, String) {
    let temporary = tempfile::tempdir().unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_rulebook")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command
        .args([
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            &step_of_action("Impact"),
        ])
        .envs([("PATH", path.as_str()), ("BASE", base)])
        .envs([("ROOT", root), ("RUNNER_TEMP", temporary.path())])
        .env("GITHUB_OUTPUT", temporary.path().join("output"))
        .env("GIT_DIR", "/nowhere")
        .envs(fetch_by.map(|list| ("RULEBOOK_FETCH_BY", list)));
    let output = command.output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let impact =
        fs::read_to_string(temporary.path().join("rulebook-impact.md")).unwrap_or_default();
    (text, output.status.code().unwrap(), impact)
}

/// INVARIANT: no command that a repository names is run.
#[test]
fn a_hostile_repository_runs_nothing() {
    let marks = tempfile::tempdir().unwrap();
    let mark = marks.path().join("mark");
    for kind in ["bare", "planted"] {
        let there = format!("{}/there", marks.path().display());
        fs::create_dir_all(&there).unwrap();
        let ext = format!("ext::sh -c touch% {}", mark.display());
        for url in [
            ext.as_str(),
            there.as_str(),
            "ssh://localhost:1/x",
            "https://localhost:1/x",
        ] {
            let repository = hostile(kind, url, &mark);
            let (text, status) = repository.impact(&["HEAD", "HEAD"]);
            assert!(
                !mark.exists(),
                "impact of a {kind} repository ran a command, by {url}"
            );
            assert_eq!(status, 2, "{kind} {url}: {text}");
            let told = if kind == "bare" {
                "lies in a bare repository"
            } else {
                "`policies/t/jurisdictions/x.yaml`"
            };
            assert!(text.contains(told), "{kind} {url}: {text}");
            for base in ["HEAD", "0123456789012345678901234567890123456789"] {
                impact_step(&repository.root, base, None);
                assert!(
                    !mark.exists(),
                    "the action ran a command in a {kind} repository, by {url}"
                );
            }
        }
    }
}

/// The trap of the test before does spring where nothing holds it.
#[test]
fn the_hostile_repository_would_run_a_command() {
    let marks = tempfile::tempdir().unwrap();
    let mark = marks.path().join("mark");
    let ext = format!("ext::sh -c touch% {}", mark.display());
    for url in [
        ext.as_str(),
        marks.path().to_str().unwrap(),
        "ssh://localhost:1/x",
    ] {
        let repository = hostile("bare", url, &mark);
        let mut command = Command::new("git");
        command.arg("-C").arg(&repository.root).args([
            "cat-file",
            "-e",
            "HEAD:sub/policies/t/jurisdictions/x.yaml",
        ]);
        command.output().unwrap();
        assert!(mark.exists(), "{url}");
        fs::remove_file(&mark).unwrap();
    }
}

#[test]
fn a_partial_clone_is_told_what_it_lacks() {
    let origin = Repository::new("");
    git(&origin.root, &["config", "uploadpack.allowFilter", "true"]);
    for (filter, lacks) in [
        (
            "blob:none",
            "`policies/t/jurisdictions/x.yaml`, `policies/t/jurisdictions/y.yaml`",
        ),
        ("tree:0", "folders"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", origin.root.display());
        git(
            folder.path(),
            &[
                "clone",
                "-q",
                "--no-checkout",
                "--filter",
                filter,
                &url,
                ".",
            ],
        );
        let clone = Repository {
            root: folder.path().to_owned(),
            _folder: folder,
        };
        let (text, status) = clone.impact(&["HEAD", "HEAD"]);
        assert_eq!(status, 2, "{text}");
        assert!(
            text.contains("the clone is partial") && text.contains(lacks),
            "{text}"
        );
        assert!(text.contains("git fetch --refetch --no-filter"), "{text}");
        git(&clone.root, &["fetch", "-q", "--refetch", "--no-filter"]);
        let (text, status) = clone.impact(&["HEAD", "HEAD"]);
        assert_eq!(status, 0, "{text}");
    }
}

#[test]
fn a_file_too_large_is_not_read_from_a_revision() {
    let repository = Repository::new("");
    let large = repository.root.join("policies/t/jurisdictions/large.csv");
    fs::File::create(&large)
        .unwrap()
        .set_len(257 * 1024 * 1024)
        .unwrap();
    repository.commit();
    let (text, status) = repository.impact(&["HEAD", "HEAD"]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("a file of 269,484,032 bytes is larger than the limit of 268,435,456"),
        "{text}"
    );
}

#[test]
fn the_action_fetches_the_base_by_https_alone() {
    let origin = Repository::new("");
    let base = git(&origin.root, &["rev-parse", "HEAD"]);
    git(
        &origin.root,
        &["config", "uploadpack.allowAnySHA1InWant", "true"],
    );
    put(&origin.root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 24\n");
    origin.commit();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.root.display());
    git(folder.path(), &["clone", "-q", "--depth", "1", &url, "."]);
    let (text, status, impact) = impact_step(folder.path(), base.trim(), None);
    assert_ne!(status, 0, "{text}");
    assert!(text.contains("transport 'file' not allowed"), "{text}");
    assert_eq!(impact, "");
    let (text, status, impact) = impact_step(folder.path(), base.trim(), Some("file"));
    assert_eq!(status, 0, "{text}");
    assert!(impact.contains("1 gained"), "{impact}");
}

/// A pull request may hold a folder that is named as the base is: the base is still a revision.
#[test]
fn a_folder_cannot_stand_in_for_the_base_of_the_action() {
    let repository = Repository::new("");
    let base = git(&repository.root, &["rev-parse", "HEAD"]);
    put(
        &repository.root,
        "scripts/t/hold.rhai",
        "//! Hold\nj.h >= 24\n",
    );
    let decoy = format!("{}/scripts/t/hold.rhai", base.trim());
    put(&repository.root, &decoy, "//! Hold\nj.h >= 24\n");
    repository.commit();
    let (text, status, impact) = impact_step(&repository.root, base.trim(), None);
    assert_eq!(status, 0, "{text}");
    assert!(impact.contains("1 gained"), "{impact}");
}

/// What stands for a folder in a revision is told, not passed over.
#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_in_a_revision_is_told() {
    let repository = Repository::new("");
    let root = &repository.root;
    fs::create_dir_all(root.join("elsewhere")).unwrap();
    fs::rename(root.join("policies/t"), root.join("elsewhere/t")).unwrap();
    std::os::unix::fs::symlink("../elsewhere/t", root.join("policies/t")).unwrap();
    repository.commit();
    let (text, status) = repository.impact(&["HEAD", "HEAD"]);
    assert_eq!(status, 2, "{text}");
    assert!(
        text.contains("policies/t") && text.contains("links of a revision"),
        "{text}"
    );
}

/// A name of a file is no command to whoever reads the log.
#[cfg(unix)]
#[test]
fn a_name_in_a_message_stays_on_its_line() {
    let origin = Repository::new("");
    git(&origin.root, &["config", "uploadpack.allowFilter", "true"]);
    put(
        &origin.root,
        "policies/t/jurisdictions/a\n::error::b\u{1b}[31m.yaml",
        "name: E\n",
    );
    origin.commit();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", origin.root.display());
    let clone = [
        "clone",
        "-q",
        "--no-checkout",
        "--filter",
        "blob:none",
        &url,
        ".",
    ];
    git(folder.path(), &clone);
    let clone = Repository {
        root: folder.path().to_owned(),
        _folder: folder,
    };
    let (text, _) = clone.impact(&["HEAD", "HEAD"]);
    assert!(text.contains("the clone is partial"), "{text}");
    assert!(
        !text.contains("\n::error") && !text.contains('\u{1b}'),
        "{text}"
    );
}

#[test]
fn the_tutorial_shows_what_it_says_to_its_end() {
    played::play("docs/tutorial.md", None);
}

impl Repository {
    /// What it writes to standard output, and how it ends.
    fn history(&self, arguments: &[&str]) -> (String, i32) {
        let output = Command::new(env!("CARGO_BIN_EXE_rulebook"))
            .args(["history", "--root"])
            .arg(&self.root)
            .args(arguments)
            .env("GIT_DIR", "/nowhere")
            .output()
            .unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            output.status.code().unwrap(),
        )
    }

    fn says(&self, subject: &str) {
        git(&self.root, &["add", "-A", "."]);
        git(&self.root, &["commit", "-qm", subject]);
    }
}

#[test]
fn a_history_names_the_commits_that_changed_something_and_why() {
    let repository = Repository::new("deep/down");
    let root = &repository.root;
    let script = |text: &str| put(root, "scripts/t/hold.rhai", text);
    script("//! Hold\nj.h >= 24\n");
    repository.says("Ask for a day");
    put(root, "README.md", "nothing of a rulebook\n");
    repository.says("Write");
    script("//! Hold\nbroken(\n");
    repository.says("Break it");
    put(root, "policies/t/rulebook.yaml", "title: [\n");
    repository.says("Break it more");
    put(root, "policies/t/rulebook.yaml", RULEBOOK);
    script("//! Hold, said otherwise\nj.h >= 24\n");
    repository.says("Mend it");
    git(
        root,
        &[
            "mv",
            "policies/t/jurisdictions/x.yaml",
            "policies/t/jurisdictions/places.yaml",
        ],
    );
    put(
        root,
        "policies/t/jurisdictions/places.yaml",
        "id: x\nname: X\nfacts: {h: 30, a: true}\n",
    );
    repository.says("Rename a file");
    put(
        root,
        "policies/t/jurisdictions/places.yaml",
        "id: x\nname: X\nfacts: {h: 20, a: true}\n",
    );
    repository.says("Correct X");
    put(
        root,
        "policies/t/jurisdictions/z.yaml",
        "name: Z\nfacts: {h: 1, a: true}\n",
    );
    repository.says("Add Z");
    let before = git(root, &["status", "--porcelain"]);
    let (text, status) = repository.history(&["x"]);
    assert_eq!(status, 0, "{text}");
    let at = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words}\n{text}"))
    };
    let order = [
        "T: X is ineligible.",
        "t: Correct X.",
        "t: one",
        "X (x): new, ineligible",
        "t: Ask for a day",
        "X (x): ineligible -> eligible",
        "hold: not met -> met, because scripts/t/hold.rhai changed",
        "t: Break it",
        "passed over: scripts/t/hold.rhai: ",
        "t: Break it more",
        "passed over: policies/t/rulebook.yaml: ",
        "hold: met -> not met, because h of x 30 hours -> 20 hours",
    ];
    let places: Vec<usize> = order.iter().map(|words| at(words)).collect();
    assert!(places.is_sorted(), "{places:?}\n{text}");
    for words in ["t: Write", "Mend it", "Rename a file", "Add Z", "Y (y)"] {
        assert!(!text.contains(words), "{words}\n{text}");
    }
    let (text, _) = repository.history(&["--format", "csv", "--commits", "2"]);
    let rows: Vec<&str> = text
        .lines()
        .map(|line| line.split_once(',').unwrap().1)
        .collect();
    assert!(
        rows[0].starts_with("day,author,subject,kind,rulebook,jurisdiction,condition"),
        "{text}"
    );
    assert!(
        rows.last()
            .unwrap()
            .contains("t,Add Z,determination,t,z,,,ineligible,"),
        "{text}"
    );
    let (_, status) = repository.history(&["nobody"]);
    assert_eq!(status, 2);
    assert_eq!(git(root, &["status", "--porcelain"]), before);
}

#[test]
fn a_history_passes_over_what_breaks_something_and_invents_no_change() {
    let broken = |old: &str, new: &str| {
        assert!(RULEBOOK.contains(old), "{old}");
        ("policies/t/rulebook.yaml", RULEBOOK.replace(old, new))
    };
    let slips = [
        broken("as_of: 2017-08-03\n", "as_of: 2017-02-30\n"),
        broken("as_of: 2017-08-03\n", ""),
        broken("title: T\n", "title: T\ndecision: any of them\n"),
        broken("{type: integer", "{type: whole"),
        ("policies/t/waivers.yaml", "- {jurisdicton: x}\n".to_owned()),
        ("policies/t/waivers.yaml", "- [\n".to_owned()),
        ("policies/t/jurisdictions/y.yaml", "name: [\n".to_owned()),
        ("policies/t/jurisdictions/z.yaml", "id: y\n".to_owned()),
        (
            "scripts/t/hold.rhai",
            "//! Hold\nj.hours >= 48\n".to_owned(),
        ),
    ];
    let repository = Repository::new("");
    for (number, (file, text)) in slips.iter().enumerate() {
        let was = fs::read(repository.root.join(file)).ok();
        put(&repository.root, file, text);
        repository.says(&format!("Break {number}"));
        match was {
            Some(was) => put(&repository.root, file, was),
            None => fs::remove_file(repository.root.join(file)).unwrap(),
        }
        repository.says(&format!("Mend {number}"));
    }
    let (text, status) = repository.history(&[]);
    assert_eq!(status, 0, "{text}");
    for (number, (file, _)) in slips.iter().enumerate() {
        let subject = format!("t: Break {number}\n");
        let (_, said) = text
            .split_once(&subject)
            .unwrap_or_else(|| panic!("{subject}\n{text}"));
        let said = said.lines().next().unwrap_or_default();
        assert!(
            said.contains(&format!("passed over: {file}: ")),
            "{subject}{said}"
        );
    }
    assert!(!text.contains("Mend"), "{text}");
    assert_eq!(text.matches(": new, ").count(), 2, "{text}");
    assert!(!text.contains(" -> "), "{text}");
    // What is broken from the first commit on hides nothing that comes after it.
    let repository = Repository::new("");
    let root = &repository.root;
    put(root, "policies/t/jurisdictions/z.yaml", "name: [\n");
    git(root, &["add", "-A", "."]);
    git(root, &["commit", "-q", "--amend", "-m", "First"]);
    put(
        root,
        "policies/t/jurisdictions/x.yaml",
        "name: X\nfacts: {h: 70, a: true}\n",
    );
    repository.says("Correct X");
    let (text, _) = repository.history(&[]);
    assert!(!text.contains("passed over"), "{text}");
    assert!(text.contains("X (x): ineligible -> eligible"), "{text}");
}

/// Numbers that look drawn, and are the same each time.
fn next(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn a_history_is_what_impact_says_commit_by_commit() {
    let repository = Repository::new("");
    let (root, mut state) = (&repository.root, 7);
    let folder = root.join("policies/t/jurisdictions");
    // Where a record lies: its file is renamed now and then.
    let place = |name: &str, moved: bool| {
        folder.join(format!("{}{name}.yaml", if moved { "moved-" } else { "" }))
    };
    let mut readable = vec![git(root, &["rev-parse", "HEAD"]).trim().to_owned()];
    let (mut renamed, mut broken) = (0, 0);
    for step in 0..40 {
        let name = ["x", "y", "z"][next(&mut state) % 3];
        let moved = place(name, true).exists();
        match next(&mut state) % 7 {
            5 if place(name, moved).exists() => {
                renamed += 1;
                fs::rename(place(name, moved), place(name, !moved)).unwrap();
            }
            6 => {
                broken += 1;
                put(root, "scripts/t/hold.rhai", "//! Hold\nj.h >= (\n");
            }
            0 => put(
                root,
                "scripts/t/hold.rhai",
                format!("//! Hold\nj.h >= {}\n", next(&mut state) % 80),
            ),
            1 if step % 2 == 0 => put(root, "scripts/t/more.rhai", "//! More\nj.a\n"),
            1 => drop(fs::remove_file(root.join("scripts/t/more.rhai"))),
            _ => fs::write(
                place(name, moved),
                format!(
                    "id: {name}\nname: {name}\nfacts: {{h: {}, a: {}}}\n",
                    next(&mut state) % 80,
                    next(&mut state) % 2 == 0
                ),
            )
            .unwrap(),
        }
        git(root, &["add", "-A", "."]);
        git(
            root,
            &[
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                &format!("step {step}"),
            ],
        );
        // It stays broken until the script is written anew.
        let script = fs::read_to_string(root.join("scripts/t/hold.rhai")).unwrap();
        if !script.contains(">= (") {
            readable.push(git(root, &["rev-parse", "HEAD"]).trim().to_owned());
        }
    }
    put(root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 24\n");
    git(root, &["commit", "-qam", "mended", "--allow-empty"]);
    readable.push(git(root, &["rev-parse", "HEAD"]).trim().to_owned());
    assert!(renamed > 2 && broken > 2, "{renamed} {broken}");
    let changed = |text: &str| -> Vec<String> {
        let rows = text
            .lines()
            .filter(|line| line.contains("determination,") || line.contains("finding,"));
        let rows = rows.map(|line| {
            let at = line
                .find("determination,")
                .or(line.find("finding,"))
                .unwrap();
            line[at..].to_owned()
        });
        rows.collect()
    };
    let pairs = readable.windows(2).map(|pair| {
        let (text, _) = repository.impact(&[&pair[0], &pair[1], "--format", "csv"]);
        // The last column says of cases whether they can be; of changes it says nothing.
        let rows = changed(&text).into_iter();
        let rows = rows.map(|row| row.strip_suffix(',').expect("it is empty").to_owned());
        rows.collect::<Vec<_>>()
    });
    let expected: Vec<String> = pairs.flatten().collect();
    let (text, status) = repository.history(&["--format", "csv"]);
    assert_eq!(status, 0);
    // What the first commit brings is new.
    let first = text.lines().filter(|line| line.contains(",one,")).count();
    assert_eq!(changed(&text)[first..], expected);
    assert!(expected.len() > 20, "{expected:?}");
}
