//! Slips that people make in records and sheets: each is told once, and who does what the message
//! says has a file that is read. Data-driven: a row a slip.

use rulebook::assess::{Options, assess};
use rulebook::assessment::Assessment;
use rulebook::diagnostic::Diagnostic;
use rulebook::input_files::Files;
use rulebook::snapshot::Snapshot;
use rulebook::test_cases::Suite;

const RULEBOOK: &str = "title: T\nas_of: 2026-01-01\nsources: {s: {title: S}}\nfacts:\n  \
    pop: {type: integer, range: {min: 0, max: 1000000000}, description: How many people live \
    there}\n  rate: {type: number}\n  part: {type: number, unit: per cent}\n  \
    member: {type: boolean}\n  since: {type: date}\n  kind: {choices: [flood, fire]}\n  \
    t: {type: text}\n  tags: {type: list}\n  seat.office: {type: text}\n  \
    lead: {type: jurisdiction}\n";

fn read(rulebook: &str, file: &str, text: &str) -> Assessment {
    let mut files = Files::new();
    files.insert("policies/t/rulebook.yaml", rulebook);
    files.insert(format!("policies/t/jurisdictions/{file}"), text);
    files.insert(
        "scripts/t/all.rhai",
        "//! All\nif j.member { met(`${j.pop} ${j.rate} ${j.since} ${j.kind} ${j.t}`) } else { \
         not_met(\"no\") }\n",
    );
    files.insert(
        "scripts/t/known.rhai",
        "//! What is known\nmet(`${j.known(\"pop\")} ${j.known(\"rate\")} ${j.known(\"kind\")} \
         ${j.known(\"t\")}`)\n",
    );
    assess(&Snapshot::load(&files), &Options::default())
}

/// A value that is repeated is no slip, wherever in its document that stands.
#[test]
fn values_that_are_repeated_are_read() {
    let text = "id: a\nfacts:\n  pop: &p 5\n  rate: *p\n---\nid: b\nfacts:\n  tags:\n    - &q x\n    - *q\n---\n\
                id: c\nfacts:\n  t: &r flood\n  kind:\n    *r\n---\nid: d\nfacts: {t: &k fire, kind: *k}\n...\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let assessment = read(RULEBOOK, "all.yaml", &text);
        assert!(errors(&assessment).is_empty(), "{:?}", errors(&assessment));
        let read = assessment.rulebooks[0].jurisdictions().count();
        assert_eq!(read, 4, "{text:?}");
    }
}

fn errors(assessment: &Assessment) -> Vec<&Diagnostic> {
    let all = assessment.diagnostics.iter();
    all.filter(|one| one.is_error()).collect()
}

/// A text with what a message marks replaced by what it says to write.
fn followed(text: &str, told: &Diagnostic) -> Option<String> {
    let help = told.help.as_ref()?;
    let start = ["write `", "did you mean `"]
        .iter()
        .find_map(|words| Some(help.find(words)? + words.len()))?;
    let end = start + help[start..].find('`')?;
    let mut text = text.to_owned();
    text.replace_range(told.span()?.range(), &help[start..end]);
    Some(text)
}

/// The file, what stands in it, the code and the place of the message, and what stands there after
/// doing as it says: nothing, where that is to write what it says in place of what it marks.
type Slip = (&'static str, &'static str, &'static str, &'static str);

const SLIPS: &[Slip] = &[
    // Layout: the slip is told where it is, not where the reader stumbles.
    (
        "a.yaml",
        "id: a\nfacts:\n  pop: 8\nmember: true\n  rate: 1\n",
        "R110 4:1",
        "id: a\nfacts:\n  pop: 8\n  member: true\n  rate: 1\n",
    ),
    (
        "a.yaml",
        "id: a\n  pop: 8\n  member: true\n  rate: 1\n",
        "R110 2:3",
        "id: a\nfacts:\n  pop: 8\n  member: true\n  rate: 1\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  tags: [port, old\n  rate: 1\n",
        "R110 3:9",
        "id: a\nfacts:\n  tags: [port, old]\n  rate: 1\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts: {pop: 8, member: true # since}\nname: A\n",
        "R110 2:8",
        "id: a\nfacts: {pop: 8, member: true} # since\nname: A\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  \tpop: 8\n  rate: 1\n",
        "R110 3:3",
        "id: a\nfacts:\n  pop: 8\n  rate: 1\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  pop; 8\n  rate: 1\n",
        "R110 3:3",
        "id: a\nfacts:\n  pop: 8\n  rate: 1\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  pop 8\n  rate: 1\n",
        "R110 3:3",
        "id: a\nfacts:\n  pop: 8\n  rate: 1\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n   pop: 8\n  rate: 1\n",
        "R110 3:4",
        "id: a\nfacts:\n  pop: 8\n  rate: 1\n",
    ),
    (
        "a.yaml",
        " id: a\nfacts: {rate: 1}\n",
        "R110 1:2",
        "id: a\nfacts: {rate: 1}\n",
    ),
    // A quotation mark that is never closed is told in its line, not where the next one stands.
    (
        "a.yaml",
        "id: a\nname: \"Alda\nfacts:\n  pop: 8\n  t: \"01\"\n",
        "R110 2:1",
        "",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  t: 'Alda\n  pop: 8\n  kind: 'flood'\n",
        "R110 3:3",
        "",
    ),
    // A text with a colon in it.
    (
        "a.yaml",
        "id: a\nname: Hard winter: flood\n",
        "R110 2:18",
        "id: a\nname: \"Hard winter: flood\"\n",
    ),
    // A mark of another record, before a list too.
    (
        "a.yaml",
        "id: a\nfacts:\n  tags: &t [port]\n---\nid: b\nfacts:\n  tags: *t\n",
        "R110 7:9",
        "id: a\nfacts:\n  tags: [port]\n---\nid: b\nfacts:\n  tags: [port]\n",
    ),
    // What a comma within braces cut off is told once, and nobody reads the first part.
    (
        "a.yaml",
        "id: a\nfacts: {pop: 1,250,000, member: true}\n",
        "R120 2:16",
        "id: a\nfacts: {pop: 1250000, member: true}\n",
    ),
    // A number in two cells moves all behind it: the row is not read.
    (
        "a.csv",
        "id,pop,member,since,t\nr1,8,000,true,2020-01-01,\nr2,5,true,2020-01-01,x\n",
        "R114 2:4",
        "id,pop,member,since,t\nr1,8000,true,2020-01-01,\nr2,5,true,2020-01-01,x\n",
    ),
    // Something wrong behind two numbers moves nothing by itself.
    (
        "a.csv",
        "id,pop,rate,member,t\nr1,8,5,perhaps,\n",
        "R121 2:8",
        "id,pop,rate,member,t\nr1,8,5,true,\n",
    ),
    ("a.csv", "id,pop\nr1,#REF!\n", "R121 2:4", "id,pop\nr1,\n"),
    (
        "a.csv",
        "id,pop\nr1,=SUM(D2:D9)\n",
        "R121 2:4",
        "id,pop\nr1,12\n",
    ),
    ("a.csv", "id,pop\nr1,80OO\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,8000 1)\n", "R121 2:4", ""),
    ("a.csv", "id,rate\nr1,7 percent\n", "R121 2:4", ""),
    ("a.yaml", "id: a\nfacts: {tags: none}\n", "R121 2:15", ""),
    (
        "a.yaml",
        "id: a\nfacts:\n  tags: (port, old)\n",
        "R121 3:9",
        "",
    ),
    ("a.csv", "id,t\nr1,\"open\nr2,x\n", "R126 2:4", ""),
    (
        "a.csv",
        "id,t,pop\nr1,\"the \"old\" town\",5\n",
        "R126 2:4",
        "",
    ),
    (
        "a.csv",
        "id,t\nr1, \"x, y\"\n",
        "R126 2:5",
        "id,t\nr1,\"x, y\"\n",
    ),
    (
        "a.csv",
        "id,t\nr1,\"x\nr2,\"y\nr3,z\n",
        "R126 3:5",
        "id,t\nr1,\"x\"\nr2,\"y\"\nr3,z\n",
    ),
    (
        "a.csv",
        "id;pop;t\nr1;5;x\nr2;6;y\n",
        "R113 1:1",
        "id,pop,t\nr1,5,x\nr2,6,y\n",
    ),
    ("a.csv", "id\tpop\nr1\t5\n", "R113 1:1", "id,pop\nr1,5\n"),
    ("a.csv", "id|pop\nr1|5\n", "R113 1:1", "id,pop\nr1,5\n"),
    (
        "a.csv",
        "sep=;\nid;pop\nr1;5\n",
        "R113 1:1",
        "id,pop\nr1,5\n",
    ),
    ("a.csv", "ID,pop\nr1,5\nr2,6\n", "R113 1:1", ""),
    (
        "a.csv",
        "code,pop\nr1,5\nr2,6\n",
        "R113 1:1",
        "id,pop\nr1,5\nr2,6\n",
    ),
    ("a.csv", "r1,5\nr2,6\n", "R113 1:1", "id,pop\nr1,5\nr2,6\n"),
    (
        "a.csv",
        "id,pop,pop\nr1,5,6\nr2,5,6\n",
        "R111 1:8",
        "id,pop\nr1,5\nr2,5\n",
    ),
    ("a.csv", "id,popu\nr1,5\nr2,6\n", "R120 1:4", ""),
    ("a.csv", "id,pop (people)\nr1,5\n", "R120 1:4", ""),
    (
        "a.yaml",
        "id: r1\nfacts:\n  tags:\n    -a\n    -b\n",
        "R121 4:5",
        "",
    ),
    (
        "a.yaml",
        "id: r1\nfacts: {pop: [{value: 1, to: 2025-12-31}, {value: 2}]}\n",
        "R118 2:51",
        "id: r1\nfacts: {pop: [{value: 1, to: 2025-12-31}, {from: 2026-01-01, value: 2}]}\n",
    ),
    (
        "a.csv",
        "id,seat\nr1,x\nr2,y\n",
        "R114 1:4",
        "id,seat.office\nr1,x\nr2,y\n",
    ),
    (
        "a.csv",
        "id,pop,\nr1,5,why\n",
        "R114 2:6",
        "id,pop,t\nr1,5,why\n",
    ),
    ("a.csv", "id,assess\nr1,yes\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nNew York,5\n", "R116 2:1", ""),
    (
        "a.csv",
        "id,t,pop\nr1,Smith, John,5\n",
        "R114 2:1",
        "id,t,pop\nr1,\"Smith, John\",5\n",
    ),
    ("a.csv", "id,t,pop\nr1,x\n", "R114 2:1", "id,t,pop\nr1,x,\n"),
    ("a.csv", "id,pop\nr1,\"1,000\"\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,12 500\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,48 people\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,N/A\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,#N/A\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,48.5\n", "R121 2:4", "id,pop\nr1,48\n"),
    (
        "a.csv",
        "id,pop\nr1,116.000\n",
        "R121 2:4",
        "id,pop\nr1,116000\n",
    ),
    (
        "a.csv",
        "id,pop\nr1,1.234\n",
        "R121 2:4",
        "id,pop\nr1,1234\n",
    ),
    (
        "a.yaml",
        "facts: {pop: 116.000}\n",
        "R121 1:14",
        "facts: {pop: 116000}\n",
    ),
    ("a.csv", "id,rate\nr1,\"3,5\"\n", "R121 2:4", ""),
    ("a.csv", "id,rate\nr1,15%\n", "R121 2:4", ""),
    ("a.csv", "id,rate\nr1,\"€1.250,00\"\n", "R121 2:4", ""),
    ("a.csv", "id,rate\nr1,(120)\n", "R121 2:4", ""),
    ("a.csv", "id,rate\nr1,1.5 million\n", "R121 2:4", ""),
    ("a.csv", "id,rate\nr1,0123\n", "R121 2:4", ""),
    ("a.csv", "id,member\nr1,ja\n", "R121 2:4", ""),
    ("a.csv", "id,member\nr1,0\n", "R121 2:4", ""),
    ("a.csv", "id,since\nr1,31.12.2024\n", "R121 2:4", ""),
    ("a.csv", "id,since\nr1,12/31/2024\n", "R121 2:4", ""),
    ("a.csv", "id,since\nr1,45657\n", "R121 2:4", ""),
    ("a.csv", "id,since\nr1,2024-12-31 00:00\n", "R121 2:4", ""),
    ("a.csv", "id,kind\nr1,Flood\n", "R122 2:4", ""),
    ("a.csv", "id,kind\nr1,flod\n", "R122 2:4", ""),
    ("a.yaml", "facts:\n  pop: \"1000\"\n", "R121 2:8", ""),
    ("a.yaml", "facts:\n  pop: 1_000\n", "R121 2:8", ""),
    ("a.yaml", "facts:\n  pop: 1000\u{a0}\n", "R121 2:8", ""),
    (
        "a.yaml",
        "facts:\n  member: [true]\n",
        "R121 2:12",
        "facts:\n  member: true\n",
    ),
    ("a.yaml", "facts:\n  tags: flood\n", "R121 2:9", ""),
    (
        "a.yaml",
        "facts: {t: Smith, John}\n",
        "R120 1:19",
        "facts: {t: \"Smith, John\"}\n",
    ),
    (
        "a.yaml",
        "facts: {pop: 1,234}\n",
        "R120 1:16",
        "facts: {pop: 1234}\n",
    ),
    (
        "a.yaml",
        "facts: {rate: 7,1}\n",
        "R120 1:17",
        "facts: {rate: 7.1}\n",
    ),
    (
        "a.yaml",
        "facts: {t: {value: a, b, source: s}}\n",
        "R112 1:23",
        "facts: {t: {value: \"a, b\", source: s}}\n",
    ),
    (
        "a.yaml",
        "facts:\n\tpop: 5\n",
        "R110 2:1",
        "facts:\n  pop: 5\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  lead: b\n---\nid: b\nfacts:\n  pop: 5\n   t: x\n---\nid: c\n",
        "R110 8:5",
        "id: a\nfacts:\n  lead: b\n---\nid: b\nfacts:\n  pop: 5\n  t: x\n---\nid: c\n",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"t\":\"\\ud83d\"}}\n",
        "R127 1:31",
        "{\"id\":\"a\",\"facts\":{\"t\":\"x\"}}\n",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":\"N/A\"}}\n",
        "R121 1:26",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":\"unknown\"}}\n",
        "R121 1:26",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":\"1,000\"}}\n",
        "R121 1:26",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"since\":\"31.12.2024\"}}\n",
        "R121 1:28",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"since\":20241231}}\n",
        "R121 1:28",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"kind\":\"Flood\"}}\n",
        "R122 1:27",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"kind\":\"unknown\"}}\n",
        "R122 1:27",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"tags\":\"a\"}}\n",
        "R121 1:27",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"member\":\"yes\"}}\n",
        "R121 1:29",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"lead\":\"zz\"}}\n",
        "R124 1:27",
        "{\"id\":\"a\",\"facts\":{\"lead\":null}}\n",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":{\"source\":\"s\"}}}\n",
        "R113 1:26",
        "{\"id\":\"a\",\"facts\":{\"pop\":{\"source\":\"s\",\"value\":null}}}\n",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\"}\n{\"facts\":{}}\n",
        "R113 2:1",
        "{\"id\":\"a\"}\n{\"facts\":{},\"id\":\"b\"}\n",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":NaN}}\n",
        "R127 1:26",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":None}}\n",
        "R127 1:26",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"member\":True}}\n",
        "R127 1:29",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"t\":York}}\n",
        "R127 1:24",
        "",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":5,}}\n",
        "R127 1:28",
        "{\"id\":\"a\",\"facts\":{\"pop\":5}}\n",
    ),
    ("a.ndjson", "{'id':\"a\"}\n", "R127 1:2", "{\"id\":\"a\"}\n"),
    (
        "a.ndjson",
        "{\"id\":\"a\"} {\"id\":\"b\"}\n",
        "R127 1:12",
        "{\"id\":\"a\"}\n{\"id\":\"b\"}\n",
    ),
    (
        "a.ndjson",
        "{\"id\":\"a\",\"facts\":{\"pop\":007}}\n",
        "R127 1:27",
        "{\"id\":\"a\",\"facts\":{\"pop\":7}}\n",
    ),
    ("a.csv", "id,rate\na,1½\n", "R121 2:3", ""),
    ("a.csv", "id,rate\na,3/4\n", "R121 2:3", ""),
    ("a.csv", "id,since\na,…\n", "R121 2:3", ""),
    ("a.csv", "id,pop\na,:\n", "R121 2:3", ""),
    (
        "a.csv",
        "Places by size,,\n\"Table 4.1, revised\",,\n\nid,pop,member\na,12,true\n",
        "R113 1:1",
        "id,pop,member\na,12,true\n",
    ),
    (
        "a.csv",
        "id,pop,member\n,people,\na,12,true\n",
        "R113 2:1",
        "id,pop,member\na,12,true\n",
    ),
    (
        "a.csv",
        "id,pop,member\na,12,true\n\"Source: Statistical Office\",,\n",
        "R116 3:1",
        "id,pop,member\na,12,true\n",
    ),
    (
        "a.yaml",
        "facts:\n  pop:12\n  rate: 4\n",
        "R110 3:7",
        "facts:\n  pop: 12\n  rate: 4\n",
    ),
    (
        "a.yaml",
        "facts:\n  pop:\u{a0}12\n  t: a\n",
        "R110 3:4",
        "facts:\n  pop: 12\n  t: a\n",
    ),
    (
        "a.yaml",
        "facts:\n\u{a0}\u{a0}pop: 12\n",
        "R112 2:1",
        "facts:\n  pop: 12\n",
    ),
    (
        "a.yaml",
        "facts:\n  pop: 12\n   rate: 4\n",
        "R110 3:8",
        "facts:\n  pop: 12\n  rate: 4\n",
    ),
    (
        "a.yaml",
        "- id: a\n  facts: {pop: 12}\n- id: b\n  facts: {pop: 13}\n",
        "R114 1:3",
        "id: a\nfacts: {pop: 12}\n---\nid: b\nfacts: {pop: 13}\n",
    ),
    ("a.csv", "id,since\nr1,13-Feb-24\n", "R121 2:4", ""),
    ("a.csv", "id,since\nr1,2/13/24\n", "R121 2:4", ""),
    ("a.csv", "id,since\nr1,13 February 2024\n", "R121 2:4", ""),
    ("a.csv", "id,member\nr1,✓\n", "R121 2:4", ""),
    (
        "a.csv",
        "id,pop,t\nr1,5,x\nNote: figures are provisional\n",
        "R114 3:1",
        "id,pop,t\nr1,5,x\n",
    ),
    (
        "a.csv",
        "id,pop\nr1,5\nGrand Total,5\n",
        "R116 3:1",
        "id,pop\nr1,5\n",
    ),
    ("a.csv", "id,pop\nr1,5\n,5\n", "R113 3:1", "id,pop\nr1,5\n"),
    ("a.csv", "id,pop\nr1,5*\n", "R121 2:4", ""),
    ("a.csv", "id,pop\nr1,6 (p)\n", "R121 2:4", ""),
    (
        "a.csv",
        "id,rate\nr1,#DIV/0!\n",
        "R121 2:4",
        "id,rate\nr1,\n",
    ),
    (
        "a.csv",
        "id,pop,,rate\nr1,5,6,1\n",
        "R114 2:6",
        "id,pop,rate\nr1,5,1\n",
    ),
    (
        "a.csv",
        ",People,,Money\nid,pop,rate,t\nr1,5,1,x\n",
        "R113 1:1",
        "id,pop,rate,t\nr1,5,1,x\n",
    ),
    (
        "a.csv",
        "\u{feff}id;pop;rate\nr1;5;1,5\n",
        "R113 1:1",
        "id,pop,rate\nr1,5,1.5\n",
    ),
    ("a.csv", "id,pop\nr1,05\n", "R121 2:4", ""),
    (
        "a.yaml",
        "id: a\npop: 5\n",
        "R112 2:1",
        "id: a\nfacts:\n  pop: 5\n",
    ),
    ("a.yaml", "id: a\nfact:\n  pop: 5\n", "R112 2:1", ""),
    (
        "a.yaml",
        "id: a\nfacts:\n  - pop: 5\n  - t: x\n",
        "R114 3:5",
        "id: a\nfacts:\n  pop: 5\n  t: x\n",
    ),
    ("a.yaml", "id: a\nfacts:\n  pop = 5\n", "R114 3:3", ""),
    ("a.yaml", "facts:\n  member: true,\n", "R121 2:11", ""),
    ("a.yaml", "facts:\n  pop: 5,\n", "R121 2:8", ""),
    ("a.yaml", "facts:\n  pop: 5k\n", "R121 2:8", ""),
    ("a.yaml", "facts:\n  pop: 5'000\n", "R121 2:8", ""),
    ("a.yaml", "facts:\n  rate: 5 %\n", "R121 2:9", ""),
    (
        "a.yaml",
        "facts:\n  kind: [flood]\n",
        "R121 2:10",
        "facts:\n  kind: flood\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  pop: 5\nid: b\nfacts:\n  pop: 6\n",
        "R111 4:1",
        "id: a\nfacts:\n  pop: 5\n---\nid: b\nfacts:\n  pop: 6\n",
    ),
    (
        "a.yaml",
        "id: a\nsource: census\nfacts:\n  pop: 5\n",
        "R119 2:9",
        "id: a\nsource: s\nfacts:\n  pop: 5\n",
    ),
    ("a.csv", "id,pop\n1001.0,5\n", "R116 2:1", ""),
    ("a.csv", "id,pop\n\"1,001\",5\n", "R116 2:1", ""),
    ("a.csv", "id,pop\nr1,5 (census)\n", "R121 2:4", ""),
    (
        "a.yaml",
        "facts:\n  kind: flood; fire\n",
        "R122 2:9",
        "facts:\n  kind: flood\n",
    ),
    (
        "a.csv",
        "id,pop,member\nr1,5,true\nid,pop,member\nr2,6,true\n",
        "R116 3:1",
        "id,pop,member\nr1,5,true\nr2,6,true\n",
    ),
    ("a.csv", "id,t\nr1,x\nid,t\n", "R116 3:1", "id,t\nr1,x\n"),
    (
        "a.csv",
        "id,pop,tags\nr1,5,river;rail\n",
        "R121 2:6",
        "id,pop\nr1,5\n",
    ),
    ("a.yaml", "facts:\n  tags: river; rail\n", "R121 2:9", ""),
    ("a.yaml", "facts:\n  part: 6.5%\n", "R121 2:9", ""),
    ("a.csv", "id,part\nr1,\"6,5 %\"\n", "R121 2:4", ""),
    (
        "a.yaml",
        "id: a\nname: \"York\nfacts:\n  pop: 5\n",
        "R110 2:7",
        "id: a\nname: \"York\"\nfacts:\n  pop: 5\n",
    ),
    (
        "a.yaml",
        "facts:\n  t: 'York\n  pop: 5\n",
        "R110 2:6",
        "facts:\n  t: 'York'\n  pop: 5\n",
    ),
    (
        "a.yaml",
        "facts:\n  tags: [flood, \"fire]\n  pop: 5\n",
        "R110 2:17",
        "facts:\n  tags: [flood, \"fire\"]\n  pop: 5\n",
    ),
    (
        "a.yaml",
        "facts:\n  pop: {value: 5, source: s\n  rate: 1\n",
        "R110 2:8",
        "facts:\n  pop: {value: 5, source: s}\n  rate: 1\n",
    ),
    ("a.yaml", "facts:\n  pop:5\n", "R114 2:3", ""),
    (
        "a.yaml",
        "a:\n  facts: {pop: 5}\n",
        "R114 1:1",
        "id: a\nfacts: {pop: 5}\n",
    ),
    (
        "a.yaml",
        "facts: {pop: 5, lead.pop: 6}\n",
        "R120 1:17",
        "facts: {pop: 5}\n",
    ),
    (
        "a.csv",
        "id,pop,lead.pop\na,5,6\n",
        "R120 1:8",
        "id,pop\na,5\n",
    ),
    (
        "a.yaml",
        "id: a\nname: Alton\nfacts: {pop: 5}\n---\nid: b\nfacts: {lead: Alton}\n",
        "R124 6:15",
        "",
    ),
    (
        "a.yaml",
        "facts: {How many people live there: 5}\n",
        "R120 1:9",
        "facts: {pop: 5}\n",
    ),
    // Signs that YAML reads as something of its own, where a value was meant.
    (
        "a.yaml",
        "id: a\nfacts:\n  pop: -\n  rate: 1\n",
        "R110 3:8",
        "",
    ),
    ("a.yaml", "id: a\nfacts: {pop: *}\n", "R110 2:14", ""),
    ("a.yaml", "id: a\nfacts:\n  tags: [*, b]\n", "R110 3:10", ""),
    ("a.yaml", "id: a\nfacts: {pop: >5}\n", "R110 2:14", ""),
    (
        "a.yaml",
        "id: a\nfacts:\n  pop: >5\n  rate: 1\n",
        "R121 3:8",
        "",
    ),
    ("a.csv", "id,pop\na,<5\n", "R121 2:3", ""),
    (
        "a.yaml",
        "id: a\nfacts: *f\n",
        "R110 2:8",
        "id: a\nfacts: {pop: 1}\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts: &f {pop: 1}\n---\nid: b\nfacts: *f\n",
        "R110 5:8",
        "id: a\nfacts: {pop: 1}\n---\nid: b\nfacts: {pop: 1}\n",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  tags: [a, *b]\n",
        "R110 3:13",
        "",
    ),
    ("a.yaml", "id: a\nfacts:\n  t: &Co\n", "R110 3:6", ""),
    ("a.yaml", "id: a\nfacts:\n  t: &North Sea\n", "R110 3:6", ""),
    // What another document repeats is another thing.
    (
        "a.yaml",
        "id: a\nfacts: {t: &Co x}\n---\nid: b\nfacts: {t: \"*Co\"}\n",
        "R110 2:12",
        "",
    ),
    (
        "a.yaml",
        "id: a\nfacts:\n  tags: [&Co, b]\n",
        "R110 3:10",
        "",
    ),
    // A colon with nothing behind it is part of a name.
    ("a.yaml", "id: a\nfacts: {pop: 1, t:x}\n", "R120 2:17", ""),
    ("a.yaml", "id: a\nfacts: {pop:5}\n", "R120 2:9", ""),
    // Values by years are told once.
    (
        "a.yaml",
        "id: a\nfacts:\n  pop: {2019: 5, 2020: 6}\n",
        "R112 3:9",
        "id: a\nfacts:\n  pop: [{value: 5, from: 2019-01-01, to: 2019-12-31}, {value: 6, from: \
         2020-01-01}]\n",
    ),
    // A sheet has shortened a number.
    (
        "a.csv",
        "id,pop\n7.02608E+17,1\n",
        "R116 2:1",
        "id,pop\n702608123456789012,1\n",
    ),
    (
        "a.csv",
        "id,pop\na,7.02608E+17\n",
        "R121 2:3",
        "id,pop\na,702608123\n",
    ),
    // Ids with accents: another row may have the one without.
    (
        "a.csv",
        "id,pop\nOrl\u{e9}ans,1\nOrleans,2\n",
        "R116 2:1",
        "",
    ),
    ("a.csv", "id,pop\nOrle\u{301}ans,1\n", "R116 2:1", ""),
    // Records under their ids are told once.
    (
        "a.yaml",
        "a:\n  facts: {pop: 5}\nb:\n  facts: {pop: 6}\n",
        "R114 1:1",
        "id: a\nfacts: {pop: 5}\n---\nid: b\nfacts: {pop: 6}\n",
    ),
    (
        "a.yaml",
        "a:\n  pop: 5\nb:\n  pop: 6\n",
        "R114 1:1",
        "id: a\nfacts:\n  pop: 5\n---\nid: b\nfacts:\n  pop: 6\n",
    ),
    (
        "a.yaml",
        "records:\n  - id: a\n    facts: {pop: 5}\n  - id: b\n    facts: {pop: 6}\n",
        "R114 1:1",
        "id: a\nfacts: {pop: 5}\n---\nid: b\nfacts: {pop: 6}\n",
    ),
    (
        "a.yaml",
        "towns:\n  a: {pop: 5}\n  b: {pop: 6}\n",
        "R114 1:1",
        "id: a\nfacts: {pop: 5}\n---\nid: b\nfacts: {pop: 6}\n",
    ),
    (
        "a.json",
        "{\"a\": {\"facts\": {\"pop\": 5}}, \"b\": {\"facts\": {\"pop\": 6}}}",
        "R114 1:2",
        "[{\"id\": \"a\", \"facts\": {\"pop\": 5}}, {\"id\": \"b\", \"facts\": {\"pop\": 6}}]",
    ),
    // A Cyrillic letter looks like a Latin one.
    ("a.yaml", "id: a\nfacts:\n  p\u{43e}p: 5\n", "R120 3:3", ""),
];

#[test]
fn who_does_what_a_message_says_has_a_file_that_is_read() {
    for (file, wrong, place, right) in SLIPS {
        let assessment = read(RULEBOOK, file, wrong);
        let told = errors(&assessment);
        let [told] = told.as_slice() else {
            panic!("not told once: {wrong:?}\n{told:#?}");
        };
        let position = told.span().expect("it has a place").position();
        let found = format!(
            "{} {}:{}",
            told.code.as_str(),
            position.line,
            position.column
        );
        assert_eq!(&found, place, "{wrong:?}\n{told:#?}");
        assert!(told.help.is_some(), "no help: {told:#?}");
        let right = match *right {
            "" => followed(wrong, told).unwrap_or_else(|| panic!("nothing to write: {told:#?}")),
            right => right.to_owned(),
        };
        let mended = read(RULEBOOK, file, &right);
        let left = errors(&mended);
        assert!(
            left.is_empty(),
            "{wrong:?}\n{told:#?}\n{right:?}\n{left:#?}"
        );
    }
}

#[cfg(feature = "app")]
#[test]
fn files_with_nearly_the_name_of_one_that_is_read_are_told() {
    let folder = tempfile::tempdir().expect("there is room");
    let put = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
        std::fs::write(path, "x").expect("there is room");
    };
    let told = [
        ("policies/t/jurisdictions/a.YAML", "rename it to `a.yaml`"),
        ("policies/t/jurisdictions/b.Csv", "rename it to `b.csv`"),
        (
            "policies/t/jurisdictions/c.yaml.txt",
            "rename it to `c.yaml`",
        ),
        (
            "policies/t/jurisdictions/d.xlsx",
            "save the sheet as CSV, with commas and UTF-8",
        ),
        (
            "policies/t/jurisdictions/e.tsv",
            "save the sheet as CSV, with commas and UTF-8",
        ),
        (
            "policies/t/jurisdictions/h.txt",
            "rename it to `h.csv` if it is a table, to `h.yaml` if it has `key: value` lines",
        ),
        ("policies/t/rulebook.YAML", "rename it to `rulebook.yaml`"),
        ("scripts/t/f.RHAI", "rename it to `f.rhai`"),
        ("scripts/t/g.rhai.txt", "rename it to `g.rhai`"),
        ("scripts/t/h.txt", "rename it to `h.rhai` if it is a script"),
        ("tests/cases.yaml", "move them to `tests/t/cases.yaml`"),
        (
            "tests/t/more.txt",
            "rename it to `more.yaml` if it holds cases",
        ),
    ];
    for (name, _) in told {
        put(name);
    }
    for other in [
        "policies/t/notes.txt",
        "policies/t/letter.pdf",
        "policies/t/README.md",
        "scripts/t/Readme.txt",
    ] {
        put(other);
    }
    let files = rulebook::disk::read(folder.path()).expect("it is there");
    let found: Vec<_> = files
        .unreadable()
        .map(|(name, told)| (name, told.help.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(found, told);
}

#[cfg(all(unix, feature = "app"))]
#[test]
fn a_link_to_a_folder_that_is_read_already_is_told() {
    let folder = tempfile::tempdir().expect("there is room");
    let policies = folder.path().join("policies");
    std::fs::create_dir_all(policies.join("a/jurisdictions")).expect("there is room");
    std::fs::create_dir_all(policies.join("b")).expect("there is room");
    std::os::unix::fs::symlink("../a/jurisdictions", policies.join("b/jurisdictions"))
        .expect("there is room");
    let files = rulebook::disk::read(folder.path()).expect("it is there");
    let found: Vec<_> = files
        .unreadable()
        .map(|(name, told)| (name, &*told.message))
        .collect();
    let message = "this link is not followed: it leads to `policies/a/jurisdictions`, read already";
    assert_eq!(found, [("policies/b/jurisdictions", message)]);
}

/// The reason given to each record of a sheet.
fn reasons(rulebook: &str, file: &str, text: &str) -> Vec<String> {
    let assessment = read(rulebook, file, text);
    let left = errors(&assessment);
    assert!(left.is_empty(), "{text:?}\n{left:#?}");
    let all = assessment.rulebooks[0].jurisdictions();
    all.map(|one| {
        let reasons = one.findings[0].reasons.join("; ");
        format!("{} {reasons}", one.jurisdiction.id)
    })
    .collect()
}

#[test]
fn sheets_as_spreadsheets_write_them_are_read() {
    let facts = "1000 0.5 2024-12-31 flood x";
    for text in [
        "id,pop,rate,member,since,kind,t\nK7B,1000,0.5,TRUE,2024-12-31,flood,x\n",
        "\u{feff}id,pop,rate,member,since,kind,t\r\nK7B,1000.0,0.5,true,2024-12-31,flood,x\r\n",
        "sep=,\nid,pop,rate,member,since,kind,t\nK7B,1e3,0.50,True,2024-12-31,flood,x\n",
        "\"id\",\"pop\",\"rate\",\"member\",\"since\",\"kind\",\"t\"\n\
         \"K7B\",\"1000\",\"0.5\",\"true\",\"2024-12-31\",\"flood\",\"x\"\n",
        "id,pop,rate,member,since,kind,t,,\nK7B,1000,0.5,true,2024-12-31,flood,x,,\n",
        "id,pop,rate,member,since,kind,t\nK7B,1000,0.5,true,2024-12-31,flood,x,,\n",
        "id,pop,rate,member,since,kind,t\nK7B,1000,0.5,true,2024-12-31,flood,x\n,,,,,,\n,,,,,,\n",
        "id,assess,pop,rate,member,since,kind,t\nK7B,TRUE,1000,0.5,true,2024-12-31,flood,x\n",
    ] {
        assert_eq!(
            reasons(RULEBOOK, "a.csv", text),
            [format!("K7B {facts}")],
            "{text:?}"
        );
    }
}

#[test]
fn columns_that_are_no_facts_are_ignored_where_the_rulebook_says_so() {
    let rulebook = format!("{RULEBOOK}ignore: [\"published_*\", colour]\n");
    let sheet = "id,published_by,pop,colour,rate,member,since,kind,t\n\
                 a,x,1,red,2,true,2024-01-01,fire,y\n";
    assert_eq!(
        reasons(&rulebook, "a.csv", sheet),
        ["a 1 2 2024-01-01 fire y"]
    );
    let lines = "{\"id\":\"a\",\"facts\":{\"colour\":\"red\",\"published_on\":{\"x\":1},\"pop\":1,\
                 \"rate\":2,\"member\":true,\"since\":\"2024-01-01\",\"kind\":\"fire\",\"t\":\"y\"}}\n";
    assert_eq!(
        reasons(&rulebook, "a.ndjson", lines),
        ["a 1 2 2024-01-01 fire y"]
    );
    let told = read(RULEBOOK, "a.csv", sheet);
    let told: Vec<&str> = errors(&told).iter().map(|one| &*one.message).collect();
    assert_eq!(
        told,
        [
            "the schema has no fact `published_by`",
            "the schema has no fact `colour`"
        ]
    );
}

#[test]
fn words_for_missing_facts_are_unknown_in_every_format() {
    let rulebook = RULEBOOK
        .replace("t: {type: text}", "t: {type: text, missing: \"-\"}")
        .replace("kind: {", "kind: {missing: none, ")
        + "missing: [N/A, -999, 0]\n";
    for (file, text) in [
        (
            "a.csv",
            "id,pop,t,kind\nr1,N/A,-,none\nr2,-999,N/A,N/A\nr3,0,-,none\nr4,0.0,-,N/A\n",
        ),
        (
            "a.ndjson",
            "{\"id\":\"r1\",\"facts\":{\"pop\":-999,\"t\":\"-\",\"kind\":\"none\"}}\n\
             {\"id\":\"r2\",\"facts\":{\"pop\":0,\"t\":\"N/A\",\"kind\":\"N/A\"}}\n\
             {\"id\":\"r3\",\"facts\":{\"pop\":0.0,\"rate\":-999.0}}\n",
        ),
        (
            "a.yaml",
            "facts: {pop: \"N/A\", t: \"-\", kind: none, rate: {value: -999, source: s}}\n",
        ),
    ] {
        let assessment = read(&rulebook, file, text);
        assert!(
            errors(&assessment).is_empty(),
            "{text}\n{:#?}",
            errors(&assessment)
        );
        for record in assessment.rulebooks[0].jurisdictions() {
            assert_eq!(
                record.findings[1].reasons,
                ["false false false false"],
                "{text}"
            );
        }
    }
}

#[test]
fn lists_of_messages_are_bounded() {
    let rows: Vec<String> = (0..5000).map(|row| format!("r{row},many\n")).collect();
    let rows = rows.concat();
    let assessment = read(RULEBOOK, "a.csv", &format!("id,pop\n{rows}"));
    let told = errors(&assessment);
    assert_eq!(told.len(), 101);
    let last = told.last().expect("there are some");
    assert_eq!(last.message, "there are 4900 more of this kind");
    assert_eq!(assessment.rulebooks[0].jurisdictions().count(), 5000);
    let rows: Vec<String> = (0..3000).map(|row| format!("r{row},1,2,3\n")).collect();
    let rows = rows.concat();
    assert_eq!(
        errors(&read(RULEBOOK, "a.csv", &format!("id,pop\n{rows}"))).len(),
        101
    );
}

#[test]
fn what_follows_from_an_error_is_not_told_as_another() {
    let one = |rulebook: &str, record: &str, code: &str| {
        let assessment = read(rulebook, "a.yaml", record);
        let codes: Vec<_> = errors(&assessment)
            .iter()
            .map(|one| one.code.as_str())
            .collect();
        assert_eq!(
            codes,
            [code],
            "{rulebook}\n{record}\n{:#?}",
            errors(&assessment)
        );
    };
    let good = "facts: {pop: 1}\n";
    // A fact that is declared wrongly: neither the script nor the record is to blame.
    one(
        &RULEBOOK.replace("pop: {type: integer", "pop: {type: int"),
        good,
        "R115",
    );
    one(&RULEBOOK.replace("2026-01-01", "01.01.2026"), good, "R115");
    // No source can be read, or one that has no title of its own.
    let sourced = "source: s\nfacts: {pop: 1}\n";
    let sources = |text| RULEBOOK.replace("sources: {s: {title: S}}", text);
    one(&sources("sources: [s]"), sourced, "R114");
    one(&sources("sources: s"), sourced, "R114");
    one(&sources("sources: {s: The notice}"), sourced, "R114");
    // The only record is broken: that there is none to assess follows.
    one(RULEBOOK, "facts: {pop: [1\n", "R110");
    // A record that others refer to is broken.
    one(
        RULEBOOK,
        "id: a\nfacts: {lead: b}\n---\nid: b\nfacts: {pop: [1}\n",
        "R110",
    );
    let twice = "id: a\nfacts: {lead: b}\n---\nid: b\nfacts: {pop: 1, pop: 2}\n";
    one(RULEBOOK, twice, "R111");
    // A reference to what is nowhere is told where all records are read.
    one(RULEBOOK, "id: a\nfacts: {lead: b, pop: 1}\n", "R124");
}

#[test]
fn a_single_value_may_have_its_days() {
    let record = "facts:\n  pop: {value: 7, from: 2020-01-01}\n  rate: {value: 2, to: 2027-01-01}\n  \
                  member: true\n  since: 2024-01-01\n  kind: fire\n  t: {value: y, source: s}\n";
    assert_eq!(
        reasons(RULEBOOK, "a.yaml", record),
        ["a 7 2 2024-01-01 fire y"]
    );
    let past = record.replace("from: 2020-01-01", "to: 2020-01-01");
    assert_eq!(
        reasons(RULEBOOK, "a.yaml", &past),
        ["a unknown 2 2024-01-01 fire y"]
    );
}

#[test]
fn a_parameter_that_is_not_meant_as_a_text_is_told_where_it_stands() {
    for (value, written) in [
        ("1_000", "`1000`"),
        ("1,000", "`1000`"),
        ("15%", "`0.15`"),
        ("yes", "`true`"),
        ("31.12.2024", "`2024-12-31`"),
    ] {
        let rulebook = format!("{RULEBOOK}parameters:\n  limit: {value}\n");
        let mut files = Files::new();
        files.insert("policies/t/rulebook.yaml", &rulebook);
        files.insert("policies/t/jurisdictions/a.yaml", "facts: {pop: 1}\n");
        files.insert("scripts/t/c.rhai", "//! C\nj.pop >= params.limit\n");
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        let told = errors(&assessment);
        assert_eq!(told.len(), 1, "{told:#?}");
        let help = told[0].help.as_deref().unwrap_or_default();
        assert!(
            help.contains(&format!("write {written}")),
            "{value}: {help}"
        );
        let span = told[0].span().expect("it has a place");
        assert_eq!(span.text(), value);
    }
    // Texts that are only like numbers stay texts, and so do those in quotation marks.
    for value in ["2024-Q1", "B52", "\"1_000\"", "3rd"] {
        let rulebook = format!("{RULEBOOK}parameters:\n  limit: {value}\n");
        let assessment = read(&rulebook, "a.yaml", "facts: {pop: 1}\n");
        assert!(
            errors(&assessment).is_empty(),
            "{value}: {:#?}",
            errors(&assessment)
        );
    }
}

#[test]
fn references_in_a_circle_are_told_once_with_the_way() {
    let rulebook = "title: T\nas_of: 2026-01-01\nfacts:\n  next: {type: jurisdiction}\n  \
                    two: {type: jurisdiction}\n";
    let told = |edges: &[(String, String)]| {
        let records: Vec<String> = edges
            .iter()
            .map(|(id, facts)| format!("id: {id}\nfacts: {{{facts}}}\n"))
            .collect();
        let mut files = Files::new();
        files.insert("policies/t/rulebook.yaml", rulebook);
        files.insert("policies/t/jurisdictions/x.yaml", &records.join("---\n"));
        files.insert("scripts/t/s.rhai", "//! S\nj.known(\"next\")\n");
        let assessment = assess(&Snapshot::load(&files), &Options::default());
        let circles = assessment.diagnostics.iter();
        let circles = circles.filter(|one| one.code.as_str() == "R125");
        circles.map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    let ring: Vec<_> = (0..300)
        .map(|at| (format!("r{at}"), format!("next: r{}", (at + 1) % 300)))
        .collect();
    assert_eq!(
        told(&ring),
        [
            "the reference from `r0` to `r1` leads back to `r0`, by `r2`, `r3`, `r4`, `r5`, `r6`, `r7` \
          and 292 more"
        ]
    );
    let edge = |id: &str, facts: &str| (id.to_owned(), facts.to_owned());
    // Two circles and one that leads into them; by two facts; to itself.
    assert_eq!(
        told(&[
            edge("e", "next: c"),
            edge("a", "next: b"),
            edge("b", "two: a"),
            edge("c", "next: d"),
            edge("d", "next: f"),
            edge("f", "next: c, two: d"),
            edge("g", "next: g"),
        ]),
        [
            "the reference from `a` to `b` leads back to `a`",
            "the reference from `c` to `d` leads back to `c`, by `f`; 1 more reference leads in a \
             circle with these",
            "the reference from `g` to `g` leads back to `g`",
        ]
    );
}

#[test]
fn what_stumbles_in_yaml_is_told_by_what_to_write() {
    let said = [
        (
            "  pop:12\n  rate: 4\n",
            "in line 2 a space is missing behind the colon: write `pop: 12`",
        ),
        (
            "  pop:\u{a0}12\n  t: a\n",
            "line 2 has a no-break space (U+00A0) in it",
        ),
        (
            "\u{a0}\u{a0}pop: 12\n",
            "it has a no-break space (U+00A0) in it",
        ),
        ("  pop: 12\n   rate: 4\n", "begin this line with 2 spaces"),
        ("  pop = 12\n  rate: 4\n", "write `pop: 12`"),
        (
            "  pop: 12\n    source: s\n",
            "write `pop: {value: 12, source: s}` in place of both lines; else begin this line with 2 \
             spaces",
        ),
        ("  t: see: here\n", "write `t: \"see: here\"`"),
        (
            "  pop: value: 12\n",
            "write `pop: {value: 12}`, or the second name",
        ),
        (
            "  pop: value: 12, source: s\n",
            "write `pop: {value: 12, source: s}`",
        ),
        ("  t: @here\n", "write `t: \"@here\"`"),
        ("  t: *important*\n", "write `t: \"*important*\"`"),
        ("  t: *important\n", "write `t: \"*important\"`"),
        ("  <<: {pop: 12}\n", "write the keys out"),
        (
            "  tags: \"flood\", \"fire\"\n",
            "write `tags: [\"flood\", \"fire\"]`",
        ),
        ("  t: 'King's Lynn'\n", "write `t: \"King's Lynn\"`"),
        (
            "  t: \"C:\\york\"\n",
            "write the text in single quotation marks",
        ),
        ("  pop: ?\n", "write `unknown`"),
        ("  pop: 5\n--\nid: b\n", "write `---`, three strokes"),
        ("  pop: 5\n----\nid: b\n", "write `---`, three strokes"),
    ];
    for (facts, help) in said {
        let assessment = read(RULEBOOK, "a.yaml", &format!("facts:\n{facts}"));
        let told = errors(&assessment);
        let [told] = told.as_slice() else {
            panic!("not told once: {facts:?}\n{told:#?}");
        };
        let found = told.help.as_deref().unwrap_or_default();
        assert!(found.contains(help), "{facts:?}: {told:#?}");
    }
}

#[test]
fn a_percentage_where_a_share_is_meant_is_told_as_one() {
    let rulebook = RULEBOOK.replace(
        "rate: {type: number}",
        "rate: {type: number, range: {min: 0, max: 1}}",
    );
    let told = |value: &str| {
        let assessment = read(&rulebook, "a.yaml", &format!("facts: {{rate: {value}}}\n"));
        let [told] = errors(&assessment)[..] else {
            panic!("not told once: {value}");
        };
        told.help.clone().unwrap_or_default()
    };
    assert!(
        told("15").contains("write `0.15` for 15 percent"),
        "{}",
        told("15")
    );
    assert!(!told("115").contains("percent"), "{}", told("115"));
    assert!(!told("-1").contains("percent"), "{}", told("-1"));
}

#[test]
fn a_decision_that_cannot_be_read_is_no_other_one() {
    for decision in [
        "decision: any of them\n",
        "decision: {at_least: two}\n",
        "decision: [any]\n",
    ] {
        let assessment = read(
            &format!("{RULEBOOK}{decision}"),
            "a.yaml",
            "facts: {member: true}\n",
        );
        assert_eq!(errors(&assessment).len(), 1, "{decision}");
        let kind = assessment.rulebooks[0].kind(0.into());
        assert_eq!(kind.to_string(), "fault", "{decision}");
    }
}

/// A sheet that has a head and no row, or nothing at all, is told by what to write into it.
#[test]
fn a_sheet_without_records_is_told_by_what_is_missing() {
    for (sheet, said) in [
        (
            "id,pop\n",
            "write a line for each record below the one that names the columns",
        ),
        (
            "",
            "write a line that names each column, with `id` among them",
        ),
    ] {
        let assessment = read(RULEBOOK, "a.csv", sheet);
        let told = errors(&assessment);
        let says = |one: &&Diagnostic| one.help.as_deref().is_some_and(|it| it.contains(said));
        assert!(told.iter().any(says), "{sheet}: {told:#?}");
    }
}

/// Each would take hours, were it looked through again for each of its signs.
#[test]
fn long_lines_of_broken_yaml_are_told_at_once() {
    let many = |text: &str| text.repeat(300_000);
    for text in [
        format!("facts:\n  tags: [a\n  {}: 1\n", many("-")),
        format!("facts:\n  tags: {}\n  t: 1\n", many("[")),
        format!("facts:\n  tags: [a\n  t: a{}\n", many(" #1")),
        format!("facts:\n  t; {}\n  pop: 1\n", many("a: ")),
        format!("facts: {{pop: 1{}}}\n", many(",000")),
    ] {
        let assessment = read(RULEBOOK, "a.yaml", &text);
        assert!(!errors(&assessment).is_empty(), "{}", &text[..40]);
    }
}

/// Slips in the rulebook file and in cases: what is written, and what is to be written there.
#[test]
fn what_is_wrong_in_a_rulebook_or_a_case_is_told_by_what_to_write() {
    let of_fact = [
        ("{type: string}", "write `text`"),
        ("{type: bool}", "write `boolean`"),
        ("{type: int}", "write `integer`"),
        ("{type: decimal}", "write `number`"),
        ("{type: enum, choices: [a, b]}", "write `choice`"),
        (
            "{type: integer, range: 0-100}",
            "write `{min: 0, max: 100}`",
        ),
        (
            "{type: integer, range: [0, 100]}",
            "write `{min: 0, max: 100}`",
        ),
        ("{type: integer, range: -5..5}", "write `{min: -5, max: 5}`"),
        (
            "{type: integer, range: 0 to 100}",
            "write `{min: 0, max: 100}`",
        ),
        ("{type: integer, range: \">= 0\"}", "write `{min: 0}`"),
        (
            "{type: date, range: 2024-01-01..2024-12-31}",
            "write `{min: 2024-01-01, max: 2024-12-31}`",
        ),
        ("{type: choice, choices: a, b}", "write `choices: [a, b]`"),
        ("\n    choices: small, large", "write `[small, large]`"),
        ("{choices: \"small; large\"}", "write `[small, large]`"),
        (
            "{type: choice, choices: [a], options: [b]}",
            "write `choices`",
        ),
        ("{type: boolean, units: m}", "did you mean `unit`?"),
        ("boolean", "write `{type: boolean}`"),
    ];
    for (written, help) in of_fact {
        let rulebook = format!("{RULEBOOK}  extra: {written}\n");
        let assessment = read(&rulebook, "a.yaml", "facts: {pop: 1}\n");
        let told = errors(&assessment);
        let says = |one: &&Diagnostic| one.help.as_deref().is_some_and(|it| it.contains(help));
        assert!(told.iter().any(says), "{written}: {told:#?}");
    }
    let of_file = [
        ("at_least: 2\n", "R112", "write `decision: {at_least: 2}`"),
        ("decision: majority\n", "R115", "`{at_least: 2}`"),
        ("decision: 5 of 6\n", "R115", "write `{at_least: 5}`"),
        (
            "decision: at_least: 2\n",
            "R110",
            "write `decision: {at_least: 2}`",
        ),
        ("  x: type: text\n", "R110", "write `x: {type: text}`"),
        ("decision: 2\n", "R115", "write `{at_least: 2}`"),
        (
            "decision: [a, b]\n",
            "R114",
            "the conditions are the scripts",
        ),
        ("  x: {type: number, unit: %}\n", "R110", "quotation marks"),
        (
            "  x: {type: number, min: 0, max: 9}\n",
            "R112",
            "write `range: {min: 0, max: 9}`",
        ),
        (
            "  x: {type: text, required: true}\n",
            "R112",
            "leave it out",
        ),
        ("  x: {type: text, default: a}\n", "R112", "`j.assume("),
        (
            "  x:\n    y: {type: text}\n",
            "R114",
            "write `x.y:` in a line of its own",
        ),
        (
            "statistics: {m: {statistic: AVG, of: pop}}\n",
            "R115",
            "write `mean`",
        ),
        (
            "statistics: {m: {type: mean, of: pop}}\n",
            "R112",
            "write `statistic`",
        ),
        ("missing: N/A, TBD\n", "R114", "write `[N/A, TBD]`"),
        (
            "ignore: note_*; colour\n",
            "R114",
            "write `[note_*, colour]`",
        ),
        (
            "statistics: {m: {statistic: percentile, of: pop}}\n",
            "R113",
            "add `p: 90`",
        ),
        (
            "statistics: {m: {statistic: percentile, of: pop, p: 0.9}}\n",
            "R115",
            "write `90`",
        ),
        (
            "ignore: [\"*note*\"]\n",
            "R115",
            "write one `*` in each, as in `note_*`",
        ),
        (
            "deadline:\n  - {value: 5, source: s}\n",
            "R112",
            "write `parameters:` on a line above it",
        ),
        (
            "  x: {type:text}\n",
            "R112",
            "write `type: text`, with a space behind the colon",
        ),
        (
            "statistics: {m: {statistic: mean}}\n",
            "R113",
            "add `of:` with the fact",
        ),
        (
            "statistics: {m: {statistic: mean, of: t}}\n",
            "R121",
            "name a fact that is a number",
        ),
        (
            "statistics: {m: {statistic: count, where: pop > 5}}\n",
            "R120",
            "ends with `j.pop > 5`, and its name here",
        ),
        (
            "statistics: {m: {statistic: count, where: kind = flood}}\n",
            "R120",
            "ends with `j.kind == flood`, and its name here",
        ),
        (
            "statistics:\n  - m: {statistic: count}\n",
            "R114",
            "leave out the `-` before each",
        ),
        (
            "statistics:\n  - name: m\n    statistic: count\n",
            "R114",
            "write `m:` in place of `- name: m`",
        ),
        (
            "statistics: {m: {statistic: mean, of: pop, group_by: [kind]}}\n",
            "R112",
            "write `by`",
        ),
        (
            "statistics: {m: {statistic: mean, of: pop, filter: member}}\n",
            "R112",
            "write `where`",
        ),
        // What a slip in a day hides is not told as days that overlap.
        (
            "parameters:\n  l:\n    value:\n      - {value: 1, from: 2025-01-01, until: \
             2025-12-31}\n      - {value: 2, from: 2026-01-01}\n",
            "R112",
            "write `to`",
        ),
        (
            "parameters:\n  l:\n    value:\n      - {value: 1, from: 2025-01-01, to: \
             2025-06-31}\n      - {value: 2, from: 2026-01-01}\n",
            "R115",
            "there is no such day",
        ),
        (
            "parameters:\n  l:\n    value:\n      2025-01-01: 6\n      2026-01-01: 7\n",
            "R121",
            "`- {value: 6, from: 2025-01-01}`",
        ),
        ("parameters: {l: {default: 5}}\n", "R112", "write `value`"),
        (
            "parameters:\n  - limit\n",
            "R114",
            "leave out the `-`, and write a name and a colon before each",
        ),
    ];
    for (line, code, help) in of_file {
        let assessment = read(&format!("{RULEBOOK}{line}"), "a.yaml", "facts: {pop: 1}\n");
        let told = errors(&assessment);
        let [told] = told.as_slice() else {
            panic!("not told once: {line}\n{told:#?}");
        };
        let found = told.help.as_deref().unwrap_or_default();
        assert!(
            told.code.as_str() == code && found.contains(help),
            "{line}: {told:#?}"
        );
    }
    let names = [
        ("number of people", "number_of_people"),
        ("per-head", "per_head"),
    ];
    for (name, other) in names {
        let rulebook = format!("{RULEBOOK}  {name}: {{type: integer}}\n");
        let assessment = read(&rulebook, "a.yaml", "facts: {pop: 1}\n");
        let told = errors(&assessment);
        assert!(
            told[0].message.ends_with(&format!("as in `{other}`")),
            "{told:#?}"
        );
    }
}

/// Slips in waivers and in cases: what is written, and what is to be written there.
#[test]
fn what_is_wrong_in_a_waiver_or_a_case_is_told_once() {
    let waiver =
        "- {jurisdiction: a, condition: all, reason: r, granted_by: b, granted: 2025-01-01}\n";
    let case = "- name: n\n  given: {pop: 1}\n  expect: {all: unknown}\n";
    let changed = |text: &str, old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    };
    let waivers = [
        (
            "- {jurisdiction",
            "waivers:\n  - {jurisdiction",
            "R114",
            "delete the line `waivers:`",
        ),
        (
            "condition: all",
            "conditions: [all]",
            "R112",
            "did you mean `condition`?",
        ),
        (
            "granted: 2025-01-01",
            "until: 2027-01-01",
            "R112",
            "write `expires`",
        ),
        (
            "granted: 2025-01-01",
            "granted: 2025-01-01, expires: 2024-01-01",
            "R118",
            "write a day that is not before 2025-01-01, or exchange the two days",
        ),
        (
            waiver,
            "a:\n  condition: all\n  reason: r\n  granted_by: b\n",
            "R114",
            "write `- jurisdiction: a` in place of `a:`, with the rest set in below it",
        ),
    ];
    let cases = [
        ("given: {pop", "facts: {pop", "R112", "write `given`"),
        ("- name: n", "- title: n", "R112", "write `name`"),
        ("{all: unknown}", "{all: yes}", "R115", "write `met`"),
        ("{all: unknown}", "{all: False}", "R115", "write `not met`"),
        (
            "  expect: {all: unknown}",
            "  determination: no",
            "R115",
            "write `ineligible`",
        ),
        (
            "  expect",
            "  with: {lead: {pop: 5}}\n  expect",
            "R124",
            "write the id of a record in its place",
        ),
        (
            "given: {pop: 1}",
            "jurisdiction: a",
            "R112",
            "write `from: a`",
        ),
        (
            "given: {pop: 1}",
            "given: {pop: 1, lead.pop: 3}",
            "R120",
            "in a case that record stands under `with:`",
        ),
        (
            "  expect",
            "  date: 2025-03-01\n  expect",
            "R112",
            "write `as_of`",
        ),
        (
            "expect: {all: unknown}",
            "result: {all: unknown}",
            "R112",
            "write `expect`",
        ),
        (
            "{pop: 1}",
            "{pop: 1, least: 2}",
            "R120",
            "write `parameters: {least: ...}` in a line beside `given:`",
        ),
        (
            "{all: unknown}",
            "{all: unknown, determination: undetermined}",
            "R171",
            "write `determination:` in a line of its own",
        ),
    ];
    let waivers = waivers.map(|(old, new, code, help)| {
        let file = "policies/t/waivers.yaml";
        (file, changed(waiver, old, new), code, help)
    });
    let cases = cases.map(|(old, new, code, help)| {
        let file = "tests/t/cases.yaml";
        (file, changed(case, old, new), code, help)
    });
    for (file, text, code, help) in waivers.into_iter().chain(cases) {
        let mut files = Files::new();
        let rulebook = format!("{RULEBOOK}parameters: {{least: 3}}\n");
        files.insert("policies/t/rulebook.yaml", &rulebook);
        files.insert(
            "policies/t/jurisdictions/a.yaml",
            "facts: {member: false}\n",
        );
        let script = "//! All\nif j.member && j.pop > params.least { met(\"m\") } else { \
                      not_met(\"n\") }\n";
        files.insert("scripts/t/all.rhai", script);
        files.insert(file, &text);
        let snapshot = Snapshot::load(&files);
        let assessment = assess(&snapshot, &Options::default());
        let suite = Suite::load(&files, &snapshot);
        let told = assessment.diagnostics.iter().chain(&suite.diagnostics);
        let told: Vec<_> = told.filter(|one| one.is_error()).collect();
        let [one] = told.as_slice() else {
            panic!("not told once: {text}\n{told:#?}");
        };
        let found = one.help.as_deref().unwrap_or_default();
        assert!(
            one.code.as_str() == code && found.contains(help),
            "{text}: {one:#?}"
        );
    }
}

/// Heads as public sheets have them: what is said of them, and that it is said once.
#[test]
fn heads_of_public_sheets_are_told_by_what_they_look_like() {
    for (sheet, said) in [
        // A cell below is called `ID`, as Idaho is.
        (
            "state,code,pop\nHawaii,HI,1\nIdaho,ID,2\n",
            "write `id` in place of the name of the column that holds the ids",
        ),
        (
            "Population of the towns\ncode,name,pop\na,A,6\n",
            "delete the lines above it",
        ),
        (
            "001,Flensburg,232158\n002,Kiel,186019\n",
            "names each column",
        ),
        (",pop\nAlpha,6\nBeta,7\n", "begin the line with `id`"),
        ("\"id,pop\"\n\"a,6\"\n", "write `id` in place of"),
    ] {
        let assessment = read(RULEBOOK, "a.csv", sheet);
        let told = errors(&assessment);
        let says = |one: &&Diagnostic| one.help.as_deref().is_some_and(|it| it.contains(said));
        let of_sheet = told
            .iter()
            .filter(|one| one.file().is_some_and(|it| it.ends_with(".csv")));
        assert_eq!(of_sheet.count(), 1, "{sheet}: {told:#?}");
        assert!(told.iter().any(says), "{sheet}: {told:#?}");
    }
}

/// Names of columns that are to be ignored: what is said of each is written into the rulebook, and no more is
/// said of it.
#[test]
fn any_name_of_a_column_can_be_ignored_as_it_is_said() {
    for name in [
        "190: Education services",
        "Area, km2",
        "2010 [YR2010]",
        "# of schools",
        "% change",
        "null",
        "~",
        "*x",
        "&a",
        "> 65",
        "- x",
        "a #b",
        "it's",
        "a\\b",
        "{x}",
        "Population (thousands) of 2020",
    ] {
        let sheet = format!("id,pop,\"{name}\"\na,1,2\n");
        let assessment = read(RULEBOOK, "a.csv", &sheet);
        let told = errors(&assessment);
        assert_eq!(told.len(), 1, "{name}: {told:#?}");
        let help = told[0].help.as_deref().unwrap_or_default();
        let (_, rest) = help.split_once("or write `ignore: ").expect(help);
        let (list, _) = rest.rsplit_once("` there").expect(help);
        let rulebook = format!("{RULEBOOK}ignore: {list}\n");
        let assessment = read(&rulebook, "a.csv", &sheet);
        assert!(
            errors(&assessment).is_empty(),
            "{name}: {:#?}",
            errors(&assessment)
        );
    }
}

#[test]
fn a_column_is_not_taken_for_one_that_another_states() {
    let assessment = read(RULEBOOK, "a.csv", "id,rate,rates,pop,d\na,1,2,3,4\n");
    let told = errors(&assessment);
    let helps: Vec<&str> = told.iter().filter_map(|one| one.help.as_deref()).collect();
    assert!(
        helps.iter().all(|help| help.contains("`ignore: [")),
        "{helps:#?}"
    );
}

#[test]
fn two_lists_of_one_key_are_put_together() {
    let rulebook = format!("{RULEBOOK}ignore: [x]\nignore: [y]\n");
    let assessment = read(&rulebook, "a.csv", "id,pop,x,y\na,1,2,3\n");
    let told = errors(&assessment);
    let help = told.iter().find_map(|one| one.help.as_deref());
    assert_eq!(
        help,
        Some("put the items of both into one list"),
        "{told:#?}"
    );
}

#[test]
fn a_hyphen_in_a_name_is_no_minus_whatever_else_has_the_second_half() {
    let mut files = Files::new();
    files.insert(
        "policies/t/rulebook.yaml",
        "title: T\nas_of: 2020-01-01\nparameters: {least_pop: 3}\nfacts:\n  has_plan: {type: boolean}\n  pop: {type: integer}\n",
    );
    files.insert(
        "policies/t/jurisdictions/a.yaml",
        "facts: {has_plan: true, pop: 5}\n",
    );
    files.insert("scripts/t/plan.rhai", "//! Plan\nj.has_plan\n");
    files.insert(
        "scripts/t/x.rhai",
        "//! X\nif j.has-plan { met(\"m\") } else { not_met(\"n\") }\n",
    );
    files.insert(
        "scripts/t/y.rhai",
        "//! Y\nif j.pop >= j.least-pop { met(\"m\") } else { not_met(\"n\") }\n",
    );
    files.insert("tests/cases.yaml", "- name: n\n");
    let assessment = assess(&Snapshot::load(&files), &Options::default());
    let helps: Vec<_> = assessment
        .diagnostics
        .iter()
        .filter_map(|one| one.help.as_deref())
        .collect();
    for wanted in [
        "write `j.has_plan`: no name has a `-` in it",
        "write `params.least_pop`: no name has a `-` in it",
        "cases lie in `tests/<rulebook>/`",
    ] {
        assert!(helps.contains(&wanted), "{wanted}: {helps:?}");
    }
}
