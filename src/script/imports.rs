//! Resolves imports: from the library of the run's own program, and nowhere else.

use std::cell::RefCell;

use rhai::{Engine, EvalAltResult, Module, Position, Shared};

use crate::script::program::Library;
use crate::script::state_of_one_run::{is_running, with};

thread_local! {
    /// The library while it is loaded; at other times imports come from the run.
    pub(super) static LOADING: RefCell<Option<Library>> = const { RefCell::new(None) };
}

/// The module of an import path. `lib/x` and `lib/x.rhai` are the same.
fn resolve(path: &str) -> Option<Shared<Module>> {
    let path = path.trim_end_matches(".rhai");
    let module = |library: &Library| {
        library
            .files
            .get(path)
            .map(|file| Shared::clone(&file.module))
    };
    if is_running() {
        with(|run| module(&run.program.library))
    } else {
        LOADING.with(|loading| loading.borrow().as_ref().and_then(module))
    }
}

/// Resolves the imports of all scripts.
pub(super) struct Imports;

impl rhai::ModuleResolver for Imports {
    fn resolve(
        &self,
        _: &Engine,
        _: Option<&str>,
        path: &str,
        position: Position,
    ) -> Result<Shared<Module>, Box<EvalAltResult>> {
        resolve(path)
            .ok_or_else(|| EvalAltResult::ErrorModuleNotFound(path.to_owned(), position).into())
    }
}
