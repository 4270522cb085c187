//! Compiles scripts, and loads the library they import from, imports first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rhai::{AST, Module, ParseErrorType, Scope};

use crate::base::data_limits::{SHAPES, grouped};
use crate::base::diagnostic::{Code, Diagnostic, did_you_mean_after, list_of};
use crate::base::source::{Position, Source, Span};
use crate::script::dropped_values::dropped;
use crate::script::empty_returns::empty_returns;
use crate::script::find_slips::{misread, of_decision, slips};
use crate::script::imports::LOADING;
use crate::script::merge_points::Places;
use crate::script::nesting_depth::too_deep;
use crate::script::outcome_returning_functions::{Functions, Imported};
use crate::script::program::{Library, LibraryFile, Program, Reads, Roots};
use crate::script::rewrite_text_for_interpreter::{CASE_OF, PreparedText, prepare};
use crate::script::rhai_errors::{nested_too_deeply, not_compiled, not_loaded};
use crate::script::sandbox::ENGINE;
use crate::script::slip::Words;
use crate::script::switch_labels_match_interpreter::not_understood;
use crate::script::symbolic_values::scope;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportState {
    Visiting,
    /// Loaded; with the depth of its imports, itself included.
    Loaded(usize),
    Broken,
}

/// The most functions that a library file exposes with those of its imports; a file with more
/// exposes only its own, and can still call the others.
const MOST_SHOWN: usize = 1_000;

pub(super) struct ImportLoader<'a> {
    sources: &'a BTreeMap<String, Arc<Source>>,
    prepared: BTreeMap<String, Arc<PreparedText>>,
    states: BTreeMap<String, ImportState>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl ImportLoader<'_> {
    /// Loads what a file imports, then the file, and says how deep it lies.
    fn visit(&mut self, path: &str, depth: usize) -> Option<usize> {
        match self.states.get(path) {
            Some(ImportState::Loaded(deep)) => return Some(*deep),
            Some(_) => return None,
            None => self.states.insert(path.to_owned(), ImportState::Visiting),
        };
        let prepared = Arc::clone(&self.prepared[path]);
        let known = self.sources;
        let before = self.diagnostics.len();
        check_imports(
            &prepared,
            &|path| known.contains_key(path),
            &|| known.keys().map(String::as_str).collect(),
            self.diagnostics,
        );
        let mut fine = self.diagnostics.len() == before;
        let mut deep = 1;
        for (import, span) in &prepared.imports {
            let import = import.trim_end_matches(".rhai");
            if self.states.get(import) == Some(&ImportState::Visiting) {
                let message = format!("the import of `{import}` leads back to `{path}`");
                self.diagnostics.push(
                    Diagnostic::at(Code::BadImport, span.clone(), message)
                        .help("move what both need into a third file".to_owned()),
                );
                fine = false;
            } else if self.sources.contains_key(import) {
                let most = SHAPES.row_of_scripts;
                // Files left out here are compiled later on their own.
                let found = if depth < most {
                    self.visit(import, depth + 1)
                } else {
                    Some(most)
                };
                if found.is_some_and(|found| found >= most) {
                    self.too_deep(span);
                    fine = false;
                }
                fine &= found.is_some();
                deep = deep.max(found.map_or(0, |found| found + 1));
            }
        }
        let fine = fine && self.load(path, prepared);
        let state = if fine {
            ImportState::Loaded(deep)
        } else {
            ImportState::Broken
        };
        self.states.insert(path.to_owned(), state);
        if !fine {
            LOADING.with(|loading| {
                loading
                    .borrow_mut()
                    .get_or_insert_default()
                    .broken
                    .insert(path.to_owned());
            });
        }
        fine.then_some(deep)
    }

    /// Says once that imports lie too deep: mended, the next place shows.
    fn too_deep(&mut self, span: &Span) {
        let most = SHAPES.row_of_scripts;
        let message = format!("imports lie more than {most} files deep here");
        let known = |one: &Diagnostic| one.code == Code::BadImport && one.message == message;
        if !self.diagnostics.iter().any(known) {
            self.diagnostics.push(
                Diagnostic::at(Code::BadImport, span.clone(), message)
                    .help("put what belongs together into one file".to_owned()),
            );
        }
    }

    fn load(&mut self, path: &str, prepared: Arc<PreparedText>) -> bool {
        let imported = |path: &str| {
            LOADING.with(|loading| {
                let loading = loading.borrow();
                loading.as_ref().map(|library| library.outcomes(path))
            })
        };
        let imported = |path: &str| imported(path).unwrap_or_default();
        let (ast, functions) = match compile(&prepared, &Scope::new(), &imported) {
            Ok(compiled) => compiled,
            Err(found) => {
                self.diagnostics.extend(found);
                return false;
            }
        };
        match Module::eval_ast_as_new(Scope::new(), &ast, &ENGINE) {
            Ok(mut module) => {
                show_few(&mut module);
                let file = LibraryFile {
                    prepared,
                    module: module.into(),
                    places: Places::of(&ast).into(),
                    outcomes: functions.own_outcomes(),
                };
                LOADING.with(|loading| {
                    loading
                        .borrow_mut()
                        .get_or_insert_default()
                        .files
                        .insert(path.to_owned(), file.into())
                });
                true
            }
            Err(error) => {
                self.diagnostics.push(not_loaded(&prepared, &error));
                false
            }
        }
    }
}

/// The syntax tree of a script and its functions, or everything that is wrong with how it is
/// written.
fn compile(
    prepared: &PreparedText,
    scope: &Scope<'_>,
    imported: Imported<'_>,
) -> Result<(AST, Functions), Vec<Diagnostic>> {
    if let Some(span) = prepared.forbidden() {
        let message = format!("`{CASE_OF}` cannot be used as a name");
        let help = "take another name".to_owned();
        return Err(vec![
            Diagnostic::at(Code::UndefinedName, span, message).help(help),
        ]);
    }
    let words = Words::new(prepared.source.text(), prepared.tokens());
    if let Some(place) = too_deep(&words) {
        return Err(vec![nested_too_deeply(prepared.source.span(place))]);
    }
    let mut ast = ENGINE
        .compile_with_scope(scope, prepared.text.text())
        .map_err(|error| {
            let mut found = slips(prepared, &error);
            let told = not_compiled(prepared, scope, &error);
            // An error that the interpreter finds before any slip is a separate one.
            let start = |one: &Diagnostic| one.span().map(|span| span.range().start);
            let elsewhere = !matches!(
                &*error.0,
                ParseErrorType::BadInput(rhai::LexError::UnterminatedString)
            );
            let is_note = |slip: &Diagnostic| slip.code == Code::LimitReached;
            if found.iter().all(is_note)
                || (elsewhere && found.iter().all(|slip| start(&told) < start(slip)))
            {
                found.push(told);
            }
            found
        })?;
    let mut found = misread(prepared);
    found.extend(not_understood(prepared, &ast));
    let functions = Functions::new(&ast, imported);
    // One message per line is enough.
    let line = |one: &Diagnostic| one.span().map(|span| span.position().line);
    let told: BTreeSet<_> = found.iter().map(line).collect();
    let dropped = dropped(prepared, &ast, &functions).into_iter();
    found.extend(dropped.filter(|one| !told.contains(&line(one))));
    if !found.is_empty() {
        return Err(found);
    }
    ast.set_source(prepared.source.name());
    Ok((ast, functions))
}

/// The number of functions that a module exposes, with those of its inner modules.
fn shown(module: &Module) -> usize {
    let inner = module.iter_sub_modules().map(|(_, module)| shown(module));
    module.count().1 + inner.sum::<usize>()
}

/// Drops what a module exposes of its imports if that is much: it would double with each file that
/// imports another twice. Its own functions can still call them.
fn show_few(module: &mut Module) {
    if shown(module) > MOST_SHOWN {
        let names: Vec<String> = module
            .iter_sub_modules()
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in names {
            module.set_sub_module(name, Module::new());
        }
        module.build_index();
    }
}

fn check_imports<'a>(
    prepared: &PreparedText,
    is_known: &dyn Fn(&str) -> bool,
    known: &dyn Fn() -> Vec<&'a str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (path, span) in &prepared.imports {
        if is_known(path.trim_end_matches(".rhai")) {
            continue;
        }
        let outside = path.contains("..") || path.starts_with('/') || !path.starts_with("lib/");
        let message = if outside {
            format!("`{path}` is not in a `lib` folder: imports come from there alone")
        } else {
            format!("there is no file for the import `{path}`")
        };
        let known = known();
        let near = did_you_mean_after(diagnostics.len(), path, known.iter().copied());
        let there = match known.as_slice() {
            [] => "put the file into the folder `lib` beside the conditions".to_owned(),
            known => format!("there is {}", list_of(known.iter().copied())),
        };
        diagnostics.push(
            Diagnostic::at(Code::BadImport, span.clone(), message).help(near.unwrap_or(there)),
        );
    }
}

impl Library {
    /// Reports imports that lead nowhere.
    fn check_imports(&self, prepared: &PreparedText, diagnostics: &mut Vec<Diagnostic>) {
        check_imports(
            prepared,
            &|path| self.files.contains_key(path) || self.broken.contains(path),
            &|| {
                self.files
                    .keys()
                    .chain(&self.broken)
                    .map(String::as_str)
                    .collect()
            },
            diagnostics,
        );
    }

    /// Compiles and loads files, each under its import path, those imported first before those that
    /// import them.
    pub(crate) fn load(
        sources: &BTreeMap<String, Arc<Source>>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut loader = ImportLoader {
            sources,
            prepared: BTreeMap::new(),
            states: BTreeMap::new(),
            diagnostics,
        };
        for (path, source) in sources {
            match prepared(source) {
                Ok(prepared) => {
                    loader.prepared.insert(path.clone(), Arc::new(prepared));
                }
                Err(found) => {
                    loader.diagnostics.push(found);
                    loader.states.insert(path.clone(), ImportState::Broken);
                }
            }
        }
        let begun = Self {
            broken: loader.states.keys().cloned().collect(),
            ..Self::default()
        };
        LOADING.with(|loading| *loading.borrow_mut() = Some(begun));
        for path in sources.keys() {
            loader.visit(path, 1);
        }
        LOADING
            .with(|loading| loading.borrow_mut().take())
            .unwrap_or_default()
    }
}

/// A script prepared for the interpreter. An error if it is so long that its places cannot be
/// distinguished.
fn prepared(source: &Arc<Source>) -> Result<PreparedText, Diagnostic> {
    let fits = |text: &str| uncounted(source, text).map_or(Ok(()), Err);
    fits(source.text())?;
    let prepared = prepare(source);
    fits(prepared.text.text())?;
    Ok(prepared)
}

/// An error if a script, or its rewritten text, has more lines or a longer line than can be
/// counted.
fn uncounted(source: &Arc<Source>, text: &str) -> Option<Diagnostic> {
    let most = SHAPES.lines_of_script;
    let is_long = |line: &str| line.len() > most && line.chars().count() > most;
    let (at, line) = text
        .split('\n')
        .enumerate()
        .find(|(at, line)| *at >= most || is_long(line))?;
    let start = source.offset(Position {
        line: at + 1,
        column: 1,
    });
    let shown = grouped(u64::try_from(most).unwrap_or(u64::MAX));
    let (message, help) = if is_long(line) {
        (
            format!("this line has more than {shown} characters"),
            "go on in a new line wherever a sign stands between two values",
        )
    } else {
        (
            format!("a script has at most {shown} lines"),
            "put what is looked up into facts of the records, or a part of it into a file in `lib`",
        )
    };
    let place = source.span(start..start + 1);
    Some(Diagnostic::at(Code::LimitReached, place, message).help(help.to_owned()))
}

impl Program {
    /// Compiles a script; `reads`: the conditions whose findings it reads.
    ///
    /// # Errors
    /// Everything that is wrong with it, as diagnostics.
    pub(crate) fn compile(
        source: &Arc<Source>,
        roots: Roots,
        library: &Arc<Library>,
        reads: Reads,
    ) -> Result<Arc<Self>, Vec<Diagnostic>> {
        let prepared = prepared(source).map_err(|found| vec![found])?;
        let mut diagnostics = Vec::new();
        if roots == Roots::Condition {
            diagnostics.extend(of_decision(&prepared));
        }
        library.check_imports(&prepared, &mut diagnostics);
        let is_broken = |path: &str| library.broken.contains(path.trim_end_matches(".rhai"));
        let broken = prepared.imports.iter().find(|(path, _)| is_broken(path));
        if let Some((path, span)) = broken {
            let message = format!("the imported file `{path}` is broken");
            diagnostics.push(
                Diagnostic::at(Code::BadImport, span.clone(), message)
                    .help("repair that file first".to_owned()),
            );
        }
        let imported = |path: &str| library.outcomes(path);
        let compiled = compile(&prepared, &scope(roots != Roots::Derived), &imported);
        if let Ok((ast, functions)) = &compiled {
            diagnostics.extend(empty_returns(&prepared, ast, functions, roots));
        }
        match compiled {
            Ok((ast, _)) if diagnostics.is_empty() => Ok(Self {
                prepared,
                ast,
                roots,
                library: Arc::clone(library),
                reads,
                without_else: OnceLock::new(),
            }
            .into()),
            Ok(_) => Err(diagnostics),
            Err(found) => {
                diagnostics.extend(found);
                Err(diagnostics)
            }
        }
    }
}
