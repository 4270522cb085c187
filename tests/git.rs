//! `rulebook impact` over git revisions. Needs the program `git`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RULEBOOK: &str = "title: T\nas_of: 2017-08-03\nfacts:\n  h: {type: integer, unit: hours}\n  a: {type: boolean}\n";

struct Repository {
    _folder: tempfile::TempDir,
    root: PathBuf,
}

fn git(at: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").arg("-C").arg(at).args(identity).args(arguments).output().expect("git is there");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
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
        put(&root, "policies/t/jurisdictions/x.yaml", "name: X\nfacts: {h: 30, a: true}\n");
        put(&root, "policies/t/jurisdictions/y.yaml", "name: Y\nfacts: {h: 60, a: true}\n");
        put(&root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 48\n");
        put(&root, "README.md", "other files are not read\n");
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-qm", "one"]);
        Self { _folder: folder, root }
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
        (String::from_utf8(text).unwrap(), output.status.code().unwrap())
    }
}

#[test]
fn the_last_commit_is_compared_with_the_files_as_they_are() {
    for below in ["", "deep/down"] {
        let repository = Repository::new(below);
        put(&repository.root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 24\n");
        put(&repository.root, "policies/t/jurisdictions/y.yaml", "name: Y\nfacts: {h: 10, a: true}\n");
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
        assert_eq!(git(&repository.root, &["status", "--porcelain"]), before, "the working tree is as it was");
    }
}

#[test]
fn two_revisions_are_compared_whatever_the_files_are() {
    let repository = Repository::new("");
    put(&repository.root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 72\n");
    repository.commit();
    git(&repository.root, &["tag", "later"]);
    put(&repository.root, "scripts/t/hold.rhai", "//! Hold\nbroken(\n");
    let (text, status) = repository.impact(&["HEAD~1", "later", "--fail-on", "gained"]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("48 <= h < 72: met -> not met") && text.contains("1 lost"), "{text}");
    // The head is broken, and so is the run.
    let (text, status) = repository.impact(&["HEAD"]);
    assert_eq!(status, 2, "{text}");
    // The base is broken, and the head mends it.
    repository.commit();
    put(&repository.root, "scripts/t/hold.rhai", "//! Hold\nj.h >= 72\n");
    let (text, status) = repository.impact(&[]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("fault -> ineligible") && text.contains("In HEAD"), "{text}");
}

#[test]
fn what_is_odd_in_a_revision_is_told() {
    let repository = Repository::new("");
    put(&repository.root, "policies/t/jurisdictions/bad.yaml", b"name: \xff\n");
    put(&repository.root, "policies/t/jurisdictions/.hidden.yaml", "nonsense");
    put(&repository.root, "policies/t/jurisdictions/name with spaces.yaml", "id: z\nfacts: {h: 1}\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("x.yaml", repository.root.join("policies/t/jurisdictions/link.yaml")).unwrap();
    repository.commit();
    let (text, status) = repository.impact(&["HEAD", "HEAD"]);
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("this file is not UTF-8 text") && text.contains("of all 3 jurisdictions"), "{text}");
    #[cfg(unix)]
    assert!(text.contains("links of a revision are not followed"), "{text}");
}

#[test]
fn a_name_that_is_neither_folder_nor_revision_is_told() {
    let repository = Repository::new("");
    for name in ["nope", "--output=x", "HEAD:policies"] {
        let (text, status) = repository.impact(&["--", name]);
        assert_eq!(status, 2, "{text}");
        assert!(text.contains(&format!("there is no folder and no git revision `{name}`")), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "policies/t/rulebook.yaml", RULEBOOK);
    let alone = Repository { root: folder.path().to_owned(), _folder: folder };
    let (text, status) = alone.impact(&[]);
    assert_eq!(status, 2, "{text}");
    assert!(text.contains("does not lie in a git repository") && text.contains("--head-set"), "{text}");
}
