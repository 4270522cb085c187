//! Many records at once: by columns, from outside the folder, packed, made up.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use crate::common::run;
use rulebook::assess::{Options, assess, assess_after};
use rulebook::assessment::{Assessment, DeterminationKind};
use rulebook::input_files::Files;
use rulebook::render::{self, Colour};
use rulebook::snapshot::{Loader, Snapshot};

use crate::laws::agree;

const RULEBOOK: &str = "title: T\nas_of: 2020-01-01\nparameters: {limit: 48}\n\
                        facts:\n  big: {type: boolean}\n  \
     kind: {type: choice, choices: [a, b, c]}\n  n: {type: integer, range: {min: 0, max: 1000}}\n  \
     m: {type: integer, range: {min: 0, max: 9000000000}}\n  share: {type: number}\n  since: \
     {type: date}\n  \
     word: {type: text}\n  seat: {type: jurisdiction}\n";

const SCRIPTS: [(&str, &str); 7] = [
    (
        "plain",
        "if j.big { return met(); }\nj.n >= params.limit && j.kind != \"b\"",
    ),
    ("common", "j.n < 500 || j.share > 0.5 || j.m > 5000000000"),
    (
        "pair",
        "j.share * 1000.0 > j.n || j.since < date(\"2000-01-01\")",
    ),
    ("seat", "j.seat.big || j.seat.n > 10"),
    (
        "stated",
        "if j.known(\"word\") { return j.word == \"yes\"; }\nnot_applicable()",
    ),
    ("fault", "1000 / j.n >= 2"),
    ("opaque", "`${j.kind}`.len() == 1 && j.n > 3"),
];

/// A sheet of so many records in which every so-many-th fact of each kind is missing.
fn sheet(count: usize) -> String {
    let mut text = "id,name,big,kind,n,m,share,since,word,seat\n".to_owned();
    let mut state = 1_u64;
    let mut draw = |end: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    for index in 0..count {
        let cells = [
            ["true", "false", ""][usize::try_from(draw(3)).unwrap()].to_owned(),
            ["a", "b", "c", ""][usize::try_from(draw(4)).unwrap()].to_owned(),
            if draw(6) == 0 {
                String::new()
            } else {
                draw(1000).to_string()
            },
            if draw(6) == 0 {
                String::new()
            } else {
                (draw(90) * 100_000_000).to_string()
            },
            if draw(6) == 0 {
                String::new()
            } else {
                format!("0.{:02}", draw(100))
            },
            if draw(6) == 0 {
                String::new()
            } else {
                format!("{}-01-01", 1990 + draw(20))
            },
            ["yes", "no", ""][usize::try_from(draw(3)).unwrap()].to_owned(),
            if index == 0 || draw(4) == 0 {
                String::new()
            } else {
                "r000000".to_owned()
            },
        ];
        let _ = writeln!(text, "r{index:06},R {index},{}", cells.join(","));
    }
    text
}

fn files(count: usize, decision: &str) -> Files {
    let mut files = Files::new();
    let head = if decision.starts_with("//!") {
        "decision: script\n"
    } else {
        decision
    };
    files.insert("policies/t/rulebook.yaml", &format!("{RULEBOOK}{head}"));
    files.insert("policies/t/jurisdictions/all.csv", &sheet(count));
    for (name, script) in SCRIPTS {
        files.insert(
            format!("scripts/t/{name}.rhai"),
            &format!("//! {name}\n{script}\n"),
        );
    }
    if decision.starts_with("//!") {
        files.insert("scripts/t/decision.rhai", decision);
    }
    files
}

/// What each came to, and what is wrong.
fn told(assessment: &Assessment) -> String {
    let assessed = &assessment.rulebooks[0];
    let one = |place: usize| {
        let statuses = (0..assessed.conditions.len())
            .map(|condition| assessed.status(place.into(), condition.into()));
        format!(
            "{} {:?} {:?}\n",
            assessed.id(place.into()),
            assessed.kind(place.into()),
            statuses.collect::<Vec<_>>()
        )
    };
    let all: String = (0..assessed.len()).map(one).collect();
    format!(
        "{all}{}",
        render::diagnostics(&assessment.diagnostics, Colour::Never, 100)
    )
}

#[test]
fn what_is_told_of_many_is_what_is_told_of_each() {
    let script = "//! D\nif findings.plain == \"met\" || findings.common == \"not_met\" && j.n > 5 \
                  { return eligible(\"x\"); }\nineligible(\"y\")\n";
    for decision in [
        "decision: all\n",
        "decision: any\n",
        "decision: {at_least: 3}\n",
        script,
    ] {
        let files = files(2_600, decision);
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        let broken: Vec<_> = assessment
            .diagnostics
            .iter()
            .filter(|one| one.is_error())
            .map(|one| &one.message)
            .collect();
        assert!(
            broken.iter().all(|message| message.contains("zero")),
            "{broken:?}"
        );
        let assessed = &assessment.rulebooks[0];
        agree(assessed);
        let counts = DeterminationKind::ALL.map(|kind| assessed.count(kind));
        assert!(
            counts.iter().filter(|count| **count > 20).count() >= 2,
            "{decision}: {counts:?}"
        );
        // On one thread and on two to the last byte.
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| told(&assess(&Snapshot::load(&files), &Options::default())))
        };
        assert!(on(1) == on(2));
    }
}

#[test]
fn days_are_calculated_alike_beside_numbers_that_have_fractions() {
    let schema = "title: T\nas_of: 2020-01-01\nfacts:\n  e: {type: date}\n  \
                  o: {type: choice, choices: [1, 2.5]}\n  i: {type: integer}\n";
    // What is compared by choices has the number 1 as a constant, and so have the days.
    let scripts = [
        ("a", "j.e >= last_of_month(j.e) || j.o - j.i == 3"),
        ("b", "j.o - j.i == 3 || j.e >= last_of_month(j.e)"),
    ];
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", schema);
    files.insert(
        "policies/t/jurisdictions/all.csv",
        "id,e,o,i\np,2020-03-02,2.5,3\nq,2020-03-31,1,7\nr,2020-03-01,1,-2\n",
    );
    for (name, script) in scripts {
        files.insert(
            format!("scripts/t/{name}.rhai"),
            &format!("//! Asks for {name}\n{script}\n"),
        );
    }
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    agree(&assessment.rulebooks[0]);
    assert_eq!(
        told(&assessment),
        "p Ineligible [NotMet, NotMet]\nq Eligible [Met, Met]\nr Eligible [Met, Met]\n"
    );
}

#[test]
fn an_edit_of_a_large_file_comes_to_what_a_fresh_reading_comes_to() {
    let mut files = files(2_100, "decision: any\n");
    let mut loader = Loader::default();
    let mut before = assess(&loader.load(&files), &Options::default());
    let path = "policies/t/jurisdictions/all.csv";
    let text = files.get(path).unwrap().text().to_owned();
    for (from, to) in [
        ("r000007,R 7,", "r000007,Another name,"),
        ("r000000,R 0,", "r000000,R 0 and more,"),
        ("r001500,R 1500,", "r001500,R 1500,broken,"),
        ("r002000,R", "z002000,R"),
        (
            "r000003,R 3,",
            "r000003,R 3,false,a,999,1,0.1,2001-01-01,yes,r000000\nx,X,",
        ),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text);
        for text in [&edited, &text] {
            files.insert(path, text);
            let after = assess_after(&loader.load(&files), &Options::default(), &before);
            let cold = assess(&Snapshot::load(&files), &Options::default());
            assert!(told(&after) == told(&cold), "{from} to {to}");
            let full = |assessment: &Assessment| {
                assessment.rulebooks[0]
                    .jurisdictions()
                    .take(20)
                    .map(|one| format!("{one:?}"))
                    .collect::<Vec<_>>()
            };
            assert_eq!(full(&after), full(&cold), "{from} to {to}");
            before = after;
        }
    }
}

/// A root folder with scripts and no records but one that others refer to.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("policies/t/rulebook.yaml", RULEBOOK);
    write(
        "policies/t/jurisdictions/seat.yaml",
        "facts: {big: true, n: 3}\n",
    );
    write(
        "scripts/t/plain.rhai",
        "//! Plain\nif j.seat.big { return met(`${j.n}`); }\nnot_met(\"no seat\")\n",
    );
    folder
}

#[test]
fn each_line_is_answered_by_a_line_in_the_same_order() {
    let folder = folder();
    let lines = [
        r#"{"id":"z","facts":{"seat":"seat","n":5}}"#,
        r#"{"id":"a","name":"A \u00e9","facts":{"seat":"seat","n":6}}"#,
        r#"{"id":"z","facts":{"n":7}}"#,
        "{\"id\": broken",
        "",
        r#"{"id":"b","facts":{"seat":"seat","n":"many"}}"#,
        r#"{"id":"seat","facts":{"big":true}}"#,
    ];
    let (out, problems, status) = run(
        folder.path(),
        &["check", "--records", "-"],
        lines.join("\n").as_bytes(),
    );
    let answers: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let seen: Vec<_> = answers
        .iter()
        .map(|answer| {
            let told = answer["diagnostics"].as_array().map(|told| {
                let told = told.iter().map(|one| (&one["code"], &one["place"]["line"]));
                format!(
                    "{:?}",
                    told.map(|(code, line)| format!("{code} {line}"))
                        .collect::<Vec<_>>()
                )
            });
            format!(
                "{} {} {} {}",
                answer["id"],
                answer["determination"],
                answer["findings"][0]["reasons"],
                told.unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            "\"z\" \"eligible\" [\"5\"] ",
            "\"a\" \"eligible\" [\"6\"] ",
            "null null null [\"\\\"R117\\\" 3\"]",
            "null null null [\"\\\"R127\\\" 4\"]",
            "\"b\" \"eligible\" [\"unknown\"] [\"\\\"R121\\\" 6\"]",
            "\"seat\" null null [\"\\\"R117\\\" 7\"]"
        ],
        "{out}{problems}"
    );
    assert_eq!(status, 2);
    assert_eq!(problems, "");
    // Any id, if it is asked for.
    let any = run(
        folder.path(),
        &["check", "--records", "-", "--ids", "any"],
        format!("{}\n{}\n", lines[0], lines[2]).as_bytes(),
    );
    let ids = any.0.matches("\"id\":\"z\"").count();
    assert_eq!((ids, any.2), (2, 0), "{any:?}");

    let good = lines[..2].join("\n");
    assert_eq!(
        run(folder.path(), &["check", "--records", "-"], good.as_bytes()).2,
        0
    );
    assert_eq!(
        run(
            folder.path(),
            &["check", "--records", "-", "--fail-on", "undetermined"],
            lines[2].as_bytes()
        )
        .2,
        1
    );
    // Never green on nothing.
    assert_eq!(run(folder.path(), &["check", "--records", "-"], b"").2, 2);
    // A line that is too long, or no text, is one bad answer.
    let mut bytes = vec![b'x'; 18 << 20];
    bytes.extend_from_slice(format!("\n\u{e9}\n{}\n", lines[0]).as_bytes());
    let at = (18 << 20) + 1;
    bytes[at] = 0xff;
    let endless = folder.path().join("endless.ndjson");
    fs::write(&endless, bytes).unwrap();
    let (out, problems, status) = run(
        folder.path(),
        &[
            "check",
            "--records",
            endless.to_str().unwrap(),
            "--format",
            "ndjson",
        ],
        b"",
    );
    let answers: Vec<&str> = out.lines().collect();
    assert_eq!(answers.len(), 3, "{out}{problems}");
    assert!(answers[0].contains("is longer than the limit"), "{out}");
    assert!(answers[1].contains("this line is not UTF-8 text"), "{out}");
    assert!(
        answers[2].contains("\"determination\":\"eligible\""),
        "{out}"
    );
    assert_eq!(status, 2);
}

#[test]
fn a_file_from_outside_is_read_as_a_whole_and_may_be_packed() {
    let folder = folder();
    let path = folder.path().join("outside.csv");
    let text = "id,n,seat\nx,1,seat\ny,2,\n";
    fs::write(&path, text).unwrap();
    let (plain, problems, status) = run(
        folder.path(),
        &["check", "--records", path.to_str().unwrap()],
        b"",
    );
    assert_eq!(status, 0, "{plain}{problems}");
    assert!(
        plain.contains("2 jurisdictions: 1 eligible, 0 ineligible, 1 undetermined (1 more record"),
        "{plain}"
    );

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let zst = ruzstd::encoding::compress_to_vec(
        text.as_bytes(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    for (name, bytes) in [
        ("records.csv.gz", gzip.finish().unwrap()),
        ("records.csv.zst", zst),
    ] {
        let path = folder.path().join("policies/t/jurisdictions").join(name);
        fs::write(&path, &bytes).unwrap();
        let (out, problems, status) = run(folder.path(), &["check"], b"");
        assert_eq!(status, 0, "{out}{problems}");
        assert!(out.contains("3 jurisdictions: 1 eligible"), "{out}");
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let (_, problems, status) = run(folder.path(), &["check"], b"");
        assert!(
            problems.contains("this file cannot be unpacked"),
            "{problems}"
        );
        assert_eq!(status, 2);
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn what_is_made_up_says_so_and_is_the_same_for_the_same_seed() {
    let folder = folder();
    let made_up = |arguments: &[&str]| {
        let (out, problems, status) = run(
            folder.path(),
            &[&["generate", "--count", "1500"], arguments].concat(),
            b"",
        );
        assert_eq!(status, 0, "{problems}");
        out
    };
    let sheet = made_up(&[
        "--unknown",
        "0.2",
        "--draw",
        "n=uniform:3..3",
        "--draw",
        "big=share:1",
    ]);
    assert_eq!(
        sheet,
        made_up(&[
            "--unknown",
            "0.2",
            "--draw",
            "n=uniform:3..3",
            "--draw",
            "big=share:1"
        ])
    );
    assert_ne!(sheet, made_up(&["--seed", "2"]));
    assert!(
        sheet
            .lines()
            .skip(1)
            .all(|line| line.starts_with("made-up-") && line.contains("made up by rulebook"))
    );
    assert!(
        sheet.lines().skip(1).any(|line| line.contains(",true,")) && !sheet.contains(",false,")
    );
    for (format, name) in [("csv", "x.csv"), ("ndjson", "x.ndjson"), ("yaml", "x.yaml")] {
        let path = folder.path().join("policies/t/jurisdictions").join(name);
        fs::write(&path, made_up(&["--format", format])).unwrap();
        let (out, problems, status) = run(folder.path(), &["check", "--timings"], b"");
        assert_eq!(status, 0, "{out}{problems}");
        // Too many to be listed.
        assert!(
            out.contains("1501 jurisdictions") && out.contains("Too many to be listed"),
            "{out}"
        );
        for phase in [
            "read",
            "parse",
            "check facts",
            "explore",
            "assess",
            "accepted",
            "lint",
            "render",
        ] {
            assert!(problems.contains(&format!("\n{phase} ")), "{problems}");
        }
        fs::remove_file(path).unwrap();
    }
    let (_, problems, status) = run(folder.path(), &["generate", "--draw", "nn=share:1"], b"");
    assert!(problems.contains("has no fact `nn`"), "{problems}");
    assert_eq!(status, 2);
}

/// Of very many ids those are looked through that stand around the place where a name would stand.
#[test]
fn a_reference_to_none_of_very_many_records_has_a_near_one() {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert("scripts/t/common.rhai", "//! C\nj.n < 500\n");
    let mut sheet = String::from("id,seat\n");
    for row in 0..70_000 {
        let seat = if row == 69_990 { "j6999x" } else { "" };
        let _ = writeln!(sheet, "j{row:05},{seat}");
    }
    files.insert("policies/t/jurisdictions/all.csv", &sheet);
    let found = Snapshot::load(&files).diagnostics;
    let told = found.iter().find(|one| one.code.as_str() == "R124");
    let told = told.expect("the reference leads nowhere");
    assert_eq!(told.help.as_deref(), Some("did you mean `j69990`?"));
}
