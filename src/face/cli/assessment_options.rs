//! Options of an assessment that several commands share.

use crate::assess::{Options, SetFact};
use crate::formats::written_date::typed_day;
use crate::model::fact::Date;

/// Which rulebooks, for which day, with which values.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ReadingOptions {
    /// Only this rulebook; may be given several times
    #[arg(long = "rulebook", value_name = "NAME")]
    rulebooks: Vec<String>,

    /// The day to assess for, as 2017-08-03 [default: the rulebook's own]
    #[arg(long, value_name = "DATE", value_parser = typed_day)]
    as_of: Option<Date>,

    /// Another value for a parameter; may be given several times
    #[arg(long = "set", value_name = "PARAM=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,

    /// What if a record stated this: as `baltimore-md.jail.operator=maryland`; may be given several
    /// times
    #[arg(long = "set-fact", value_name = "JURISDICTION.PATH=VALUE", value_parser = fact)]
    facts: Vec<SetFact>,
}

/// Options of an assessment that also select jurisdictions.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Selection {
    #[command(flatten)]
    reading: ReadingOptions,

    /// Only this jurisdiction; may be given several times
    #[arg(long = "jurisdiction", value_name = "ID")]
    jurisdictions: Vec<String>,
}

impl ReadingOptions {
    /// The options for these jurisdictions; for all if there are none.
    pub(super) fn options(&self, jurisdictions: &[String]) -> Options {
        Options {
            rulebooks: self.rulebooks.clone(),
            jurisdictions: jurisdictions.to_vec(),
            as_of: self.as_of,
            parameters: self.parameters.clone(),
            facts: self.facts.clone(),
            ..Options::default()
        }
    }
}

impl Selection {
    pub(super) fn options(&self) -> Options {
        self.reading.options(&self.jurisdictions)
    }
}

pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("expected a name, `=` and a value, as in `reading=control`".to_owned()),
    }
}

pub(super) fn fact(text: &str) -> Result<SetFact, String> {
    let parts = text
        .split_once('=')
        .and_then(|(name, value)| Some((name.split_once('.')?, value.trim())));
    match parts {
        Some(((jurisdiction, path), value))
            if !jurisdiction.is_empty() && !path.is_empty() && !value.is_empty() =>
        {
            let (jurisdiction, path) = (jurisdiction.trim().to_owned(), path.trim().to_owned());
            Ok(SetFact {
                jurisdiction,
                path,
                value: value.to_owned(),
            })
        }
        _ => Err(
            "expected a jurisdiction, a dot, a fact, `=` and a value, as in `x.jail.access=true`"
                .to_owned(),
        ),
    }
}
