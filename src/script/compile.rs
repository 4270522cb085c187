//! Compiles scripts, and loads the library they import from, imports first.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{AST, Module, Scope};

use crate::base::diagnostic::{Code, Diagnostic, did_you_mean, list_of};
use crate::base::source::Source;
use crate::script::failure::{not_compiled, not_loaded};
use crate::script::imports::LOADING;
use crate::script::prepare::{CASE_OF, Prepared, prepare};
use crate::script::program::{Library, LibraryFile, Program, Roots};
use crate::script::sandbox::{ENGINE, scope};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Visiting,
    Loaded,
    Broken,
}

pub(super) struct Loader<'a> {
    sources: &'a BTreeMap<String, Arc<Source>>,
    prepared: BTreeMap<String, Arc<Prepared>>,
    states: BTreeMap<String, State>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Loader<'_> {
    /// Loads what a file imports, then the file. The depth is bounded by the number of files.
    fn visit(&mut self, path: &str) -> bool {
        match self.states.get(path) {
            Some(state) => return *state == State::Loaded,
            None => self.states.insert(path.to_owned(), State::Visiting),
        };
        let prepared = Arc::clone(&self.prepared[path]);
        let known: Vec<&str> = self.sources.keys().map(String::as_str).collect();
        let before = self.diagnostics.len();
        check_imports(&prepared, &known, self.diagnostics);
        let mut fine = self.diagnostics.len() == before;
        for (import, span) in &prepared.imports {
            let import = import.trim_end_matches(".rhai");
            if self.states.get(import) == Some(&State::Visiting) {
                let message = format!("the import of `{import}` leads back to `{path}`");
                self.diagnostics.push(
                    Diagnostic::at(Code::BadImport, span.clone(), message)
                        .help("move what both need into a third file".to_owned()),
                );
                fine = false;
            } else if self.sources.contains_key(import) {
                fine &= self.visit(import);
            }
        }
        let fine = fine && self.load(path, prepared);
        self.states.insert(
            path.to_owned(),
            if fine { State::Loaded } else { State::Broken },
        );
        if !fine {
            LOADING.with(|loading| {
                loading
                    .borrow_mut()
                    .get_or_insert_default()
                    .broken
                    .push(path.to_owned());
            });
        }
        fine
    }

    fn load(&mut self, path: &str, prepared: Arc<Prepared>) -> bool {
        let ast = match compile(&prepared, &Scope::new()) {
            Ok(ast) => ast,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return false;
            }
        };
        match Module::eval_ast_as_new(Scope::new(), &ast, &ENGINE) {
            Ok(module) => {
                let file = LibraryFile {
                    prepared,
                    module: module.into(),
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

pub(super) fn compile(prepared: &Prepared, scope: &Scope<'_>) -> Result<AST, Diagnostic> {
    if let Some(span) = prepared.forbidden() {
        return Err(Diagnostic::at(
            Code::UndefinedName,
            span,
            format!("`{CASE_OF}` cannot be used as a name"),
        ));
    }
    let mut ast = ENGINE
        .compile_with_scope(scope, prepared.text.text())
        .map_err(|error| not_compiled(prepared, scope, &error))?;
    ast.set_source(prepared.source.name());
    Ok(ast)
}

fn check_imports(prepared: &Prepared, known: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    for (path, span) in &prepared.imports {
        if known.contains(&path.trim_end_matches(".rhai")) {
            continue;
        }
        let outside = path.contains("..") || path.starts_with('/') || !path.starts_with("lib/");
        let message = if outside {
            format!("`{path}` is not in a `lib` folder: imports come from there alone")
        } else {
            format!("there is no file for the import `{path}`")
        };
        let near = did_you_mean(path, known.iter().copied());
        let there = match known {
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
    fn check_imports(&self, prepared: &Prepared, diagnostics: &mut Vec<Diagnostic>) {
        let known = self
            .files
            .keys()
            .chain(&self.broken)
            .map(String::as_str)
            .collect::<Vec<_>>();
        check_imports(prepared, &known, diagnostics);
    }

    /// Compiles and loads files, each under its import path, those imported first before those that
    /// import them.
    pub(crate) fn load(
        sources: &BTreeMap<String, Arc<Source>>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut loader = Loader {
            sources,
            prepared: BTreeMap::new(),
            states: BTreeMap::new(),
            diagnostics,
        };
        for (path, source) in sources {
            loader
                .prepared
                .insert(path.clone(), Arc::new(prepare(source)));
        }
        LOADING.with(|loading| *loading.borrow_mut() = Some(Self::default()));
        for path in sources.keys() {
            loader.visit(path);
        }
        LOADING
            .with(|loading| loading.borrow_mut().take())
            .unwrap_or_default()
    }
}

impl Program {
    /// Compiles a script.
    ///
    /// # Errors
    /// Everything that is wrong with it, as diagnostics.
    pub(crate) fn compile(
        source: &Arc<Source>,
        roots: Roots,
        library: &Arc<Library>,
    ) -> Result<Arc<Self>, Vec<Diagnostic>> {
        let prepared = prepare(source);
        let mut diagnostics = Vec::new();
        library.check_imports(&prepared, &mut diagnostics);
        let broken = prepared.imports.iter().find(|(path, _)| {
            library
                .broken
                .iter()
                .any(|broken| broken == path.trim_end_matches(".rhai"))
        });
        if let Some((path, span)) = broken {
            let message = format!("the imported file `{path}` is broken");
            diagnostics.push(
                Diagnostic::at(Code::BadImport, span.clone(), message)
                    .help("mend that file first".to_owned()),
            );
        }
        match compile(&prepared, &scope(roots == Roots::Decision)) {
            Ok(ast) if diagnostics.is_empty() => Ok(Self {
                prepared,
                ast,
                roots,
                library: Arc::clone(library),
            }
            .into()),
            Ok(_) => Err(diagnostics),
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                Err(diagnostics)
            }
        }
    }
}
