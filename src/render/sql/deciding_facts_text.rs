//! The names of the missing facts that decide, as one text.

use std::collections::BTreeMap;

use crate::analysis::export_logic::{Decided, ExportedWays};
use crate::render::sql::boolean_clauses::Clause;
use crate::render::sql::dialect::Dialect;
use crate::render::sql::literal;
use crate::render::sql::outcomes::Writing;
use crate::render::sql::quote::{Quoting, quoted};
use crate::tree::FactRef;

impl Writing<'_> {
    /// The names of the missing facts that decide, in order, with `; ` between them.
    pub(super) fn missing(&mut self, decided: &Decided) -> String {
        let dialect = self.options.dialect;
        // By the name of the missing fact, those of other records after the record's own.
        let mut found: BTreeMap<(bool, String), (String, Vec<Clause>)> = BTreeMap::new();
        for (fact, ways) in &decided.missing {
            let can = self.decides(fact, ways);
            if let Some(behind) = self.columns.behind(fact) {
                let lost = |fact: &FactRef| {
                    let column = self.columns.of(fact);
                    (
                        fact.path.to_string(),
                        Clause::single(format!("{column} IS NULL")),
                    )
                };
                let lost: Vec<(String, Clause)> = behind.iter().map(lost).collect();
                // If none of these is missing, the statistic itself is named.
                let none = Clause::any(lost.iter().map(|(_, lost)| lost.clone())).not();
                for (path, when) in lost.into_iter().chain([(fact.path.to_string(), none)]) {
                    let name = missing_name(dialect, None, &path);
                    let known = found.entry((false, path));
                    let all = &mut known.or_insert((name, Vec::new())).1;
                    all.push(Clause::all([can.clone(), when]));
                }
                continue;
            }
            let mut there = vec![can];
            let way = self.columns.links.on_the_way(fact);
            let mut owner: Option<&str> = None;
            let whole = (fact.path.as_str(), fact.last_path(), None);
            for (path, last, link) in way.into_iter().chain([whole]) {
                let name = missing_name(dialect, owner, last);
                let known = found.entry((owner.is_some(), path.to_owned()));
                let when = &mut known.or_insert((name, Vec::new())).1;
                let Some(link) = link else {
                    when.push(Clause::all(there));
                    break;
                };
                // If a reference is unknown, it is the missing fact.
                let lost = Clause::single(format!("{link} IS NULL"));
                when.push(Clause::all(there.iter().cloned().chain([lost.clone()])));
                there.push(lost.not());
                owner = Some(link);
            }
        }
        let names = found.into_values().map(|(name, when)| {
            let when = Clause::any(when);
            format!("CASE WHEN {} THEN {name} ELSE '' END", when.text)
        });
        let names: Vec<String> = names.collect();
        match names.as_slice() {
            [] => "''".to_owned(),
            names => format!(
                "SUBSTR({}, {})",
                names.join("\n    || "),
                MISSING_SEPARATOR.len() + 1
            ),
        }
    }

    fn decides(&mut self, fact: &FactRef, ways: &ExportedWays) -> Clause {
        let missing = Clause::single(format!("{} IS NULL", self.columns.of(fact)));
        let ends = self.ends(ways).into_values();
        let decides = Clause::all([missing, Clause::any(ends)]);
        self.turns.short(decides, 2)
    }
}

/// The name of a missing fact, with the sign between names before it: behind that of the record
/// that it is of, if it is another's.
fn missing_name(dialect: Dialect, owner: Option<&str>, path: &str) -> String {
    let text = |text: &str| literal::text(dialect, text);
    let own = text(&format!("{MISSING_SEPARATOR}{path}"));
    let Some(link) = owner else { return own };
    let id = quoted(dialect, Quoting::Name, "id");
    let (before, after) = (text(MISSING_SEPARATOR), text(&format!(": {path}")));
    format!("CASE WHEN {link} = {id} THEN {own} ELSE {before} || {link} || {after} END")
}

/// The separator between the names of missing facts.
const MISSING_SEPARATOR: &str = "; ";
