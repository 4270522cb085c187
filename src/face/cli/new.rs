//! `rulebook new`: a small working rulebook to start from.

use std::path::Path;

use crate::face::cli::common::{Common, ExitStatus};
use crate::face::cli::output::print;
use crate::host::disk;
use crate::model::fact::name_problem;

#[derive(Debug, clap::Args)]
pub(super) struct NewArguments {
    /// The name of the rulebook: the name of its folders
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    common: Common,
}

const RULEBOOK: &str = "\
# yaml-language-server: $schema=schema/rulebook.json
title: NAME
description: What this programme is, in a sentence or two
as_of: 2026-01-01

sources:
  notice: {title: The notice of the programme, date: 2025-12-01}

parameters:
  least_population:
    value: 50000
    type: integer
    range: {min: 0, max: 100000000}
    unit: people
    source: notice
    description: How many people must live there at least

facts:
  population:
    type: integer
    unit: people
    range: {min: 0, max: 100000000}
    description: How many people live there
    question: How many people live there, by the last count?
    fixed: true
  applied:
    type: boolean
    description: It applied for the programme
    question: Did it apply for the programme?

# Eligible when every required condition is met or not applicable.
decision: all
";

const RECORD: &str = "\
# yaml-language-server: $schema=../schema/record.json
id: springfield
name: Springfield
facts:
  population: {value: 116000, source: notice}
  applied: unknown
";

const POPULATION: &str = "\
//! Large enough
//! @source notice
//! At least so many people live there.
if j.population >= params.least_population {
    met(`${j.population} people live there`)
} else {
    not_met(`${j.population} people live there, ${params.least_population} are asked for`)
}
";

const APPLIED: &str = "\
//! It applied
//! @source notice
if j.applied { met(\"it applied\") } else { not_met(\"it did not apply\") }
";

const CASES: &str = "\
# yaml-language-server: $schema=../../policies/NAME/schema/cases.json
- name: Just large enough, and it applied
  given: {population: 50000, applied: true}
  expect: {population: met, applied: met}
  determination: eligible

- name: One too few
  given: {population: 49999, applied: false}
  expect:
    population: {is: not met, reason: \"49999 people live there, 50000 are asked for\"}
    applied: not met
  determination: ineligible

- name: Nothing is known
  given: {}
  expect: {population: unknown, applied: unknown}
  unknown: [population, applied]

- name: Another limit
  given: {population: 20000}
  parameters: {least_population: 20000}
  expect: {population: met}

- name: One too few for another limit
  given: {population: 19999}
  parameters: {least_population: 20000}
  expect: {population: not met}
";

pub(super) fn new_command(arguments: &NewArguments) -> anyhow::Result<ExitStatus> {
    let (name, root) = (&arguments.name, &arguments.common.root);
    if let Some(problem) = name_problem(name) {
        anyhow::bail!("{}", problem.replace("in a script", "of a rulebook"));
    }
    let files = [
        (format!("policies/{name}/rulebook.yaml"), RULEBOOK),
        (
            format!("policies/{name}/jurisdictions/springfield.yaml"),
            RECORD,
        ),
        (format!("scripts/{name}/population.rhai"), POPULATION),
        (format!("scripts/{name}/applied.rhai"), APPLIED),
        (format!("tests/{name}/cases.yaml"), CASES),
    ];
    // Nothing that is there is touched.
    for folder in ["policies", "scripts", "tests"] {
        let folder = format!("{folder}/{name}");
        if root.join(&folder).exists() {
            anyhow::bail!("`{folder}` is there already: choose another name, or remove it");
        }
    }
    for (path, text) in &files {
        disk::write_inside(root, path, &text.replace("NAME", name))?;
        print(&format!("Written: {path}\n"))?;
    }
    let here = if root == Path::new(".") {
        String::new()
    } else {
        format!(" --root {}", root.display())
    };
    print(&format!(
        "\nNow try:\n  rulebook check{here} --rulebook {name}\n  rulebook test{here} --rulebook \
         {name} --coverage\n  rulebook schema --write{here}\n"
    ))?;
    Ok(ExitStatus::Good)
}
