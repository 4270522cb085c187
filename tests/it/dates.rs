//! Days, months and years as statutes count them, and numbers as texts.

use rulebook::assess::{Options, assess};
use rulebook::assessment::Status;
use rulebook::fact::Date;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;

fn files(script: &str, records: &str) -> Files {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-03-01\nfacts:\n  born: {type: date}\n  since: {type: date}\n  \
         a: {type: number}\n",
    );
    files.insert("policies/t/jurisdictions/all.csv", records);
    files.insert("scripts/t/c.rhai", &format!("//! T\n{script}\n"));
    files
}

/// What a script comes to for one record: its status and its reason.
fn came(script: &str, record: &str, as_of: Option<&str>) -> (Status, Option<String>) {
    let snapshot = Snapshot::load(&files(script, record));
    let options = Options {
        as_of: as_of.map(|day| Date::parse(day).unwrap()),
        ..Options::default()
    };
    let assessment = assess(&snapshot, &options);
    assert!(
        assessment.diagnostics.iter().all(|one| !one.is_error()),
        "{script}: {:?}",
        assessment.diagnostics
    );
    let assessed = &assessment.rulebooks[0];
    crate::laws::agree(assessed);
    let jurisdiction = assessed.at(0.into());
    let reason = jurisdiction.findings[0]
        .reasons
        .first()
        .map(ToString::to_string);
    (assessed.status(0.into(), 0.into()), reason)
}

#[test]
fn days_are_counted_as_statutes_count_them() {
    for (script, expected) in [
        // Regulation (EEC, Euratom) No 1182/71, Article 3(2)(c): a period in months ends with the
        // day of the same number, or with the last day of a month that has no such day.
        (
            "add_months(date(\"2025-11-30\"), 3) == date(\"2026-02-28\")",
            Status::Met,
        ),
        ("add_years(j.born, 18) == date(\"2026-02-28\")", Status::Met),
        (
            "add_months(date(\"2024-03-31\"), -1) == date(\"2024-02-29\")",
            Status::Met,
        ),
        (
            "years_between(j.born, date(\"2026-02-28\")) == 18",
            Status::Met,
        ),
        // Born on 29 February: 18 on the first of March of a year without that day.
        ("age(j.born, date(\"2026-02-28\")) == 17", Status::Met),
        ("age(j.born, params.as_of) >= 18", Status::Met),
        ("age(j.born, params.as_of - 1) >= 18", Status::NotMet),
        ("age(j.born, date(\"2024-02-29\")) == 16", Status::Met),
        // The first of the next month.
        (
            "add_months(first_of_month(j.since), 1) == date(\"2025-02-01\")",
            Status::Met,
        ),
        ("last_of_month(j.since) == j.since", Status::Met),
        (
            "last_of_month(date(\"2024-02-03\")) == date(\"2024-02-29\")",
            Status::Met,
        ),
        // What many write where something has no end.
        (
            "last_of_month(date(\"9999-12-31\")) == date(\"9999-12-31\")",
            Status::Met,
        ),
        (
            "first_of_month(date(\"0000-01-31\")) == date(\"0000-01-01\")",
            Status::Met,
        ),
        (
            "months_between(j.since, date(\"2025-02-28\")) == 0",
            Status::NotMet,
        ),
        (
            "months_between(j.since, date(\"2025-02-28\")) == 1",
            Status::Met,
        ),
        (
            "year(j.born) == 2008 && month(j.born) == 2 && day(j.born) == 29",
            Status::Met,
        ),
    ] {
        let found = came(script, "id,born,since\nx,2008-02-29,2025-01-31\n", None);
        assert_eq!(found.0, expected, "{script}");
    }
}

#[test]
fn what_is_certain_of_a_missing_day_is_settled() {
    for (script, expected) in [
        ("age(j.born, params.as_of) >= 18", Status::Unknown),
        ("month(j.born) <= 12 && day(j.born) >= 1", Status::Met),
        ("add_months(j.born, 1) > j.born", Status::Unknown),
        (
            "first_of_month(j.born) <= date(\"9999-12-01\") && last_of_month(j.born) >= date(\"0000-01-31\")",
            Status::Met,
        ),
        ("year(j.born) < 10000", Status::Met),
        (
            "year(j.since) == 2025 || age(j.born, j.since) >= 18",
            Status::Met,
        ),
    ] {
        let found = came(script, "id,since\nx,2025-01-31\n", None);
        assert_eq!(found.0, expected, "{script}");
    }
}

#[test]
fn the_day_of_the_assessment_is_a_parameter() {
    let script = "params.as_of >= j.since";
    let record = "id,since\nx,2026-06-01\n";
    assert_eq!(came(script, record, None).0, Status::NotMet);
    assert_eq!(came(script, record, Some("2026-06-01")).0, Status::Met);
    let snapshot = Snapshot::load(&files(script, record));
    let assessment = assess(&snapshot, &Options::default());
    let parameters = &assessment.rulebooks[0].parameters;
    let listed: Vec<_> = parameters.iter().map(|used| &*used.name).collect();
    assert_eq!(listed, ["as_of"]);
    let mut own = files(script, record);
    own.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-03-01\nparameters: {as_of: 3}\nfacts:\n  since: {type: date}\n",
    );
    let told = Snapshot::load(&own).diagnostics;
    assert!(
        told.iter()
            .any(|one| one.message.contains("`as_of` is the name")),
        "{told:?}"
    );
}

#[test]
fn numbers_are_written_for_people() {
    let script = "not_met(`${fixed(j.a, 2)} ${percent(j.a / 10000000, 1)} ${thousands(j.a)} \
                  ${fixed(2.005, 2)} ${percent(1 / 3)} ${thousands(1234567)} ${fixed(-0.5)}`)";
    let found = came(script, "id,a\nx,1234567.5\n", None);
    let expected = "1234567.50 12.3% 1,234,567.5 2.01 33% 1,234,567 -1";
    assert_eq!(found.1.as_deref(), Some(expected));
    let found = came("not_met(\"at \" + fixed(j.a, 1))", "id,a\nx,\n", None);
    assert_eq!(found.1.as_deref(), Some("at unknown"));
}

#[test]
fn a_parameter_and_its_range_may_be_fractions() {
    let came = |declared: &str, options: Options| {
        let mut files = Files::new();
        let schema = format!(
            "title: T\nas_of: 2026-03-01\nparameters:\n  capped: false\n  p: {declared}\nfacts:\n  a: {{type: number}}\n"
        );
        files.insert("policies/t/rulebook.yaml", &schema);
        files.insert("policies/t/jurisdictions/all.csv", "id,a\nx,5\n");
        files.insert(
            "scripts/t/c.rhai",
            "//! T\n!params.capped || j.a <= params.p\n",
        );
        let assessment = assess(&Snapshot::load(&files), &options);
        let mut told: Vec<String> = assessment
            .diagnostics
            .iter()
            .filter(|one| one.is_error())
            .map(|one| one.message.clone())
            .collect();
        if told.is_empty() {
            let assessed = &assessment.rulebooks[0];
            let value = assessed.parameters.iter().find(|used| *used.name == *"p");
            let value = value.and_then(|used| used.value.clone());
            told.push(format!(
                "{:?} {}",
                assessed.status(0.into(), 0.into()),
                value.map_or_else(String::new, |it| it.to_string())
            ));
            let json = rulebook::render::json(&assessment);
            if let Some(at) = json.find("\"exact\"") {
                told.push(
                    json[at..]
                        .split(',')
                        .next()
                        .unwrap_or_default()
                        .replace([' ', '\n'], ""),
                );
            }
        }
        told.join("; ")
    };
    let plain = |declared: &str| came(declared, Options::default());
    assert_eq!(plain("6/3"), "Met 2");
    assert_eq!(plain("{value: 6/3, type: integer}"), "Met 2");
    assert_eq!(
        plain("{value: 7/3, type: integer}"),
        "`p`: expected a whole number, found `7/3`"
    );
    let range = "{value: 2/3, range: {min: 1/3, max: 2/3}}";
    let found = plain(range);
    assert!(
        found.contains("0.666666") && found.ends_with("\"exact\":\"2/3\""),
        "{found}"
    );
    assert!(plain("{value: 0.67, range: {max: 2/3}}").contains("range"));
    let mut options = Options::default();
    options.parameters.push(("p".to_owned(), "4/6".to_owned()));
    assert!(came(range, options.clone()).contains("\"2/3\""));
    options.parameters.push(("p".to_owned(), "3/4".to_owned()));
    let refused = came(range, options);
    let said = "parameter `p`: `3/4` is out of range: expected 0.333";
    assert!(refused.starts_with(said), "{refused}");
}

#[test]
fn decimals_are_for_showing_only() {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-03-01\nparameters:\n  part: {value: 2/3, decimals: 2}\nfacts:\n  \
         a: {type: number, decimals: 1, unit: km}\n",
    );
    files.insert("policies/t/jurisdictions/all.csv", "id,a\nx,2.04\ny,2\n");
    files.insert(
        "scripts/t/c.rhai",
        "//! T\nparams.part * 3 == 2 && j.a > params.part * 3\n",
    );
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let errors: Vec<_> = assessment
        .diagnostics
        .iter()
        .filter(|one| one.is_error())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    let assessed = &assessment.rulebooks[0];
    let found = [0, 1].map(|place| assessed.status(place.into(), 0.into()));
    assert_eq!(found, [Status::Met, Status::NotMet]);
    let explanation = rulebook::explanation::explain(assessed, assessed.at(0.into()), None);
    let finding = &explanation.findings[0];
    let text = format!("{:?} {:?}", finding.tests, finding.parameters);
    assert!(text.contains("≈2.0 km") && text.contains("≈0.67"), "{text}");
    let mut wrong = files.clone();
    wrong.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2026-03-01\nparameters:\n  part: {value: 2/0, decimals: 2}\nfacts:\n  \
         a: {type: integer, decimals: 1}\n  b: {type: number, decimals: 99}\n",
    );
    let told = Snapshot::load(&wrong).diagnostics;
    let says = |part: &str| told.iter().any(|one| one.message.contains(part));
    assert!(
        says("`decimals` is about numbers") && says("from 0 to 15") && says("divides by zero"),
        "{told:?}"
    );
}

#[test]
fn what_is_calculated_with_missing_days_is_told_and_panics_nowhere() {
    for script in [
        "not_met(`of age on ${add_years(j.born, 18)}, ${age(j.born, j.since)}`)",
        "not_met(`${last_of_month(j.born)} ${months_between(j.born, j.since)}`)",
        "add_months(j.since, j.n * 100000) > date(\"2020-01-01\")",
        "j.born + 3000000 > add_months(j.since, j.n * 100000)",
        "let d = j.born; for v in 0..150 { d = last_of_month(add_months(d, 1)); } d > j.since",
    ] {
        for record in ["x,2008-02-29,2025-01-31,", "x,,2025-01-31,2", "x,,,"] {
            let mut files = files(script, &format!("id,born,since,n\n{record}\n"));
            files.insert(
                "policies/t/rulebook.yaml",
                "title: T\nas_of: 2026-03-01\nfacts:\n  born: {type: date}\n  \
                 since: {type: date}\n  n: {type: integer}\n",
            );
            let assessment = assess(&Snapshot::load(&files), &Options::default());
            let assessed = &assessment.rulebooks[0];
            let finding = &assessed.at(0.into()).findings[0];
            let known = !record.contains(",,") && script.starts_with("not_met");
            assert!(
                !known || finding.reasons[0].contains("20"),
                "{script}: {finding:?}"
            );
        }
    }
    let found = came(
        "not_met(`on ${add_years(j.born, 18)}`)",
        "id,born\nx,2008-02-29\n",
        None,
    );
    assert_eq!(found.1.as_deref(), Some("on 2026-02-28"));
}
