//! Numbers are exact: at every threshold, over columns and one by one, and in what is proposed.

use std::fmt::Write;

use num_bigint::BigInt;
use num_rational::BigRational;
use rulebook::assess::{Options, assess};
use rulebook::assessment::{Assessment, DeterminationKind, Status};
use rulebook::input_files::Files;
use rulebook::remedies::remedies;
use rulebook::snapshot::Snapshot;

/// Numbers that look random, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % end
    }
}

/// So many steps of a power of ten.
fn steps(count: i64, places: u32) -> BigRational {
    BigRational::new(count.into(), BigInt::from(10).pow(places))
}

/// A decimal with at most eleven places, as text.
fn text(number: &BigRational) -> String {
    let scaled = number * BigRational::from(BigInt::from(10).pow(11));
    assert!(scaled.is_integer(), "{number} has more places");
    let digits = format!("{:0>12}", scaled.to_integer().to_string());
    let (before, after) = digits.split_at(digits.len() - 11);
    format!("{before}.{after}")
}

fn files(facts: &str, scripts: &[(&str, &str)], records: &str) -> Files {
    let mut files = Files::new();
    let schema =
        format!("title: T\nas_of: 2020-01-01\nparameters: {{limit: 372.6}}\nfacts:\n{facts}");
    files.insert("policies/t/rulebook.yaml", &schema);
    files.insert("policies/t/jurisdictions/all.csv", records);
    for (name, script) in scripts {
        files.insert(
            format!("scripts/t/{name}.rhai"),
            &format!("//! T\n{script}\n"),
        );
    }
    files
}

fn all(files: &Files) -> Assessment {
    let assessment = assess(&Snapshot::load(files), &Options::default());
    assessment.rulebooks.iter().for_each(crate::laws::agree);
    assessment
}

/// What is compared, with `c` at the threshold or one step beside it.
type Exactly = fn(&BigRational, &BigRational) -> BigRational;

#[test]
fn a_threshold_is_met_by_what_is_just_there() {
    const COUNT: usize = 3_000;
    let cases: [(&str, Exactly, u32); 6] = [
        ("j.a - j.b >= j.c", |a, b| a - b, 3),
        ("j.a + j.b >= j.c", |a, b| a + b, 3),
        ("j.a * j.b >= j.c", |a, b| a * b, 5),
        ("j.a / 3 + j.a / 3 + j.a / 3 >= j.c", |a, _| a.clone(), 3),
        ("j.a / j.b * j.b >= j.c", |a, _| a.clone(), 3),
        ("(j.a + j.b) / 4 - j.b / 4 >= j.c / 4", |a, _| a.clone(), 3),
    ];
    let mut chance = Chance(3);
    for (script, exactly, places) in cases {
        let mut records = "id,a,b,c\n".to_owned();
        let mut expected = Vec::new();
        for record in 0..COUNT {
            let a = steps(50_000 + chance.below(50_000), 3);
            let b = steps(1 + chance.below(40_000), 2 + u32::from(places < 5));
            let at = exactly(&a, &b);
            let c = &at + steps(chance.below(3) - 1, places);
            let _ = writeln!(
                records,
                "r{record:05},{},{},{}",
                text(&a),
                text(&b),
                text(&c)
            );
            expected.push(at >= c);
        }
        let facts = "  a: {type: number}\n  b: {type: number}\n  c: {type: number}\n";
        let assessment = all(&files(facts, &[("c", script)], &records));
        let assessed = &assessment.rulebooks[0];
        assert_eq!((assessment.has_errors(), assessed.len()), (false, COUNT));
        for (place, expected) in expected.iter().enumerate() {
            let met = assessed.status(place.into(), 0.into()) == Status::Met;
            assert_eq!(met, *expected, "{script} of {}", assessed.id(place.into()));
        }
    }
}

/// What lies beside a whole number by less than binary numbers tell apart, over columns.
#[test]
fn what_is_just_below_a_whole_number_is_not_at_it() {
    let mut chance = Chance(11);
    let mut records = "id,n,b,c,d\n".to_owned();
    for record in 0..4_000 {
        let [n, b] = [
            1 + chance.below(1 << (1 + record % 20)),
            3 + chance.below(50_000),
        ];
        let [c, d] = [0, 0].map(|_| 1_000_000_000 + chance.below(1_000_000_000));
        let _ = writeln!(records, "r{record:05},{n},{b},{c},{d}");
    }
    let facts = "  n: {type: number}\n  b: {type: number}\n  c: {type: number}\n  d: {type: \
                 number}\n";
    let scripts = [
        ("a", "floor(j.n - 1 / j.c / j.d) == j.n - 1"),
        ("b", "ceiling(j.n + 1 / j.c / j.d) == j.n + 1"),
        ("c", "floor(j.n / j.b * j.b - 1 / j.c / j.d) == j.n - 1"),
        ("d", "floor(j.n / j.b / j.c * j.b * j.c) == j.n"),
        ("e", "j.n / j.b * j.b - 1 / j.c / j.d < j.n"),
    ];
    let assessment = all(&files(facts, &scripts, &records));
    let assessed = &assessment.rulebooks[0];
    assert_eq!((assessment.has_errors(), assessed.len()), (false, 4_000));
    for (condition, (_, script)) in scripts.iter().enumerate() {
        for place in 0..assessed.len() {
            let status = assessed.status(place.into(), condition.into());
            assert_eq!(
                status,
                Status::Met,
                "{script} of {}",
                assessed.id(place.into())
            );
        }
    }
}

#[test]
fn scripts_calculate_exactly_whatever_is_written() {
    for script in [
        "0.1 + 0.2 == 0.3 && 4.6 - 3.6 >= 1.0 && 3 / 4 == 0.75",
        "let n = 0.1; n += 0.2; n == 0.3 && n / 3 * 3 == n",
        "let n = 1; n /= 3; n *= 3; n == 1",
        "let n = 3; n /= 2; n == 1.5",
        "1 / 3 + 1 / 3 + 1 / 3 == 1 && ceiling(2 / 3 * 1050) == 700",
        "0.000001 ** 5 > 0 && 2 ** -1 == 0.5 && 4 ** 0.5 == 2",
        "9007199254740993.5 - 9007199254740993 == 0.5",
        "9223372036854775807 + 1 > 9223372036854775807 && 1e30 == 10 ** 30",
        "[0.5, 1.5].contains(1 / 2) && 6 / 3 in [2, 4] && (4 / 2) in 0..3",
        "`${1 / 3}` == \"0.3333333333333333333333333333…\" && `${0.10 * 10}` == \"1\"",
        "`${0.1 + 0.2}` == \"0.3\" && -7 % 3 == -1 && 7.5 % 2 == 1.5",
        "switch 6 / 2 { 3 => true, _ => false }",
        "round(2.345, 2) == 2.35 && round(-2.5) == -3 && round_even(2.345, 2) == 2.34",
        "round_even(2.5) == 2 && round(1234, 2) == 1234 && round(2 / 3, 3) == 0.667",
        "div(7, 2) == 3 && div(-7, 2) == -3 && div(0.3, 0.1) == 3 && 10 % div(7, 2) == 1",
        "round(j.a / 3, 2) == 0.33 && div(j.a, 3) == 0 && round_even(j.a / 8, 2) == 0.12",
    ] {
        let assessment = all(&files(
            "  a: {type: number}\n",
            &[("c", script)],
            "id,a\nx,1\n",
        ));
        let status = assessment.rulebooks[0].status(0.into(), 0.into());
        assert_eq!(
            status,
            Status::Met,
            "{script}: {:?}",
            assessment.diagnostics
        );
    }
}

#[test]
fn what_is_no_number_is_a_fault_at_its_place() {
    for script in [
        "j.a * 0 ** -1 > 5",
        "(j.a - 2) ** 0.5 >= 0",
        "j.a / (j.a - 1) < 5",
        "(j.a + 5.5) ** 4800 > 0",
        "1 / 0 > 5",
    ] {
        let assessment = all(&files(
            "  a: {type: number}\n",
            &[("c", script)],
            "id,a\nx,1\n",
        ));
        let errors = assessment.diagnostics.iter().filter(|one| one.is_error());
        let lines: Vec<_> = errors
            .map(|one| one.span().unwrap().position().line)
            .collect();
        assert_eq!(lines, [2], "{script}: {:?}", assessment.diagnostics);
        assert_eq!(
            assessment.rulebooks[0].status(0.into(), 0.into()),
            Status::Fault,
            "{script}"
        );
    }
}

#[test]
fn sums_that_come_to_the_same_whatever_is_missing_are_settled() {
    let scripts = [
        ("a", "j.x == j.x && j.a + 1 > j.a && (j.a * 2) % 2 == 0"),
        ("b", "j.x - j.x * 0.2 <= j.x && j.x + j.y - j.x == j.y"),
        (
            "c",
            "if j.x - j.y > 3 { j.y < j.x - 2 } else { j.x <= 3 + j.y }",
        ),
    ];
    let facts = "  a: {type: integer}\n  x: {type: number, range: {min: 0, max: 9}}\n  \
                 y: {type: number}\n";
    let assessment = all(&files(facts, &scripts, "id,a\nx,\n"));
    for (condition, (_, script)) in scripts.iter().enumerate() {
        let status = assessment.rulebooks[0].status(0.into(), condition.into());
        assert_eq!(status, Status::Met, "{script}");
    }
}

#[test]
fn proposed_numbers_have_the_digits_of_their_column_and_do() {
    let scripts = [("a", "j.a > params.limit"), ("b", "j.b - 3.6 >= 1.0")];
    let facts = "  a: {type: number}\n  b: {type: number}\n";
    let files = files(facts, &scripts, "id,a,b\nx,300.25,2.5\ny,1.5,1\n");
    let assessment = all(&files);
    let assessed = &assessment.rulebooks[0];
    let found = remedies(assessed, assessed.at(0.into()), DeterminationKind::Eligible);
    let changes: Vec<_> = found.list[0]
        .changes
        .iter()
        .map(|one| format!("{} -> {} ({})", one.fact, one.to, one.allowed))
        .collect();
    assert_eq!(changes, ["a -> 372.61 (> 372.6)", "b -> 4.6 (>= 4.6)"]);
}

#[test]
fn a_number_with_more_digits_than_are_held_is_told() {
    let facts = "  a: {type: number}\n";
    for (number, fine) in [
        ("0.1", true),
        ("66", true),
        ("0.30000000000000004", true),
        ("1e300", true),
        ("123456789.12345678", true),
        ("0.1000000000000000055", false),
        ("12345678901234567890.5", false),
        ("1e400", false),
    ] {
        let records = format!("id,a\nx,{number}\n");
        let assessment = all(&files(facts, &[("c", "j.a > 0")], &records));
        assert_eq!(assessment.has_errors(), !fine, "{number}");
    }
}

#[test]
fn a_calculation_of_more_digits_than_a_number_has_is_right_or_a_fault() {
    let came = |script: &str, x: &str| {
        let mut files = Files::new();
        files.insert(
            "policies/t/rulebook.yaml",
            "title: T\nas_of: 2020-01-01\nfacts:\n  i: {type: number}\n  x: {type: number}\n",
        );
        files.insert(
            "policies/t/jurisdictions/all.csv",
            &format!("id,i,x\na,200000,{x}\n"),
        );
        files.insert("scripts/t/c.rhai", &format!("//! T\n{script}\n"));
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        let told = assessment.diagnostics.iter().filter(|one| one.is_error());
        let told: Vec<String> = told.map(|one| one.message.clone()).collect();
        (
            assessment.rulebooks[0].status(0.into(), 0.into()),
            told.join("; "),
        )
    };
    // Interest over so many months: 17 bits more each.
    for (months, x) in [(100, "5.23"), (390, "5.23"), (400, "5.23"), (400, "5")] {
        let grown = format!(
            "let owed = j.i;\nfor month in 0..{months} {{ owed = owed * (1 + j.x / 1200); }}\n"
        );
        let (more, less) = (
            came(&format!("{grown}owed > 1"), x),
            came(&format!("{grown}owed <= 1"), x),
        );
        assert_eq!(
            (more.0, less.0),
            (Status::Met, Status::NotMet),
            "{months} {x}: {more:?} {less:?}"
        );
    }
    let (far, big) = ("(j.i * 10 ** 1500)", "(j.x + 10 ** 1500)");
    for (script, expected) in [
        (format!("{far} * {far} > 0"), Status::Met),
        (format!("!({far} * {far} > 0)"), Status::NotMet),
        (format!("{far} * {far} != 0"), Status::Met),
        (format!("{far} * {far} == {far} * {far}"), Status::Met),
        (format!("{far} * {big} > 0"), Status::Met),
        (
            "1 / (j.i + 10 ** 1000) / (j.i + 10 ** 1001) < 1".to_owned(),
            Status::Met,
        ),
    ] {
        let found = came(&script, "5");
        assert_eq!(found.0, expected, "{script}: {found:?}");
    }
    // What has more where a calculation of very many parts is put together is said to.
    let long = "let y = j.x + 10 ** 300; for k in 0..100 { y = y * (j.x + 10 ** 300); } y > 0";
    for script in [
        "let x = j.i; for k in 0..90 { x = x / (j.x + 10 ** 50); } x < 1",
        long,
    ] {
        let found = came(script, "5");
        assert_eq!(found.0, Status::Fault, "{found:?}");
        assert!(found.1.contains("more than 2,000 digits"), "{found:?}");
    }
}
