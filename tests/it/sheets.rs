//! Records in a sheet.

use rulebook::assess::{Options, assess};
use rulebook::assessment::Assessment;
use rulebook::assessment::DeterminationKind::{Eligible, Undetermined};
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

const RULEBOOK: &str = "title: T\nas_of: 2017-08-03\n\
                        facts:\n  g.h: {type: integer, range: {min: 0, max: 100}}\n  a: \
                        {type: boolean}\n  t: {type: text}\n  r: {type: jurisdiction}\n";

fn read(sheet: &str) -> Assessment {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", RULEBOOK);
    files.insert("policies/t/jurisdictions/all.csv", sheet);
    files.insert(
        "scripts/t/hold.rhai",
        "//! Hold\nif j.g.h >= 48 && j.r.a { met(`${j.name} ${j.t}`) } else { not_met(\"no\") }\n",
    );
    assess(&Snapshot::load(&files), &Options::default())
}

fn problems(assessment: &Assessment) -> Vec<String> {
    let place = |one: &rulebook::diagnostic::Diagnostic| {
        one.span().map_or_else(String::new, |span| {
            format!("{}:{}", span.position().line, span.position().column)
        })
    };
    assessment
        .diagnostics
        .iter()
        .map(|one| format!("{} {} {}", one.code.as_str(), place(one), one.message))
        .collect()
}

#[test]
fn a_row_is_a_record() {
    let assessment = read(
        "id,name,assess,g.h,a,t,r\nx,\"X, the first\",,50,true,\"a \"\"b\"\"\",z\ny,,,50,,,\n\
         z,Z,false,,true,,\nw,W,,unknown,,,z\n",
    );
    assert_eq!(problems(&assessment), Vec::<String>::new());
    let kinds: Vec<_> = assessment.rulebooks[0]
        .jurisdictions()
        .map(|one| (one.jurisdiction.id.as_str(), one.determination.kind))
        .collect();
    assert_eq!(
        kinds,
        [("w", Undetermined), ("x", Eligible), ("y", Undetermined)]
    );
    let x = assessment.rulebooks[0].jurisdiction("x").unwrap();
    assert_eq!(x.findings[0].reasons, ["X, the first a \"b\""]);
    let stated = assessment.rulebooks[0].facts_used(&x.jurisdiction.id, 0.into());
    let place = stated
        .iter()
        .find(|(fact, _)| fact.to_string() == "g.h")
        .unwrap()
        .1
        .as_ref()
        .unwrap()
        .span
        .position();
    assert_eq!((place.line, place.column), (2, 19));
}

#[cfg(all(feature = "app", not(feature = "parquet")))]
#[test]
fn a_sheet_that_this_build_cannot_read_is_told() {
    let folder = tempfile::tempdir().expect("there is room");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        std::fs::write(path, text).expect("there is room");
    };
    put("policies/t/rulebook.yaml", RULEBOOK);
    put("policies/t/jurisdictions/all.parquet", "PAR1");
    put("policies/t/other.parquet", "of no interest");
    let files = rulebook::disk::read(folder.path()).expect("it is there");
    let said: Vec<_> = files
        .unreadable()
        .map(|(name, problem)| format!("{name}: {}", problem.message))
        .collect();
    assert_eq!(
        said,
        ["policies/t/jurisdictions/all.parquet: Parquet files are not read by this build"]
    );
}

#[test]
fn mistakes_are_told_at_their_cell_and_the_other_rows_are_read() {
    let assessment = read("id,g.h,hh,a\nx,101,,\ny,many,1,\nz,1\n,5,,\nx,5,,\nv,5,,true\n");
    assert_eq!(
        problems(&assessment),
        [
            "R120 1:8 the schema has no fact `hh`",
            "R123 2:3 `g.h`: `101` is out of range: expected 0 to 100",
            "R121 3:3 `g.h`: expected a whole number, found `many`",
            "R114 4:1 this row has 2 cells, and the head has 4",
            "R113 5:1 a record among several in one file needs an `id`",
            "R117 6:1 there are two records with the id `x`",
        ]
    );
    assert!(assessment.rulebooks[0].jurisdiction("v").is_some());
    assert!(
        problems(&read("id,a,a\nx,true,\n"))[0]
            .starts_with("R111 1:6 the column `a` stands here twice")
    );
    for empty in ["", "id,g.h\n"] {
        assert!(
            problems(&read(empty))
                .iter()
                .any(|one| one.contains("this file holds no record")),
            "{empty}"
        );
    }
}
