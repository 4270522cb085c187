//! Random scripts and records, made from a sequence of bytes: fewer and smaller bytes make smaller
//! scripts, so a failing case shrinks to one a person can read.

use std::fmt::Write;

/// A sequence of choices; when it runs out, every choice is the first.
pub(crate) struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % count
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// What kind of script: the wider one has everything, the narrow one only what small domains can
/// check from end to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Range {
    Wide,
    Narrow,
}

pub(crate) const WIDE_SCHEMA: &str = "title: Laws
as_of: 2017-08-03
parameters:
  whole: 24
  part: 1.5
  colour: {value: green, choices: [red, green, blue]}
facts:
  a: {type: boolean}
  b: {type: boolean}
  i: {type: integer, range: {min: -50, max: 60}}
  k: {type: integer}
  n: {type: number, range: {min: -100, max: 100}}
  m: {type: number}
  t: {type: text}
  u: {type: text}
  c: {type: choice, choices: [red, green, blue]}
  o: {type: choice, choices: [1, 2.50, 10]}
  d: {type: date}
  e: {type: date, range: {min: 2017-01-01, max: 2017-12-31}}
  l: {type: list, items: integer}
  g.x: {type: integer, range: {min: 0, max: 9}}
  r: {type: jurisdiction}
";

pub(crate) const NARROW_SCHEMA: &str = "title: Laws
as_of: 2017-08-03
parameters:
  whole: 2
  part: 1.5
  colour: {value: green, choices: [red, green, blue]}
facts:
  a: {type: boolean}
  b: {type: boolean}
  i: {type: integer, range: {min: 0, max: 3}}
  k: {type: integer, range: {min: -1, max: 2}}
  c: {type: choice, choices: [red, green, blue]}
  o: {type: choice, choices: [1, 2.5, 10]}
  e: {type: date, range: {min: 2017-08-02, max: 2017-08-04}}
  g.x: {type: integer, range: {min: 0, max: 2}}
  r: {type: jurisdiction}
";

/// The functions that scripts import.
pub(crate) const LIBRARY: &str =
    "fn least(x, y) { x >= y }\nfn twice(x) { x + x }\nfn deep(x, y) { least(twice(x), y) }\n";

pub(crate) struct Generator<'c, 'a> {
    choices: &'c mut Choices<'a>,
    range: Range,
    depth: usize,
    variables: usize,
    statements: bool,
}

impl<'c, 'a> Generator<'c, 'a> {
    pub(crate) fn new(choices: &'c mut Choices<'a>, range: Range) -> Self {
        Self {
            choices,
            range,
            depth: 0,
            variables: 0,
            statements: range == Range::Wide,
        }
    }

    /// The same with `known` and `assume`, of which completions of a record say nothing.
    pub(crate) fn with_statements(mut self) -> Self {
        self.statements = true;
        self
    }

    /// One test of facts, without `and` and `or`.
    pub(crate) fn test(&mut self) -> String {
        match self.choices.below(4) {
            0 => self.pick(&["j.a", "j.b"]).to_owned(),
            1 => self.choice_test(),
            2 => self.date_test(),
            _ => self.comparison(),
        }
    }

    fn wide(&self) -> bool {
        self.range == Range::Wide
    }

    /// A whole script.
    pub(crate) fn script(&mut self) -> String {
        let mut text = "//! Generated\nimport \"lib/f\" as f;\nfn both(x, y) { x && y }\n\
                        fn pick(x, y, z) { if x { return y; } z }\n"
            .to_owned();
        for _ in 0..self.choices.below(3) {
            let statement = self.statement();
            text.push_str(&statement);
        }
        text.push_str(&self.ending());
        text
    }

    fn statement(&mut self) -> String {
        match self.choices.below(5) {
            0 => format!("if {} {{ return {}; }}\n", self.boolean(), self.outcome()),
            1 => {
                let name = format!("v{}", self.variables);
                let value = self.integer();
                self.variables += 1;
                format!(
                    "let {name} = {value};\nif {name} > {} {{ return {}; }}\n",
                    self.integer(),
                    self.outcome()
                )
            }
            2 => {
                let subject = self.pick(&["j.c", "params.colour"]);
                format!(
                    "switch {subject} {{ \"red\" => return {}, \"green\" if {} => return {}, _ => \
                     {{}} }}\n",
                    self.outcome(),
                    self.boolean(),
                    self.outcome()
                )
            }
            3 => {
                let subject = if self.wide() {
                    self.pick(&["j.i", "j.g.x", "j.r.g.x"])
                } else {
                    self.pick(&["j.i", "j.g.x"])
                };
                format!(
                    "switch {subject} {{ 0 | 2 => return {}, 1..3 => {{ return {}; }}, _ => () \
                     }}\n",
                    self.outcome(),
                    self.outcome()
                )
            }
            _ if self.wide() => {
                let loops = [
                    "for x in j.l { if x > 3 { return met(\"loop\"); } }\n",
                    "for x in [1, 2] { if j.i == x { return met(`loop ${x}`); } }\n",
                ];
                self.pick(&loops).to_owned()
            }
            _ => "for x in [1, 2] { if j.i == x { return met(`loop ${x}`); } }\n".to_owned(),
        }
    }

    fn ending(&mut self) -> String {
        match self.choices.below(4) {
            0 => self.outcome(),
            1 => self.boolean(),
            _ => format!(
                "if {} {{ {} }} else {{ {} }}",
                self.boolean(),
                self.outcome(),
                self.outcome()
            ),
        }
    }

    fn outcome(&mut self) -> String {
        let verdict = self.pick(&["met", "not_met", "not_applicable"]);
        let reason = match self.choices.below(5) {
            0 => "\"plain\"".to_owned(),
            1 => format!("`i is ${{j.i}}, c is ${{j.c}} and ${{{}}}`", self.integer()),
            2 if self.wide() => "`${j.n} ${j.t} ${j.u} ${params.part}`".to_owned(),
            3 => "\"k: \" + j.k".to_owned(),
            _ => "\"other\"".to_owned(),
        };
        format!("{verdict}({reason})")
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        self.choices.pick(list)
    }

    fn boolean(&mut self) -> String {
        self.depth += 1;
        let kinds = if self.depth > 4 { 4 } else { 15 };
        let text = match self.choices.below(kinds) {
            0 => self
                .pick(&[
                    "j.a",
                    "j.b",
                    "!j.a",
                    "j.r.a",
                    "j.r.b",
                    "j.a == j.b",
                    "j.b != true",
                ])
                .to_owned(),
            1 => self.comparison(),
            2 => self.choice_test(),
            3 => self.date_test(),
            4 => format!("({} && {})", self.boolean(), self.boolean()),
            5 => format!("({} || {})", self.boolean(), self.boolean()),
            6 => format!("!({})", self.boolean()),
            7 => format!("both({}, {})", self.boolean(), self.boolean()),
            8 => format!(
                "pick({}, {}, {})",
                self.boolean(),
                self.boolean(),
                self.boolean()
            ),
            9 => format!(
                "f::{}({}, {})",
                self.pick(&["least", "deep"]),
                self.integer(),
                self.integer()
            ),
            10 => {
                // A range with the larger end first is refused.
                let number = |text: &str| text.parse::<i64>().expect("a literal");
                let mut ends = [self.literal(), self.literal()].map(number);
                ends.sort_unstable();
                let [from, to] = ends;
                format!("{} in {from}..{}", self.pick(&["j.i", "j.k"]), to + 1)
            }
            11 if self.wide() => self.text_test(),
            12 if self.wide() => self.number_test(),
            14 => self.numbered_test(),
            13 if self.statements => self
                .pick(&[
                    "j.known(\"i\")",
                    "j.known(\"r.a\")",
                    "j.assume(\"b\", true)",
                    "j.assume(\"i\", 1) > 1",
                ])
                .to_owned(),
            _ => self.comparison(),
        };
        self.depth -= 1;
        text
    }

    fn comparator(&mut self) -> &'static str {
        self.pick(&["==", "!=", "<", "<=", ">", ">="])
    }

    fn comparison(&mut self) -> String {
        format!(
            "{} {} {}",
            self.integer(),
            self.comparator(),
            self.integer()
        )
    }

    fn literal(&mut self) -> &'static str {
        if self.wide() {
            self.pick(&["0", "1", "2", "24", "-3", "48"])
        } else {
            self.pick(&["0", "1", "2", "3", "-1"])
        }
    }

    fn integer(&mut self) -> String {
        self.depth += 1;
        let kinds = if self.depth > 4 { 3 } else { 11 };
        let text = match self.choices.below(kinds) {
            0 => self
                .pick(&["j.i", "j.k", "j.g.x", "j.r.i", "j.r.g.x"])
                .to_owned(),
            1 => self.literal().to_owned(),
            2 => "params.whole".to_owned(),
            3 => {
                let operator = if self.wide() {
                    self.pick(&["+", "-", "*", "/", "%"])
                } else {
                    self.pick(&["+", "-", "*"])
                };
                format!("({} {operator} {})", self.integer(), self.integer())
            }
            4 => format!(
                "{}({}, {})",
                self.pick(&["min", "max"]),
                self.integer(),
                self.integer()
            ),
            5 => format!("abs({})", self.integer()),
            6 => format!(
                "({} ** {})",
                self.pick(&["j.i", "j.g.x"]),
                self.pick(&["0", "1", "2", "3"])
            ),
            7 => self.looked_up(),
            8 => format!(
                "band({}, [0, {}, 48])",
                self.whole(),
                self.pick(&["2", "24", "params.whole"])
            ),
            9 => format!(
                "[{}, {}, 24].{}()[{}]",
                self.whole(),
                self.pick(&["j.i", "j.k", "2"]),
                self.pick(&["order", "order_desc"]),
                self.pick(&["0", "1", "2"])
            ),
            _ => format!("-{}", self.pick(&["j.i", "j.k", "j.g.x"])),
        };
        self.depth -= 1;
        text
    }

    /// A calculation that has no fraction: the interpreter's bands and orders know none.
    fn whole(&mut self) -> &'static str {
        self.pick(&[
            "j.i",
            "j.k",
            "j.g.x",
            "j.r.i",
            "(j.i + j.k)",
            "(j.g.x * 2)",
            "abs(j.k)",
            "#{\"red\": 7, \"green\": 24, \"blue\": 0}[j.c]",
        ])
    }

    /// A number picked out of a map or a list by a fact.
    fn looked_up(&mut self) -> String {
        let map =
            |one: &str, two: &str| format!("#{{\"red\": {one}, \"green\": {two}, \"blue\": 0}}");
        let kind = self.pick(&["j.c", "params.colour", "j.r.c"]);
        match self.choices.below(5) {
            0 => format!("{}[{kind}]", map("7", "24")),
            1 => format!("[7, 0, 24, {}, 2, 3, 48, -3, 5, 9][j.g.x]", self.integer()),
            2 => format!("{}[{kind}]", map(&self.integer(), &self.integer())),
            3 if !self.wide() => "#{\"1\": 7, \"2.5\": 24, \"10\": 0}[j.o]".to_owned(),
            // What a map holds may be a text: unknown is then more than it need be.
            _ if !self.wide() => format!("{}[{kind}]", map("2", "1")),
            _ => {
                let rows = [
                    "[1, 24, 2, 3, 4, 5, 6, 7, 8, 9]",
                    "[0, 2, 1, 0, 0, 0, 0, 0, 0, 0]",
                ];
                let table = map(rows[0], rows[1]).replace("0}", "[3, 2, 1, 0, 0, 0, 0, 0, 0, 0]}");
                format!("{table}[{kind}][j.g.x]")
            }
        }
    }

    /// Of choices that are numbers: the tests that some of them fit.
    fn numbered_test(&mut self) -> String {
        match self.choices.below(4) {
            0 => self
                .pick(&["j.o < 10", "j.o >= 2", "j.o > 1", "2.5 >= j.o", "j.o <= 1"])
                .to_owned(),
            1 => self
                .pick(&["j.o == 2.5", "j.o != 10", "j.o in [1, 10]"])
                .to_owned(),
            2 if self.wide() => format!("j.o {} j.n", self.pick(&["<", ">="])),
            2 => format!("j.o {} j.i", self.pick(&["<", ">=", "=="])),
            _ => format!(
                "(j.o {} {}) {} {}",
                self.pick(&["+", "*", "-"]),
                self.integer(),
                self.comparator(),
                if self.wide() {
                    self.number()
                } else {
                    self.integer()
                }
            ),
        }
    }

    fn number(&mut self) -> String {
        self.depth += 1;
        let kinds = if self.depth > 4 { 3 } else { 6 };
        let text = match self.choices.below(kinds) {
            0 => self.pick(&["j.n", "j.m", "j.r.n"]).to_owned(),
            1 => self
                .pick(&["0.0", "0.3", "1.5", "-2.25", "48.0", "1e-8"])
                .to_owned(),
            2 => "params.part".to_owned(),
            3 => format!(
                "({} {} {})",
                self.number(),
                self.pick(&["+", "-", "*", "/", "%", "**"]),
                self.number()
            ),
            4 => format!(
                "{}({})",
                self.pick(&["abs", "floor", "ceiling", "round"]),
                self.number()
            ),
            _ => format!(
                "({} {} {})",
                self.number(),
                self.pick(&["+", "*"]),
                self.integer()
            ),
        };
        self.depth -= 1;
        text
    }

    fn number_test(&mut self) -> String {
        format!("{} {} {}", self.number(), self.comparator(), self.number())
    }

    fn text_test(&mut self) -> String {
        match self.choices.below(4) {
            0 => format!(
                "j.t {} {}",
                self.comparator(),
                self.pick(&["\"red\"", "\"\"", "\"x\""])
            ),
            1 => format!("j.t {} j.u", self.comparator()),
            2 => "j.t in [\"red\", \"blue\"]".to_owned(),
            _ => "j.t.starts_with(\"r\")".to_owned(),
        }
    }

    fn choice_test(&mut self) -> String {
        let choice = self.pick(&["\"red\"", "\"green\"", "\"blue\"", "params.colour"]);
        match self.choices.below(3) {
            0 => format!("j.c {} {choice}", self.pick(&["==", "!="])),
            1 => format!("{choice} {} j.c", self.pick(&["==", "!="])),
            _ => "j.c in [\"red\", \"blue\"]".to_owned(),
        }
    }

    fn date_test(&mut self) -> String {
        let date = self.pick(&["date(\"2017-08-03\")", "date(\"2017-08-18\")"]);
        match self.choices.below(6) {
            3 => format!(
                "{}(j.e) {} {}",
                self.pick(&["year", "month", "day"]),
                self.comparator(),
                self.pick(&["2017", "8", "18"])
            ),
            4 => format!(
                "{}({date}, j.e) {} {}",
                self.pick(&["months_between", "years_between", "age"]),
                self.comparator(),
                self.literal()
            ),
            5 => format!(
                "{}(j.e, {}) {} {}",
                self.pick(&["add_months", "add_years"]),
                self.pick(&["1", "-1", "6", "j.g.x"]),
                self.comparator(),
                self.pick(&[
                    "date(\"2017-08-31\")",
                    "last_of_month(j.e)",
                    "first_of_month(j.e)"
                ])
            ),
            0 => format!("j.e {} {date}", self.comparator()),
            1 => format!("({date} - j.e) {} {}", self.comparator(), self.literal()),
            _ if self.wide() => format!(
                "j.d {} (j.e + {})",
                self.comparator(),
                self.pick(&["0", "30"])
            ),
            _ => format!("(j.e + 1) {} {date}", self.comparator()),
        }
    }
}

/// The values a fact may take in a generated record, as YAML. The wide ones are samples, the narrow
/// ones are all there are.
pub(crate) fn values(range: Range, fact: &str) -> &'static [&'static str] {
    match (range, fact) {
        (_, "a" | "b") => &["true", "false"],
        (_, "c") => &["red", "green", "blue"],
        (_, "o") => &["1", "2.5", "10"],
        (Range::Wide, "i") => &["0", "1", "2", "24", "47", "48", "-3", "-50", "60"],
        (Range::Wide, "k") => &[
            "0",
            "1",
            "24",
            "-3",
            "9007199254740992",
            "-9007199254740992",
            "25",
        ],
        (Range::Wide, "n") => &[
            "0.0",
            "0.3",
            "1.5",
            "-2.25",
            "48",
            "-100",
            "0.30000000000000004",
            "1e-17",
        ],
        (Range::Wide, "m") => &["0.0", "1.5", "1e300", "-1e300", "2.0", "0.1"],
        (Range::Wide, "t" | "u") => &["red", "\"\"", "x", "blue", "zebra"],
        (Range::Wide, "d" | "e") => &[
            "2017-08-03",
            "2017-08-18",
            "2017-01-01",
            "2017-12-31",
            "2017-02-28",
            "2017-01-31",
        ],
        (Range::Wide, "l") => &["[]", "[1, 2]", "[5]"],
        (Range::Wide, "g.x") => &["0", "1", "2", "3", "9"],
        (Range::Narrow, "i") => &["0", "1", "2", "3"],
        (Range::Narrow, "k") => &["-1", "0", "1", "2"],
        (Range::Narrow, "e") => &["2017-08-02", "2017-08-03", "2017-08-04"],
        (Range::Narrow, "g.x") => &["0", "1", "2"],
        _ => &[],
    }
}

/// The facts of a schema but the reference.
pub(crate) fn facts(range: Range) -> &'static [&'static str] {
    match range {
        Range::Wide => &[
            "a", "b", "i", "k", "n", "m", "t", "u", "c", "o", "d", "e", "l", "g.x",
        ],
        Range::Narrow => &["a", "b", "i", "k", "c", "o", "e", "g.x"],
    }
}

/// A record as YAML.
pub(crate) fn record(id: &str, facts: &[(&str, &str)], reference: Option<&str>) -> String {
    let mut text = format!("id: {id}\nfacts:\n  g: {{}}\n");
    if facts.iter().any(|(fact, _)| fact.starts_with("g.")) {
        text = format!("id: {id}\nfacts:\n");
    }
    for (fact, value) in facts {
        let _ = writeln!(text, "  {fact}: {value}");
    }
    if let Some(reference) = reference {
        let _ = writeln!(text, "  r: {reference}");
    }
    text
}
