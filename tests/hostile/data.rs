//! Records, sheets and other files that are too large, too deep or too often wrong.

use std::io::Write;

use crate::input::{Input, repeated};

const SCHEMA: &str = "  a: {type: integer, range: {min: 0, max: 100000}}\n  t: {type: text}\n  r: {type: jurisdiction}\n";

fn file(name: &'static str, file: &str, content: impl Into<Vec<u8>>) -> Input {
    rulebook(name, "").records(file, content)
}

/// A rulebook with more in its schema.
fn rulebook(name: &'static str, more: &str) -> Input {
    Input::new(name, &format!("{SCHEMA}{more}"), &[("s", "j.a > 3\n")])
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

/// Files of records.
pub(crate) fn records() -> Vec<Input> {
    let mut all = vec![
        file(
            "packed-cell",
            "a.csv.gz",
            packed(&[&b"id,t\nx,"[..], &vec![b'y'; 255_000_000], b"\n"].concat()),
        )
        .comes_to(2, "a.csv.gz"),
        file(
            "packed-rows",
            "a.csv.gz",
            packed(&[&b"id,a\n"[..], &b"x,1\n".repeat(40_000_000)].concat()),
        )
        .comes_to(2, "3,000,000 records"),
        file(
            "cell",
            "a.csv",
            [&b"id,t\nx,"[..], &vec![b'y'; 255_000_000], b"\n"].concat(),
        )
        .comes_to(2, "a.csv"),
        file(
            "long-line",
            "a.csv",
            "id,t\n".to_owned() + &"x,".repeat(20_000_000) + "\n",
        )
        .comes_to(2, "a.csv"),
        file(
            "columns",
            "a.csv",
            format!(
                "id{}\nx{}\n",
                repeated(300_000, |number| format!(",c{number}")),
                ",1".repeat(300_000)
            ),
        )
        .comes_to(2, "a.csv"),
        file(
            "same-columns",
            "a.csv",
            format!("id{}\nx{}\n", ",a".repeat(300_000), ",1".repeat(300_000)),
        )
        .comes_to(2, "a.csv"),
        file(
            "one-id",
            "a.csv",
            "id,a\n".to_owned() + &"x,1\n".repeat(500_000),
        )
        .comes_to(2, "a.csv:"),
        file(
            "wrong-rows",
            "a.csv",
            "id,a\n".to_owned() + &repeated(300_000, |row| format!("x{row},wrong\n")),
        )
        .comes_to(2, "a.csv:2:")
        .of("x1"),
        file(
            "quotes",
            "a.csv",
            "id,t\n".to_owned() + &repeated(300_000, |row| format!("x{row},\"a\"b\n")),
        )
        .comes_to(2, "a.csv:2:"),
        file(
            "open-quotes",
            "a.csv",
            "id,t\n".to_owned() + &"x,\"\n".repeat(300_001),
        )
        .comes_to(2, "a.csv:"),
        file(
            "no-id",
            "a.csv",
            "name;a\n".to_owned() + &"x;1\n".repeat(300_000),
        )
        .comes_to(2, "a.csv:1:"),
        file(
            "short-rows",
            "a.csv",
            "id,a,t\n".to_owned() + &repeated(300_000, |row| format!("x{row}\n")),
        )
        .of("x1")
        .comes_to(2, "a.csv:2:"),
        file(
            "ring",
            "a.csv",
            "id,a,r\n".to_owned()
                + &repeated(300, |row| format!("x{row},1,x{}\n", (row + 1) % 300)),
        )
        .of("x1")
        .comes_to(2, "x1"),
        file(
            "large-ring",
            "a.csv",
            "id,a,r\n".to_owned()
                + &repeated(20_000, |row| format!("x{row},1,x{}\n", (row + 1) % 20_000)),
        )
        .of("x1")
        .comes_to(2, "x1"),
        file(
            "references",
            "a.csv",
            "id,a,r\n".to_owned()
                + &repeated(99_999, |row| format!("x{row},1,x{}\n", row + 1))
                + "x99999,1,\n",
        )
        .of("x1"),
        file(
            "lost",
            "a.csv",
            "id,a,r\n".to_owned() + &repeated(35_000, |row| format!("x{row},1,y{row}\n")),
        )
        .of("x1")
        .comes_to(2, "a.csv:2:"),
    ];
    all.extend(documents());
    all
}

/// Files of records in YAML and JSON.
fn documents() -> Vec<Input> {
    let nested = |count: usize| {
        repeated(count, |number| {
            let inner = format!("*a{number},").repeat(10);
            format!("  k{}: &a{} [{inner}]\n", number + 1, number + 1)
        })
    };
    let dated = repeated(100_000, |number| {
        format!(
            "  - {{value: 1, from: {}-{:02}-{:02}}}\n",
            1_000 + number / 365,
            1 + number / 31 % 12,
            1 + number % 28
        )
    });
    vec![
        file("braces", "a.ndjson", "{}\n".repeat(5_000_000)).comes_to(2, "3,000,000 records"),
        file("braces-in-line", "a.ndjson", "{}".repeat(7_500_000)).comes_to(2, "a.ndjson"),
        file(
            "list-of-braces",
            "a.json",
            format!("[{}{{}}]", "{},".repeat(5_000_000)),
        )
        .comes_to(2, "3,000,000 records"),
        file(
            "keys",
            "a.yaml",
            "id: x\nfacts:\n".to_owned() + &repeated(300_000, |number| format!("  k{number}: 1\n")),
        )
        .comes_to(2, "a.yaml:3:"),
        file(
            "top-keys",
            "a.yaml",
            "id: x\n".to_owned() + &repeated(300_000, |number| format!("k{number}: 1\n")),
        )
        .comes_to(2, "a.yaml:2:"),
        file(
            "same-keys",
            "a.yaml",
            "id: x\nfacts:\n".to_owned() + &"  a: 1\n".repeat(300_000),
        )
        .comes_to(2, "a.yaml:4:"),
        file(
            "keys-in-json",
            "a.json",
            format!(
                "{{\"id\": \"x\", \"facts\": {{{}\"a\": 1}}}}",
                repeated(300_000, |number| format!("\"k{number}\": 1, "))
            ),
        )
        .comes_to(2, "a.json:1:"),
        file(
            "same-id-lines",
            "a.ndjson",
            "{\"id\":\"x\",\"facts\":{\"a\":1}}\n".repeat(300_000),
        )
        .comes_to(2, "a.ndjson:2:"),
        file(
            "lines",
            "a.ndjson",
            repeated(100_000, |row| {
                format!("{{\"id\":\"x{row}\",\"facts\":{{\"a\":{row}}}}}\n")
            }),
        )
        .of("x1"),
        file(
            "wrong-lines",
            "a.ndjson",
            repeated(100_000, |row| {
                format!("{{\"id\":\"x{row}\",\"facts\":{{\"a\":\"wrong\"}}}}\n")
            }),
        )
        .of("x1")
        .comes_to(2, "a.ndjson:1:"),
        file(
            "same-id-documents",
            "a.yaml",
            "id: x\nfacts: {a: 1}\n---\n".repeat(100_000),
        )
        .comes_to(2, "a.yaml:4:"),
        file(
            "items",
            "a.yaml",
            format!("id: x\nfacts: {{a: 1, t: [{}]}}\n", "1,".repeat(300_000)),
        )
        .comes_to(2, "a.yaml:2:"),
        file("dated", "a.yaml", format!("id: x\nfacts:\n  a:\n{dated}")).comes_to(2, "a.yaml:"),
        file(
            "anchors",
            "a.yaml",
            "id: x\nfacts:\n  t: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned() + &nested(9),
        )
        .comes_to(2, "a.yaml:"),
        file("deep-json", "a.json", "[".repeat(10_000_000)).comes_to(2, "a.json"),
        file("deep-yaml", "a.yaml", "[".repeat(1_000_000)).comes_to(2, "a.yaml"),
        file("sequence", "a.yaml", "- x\n".repeat(5_000_000)).comes_to(2, "a.yaml"),
        file("empty-documents", "a.yaml", "--- {}\n".repeat(2_000_000))
            .comes_to(2, "300,000 problems"),
        file(
            "text",
            "a.yaml",
            format!(
                "id: x\nfacts: {{a: 1, t: \"{}\"}}\n",
                "y".repeat(60_000_000)
            ),
        )
        .comes_to(2, "a.yaml"),
    ]
}

/// Files beside the records.
pub(crate) fn others() -> Vec<Input> {
    let record = |input: Input| input.records("x.yaml", "facts: {a: 1}\n");
    vec![
        record(rulebook(
            "schema",
            &repeated(100_000, |number| {
                format!("  k{number}: {{type: integer}}\n")
            }),
        ))
        .comes_to(2, "rulebook.yaml"),
        record(rulebook(
            "choices",
            &format!(
                "  c: {{type: choice, choices: [{}d]}}\n",
                repeated(200_000, |number| format!("c{number}, "))
            ),
        )),
        record(rulebook(
            "parameters",
            &format!(
                "parameters:\n{}",
                repeated(50_000, |number| format!("  k{number}: {{value: 1}}\n"))
            ),
        ))
        .comes_to(2, "rulebook.yaml"),
        record(rulebook(
            "sources",
            &format!(
                "sources:\n{}",
                repeated(100_000, |number| format!("  k{number}: {{title: x}}\n"))
            ),
        )),
        record(rulebook("waivers", "")).with(
            "policies/w/waivers.yaml",
            "- {jurisdiction: x, condition: s, reason: r, granted_by: g}\n".repeat(50_000),
        ),
        record(rulebook("cases", "")).with(
            "tests/w/more.yaml",
            repeated(50_000, |number| {
                format!("- name: n{number}\n  given: {{a: 5}}\n  expect: {{s: met}}\n")
            }),
        ),
        record(rulebook("wrong-cases", ""))
            .with(
                "tests/w/more.yaml",
                repeated(50_000, |number| {
                    format!("- name: n{number}\n  given: {{a: w}}\n  expect: {{s: met}}\n")
                }),
            )
            .comes_to(2, "tests/w/more.yaml:2:"),
        record(rulebook(
            "compared",
            "compare:\n  o: {file: official.csv, column: result}\n",
        ))
        .with(
            "policies/w/official.csv",
            "id,result\n".to_owned() + &"x,yes\n".repeat(500_000),
        )
        .comes_to(2, "official.csv:3:"),
        many_files(),
    ]
}

/// More files than are read.
fn many_files() -> Input {
    (0..20_000).fold(rulebook("files", ""), |mut input, number| {
        let path = format!("policies/w/jurisdictions/f{number}.yaml");
        input.files.push((path, b"facts: {a: 1}\n".to_vec()));
        input
    })
}
