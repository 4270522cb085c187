//! A snapshot: everything read from one state of the files.
//!
//! Loading never fails. It gives what could be read and says what could not; a broken file hides
//! only itself. What depends on a date or on a parameter's value is left to `assess`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::condition::{self, Condition};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::files::Files;
use crate::jurisdiction::{self, Jurisdictions, Role};
use crate::rulebook::{self, Decision, Rulebook, RulebookId};
use crate::script::{Library, Program, Roots};
use crate::source::Source;

/// One state of the files, read.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) rulebooks: Vec<Arc<Criteria>>,
    /// Everything wrong with the files, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// One rulebook with its scripts and records.
#[derive(Debug)]
pub(crate) struct Criteria {
    pub(crate) rulebook: Rulebook,
    pub(crate) records: Arc<Jurisdictions>,
    pub(crate) conditions: Vec<Scripted>,
    pub(crate) decision: Option<Scripted>,
}

/// A condition and its program; none when the script is broken.
#[derive(Debug)]
pub(crate) struct Scripted {
    pub(crate) condition: Arc<Condition>,
    pub(crate) program: Option<Arc<Program>>,
}

const DECISION: &str = "decision.rhai";

impl Snapshot {
    /// Reads files into a snapshot.
    pub fn load(files: &Files) -> Self {
        let mut diagnostics: Vec<_> = files.unreadable().map(|(_, diagnostic)| diagnostic.clone()).collect();
        let policies = folders(files, "policies/");
        let scripts = folders(files, "scripts/");
        if policies.is_empty() {
            diagnostics.push(nothing("policies", "there is nothing to check: no rulebook in the folder `policies`")
                .help("a rulebook lies in `policies/<name>/rulebook.yaml`; give the folder that holds `policies` with `--root`".to_owned()));
        }
        for name in scripts.iter().filter(|name| !policies.contains(*name) && name.as_str() != "lib") {
            let message = format!("there are scripts for `{name}` and no `policies/{name}/rulebook.yaml`");
            diagnostics.push(
                nothing(&format!("scripts/{name}"), message)
                    .help(diagnostic::did_you_mean(name, policies.iter().map(String::as_str))),
            );
        }
        let load = |name: &String| {
            let mut found = Vec::new();
            let criteria = Loader { files, name, diagnostics: &mut found }.load();
            (criteria, found)
        };
        let loaded: Vec<_> = policies.iter().map(load).collect();
        let mut rulebooks = Vec::new();
        for (criteria, found) in loaded {
            rulebooks.extend(criteria.map(Arc::new));
            diagnostics.extend(found);
        }
        diagnostics.extend(unused(files));
        diagnostic::sort(&mut diagnostics);
        Self { rulebooks, diagnostics }
    }

    /// The rulebooks that could be read, in order of their names.
    pub fn rulebooks(&self) -> impl Iterator<Item = &Rulebook> {
        self.rulebooks.iter().map(|criteria| &criteria.rulebook)
    }
}

/// A warning for each file that nothing reads.
fn unused(files: &Files) -> impl Iterator<Item = Diagnostic> {
    let all = files.below("policies/").chain(files.below("scripts/"));
    all.filter(|source| !is_used(source.name())).map(|source| {
        let name = source.name();
        let help = if name.ends_with("/rulebook.yml") {
            "rename it to `rulebook.yaml`"
        } else if name.ends_with(".rhai") {
            "conditions lie in `scripts/<rulebook>/`, shared functions in a folder `lib` there"
        } else {
            "records lie in `policies/<rulebook>/jurisdictions/`"
        };
        Diagnostic::in_file(Code::UnusedFile, name, "nothing reads this file").help(help.to_owned())
    })
}

fn is_used(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let script = path.ends_with(".rhai");
    match parts.as_slice() {
        ["policies", _, "rulebook.yaml"] => true,
        ["policies", _, "jurisdictions", _, ..] => !script,
        ["scripts", "lib", _, ..] | ["scripts", _, "lib", _, ..] | ["scripts", _, _] => script,
        _ => false,
    }
}

/// The names of the folders directly below one.
fn folders(files: &Files, below: &str) -> BTreeSet<String> {
    let readable = files.below(below).map(|source| source.name());
    let unreadable = files.unreadable().map(|(path, _)| path).filter(|path| path.starts_with(below));
    let names = readable.chain(unreadable).filter_map(|path| path[below.len()..].split_once('/'));
    names.map(|(name, _)| name.to_owned()).collect()
}

fn nothing(file: &str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::in_file(Code::NothingToCheck, file, message)
}

struct Loader<'a> {
    files: &'a Files,
    name: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Loader<'_> {
    fn load(mut self) -> Option<Criteria> {
        let library = self.library();
        let Some(rulebook) = self.rulebook() else {
            self.check_syntax(&library);
            return None;
        };
        let (conditions, decision) = self.scripts(&rulebook, &library);
        let records = self.records(&rulebook);
        Some(Criteria { rulebook, records: records.into(), conditions, decision })
    }

    fn rulebook(&mut self) -> Option<Rulebook> {
        let path = format!("policies/{}/rulebook.yaml", self.name);
        if let Some(problem) = crate::fact::name_problem(self.name) {
            let problem = problem.replace("in a script", "of a rulebook");
            self.diagnostics.push(Diagnostic::in_file(Code::BadName, &format!("policies/{}", self.name), problem));
            return None;
        }
        let Some(source) = self.files.get(&path) else {
            let unreadable = self.files.unreadable().any(|(file, _)| file == path);
            if !unreadable {
                let folder = format!("policies/{}", self.name);
                let message = "this folder has no `rulebook.yaml`";
                self.diagnostics
                    .push(nothing(&folder, message).help(format!("add `{path}` with `title:`, `as_of:` and `facts:`")));
            }
            return None;
        };
        rulebook::parse(RulebookId(self.name.into()), source, self.diagnostics)
    }

    /// Shared functions: the rulebook's own before those of all.
    fn library(&mut self) -> Arc<Library> {
        let mut sources: BTreeMap<String, Arc<Source>> = BTreeMap::new();
        for folder in ["scripts/lib/".to_owned(), format!("scripts/{}/lib/", self.name)] {
            for source in self.files.below(&folder).filter(|source| source.name().ends_with(".rhai")) {
                let path = source.name()[folder.len()..].trim_end_matches(".rhai");
                sources.insert(format!("lib/{path}"), Arc::clone(source));
            }
        }
        Library::load(&sources, self.diagnostics).into()
    }

    fn script_files(&self) -> Vec<Arc<Source>> {
        let folder = format!("scripts/{}/", self.name);
        let direct =
            |source: &&Arc<Source>| !source.name()[folder.len()..].contains('/') && source.name().ends_with(".rhai");
        self.files.below(&folder).filter(direct).cloned().collect()
    }

    fn scripts(&mut self, rulebook: &Rulebook, library: &Arc<Library>) -> (Vec<Scripted>, Option<Scripted>) {
        let folder = format!("scripts/{}/", self.name);
        let mut sources = self.script_files();
        // A script that cannot be read still is a condition: it must not vanish from the decision.
        let unreadable = self
            .files
            .unreadable()
            .map(|(path, _)| path)
            .filter(|path| path.starts_with(&folder) && path.ends_with(".rhai"));
        let unreadable: Vec<String> =
            unreadable.filter(|path| !path[folder.len()..].contains('/')).map(str::to_owned).collect();
        sources.extend(unreadable.iter().map(|path| Source::new(path.as_str(), "//! unreadable\n")));
        sources.sort_by(|a, b| a.name().cmp(b.name()));
        let mut conditions = Vec::new();
        let mut decision = None;
        for source in sources {
            let is_decision = source.name().ends_with(&format!("/{DECISION}"));
            if is_decision && rulebook.decision != Decision::Script {
                let message =
                    format!("this script is not used: the decision of the rulebook is that {}", rulebook.decision);
                self.diagnostics.push(Diagnostic::in_file(Code::UnusedDecision, source.name(), message).help(format!(
                    "write `decision: script` in `policies/{}/rulebook.yaml`, or remove this file",
                    self.name
                )));
                continue;
            }
            let Some(condition) = condition::parse(rulebook, &source, self.diagnostics) else { continue };
            let roots = if is_decision { Roots::Decision } else { Roots::Condition };
            let readable = !unreadable.iter().any(|path| path == source.name());
            let program = if readable { self.compile(&source, roots, library) } else { None };
            let scripted = Scripted { condition: condition.into(), program };
            if is_decision { decision = Some(scripted) } else { conditions.push(scripted) }
        }
        self.check_scripts(rulebook, &conditions, decision.as_ref());
        (conditions, decision)
    }

    fn check_scripts(&mut self, rulebook: &Rulebook, conditions: &[Scripted], decision: Option<&Scripted>) {
        let folder = format!("scripts/{}", self.name);
        if conditions.is_empty() {
            let message = format!("there is nothing to check: the rulebook `{}` has no conditions", self.name);
            self.diagnostics.push(
                nothing(&folder, message).help(format!("put a script into `{folder}/`, one file for each condition")),
            );
        }
        if rulebook.decision == Decision::Script && decision.is_none() {
            let message = format!("the decision is `script`, and there is no `{folder}/{DECISION}`");
            self.diagnostics.push(Diagnostic::at(Code::MissingKey, rulebook.span.clone(), message));
        }
    }

    fn compile(&mut self, source: &Arc<Source>, roots: Roots, library: &Arc<Library>) -> Option<Arc<Program>> {
        Program::compile(source, roots, library).map_err(|found| self.diagnostics.extend(found)).ok()
    }

    fn record_files(&self) -> Vec<Arc<Source>> {
        let folder = format!("policies/{}/jurisdictions/", self.name);
        let yaml = |source: &&Arc<Source>| source.name().ends_with(".yaml") || source.name().ends_with(".yml");
        self.files.below(&folder).filter(yaml).cloned().collect()
    }

    fn records(&mut self, rulebook: &Rulebook) -> Jurisdictions {
        let mut records = Vec::new();
        for source in self.record_files() {
            records.extend(jurisdiction::parse(rulebook, &source, self.diagnostics).into_iter().map(Arc::new));
        }
        let mut seen = BTreeMap::new();
        for record in &records {
            if let Some(first) = seen.insert(record.id.clone(), record.span.clone()) {
                let message = format!("there are two records with the id `{}`", record.id);
                self.diagnostics.push(
                    Diagnostic::at(Code::DuplicateId, record.span.clone(), message)
                        .related(first, "the other record")
                        .help("give one of them another id; until then the first counts".to_owned()),
                );
            }
        }
        if !records.iter().any(|record| record.role == Role::Assessed) {
            let folder = format!("policies/{}/jurisdictions", self.name);
            let message = format!("there is nothing to check: the rulebook `{}` has no records to assess", self.name);
            self.diagnostics.push(
                nothing(&folder, message).help(format!("put a YAML file for each jurisdiction into `{folder}/`")),
            );
        }
        jurisdiction::check_references(&rulebook.schema, Jurisdictions::new(records), self.diagnostics)
    }

    /// With a broken rulebook file nothing can be assessed; mistakes in the other files are still told.
    fn check_syntax(&mut self, library: &Arc<Library>) {
        for source in self.script_files() {
            let roots = if source.name().ends_with(DECISION) { Roots::Decision } else { Roots::Condition };
            self.compile(&source, roots, library);
        }
        for source in self.record_files() {
            self.diagnostics.extend(crate::yaml::parse(&source).1);
        }
    }
}
