//! Scripts: from text to the paths of a tree. The only place that knows Rhai.
//!
//! `prepare` readies the text, `compile` makes a `program` of it, `sandbox` is the interpreter with
//! its limits, `value`, `reading`, `comparison`, `operators` and `text` are what a script works with,
//! `run` is one run, `explore` runs a script once for each path, and `failure` puts what goes wrong
//! into words.

mod alternatives;
mod bindings;
mod brackets;
mod branches;
mod cases;
mod choices;
mod comparison;
mod compile;
mod condition_trees;
mod depth;
mod derived;
mod derived_outcome;
mod dropped;
mod ends;
mod explore;
mod explore_derived;
mod failure;
mod follow;
mod foreign;
mod formulas;
mod functions;
mod imports;
mod items;
mod labels;
mod leftovers;
mod limits;
mod lists;
mod misread;
mod numbered;
mod operators;
mod outcome;
mod outcomes;
mod own;
mod phrases;
mod picked;
mod places;
mod prepare;
mod program;
mod reach;
mod read_finding;
mod reading;
mod run;
mod sandbox;
mod scan;
mod slip;
mod slips;
mod sql;
mod states;
mod switch;
mod text;
mod understood;
mod unknown_name;
mod uses;
mod value;
mod watched;
mod written;

pub(crate) use bindings::{Bindings, Bound};
pub(crate) use condition_trees::{ConditionTrees, findings_named};
pub(crate) use derived::{Derivations, DerivedForm};
pub(crate) use explore::{Exploration, explore, explore_condition, mistakes};
pub(crate) use explore_derived::{DerivedExplored, explore_derived};
pub(crate) use program::{Library, Program, Reads, Roots};
pub(crate) use reach::{Unreached, code, empty_texts, numbers, texts, unreached, words};
