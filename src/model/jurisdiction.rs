//! A jurisdiction: one record of a city, county or state, with the facts it states.
//!
//! Records are read from YAML, CSV, JSON, NDJSON or Parquet, and checked against the rulebook's
//! schema. A fact that cannot be read is treated as unknown, which is always cautious, and its
//! error makes the run fail.

mod advice_reworded_for_json;
mod all_records_by_id;
mod bulk_reader;
mod columnar_table;
mod data_budget;
mod documents_to_columns;
mod folder_reader;
mod format;
mod number_in_two_cells;
mod parse_file;
mod parsed_chunk;
mod plain_record_into_columns;
mod record_reader;
mod record_storage;
mod records_under_ids;
mod reference_checks;
mod reread_changed_records;
mod sheet_header;
mod value_with_details;
mod which_facts_have_sources;
mod write_fact_into_record;

use std::fmt;
use std::sync::Arc;

pub(crate) use advice_reworded_for_json::advise_in_json;
pub use all_records_by_id::Jurisdictions;
pub(crate) use all_records_by_id::{Keys, MOST_LOOKED_THROUGH};
pub(crate) use columnar_table::Table;
pub(crate) use data_budget::{DataAmount, ReadingRoom};
pub(crate) use documents_to_columns::plain_record;
pub(crate) use folder_reader::{ParsedFile, parse_all};
pub(crate) use format::{PARQUET, text_name};
pub(crate) use parse_file::{parse, parse_given, parse_request};
pub(crate) use plain_record_into_columns::RecordBuilder;
pub(crate) use record_reader::is_sheet;
pub(crate) use record_storage::{Record, RecordBlock, RecordView};
pub(crate) use reference_checks::{
    check_references, dangling, facts_of_references, reference_facts, refused, same_references,
    wrong,
};
pub(crate) use reread_changed_records::read_again;
pub(crate) use sheet_header::divided_otherwise;
pub use write_fact_into_record::{NewFact, with_fact};

use crate::base::source::Span;
use crate::model::fact::{Date, Dated, Value};
use crate::model::rulebook::Stated;
use crate::model::typed_indexes::FactIndex;

/// The id of a record, unique within its rulebook.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JurisdictionId(Arc<str>);

/// One record, read in full.
#[derive(Clone, Debug)]
pub struct Jurisdiction {
    /// The id; the name of its file if the record gives none.
    pub id: JurisdictionId,
    /// The name; the id if the record gives none.
    pub name: Arc<str>,
    /// Whether it is assessed, or only referred to by others.
    pub role: Role,
    /// A remark of the author; `None` if there is none.
    pub note: Option<Arc<str>>,
    /// The place of the record.
    pub span: Span,
    /// By fact: all values stated for it.
    pub(crate) facts: Vec<Vec<Dated<Stated>>>,
}

/// Whether a record is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is assessed.
    Assessed,
    /// It is only there for others to refer to: `assess: false`.
    Referred,
}

impl JurisdictionId {
    /// An id from a text, which is not checked: it is checked when it is read.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The id as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JurisdictionId {
    fn fmt(&self, fmt: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for JurisdictionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Jurisdiction {
    /// What is stated of a fact for a day; `None` if nothing is.
    pub(crate) fn stated(&self, fact: FactIndex, day: Date) -> Option<&Stated> {
        self.facts
            .get(fact.get())?
            .iter()
            .find(|dated| dated.holds(day))
            .map(|dated| &dated.value)
    }

    /// The known value of a fact on a day; `None` if it is unknown.
    pub(crate) fn value(&self, fact: FactIndex, day: Date) -> Option<&Value> {
        self.stated(fact, day)?.value.as_ref()
    }
}
