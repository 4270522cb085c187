//! Made-up populations: the same values as columns and as files of any format.

use std::fmt::Write;

use rulebook::input_files::Files;

pub(crate) struct Population {
    pub(crate) size: usize,
    /// Booleans; 2 is unknown.
    pub(crate) yes: [Vec<u8>; 4],
    /// Of four choices; 4 is unknown.
    pub(crate) kind: Vec<u8>,
    /// Below 200; -1 is unknown.
    pub(crate) counts: [Vec<i32>; 9],
    /// Up to 100, with two decimals; NaN is unknown.
    pub(crate) rates: [Vec<f64>; 5],
    /// Days since 1970; `i32::MIN` is unknown.
    pub(crate) since: Vec<i32>,
}

pub(crate) const CHOICES: [&str; 4] = ["small", "middle", "large", "huge"];

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Population {
    /// So many records; each fact is unknown with some probability.
    pub(crate) fn new(size: usize, unknown: f64) -> Self {
        let mut chance = Chance(1);
        let mut draw = |end: u64| {
            let known = chance.next() as f64 / u64::MAX as f64 >= unknown;
            let value = chance.next() % end;
            known.then_some(value)
        };
        let mut column = |end: u64| (0..size).map(|_| draw(end)).collect::<Vec<_>>();
        let yes = [(); 4].map(|()| {
            column(2)
                .into_iter()
                .map(|value| value.map_or(2, |value| value as u8))
                .collect()
        });
        let kind = column(4)
            .into_iter()
            .map(|value| value.map_or(4, |value| value as u8))
            .collect();
        let counts = [(); 9].map(|()| {
            column(200)
                .into_iter()
                .map(|value| value.map_or(-1, |value| value as i32))
                .collect()
        });
        let rates = [(); 5].map(|()| {
            column(10_000)
                .into_iter()
                .map(|value| value.map_or(f64::NAN, |value| value as f64 / 100.0))
                .collect()
        });
        let since = column(18_000)
            .into_iter()
            .map(|value| value.map_or(i32::MIN, |value| value as i32 - 7_000));
        Self {
            size,
            yes,
            kind,
            counts,
            rates,
            since: since.collect(),
        }
    }

    /// The paths and values of a record, as text.
    pub(crate) fn facts(&self, record: usize) -> Vec<(String, Option<String>)> {
        let mut facts = Vec::with_capacity(20);
        for (index, column) in self.yes.iter().enumerate() {
            let value = column[record];
            facts.push((
                format!("kind.b{index}"),
                (value < 2).then(|| (value == 1).to_string()),
            ));
        }
        let kind = CHOICES.get(usize::from(self.kind[record]));
        facts.push(("kind.size".to_owned(), kind.map(|kind| (*kind).to_owned())));
        let day = rulebook::fact::Date::from_days(self.since[record].into())
            .filter(|_| self.since[record] > i32::MIN);
        facts.push(("kind.since".to_owned(), day.map(|day| day.to_string())));
        for (index, column) in self.counts.iter().enumerate() {
            facts.push((
                format!("count.n{index}"),
                (column[record] >= 0).then(|| column[record].to_string()),
            ));
        }
        for (index, column) in self.rates.iter().enumerate() {
            facts.push((
                format!("rate.r{index}"),
                (!column[record].is_nan()).then(|| format!("{:.2}", column[record])),
            ));
        }
        facts
    }

    pub(crate) fn files(&self, format: Format) -> Files {
        self.files_with(format, &conditions(8))
    }

    pub(crate) fn files_with(&self, format: Format, scripts: &[(String, String)]) -> Files {
        let mut files = Files::new();
        for (path, text) in self.texts(format, scripts) {
            files.insert_bytes(path, text);
        }
        files
    }

    /// All files of a root folder.
    pub(crate) fn texts(
        &self,
        format: Format,
        scripts: &[(String, String)],
    ) -> Vec<(String, String)> {
        let mut files = vec![("policies/g/rulebook.yaml".to_owned(), RULEBOOK.to_owned())];
        for (name, script) in scripts {
            files.push((
                format!("scripts/g/{name}.rhai"),
                format!("//! Condition {name}\n{script}\n"),
            ));
        }
        let folder = "policies/g/jurisdictions";
        let records = 0..self.size;
        match format {
            Format::Csv => {
                let head: Vec<_> = self.facts(0).into_iter().map(|(path, _)| path).collect();
                let mut text = format!("id,name,{}\n", head.join(","));
                for record in records {
                    let _ = write!(text, "j{record:07},Place {record}");
                    for (_, value) in self.facts(record) {
                        let _ = write!(text, ",{}", value.unwrap_or_default());
                    }
                    text.push('\n');
                }
                files.push((format!("{folder}/all.csv"), text));
            }
            Format::Ndjson => {
                let lines: Vec<_> = records.map(|record| self.object(record)).collect();
                files.push((format!("{folder}/all.ndjson"), lines.join("\n") + "\n"));
            }
            Format::Json => {
                let lines: Vec<_> = records.map(|record| self.object(record)).collect();
                files.push((
                    format!("{folder}/all.json"),
                    format!("[\n{}\n]\n", lines.join(",\n")),
                ));
            }
            Format::Yaml | Format::YamlSourced => {
                let documents = records
                    .map(|record| format!("---\n{}", self.document(record, format.is_sourced())));
                files.push((format!("{folder}/all.yaml"), documents.collect()));
            }
            Format::YamlFiles | Format::YamlSourcedFiles => {
                let document = |record| self.document(record, format.is_sourced());
                files.extend(
                    records.map(|record| (format!("{folder}/j{record:07}.yaml"), document(record))),
                );
            }
        }
        files
    }

    fn object(&self, record: usize) -> String {
        let mut text =
            format!("{{\"id\":\"j{record:07}\",\"name\":\"Place {record}\",\"facts\":{{");
        let mut group = String::new();
        for (path, value) in self.facts(record) {
            let Some(value) = value else { continue };
            let (first, last) = path.split_once('.').expect("paths have two parts");
            if group == first {
                text.push(',');
            } else {
                let end = if group.is_empty() { "" } else { "}," };
                let _ = write!(text, "{end}\"{first}\":{{");
                first.clone_into(&mut group);
            }
            let is_text = value.starts_with(|c: char| c.is_ascii_lowercase())
                && value != "true"
                && value != "false";
            let quote = if is_text || value.len() == 10 {
                "\""
            } else {
                ""
            };
            let _ = write!(text, "\"{last}\":{quote}{value}{quote}");
        }
        if !group.is_empty() {
            text.push('}');
        }
        text + "}}"
    }

    fn document(&self, record: usize, sourced: bool) -> String {
        let mut text = format!("id: j{record:07}\nname: Place {record}\nfacts:\n");
        let mut group = String::new();
        for (number, (path, value)) in self.facts(record).into_iter().enumerate() {
            let Some(value) = value else { continue };
            let (first, last) = path.split_once('.').expect("paths have two parts");
            if group != first {
                let _ = writeln!(text, "  {first}:");
                first.clone_into(&mut group);
            }
            let value = if sourced {
                stated(&value, number)
            } else {
                value
            };
            let _ = writeln!(text, "    {last}: {value}");
        }
        text
    }
}

/// A value with who says so; some with a day, some with a note.
fn stated(value: &str, number: usize) -> String {
    let source = ["survey", "office"][number % 2];
    let more = match number % 7 {
        0 | 3 | 5 => ", as_of: 2019-06-30",
        1 => ", note: by phone",
        _ => "",
    };
    format!("{{value: {value}, source: {source}{more}}}")
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Ndjson,
    Json,
    Yaml,
    YamlFiles,
    YamlSourced,
    YamlSourcedFiles,
}

impl Format {
    pub(crate) const ALL: [Self; 7] = [
        Self::Csv,
        Self::Ndjson,
        Self::Json,
        Self::Yaml,
        Self::YamlFiles,
        Self::YamlSourced,
        Self::YamlSourcedFiles,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
            Self::Json => "JSON",
            Self::Yaml => "YAML, one file",
            Self::YamlFiles => "YAML, a file each",
            Self::YamlSourced => "YAML with sources, one file",
            Self::YamlSourcedFiles => "YAML with sources, a file each",
        }
    }

    pub(crate) fn is_yaml(self) -> bool {
        matches!(self, Self::Yaml | Self::YamlFiles) || self.is_sourced()
    }

    fn is_sourced(self) -> bool {
        matches!(self, Self::YamlSourced | Self::YamlSourcedFiles)
    }
}

/// All events of all record files, from the same reader in the same parts, and nothing done with
/// them.
pub(crate) fn bare_events(files: &Files) -> usize {
    use rayon::prelude::*;
    let sources: Vec<_> = files.below("policies/g/jurisdictions/").collect();
    let count = |text: &str| {
        serde_yaml::granit_parser::Parser::new_from_str(text)
            .flatten()
            .count()
    };
    if let [single] = sources.as_slice() {
        let text = single.text();
        let (mut parts, mut start) = (Vec::new(), 0);
        while start < text.len() {
            let from = (start + 128 * 1024).min(text.len());
            let end = text[from..]
                .find("\n---\n")
                .map_or(text.len(), |found| from + found + 1);
            parts.push(&text[start..end]);
            start = end;
        }
        return parts.into_par_iter().map(count).sum();
    }
    sources
        .into_par_iter()
        .with_min_len(256)
        .map(|source| count(source.text()))
        .sum()
}

const RULEBOOK: &str = "title: Made up\nas_of: 2020-01-01\nsources:\n  survey: {title: A survey}\n  \
    office: {title: An office}\nparameters: {limit: 48}\nfacts:\n  \
    kind.b0: {type: boolean}\n  kind.b1: {type: boolean}\n  kind.b2: {type: boolean}\n  kind.b3: \
    {type: boolean}\n  \
    kind.size: {type: choice, choices: [small, middle, large, huge]}\n  kind.since: \
    {type: date}\n  \
    count.n0: {type: integer}\n  count.n1: {type: integer}\n  count.n2: \
    {type: integer}\n  count.n3: {type: integer}\n  \
    count.n4: {type: integer}\n  count.n5: {type: integer}\n  count.n6: \
    {type: integer}\n  count.n7: {type: integer}\n  \
    count.n8: {type: integer}\n  rate.r0: {type: number}\n  rate.r1: {type: number}\n  rate.r2: \
    {type: number}\n  \
    rate.r3: {type: number}\n  rate.r4: {type: number}\n";

/// The eight conditions that `by_hand` has too.
pub(crate) const CONDITIONS: [&str; 8] = [
    "if j.kind.b0 { return met(\"b0\"); }\n\
     if j.count.n0 < 20 { return not_met(`n0 is ${j.count.n0}`); }\nj.rate.r0 >= 30.0",
    "j.count.n1 >= params.limit && j.kind.b1 || j.rate.r1 > 50.0",
    "if j.kind.size == \"small\" { return not_applicable(\"small\"); }\n\
     j.count.n2 > 10 && j.count.n3 > 10",
    "if j.kind.since < date(\"1980-01-01\") { return j.count.n4 >= 50; }\nj.rate.r2 < 80.0",
    "if j.count.n5 > 150 { return met(\"many\"); }\n\
     if j.count.n5 < 10 { return not_met(\"few\"); }\nj.kind.b2 && j.kind.b3",
    "j.rate.r3 + 5.0 < 90.0 || j.kind.size == \"huge\"",
    "j.count.n6 >= 20 && j.count.n6 <= 180",
    "if !j.kind.b0 && j.count.n7 < 5 { return not_met(\"low\"); }\n\
     j.rate.r4 >= 1.0 && j.count.n8 != 7",
];

/// So many conditions; beyond eight the same over again.
pub(crate) fn conditions(count: usize) -> Vec<(String, String)> {
    (0..count)
        .map(|index| (format!("c{index:03}"), CONDITIONS[index % 8].to_owned()))
        .collect()
}

/// A condition of so many branches.
pub(crate) fn branches(count: usize) -> String {
    let branch = |index: usize| {
        format!(
            "if j.count.n{} < {} {{ return not_met(\"{index}\"); }}\n",
            index % 9,
            1 + index / 9
        )
    };
    (0..count).map(branch).collect::<String>() + "j.rate.r0 >= 30.0"
}

/// What is edited: the format of the records, the file, what stands there and what then does.
pub(crate) const EDITS: [(&str, Format, &str, &str, &str); 6] = [
    (
        "a record of a CSV",
        Format::Csv,
        "policies/g/jurisdictions/all.csv",
        "j0000500,Place 500,",
        "j0000500,Place 5,",
    ),
    (
        "a record of an NDJSON",
        Format::Ndjson,
        "policies/g/jurisdictions/all.ndjson",
        "\"Place 500\"",
        "\"Place 5\"",
    ),
    (
        "a record of a JSON list",
        Format::Json,
        "policies/g/jurisdictions/all.json",
        "\"Place 500\"",
        "\"Place 5\"",
    ),
    (
        "a record of a YAML",
        Format::Yaml,
        "policies/g/jurisdictions/all.yaml",
        "Place 500\n",
        "Place 5\n",
    ),
    (
        "a record of its own file",
        Format::YamlFiles,
        "policies/g/jurisdictions/j0000500.yaml",
        "Place 500",
        "Place 5",
    ),
    ("a script", Format::Csv, "scripts/g/c006.rhai", "20", "25"),
];
