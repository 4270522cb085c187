//! Scripts that would take hours, fill the memory, or write without end.

use crate::input::{Input, repeated};

const NUMBER: &str = "  a: {type: integer, range: {min: 0, max: 100000}}\n";

/// Facts of one type, `f0` and so on.
fn facts(count: usize, ty: &str) -> String {
    repeated(count, |number| format!("  f{number}: {{type: {ty}}}\n"))
}

/// A rulebook of one script.
fn one(name: &'static str, facts: &str, script: &str) -> Input {
    Input::new(name, facts, &[("s", script)])
}

/// A rulebook of several scripts, of which the first is asked about.
fn several(name: &'static str, facts: &str, count: usize, text: impl Fn(usize) -> String) -> Input {
    let scripts: Vec<(String, String)> = (0..count)
        .map(|number| {
            let name = if number == 0 {
                "s".to_owned()
            } else {
                format!("s{number}")
            };
            (name, text(number))
        })
        .collect();
    let scripts: Vec<(&str, &str)> = scripts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    Input::new(name, facts, &scripts)
}

pub(crate) fn all() -> Vec<Input> {
    [
        loops(),
        texts(),
        files(),
        calculations(),
        records(),
        findings(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Loops, and paths without number.
fn loops() -> Vec<Input> {
    let six = "integer, range: {min: 0, max: 9}";
    let conditions: Vec<_> = (0..6).map(|number| format!("x > j.f{number}")).collect();
    let list = repeated(8_000, |number| format!("{number}, "));
    let rest =
        |most| format!("let rest = j.a % {most};\nwhile rest > 10 {{ rest -= 7 }}\nrest > 4\n");
    let questions = |count| {
        repeated(count, |number| {
            format!("if j.f{number} {{ n += {number}; }}\n")
        })
    };
    let no_tree = |number| {
        let asked = questions(14);
        format!("let n = 0;\n{asked}if n * n > j.a {{ n += {number}; }}\nn > j.a\n")
    };
    vec![
        one(
            "turns",
            &format!("{}  l: {{type: list, items: integer}}\n", facts(6, six)),
            &format!(
                "let n = 0;\nfor x in j.l {{ if {} {{ n += 1; }} }}\nn > 3\n",
                conditions.join(" && ")
            ),
        )
        .records("x.yaml", format!("facts: {{l: [{list}]}}\n"))
        .comes_to(0, "unknown"),
        one("remainder", NUMBER, &rest(400)),
        one("remainders", NUMBER, &rest(1_000)),
        one(
            "growth",
            "  a: {type: number, range: {min: 0, max: 1000}}\n",
            "let y = j.a;\nlet n = 0;\nwhile y < 1000 && n < 100 { y = y * 1.05; n += 1; }\nn > 20\n",
        ),
        several("ladders", &facts(4_860, "boolean"), 27, |script| {
            let asked = repeated(180, |number| {
                let number = script * 180 + number;
                format!("if j.f{number} {{ return met(\"m{number}\"); }}\n")
            });
            asked + "1 > 2\n"
        })
        .comes_to(0, "unknown"),
        several(
            "no-trees",
            &(NUMBER.to_owned() + &facts(14, "boolean")),
            10,
            no_tree,
        ),
        one(
            "no-tree",
            &(NUMBER.to_owned() + &facts(14, "boolean")),
            &no_tree(0),
        )
        .records(
            "all.csv",
            "id,a\n".to_owned() + &repeated(20_000, |row| format!("r{row},{row}\n")),
        )
        .of("r17"),
    ]
}

/// Texts and lists.
fn texts() -> Vec<Input> {
    let long = "x".repeat(9_000);
    let booleans = facts(6, "boolean");
    vec![
        one(
            "split",
            NUMBER,
            &format!(
                "let s = \"{long}\";\nlet n = 0;\nfor i in 0..60000 {{ for t in s.split(\"\") {{ n += 1; }} \
                 }}\nn > j.a\n"
            ),
        )
        .comes_to(2, "scripts/w/s.rhai:4:"),
        several("doubled", &facts(8, "boolean"), 8, |number| {
            format!(
                "let t = \"x\";\nfor k in 0..11 {{ t = t + t; }}\nlet l = [];\nfor k in 0..9 {{ l.push(t + k); }}\nif \
                 j.f{number} {{ met(l[3]) }} else {{ not_met(l[7]) }}\n"
            )
        }),
        several("too-doubled", &facts(8, "boolean"), 8, |number| {
            format!("let t = \"x\";\nfor k in 0..40 {{ t += t; }}\nif j.f{number} {{ met(t) }} else {{ not_met(t) }}\n")
        })
        .comes_to(2, "scripts/w/s.rhai:3:"),
        one(
            "reason",
            "  t: {type: text}\n",
            &format!("met(`{}`)\n", "${j.t}".repeat(4_096)),
        )
        .records("x.yaml", format!("facts: {{t: {}}}\n", "y".repeat(60_000)))
        .comes_to(1, "met"),
        one(
            "copies",
            &booleans,
            &format!(
                "let l = [0];\nwhile l.len() < 5000 {{ l = l + l }}\nlet n = 0;\n{}for x in l {{ let y = l; n += \
                 1; }}\nn > 10\n",
                repeated(6, |number| format!("if j.f{number} {{ n += {number}; }}\n"))
            ),
        )
        .comes_to(2, "too many steps"),
        one(
            "values",
            NUMBER,
            &format!("j.a == 1{}", "\n|| 2".repeat(60_000)),
        )
        .comes_to(2, "not all of this script was searched"),
        one(
            "arrows",
            NUMBER,
            &"let f = (a, b) => a + b\n".repeat(60_000),
        )
        .comes_to(2, "scripts/w/s.rhai:2:"),
        one("tags", NUMBER, &"//! level: required\n".repeat(60_000)).comes_to(2, "begins with `@`"),
        one("labels", NUMBER, &labels(60_000)),
        one("more-labels", NUMBER, &labels(300_000)).comes_to(2, "at most 65,000 lines"),
    ]
}

/// A `switch` of so many labels, a line each.
fn labels(count: usize) -> String {
    let labels = repeated(count, |label| format!("{label} => met(\"m{label}\"),\n"));
    format!("switch j.a {{\n{labels}_ => j.a > 3\n}}\n")
}

/// Files that import each other.
fn files() -> Vec<Input> {
    let library = |input: Input, count: usize, text: &dyn Fn(usize) -> String| {
        (0..count).fold(input, |input, number| {
            input.with(&format!("scripts/w/lib/l{number:05}.rhai"), text(number))
        })
    };
    let start = "import \"lib/l00000\" as l;\nl::f(j.a) > 3\n";
    vec![
        library(one("imports", NUMBER, start), 41, &|number| {
            let next = number + 1;
            match number {
                40 => "fn f(x) { x }\n".to_owned(),
                _ => format!(
                    "import \"lib/l{next:05}\" as a;\nimport \"lib/l{next:05}\" as b;\nfn f(x) {{ {} }}\n",
                    if number < 5 { "a::f(x)" } else { "x" }
                ),
            }
        }),
        library(one("chain", NUMBER, start), 20_000, &|number| {
            format!(
                "import \"lib/l{:05}\" as a;\nfn f(x) {{ x }}\n",
                (number + 1) % 20_000
            )
        })
        .comes_to(2, "scripts/w/lib/"),
        several("scripts", NUMBER, 2_000, |number| {
            format!("j.a > {number}\n")
        }),
    ]
}

/// Numbers that are long, or that only a search tells of.
fn calculations() -> Vec<Input> {
    let number = "number, range: {min: 0, max: 1000}";
    let six = [
        "j.f0 + j.f1 * 2 + j.f2 > 700\n",
        "j.f3 + j.f4 - j.f5 >= 3.5\n",
        "j.f0 * j.f3 > 500\n",
        "j.f1 + j.f4 < 60 && j.f2 * j.f5 > 7\n",
    ];
    let unit = "  x: {type: number, range: {min: 0, max: 1}}\n";
    vec![
        several("six", &facts(6, number), 4, |script| six[script].to_owned())
            .comes_to(0, "unknown"),
        one(
            "fractions",
            &format!("{unit}  n: {{type: integer, range: {{min: 1, max: 40}}}}\n"),
            "round(j.x, 15) ** j.n > 1/3\n",
        ),
        one(
            "months",
            "  a: {type: date, range: {min: 2000-01-01, max: 2030-01-01}}\n  v: {type: integer, range: {min: 0, \
             max: 600}}\n",
            "let n = 0;\nfor k in 0..60 { if add_months(j.a, j.v) > add_months(date(\"2001-01-01\"), k) { n += 1; } \
             }\nn > 30\n",
        ),
        one(
            "digits",
            unit,
            "let y = j.x + 10 ** 1500;\nfor k in 0..100 { y = y * (j.x + 10 ** 1500); }\ny > 0\n",
        )
        .comes_to(2, "scripts/w/s.rhai:3:"),
    ]
}

/// Records by the thousand for scripts that are dear.
fn records() -> Vec<Input> {
    let places = |end: &str| {
        format!(
            "let s = \"{}\";\nlet n = 0;\n{}{end}",
            "x".repeat(60_000),
            repeated(12, |number| format!(
                "if j.f{number} {{ n += {}; }}\n",
                7 * number + 1
            ))
        )
    };
    let booleans = facts(12, "boolean");
    vec![
        one("places", &booleans, &places("met(s + n)\n"))
            .records(
                "all.csv",
                "id,f0\n".to_owned() + &repeated(4_096, |row| format!("r{row},\n")),
            )
            .of("r17")
            .change("+= 1;", "+= 2;"),
        one(
            "places-no-tree",
            &format!("{booleans}{NUMBER}"),
            &places("if n == 3 && j.a > n { return not_met(s + n + j.a); }\nmet(s + n)\n"),
        )
        .records(
            "all.csv",
            "id,a\n".to_owned() + &repeated(4_096, |row| format!("r{row},{row}\n")),
        )
        .of("r17"),
        several(
            "place",
            &format!("{NUMBER}{booleans}  n: {{type: number, range: {{min: 0, max: 100}}}}\n"),
            3,
            |script| {
                let scripts = [
                    "j.a > 500 && j.f0\n",
                    "j.n * 3 + j.a / 7 > 90\n",
                    "j.a % 7 != 3 || j.n > 40\n",
                ];
                scripts[script].to_owned()
            },
        )
        .records(
            "all.csv",
            "id,a,f0,n\n".to_owned()
                + &repeated(35_000, |row| {
                    let known = ["", "true", "false"][row % 3];
                    format!("r{row},{},{known},{}.5\n", row * 7_919 % 100_000, row % 90)
                }),
        )
        .of("r18"),
    ]
}

/// Scripts that name thousands of findings.
fn findings() -> Vec<Input> {
    let read = |count, what: &str, between: &str| {
        let named = repeated(count, |number| {
            format!("findings.s{}.{what}{between}", number + 1)
        });
        named + "j.a > 3\n"
    };
    let all = |what: &'static str, between: &'static str| {
        move |script: usize| match script {
            0 => read(2_000, what, between),
            number => format!("j.a > {number}\n"),
        }
    };
    vec![
        one("no-findings", NUMBER, &read(20_000, "met", " && "))
            .comes_to(2, "there is no condition `s1`"),
        several("findings", NUMBER, 2_001, all("met", " || ")),
        several("not-findings", NUMBER, 2_001, all("not_met", " && ")).comes_to(1, ""),
        // Each reads a hundred others, so that there are as many ways as numbers have no name for.
        several("woven", NUMBER, 1_000, |script| {
            let named = (1..=100)
                .map(|next| script + next)
                .filter(|next| *next < 1_000);
            let named: String = named
                .filter(|next| next % 10 > script % 10)
                .map(|next| format!("findings.s{next}.met || "))
                .collect();
            let fact = if script % 7 == 0 { "twice" } else { "a" };
            named + &format!("j.{fact} > {script}\n")
        })
        .with(
            "scripts/w/derive/twice.rhai",
            "//! Twice\n//! @type integer\nj.a * 2\n",
        ),
    ]
}
