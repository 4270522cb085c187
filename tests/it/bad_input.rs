//! Bad input of every kind, on a real disk: a clear message each, exit code 2, in bounded time.

use std::path::Path;
use std::time::{Duration, Instant};

const RULEBOOK: &str = "title: Bad\nas_of: 2017-08-03\n\
                        facts:\n  a: {type: boolean}\n  i: {type: integer}\n  t: {type: text}\n";

struct Root(tempfile::TempDir);

impl Root {
    /// A root with a good record and a good script.
    fn good() -> Self {
        let root = Self(tempfile::tempdir().unwrap());
        root.write("policies/bad/rulebook.yaml", RULEBOOK.as_bytes());
        root.write(
            "policies/bad/jurisdictions/good.yaml",
            b"id: good\nfacts: {a: true, i: 1}\n",
        );
        root.write("scripts/bad/good.rhai", b"//! Good\nj.a\n");
        root
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn record(bytes: impl AsRef<[u8]>) -> Self {
        let root = Self::good();
        root.write("policies/bad/jurisdictions/x.yaml", bytes.as_ref());
        root
    }

    fn script(text: &str) -> Self {
        let root = Self::good();
        root.write("scripts/bad/x.rhai", format!("//! X\n{text}").as_bytes());
        root
    }

    /// Output and exit code of `rulebook check`. No input may take longer than this.
    fn check(&self) -> (String, i32) {
        let started = Instant::now();
        let (shown, code) = run(self.0.path());
        assert!(
            started.elapsed() < Duration::from_mins(1),
            "not in bounded time: {shown}"
        );
        (shown, code)
    }

    /// The run must be broken, say all of this, and still assess the good record.
    fn says(&self, expected: &[&str]) {
        let (shown, code) = self.check();
        assert_eq!(code, 2, "{shown}");
        for part in expected {
            assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
        }
        assert!(
            shown.lines().any(|line| line.starts_with("good ")),
            "the good record is gone:\n{shown}"
        );
    }
}

fn run(root: &Path) -> (String, i32) {
    let (out, problems, status) = crate::common::run(root, &["check", "--color", "never"], b"");
    let shown = out + problems.as_str();
    assert!(!shown.contains("panicked"), "{shown}");
    (shown, status)
}

#[test]
fn nothing_to_check_is_never_green() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(run(empty.path()).1, 2);
    let (shown, code) = run(&empty.path().join("missing"));
    assert!(code == 2 && shown.contains("there is no folder"), "{shown}");
    let root = Root::good();
    std::fs::remove_file(root.0.path().join("scripts/bad/good.rhai")).unwrap();
    let (shown, code) = root.check();
    assert!(code == 2 && shown.contains("has no conditions"), "{shown}");
    let root = Root::good();
    std::fs::remove_file(root.0.path().join("policies/bad/jurisdictions/good.yaml")).unwrap();
    let (shown, code) = root.check();
    assert!(code == 2 && shown.contains("has no records"), "{shown}");
    Root::record("").says(&["this file holds no record"]);
}

#[test]
fn broken_yaml_hides_only_its_own_file() {
    Root::record("id: x\nfacts:\n  a: [true\n").says(&["R110", "x.yaml"]);
    Root::record("id: x\n\tfacts: 1\n").says(&["R110", "never with tabs"]);
    Root::record("id: x\nfacts: {a: true, a: false}\n")
        .says(&["R111", "`a` stands here a second time"]);
    Root::record("id: x\nfacts:\n  <<: {a: true}\n").says(&["R110", "write the keys out"]);
}

#[test]
fn hostile_yaml_is_bounded() {
    let mut bomb = "id: x\nfacts: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..14 {
        bomb += &format!(
            "k{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 10].join(", ")
        );
    }
    Root::record(bomb).says(&["R110", "x.yaml"]);
    Root::record(format!("id: x\nfacts: {{t: {}}}\n", "z".repeat(10_000_000)))
        .says(&["R103", "longer than the limit"]);
    Root::record(format!("id: x\nfacts: {}\n", "[".repeat(1_000))).says(&["R110", "24 deep"]);
    Root::record(format!(
        "id: x\nfacts: {}1{}\n",
        "{k: ".repeat(1_000),
        "}".repeat(1_000)
    ))
    .says(&["R110", "24 deep"]);
}

#[test]
fn files_that_are_not_text_are_named() {
    Root::record(b"id: x\0\n").says(&["R102", "zero byte"]);
    Root::record(b"id: x\nname: \xff\xfe\n").says(&["R102", "line 2", "0xff", "UTF-8"]);
    let root = Root::good();
    root.write("scripts/bad/x.rhai", b"//! X\n\xff");
    root.says(&["R102", "scripts/bad/x.rhai", "fault"]);
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_fine() {
    let root = Root::record("\u{feff}id: x\r\nfacts:\r\n  a: true\r\n");
    root.write(
        "scripts/bad/y.rhai",
        "\u{feff}//! Y\r\nif j.a {\r\n  met(\"yes\")\r\n} else {\r\n  false\r\n}\r\n".as_bytes(),
    );
    let (shown, code) = root.check();
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("2 eligible") || shown.contains("1 eligible"),
        "{shown}"
    );
    Root::record("\u{feff}id: x\r\nfacts:\r\n  aa: true\r\n").says(&["x.yaml:3:3"]);
}

#[cfg(unix)]
#[test]
fn what_is_not_a_plain_file_is_named() {
    use std::os::unix::fs::symlink;
    let root = Root::good();
    std::fs::create_dir(root.0.path().join("policies/bad/jurisdictions/dir.yaml")).unwrap();
    root.says(&["R101", "dir.yaml", "a folder with the name of a file"]);

    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.yaml"), "id: secret\n").unwrap();
    let root = Root::good();
    symlink(
        outside.path().join("secret.yaml"),
        root.0.path().join("policies/bad/jurisdictions/link.yaml"),
    )
    .unwrap();
    symlink(
        outside.path(),
        root.0.path().join("policies/bad/jurisdictions/folder"),
    )
    .unwrap();
    symlink(
        root.0.path().join("nowhere"),
        root.0.path().join("policies/bad/jurisdictions/dead.yaml"),
    )
    .unwrap();
    root.says(&[
        "R104",
        "link.yaml",
        "jurisdictions/folder",
        "R101",
        "dead.yaml",
    ]);

    let root = Root::good();
    symlink(
        root.0.path().join("policies"),
        root.0.path().join("policies/bad/jurisdictions/around"),
    )
    .unwrap();
    assert_eq!(root.check().1, 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let root = Root::record("id: x\n");
    let path = root.0.path().join("policies/bad/jurisdictions/x.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The administrator can read everything; then there is nothing to see here.
    if std::fs::read(&path).is_err() {
        root.says(&["R101", "x.yaml"]);
    }
}

#[test]
fn ids_are_checked() {
    Root::record("id: good\nfacts: {a: false}\n").says(&["R117", "two records with the id `good`"]);
    for id in ["'../x'", "'a b'", "'a.b'", "'\u{202e}x'", "''", "é"] {
        Root::record(format!("id: {id}\n")).says(&["R116", "cannot be the id"]);
    }
}

#[test]
fn scripts_cannot_run_away() {
    Root::script("loop { }").says(&["R146", "too many steps", "x.rhai:2"]);
    Root::script("let s = \"x\"; for i in 0..100 { s += s; } s == \"y\"")
        .says(&["R146", "too large"]);
    Root::script("let l = [1]; for i in 0..100 { l += l; } true").says(&["R146", "too large"]);
    Root::script("fn f(x) { f(x + 1) }\nf(0)").says(&["R146", "16 deep"]);
    Root::script(&format!(
        "{}1{} == 1",
        "(".repeat(10_000),
        ")".repeat(10_000)
    ))
    .says(&["R146", "nested too deeply"]);
    Root::script(&format!("{}true", "!".repeat(10_000))).says(&["x.rhai"]);
    Root::script(&format!(
        "{}true{}",
        "if true { ".repeat(2_000),
        " }".repeat(2_000)
    ))
    .says(&["x.rhai"]);
    // Steps of functions that others call for each item count as well.
    let ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    let all = (0..7).fold("true".to_owned(), |within, _| {
        format!("{ten}.all(|x| {within})")
    });
    Root::script(&all).says(&["R146", "too many steps"]);
    let sum = (0..7).fold("0".to_owned(), |within, _| {
        format!("{ten}.reduce(|a, x| {within}, 0)")
    });
    Root::script(&format!("{sum} == 0")).says(&["R146", "too many steps"]);
    // And a list within lists is no deeper than it costs.
    Root::script("let l = []; for i in 0..9999 { l = [l]; } `${l}` == \"\" || l == [l]")
        .says(&["R146"]);
}

#[test]
fn scripts_cannot_reach_out() {
    for word in [
        "eval(\"1\")",
        "print(1)",
        "debug(1)",
        "sleep(1)",
        "timestamp()",
        "exit()",
        "type_of(1)",
        "try { 1 } catch { 2 }",
        "Fn(\"f\")",
    ] {
        Root::script(&format!("let x = {word}; true"))
            .says(&["x.rhai:2", "cannot be used in a script"]);
    }
    Root::script("import \"lib/../../secret\" as s; true").says(&["R147", "not in a `lib` folder"]);
    Root::script("import \"/etc/passwd\" as s; true").says(&["R147", "not in a `lib` folder"]);
    Root::script("import \"good\" as s; true").says(&["R147"]);
    Root::script("let p = \"lib/x\"; import p as s; true").says(&["R147", "x.rhai:2"]);
    // What another rulebook keeps for itself is not there.
    let root = Root::script("import \"lib/own\" as own; own::f(j)");
    root.write(
        "policies/other/rulebook.yaml",
        b"title: O\nas_of: 2020-01-01\nfacts: {}\n",
    );
    root.write("scripts/other/lib/own.rhai", b"fn f(j) { true }\n");
    root.says(&["R147", "x.rhai:2"]);
}

#[test]
fn imports_in_a_circle_are_named() {
    let root = Root::script("import \"lib/one\" as one; one::f(j)");
    root.write(
        "scripts/bad/lib/one.rhai",
        b"import \"lib/two\" as two;\nfn f(j) { two::g(j) }\n",
    );
    root.write(
        "scripts/bad/lib/two.rhai",
        b"import \"lib/one\" as one;\nfn g(j) { one::f(j) }\n",
    );
    root.says(&["R147", "leads back to"]);
    let root = Root::script("import \"lib/self\" as s; true");
    root.write(
        "scripts/bad/lib/self.rhai",
        b"import \"lib/self\" as s;\nfn g() { 1 }\n",
    );
    root.says(&["R147", "leads back to"]);
}

#[test]
fn all_problems_are_told_at_once() {
    let root = Root::record("id: x\nfacts: {aa: true, i: many}\n");
    root.write("policies/bad/jurisdictions/y.yaml", b"id: y\nfacts: [\n");
    root.write("scripts/bad/x.rhai", b"//! X\nj.b\n");
    root.write("scripts/bad/y.rhai", b"//! Y\nj.a &&\n");
    root.says(&["R120", "R121", "R110", "R142", "R140", "5 errors"]);
}

#[test]
fn exploration_is_safe_on_a_small_stack() {
    let deep = "fn f(x, n) { if n <= 0 { x >= 0 } else \
                { f((((((((x + 1) + 1) + 1) + 1) + 1) + 1) + 1), n - 1) } }\nf(j.i, 13)";
    let nested = format!("{}j.a{}", "(!".repeat(10), ")".repeat(10));
    let mut files = rulebook::input_files::Files::new();
    files.insert("policies/bad/rulebook.yaml", RULEBOOK);
    files.insert(
        "policies/bad/jurisdictions/x.yaml",
        "id: x\nfacts: {a: true}\n",
    );
    files.insert("scripts/bad/deep.rhai", &format!("//! Deep\n{deep}"));
    files.insert("scripts/bad/nested.rhai", &format!("//! Nested\n{nested}"));
    files.insert(
        "scripts/bad/endless.rhai",
        "//! Endless\nfn f(x) { f(x + 1) }\nf(j.i)",
    );
    let run = move || {
        rulebook::assess::assess(
            &rulebook::snapshot::Snapshot::load(&files),
            &rulebook::assess::Options::default(),
        )
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(run)
        .unwrap();
    let assessment = thread.join().unwrap();
    assert_eq!(
        assessment.diagnostics.len(),
        1,
        "{:?}",
        assessment.diagnostics
    );
}

#[test]
fn entangled_unknown_numbers_take_bounded_time() {
    let fact =
        |index: usize| format!("  n{index}: {{type: number}}\n  k{index}: {{type: integer}}\n");
    let facts = (0..8).map(fact).collect::<Vec<_>>().concat();
    let mut script = "//! Entangled\nlet count = 0;\n".to_owned();
    for index in 0..5 {
        let next = index + 1;
        script += &format!(
            "if j.n{index} * j.n{next} - j.n{next} > j.n{index} + {index}.5 {{ count += 1; }}\n"
        );
        script += &format!("if j.k{index} * j.k{next} % 7 == 3 {{ count += 1; }}\n");
    }
    script += "count > 3\n";
    let root = Root::good();
    root.write(
        "policies/bad/rulebook.yaml",
        format!("{RULEBOOK}{facts}").as_bytes(),
    );
    root.write("scripts/bad/x.rhai", script.as_bytes());
    let (shown, code) = root.check();
    assert!(code == 0 && shown.contains("undetermined"), "{shown}");
}

/// A calculation that doubles with each line would have more parts than there is time to look at.
#[test]
fn a_calculation_that_doubles_takes_bounded_time() {
    let root = Root::script("let n = j.i; for turn in 0..70 { n = n + n; } n > 3\n");
    let (shown, code) = root.check();
    // With the fact known it is worked out, however large.
    assert!(code == 0 && shown.contains("2 met"), "{shown}");
    let root = Root::script("let n = j.i; for turn in 0..8000 { n = n + n; } n > 3\n");
    let (shown, code) = root.check();
    assert!(
        code == 2 && shown.contains("more than 2,000 digits"),
        "{shown}"
    );
    let root = Root::script("let n = j.i; for turn in 0..40 { n = n + n; } n > 3\n");
    let (shown, code) = root.check();
    assert!(
        code == 0 && shown.contains("run for each jurisdiction"),
        "{shown}"
    );
    // So would derived facts, each of which reads the one before twice.
    let root = Root::good();
    root.write(
        "scripts/bad/derive/d00.rhai",
        b"//! D\n//! @type number\nj.i + 0.5\n",
    );
    for index in 1..40 {
        let script = format!(
            "//! D\n//! @type number\nj.d{:02} + j.d{:02}\n",
            index - 1,
            index - 1
        );
        root.write(
            &format!("scripts/bad/derive/d{index:02}.rhai"),
            script.as_bytes(),
        );
    }
    root.write("scripts/bad/x.rhai", b"//! X\nj.d39 > 3.0\n");
    let (shown, code) = root.check();
    assert!(
        code == 0 && shown.contains("good          met   met  eligible"),
        "{shown}"
    );
}
