//! The scripts of a rulebook: conditions and the decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::assess::snapshot::Wide;
use crate::assess::snapshot::condition_dependencies::FindingsNamed;
use crate::assess::snapshot::loaded_rulebook::{Derivation, Scripted, nothing};
use crate::base::diagnostic::{Code, Diagnostic};
use crate::base::source::Source;
use crate::model::condition::{self, Condition};
use crate::model::derived_fact;
use crate::model::input_files::Files;
use crate::model::rulebook::{Decision, Rulebook};
use crate::script::{Library, Program, Reads, Roots};

const DECISION: &str = "decision.rhai";

/// Scripts by path, as they were last read.
#[derive(Debug, Default)]
pub(super) struct ScriptsKept {
    heads: BTreeMap<String, Head>,
    programs: BTreeMap<String, Compiled>,
    /// The schema that scripts could read, and its rulebook.
    wide: Option<(Arc<Rulebook>, Arc<Wide>)>,
}

/// The head of a script, read for a rulebook.
#[derive(Debug)]
struct Head {
    source: Arc<Source>,
    rulebook: Arc<Rulebook>,
    condition: Option<Arc<Condition>>,
    diagnostics: Vec<Diagnostic>,
}

/// The body of a script, compiled with a library.
#[derive(Debug)]
struct Compiled {
    source: Arc<Source>,
    library: Arc<Library>,
    reads: Reads,
    program: Option<Arc<Program>>,
    diagnostics: Vec<Diagnostic>,
}

/// Scripts of conditions, as far as they can be read.
type ScriptsFound = Vec<(Arc<Condition>, Option<Arc<Source>>)>;

fn roots(source: &Source) -> Roots {
    let mut parts = source.name().rsplit('/');
    match (parts.next(), parts.next()) {
        (_, Some("derive")) if parts.next().is_some_and(|rulebook| rulebook != "scripts") => {
            Roots::Derived
        }
        (Some(DECISION), _) => Roots::Decision,
        _ => Roots::Condition,
    }
}

/// The scripts that lie in a folder, not in one further down.
fn script_files(folder: &str, files: &Files) -> Vec<Arc<Source>> {
    let direct = |source: &&Arc<Source>| {
        !source.name()[folder.len()..].contains('/') && source.name().ends_with(".rhai")
    };
    files.below(folder).filter(direct).cloned().collect()
}

/// Scripts that are there and cannot be read, as empty ones: they must not vanish from the
/// decision.
fn unreadable_scripts(folder: &str, files: &Files) -> Vec<Arc<Source>> {
    let paths = files
        .unreadable()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with(folder));
    let direct =
        paths.filter(|path| path.ends_with(".rhai") && !path[folder.len()..].contains('/'));
    direct
        .map(|path| Source::new(path, "//! unreadable\n"))
        .collect()
}

/// Readable or not, in order of their paths.
fn all_scripts(folder: &str, files: &Files) -> Vec<(Arc<Source>, bool)> {
    let readable = script_files(folder, files)
        .into_iter()
        .map(|source| (source, true));
    let unreadable = unreadable_scripts(folder, files)
        .into_iter()
        .map(|source| (source, false));
    let mut sources: Vec<_> = readable.chain(unreadable).collect();
    sources.sort_by(|(a, _), (b, _)| a.name().cmp(b.name()));
    sources
}

impl ScriptsKept {
    /// The derived facts of a rulebook, and with them what scripts can read.
    pub(super) fn derived(
        &mut self,
        rulebook: &Arc<Rulebook>,
        files: &Files,
        library: &Arc<Library>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Vec<Derivation>, Arc<Wide>) {
        let folder = format!("scripts/{}/derive/", rulebook.id);
        let mut derived = Vec::new();
        for (source, readable) in all_scripts(&folder, files) {
            let mut found = Vec::new();
            let fact = derived_fact::parse(rulebook, &source, &mut found);
            diagnostics.extend(found.into_iter().filter(|_| readable));
            let program = if readable {
                self.compile(&source, library, Reads::new(), diagnostics)
            } else {
                None
            };
            derived.extend(fact.map(|fact| Derivation {
                program: program.filter(|_| fact.is_sound),
                fact: fact.into(),
            }));
        }
        let facts: Vec<_> = derived.iter().map(|one| Arc::clone(&one.fact)).collect();
        let wide = Wide::new(rulebook, &facts);
        let known = self.wide.take().filter(|(known, wide_before)| {
            Arc::ptr_eq(known, rulebook)
                && wide_before.diagnostics.is_empty()
                && wide.diagnostics.is_empty()
                && wide_before.reads_as(&wide)
        });
        let (_, wide) = self
            .wide
            .insert(known.unwrap_or_else(|| (Arc::clone(rulebook), wide.into())));
        diagnostics.extend(wide.diagnostics.iter().cloned());
        (derived, Arc::clone(wide))
    }

    /// The conditions of a rulebook and its decision script. One that others share may have none.
    pub(super) fn load(
        &mut self,
        (rulebook, is_base): (&Arc<Rulebook>, bool),
        files: &Files,
        library: &Arc<Library>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Vec<Scripted>, Option<Scripted>) {
        let sources = all_scripts(&format!("scripts/{}/", rulebook.id), files);
        let (mut found, mut decision) = (ScriptsFound::new(), None);
        for (source, readable) in sources {
            let is_decision = roots(&source) == Roots::Decision;
            if is_decision && rulebook.decision != Decision::Script {
                diagnostics.push(unused_decision(rulebook, &source));
                continue;
            }
            let Some(condition) = self.head(rulebook, &source, diagnostics) else {
                continue;
            };
            let source = readable.then_some(source);
            if is_decision {
                let program = source
                    .and_then(|source| self.compile(&source, library, Reads::new(), diagnostics));
                decision = Some(Scripted { condition, program });
            } else {
                found.push((condition, source));
            }
        }
        let conditions = self.conditions(found, library, diagnostics);
        if !(is_base && conditions.is_empty()) {
            check(rulebook, &conditions, decision.as_ref(), diagnostics);
        }
        (conditions, decision)
    }

    /// Compiles conditions, each after those whose findings it reads.
    fn conditions(
        &mut self,
        found: ScriptsFound,
        library: &Arc<Library>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Scripted> {
        let named = FindingsNamed::new(&found, diagnostics);
        let mut programs: Vec<Option<Arc<Program>>> = vec![None; found.len()];
        for index in named.in_order(diagnostics) {
            let Some(source) = &found[index].1 else {
                continue;
            };
            if let Some(reads) = named.reads(index, &programs, diagnostics) {
                programs[index] = self.compile(source, library, reads, diagnostics);
            }
        }
        let conditions = found.into_iter().zip(programs);
        conditions
            .map(|((condition, _), program)| Scripted { condition, program })
            .collect()
    }

    /// Compiles all scripts, for their mistakes alone.
    pub(super) fn check_syntax(
        &mut self,
        name: &str,
        files: &Files,
        library: &Arc<Library>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for folder in [
            format!("scripts/{name}/"),
            format!("scripts/{name}/derive/"),
        ] {
            for source in script_files(&folder, files) {
                self.compile(&source, library, Reads::new(), diagnostics);
            }
        }
    }

    /// Forgets scripts that are not there any more.
    pub(super) fn forget_others(&mut self, files: &Files) {
        self.heads.retain(|path, _| files.get(path).is_some());
        self.programs.retain(|path, _| files.get(path).is_some());
    }

    fn head(
        &mut self,
        rulebook: &Arc<Rulebook>,
        source: &Arc<Source>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Condition>> {
        let same = |kept: &Head| {
            Arc::ptr_eq(&kept.source, source) && Arc::ptr_eq(&kept.rulebook, rulebook)
        };
        if !self.heads.get(source.name()).is_some_and(same) {
            let mut diagnostics = Vec::new();
            let condition = condition::parse(rulebook, source, &mut diagnostics).map(Arc::new);
            let (source, rulebook) = (Arc::clone(source), Arc::clone(rulebook));
            self.heads.insert(
                source.name().to_owned(),
                Head {
                    source,
                    rulebook,
                    condition,
                    diagnostics,
                },
            );
        }
        let kept = &self.heads[source.name()];
        diagnostics.extend(kept.diagnostics.iter().cloned());
        kept.condition.clone()
    }

    fn compile(
        &mut self,
        source: &Arc<Source>,
        library: &Arc<Library>,
        reads: Reads,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Program>> {
        let same_reads = |kept: &Reads| {
            let mut pairs = kept.iter().zip(&reads);
            kept.len() == reads.len()
                && pairs.all(|((one, it), (other, now))| one == other && Arc::ptr_eq(it, now))
        };
        let same = |kept: &Compiled| {
            Arc::ptr_eq(&kept.source, source)
                && Arc::ptr_eq(&kept.library, library)
                && same_reads(&kept.reads)
        };
        if !self.programs.get(source.name()).is_some_and(same) {
            let compiled = Program::compile(source, roots(source), library, reads.clone());
            let (program, diagnostics) = match compiled {
                Ok(program) => (Some(program), Vec::new()),
                Err(diagnostics) => (None, diagnostics),
            };
            let (source, library) = (Arc::clone(source), Arc::clone(library));
            self.programs.insert(
                source.name().to_owned(),
                Compiled {
                    source,
                    library,
                    reads,
                    program,
                    diagnostics,
                },
            );
        }
        let kept = &self.programs[source.name()];
        diagnostics.extend(kept.diagnostics.iter().cloned());
        kept.program.clone()
    }
}

fn unused_decision(rulebook: &Rulebook, source: &Source) -> Diagnostic {
    let message = format!(
        "this script is not used: the decision of the rulebook is that {}",
        rulebook.decision
    );
    let help = format!(
        "write `decision: script` in `policies/{}/rulebook.yaml`, or remove this file",
        rulebook.id
    );
    Diagnostic::in_file(Code::UnusedDecision, source.name(), message).help(help)
}

fn check(
    rulebook: &Rulebook,
    conditions: &[Scripted],
    decision: Option<&Scripted>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let folder = format!("scripts/{}", rulebook.id);
    if conditions.is_empty() {
        let message = format!(
            "there is nothing to check: the rulebook `{}` has no conditions",
            rulebook.id
        );
        let help = format!("put a script into `{folder}/`, one file for each condition");
        diagnostics.push(nothing(&folder, message).help(help));
    }
    if rulebook.decision == Decision::Script && decision.is_none() {
        let message = format!("the decision is `script`, and there is no `{folder}/{DECISION}`");
        diagnostics.push(Diagnostic::at(
            Code::MissingKey,
            rulebook.span.clone(),
            message,
        ));
    }
}
