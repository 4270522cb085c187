//! A row of a sheet that is the sum of the others.

use std::sync::Arc;

use crate::analysis::lint::lint_context::{Linter, near_number};
use crate::analysis::lint::page::lint;
use crate::base::diagnostic::Code;
use crate::model::fact::FactType;
use crate::model::jurisdiction::{RecordView, Role};
use crate::model::typed_indexes::FactIndex;

/// Longer names are no words for a sum.
const LONGEST: usize = 40;

/// The most records with a name that may be a place that are compared with the others of their file.
const MOST_SUMS: usize = 16;

lint! {
    /// It is assessed as if it were a place, and counts in every sum, mean and rank. Delete the row, or
    /// write `assess: false` in it if others refer to it.
    ///
    /// Example: a last row `Total,,125000`
    TotalRow
}

impl Linter<'_> {
    /// Records that are assessed and called `Total` or the like.
    pub(super) fn totals(&mut self) {
        let records = self.assessed.records().records();
        let is_called_so = |record: RecordView<'_>| {
            let (id, name) = (record.id(), record.name());
            let is_called = |name: &str| is_total(name) || is_place_too(name);
            is_called(id) || (!std::ptr::eq(id, name) && is_called(name))
        };
        let mut looks = MOST_SUMS;
        for number in self.records_where(is_called_so) {
            let record = records.view(number);
            if !record.source().is_in_policies() || record.role() != Role::Assessed {
                continue;
            }
            // A place may be called so too: then its numbers show what it is.
            let called = [record.id(), record.name()];
            let is_sure = called.into_iter().any(is_total);
            if !is_sure && !self.sums_up(number, &mut looks) {
                continue;
            }
            let message = format!(
                "the record `{}` is called as a sum of others is",
                record.id()
            );
            let span = record.read().span.clone();
            let help = "delete the row if it sums up the others; else allow it";
            self.say(Code::TotalRow, span, message, help);
        }
    }

    /// Whether a number of a record is the sum, or the mean, of those of two others or more in its file.
    fn sums_up(&self, number: usize, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else {
            return false;
        };
        *looks = left;
        let (records, as_of) = (self.assessed.records().records(), self.assessed.as_of);
        let record = records.view(number);
        let facts = FactIndex::each(self.assessed.rulebook().schema.facts());
        let mut facts = facts
            .filter(|(_, fact)| matches!(fact.ty, FactType::Integer | FactType::Number))
            .filter_map(|(slot, _)| Some((slot, near_number(&record.value(slot, as_of)?)?)));
        facts.any(|(slot, value)| {
            let others = records.iter().enumerate().filter(|(at, other)| {
                *at != number && Arc::ptr_eq(other.source(), record.source())
            });
            let others = others.filter_map(|(_, other)| near_number(&other.value(slot, as_of)?));
            let (count, sum) =
                others.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
            let is_near = |other: f64| (value - other).abs() <= other.abs() * 1e-9;
            count > 1.0 && value != 0.0 && (is_near(sum) || is_near(sum / count))
        })
    }
}

/// Words for sums and means that are places too: `Somme` is a river, `Media` a town.
fn is_place_too(name: &str) -> bool {
    const PLACES: [&str; 6] = ["somme", "suma", "media", "soma", "som", "alle"];
    let name = name.trim();
    (3..=5).contains(&name.len()) && PLACES.iter().any(|it| it.eq_ignore_ascii_case(name))
}

fn is_total(name: &str) -> bool {
    /// In several languages; a name may begin or end with one: `State total`, `Land insgesamt`.
    const TOTALS: [&str; 13] = [
        "total",
        "totals",
        "subtotal",
        "subtotals",
        "insgesamt",
        "gesamt",
        "gesamtsumme",
        "gesamtergebnis",
        "zwischensumme",
        "totale",
        "totaal",
        "subtotaal",
        "totaux",
    ];
    let is = |words: &[&str], name: &str| words.iter().any(|it| it.eq_ignore_ascii_case(name));
    let name = name.trim();
    let (Some(first), Some(last)) = (name.bytes().next(), name.bytes().next_back()) else {
        return false;
    };
    if name.len() > LONGEST {
        return false;
    }
    // Most names begin and end with letters that none of these words begins or ends with.
    let may_be = |byte: u8, letters: &[u8]| {
        !byte.is_ascii_alphanumeric() || letters.contains(&byte.to_ascii_lowercase())
    };
    let (begins, ends) = (may_be(first, b"tsigz"), may_be(last, b"elstx"));
    let divides = |c: char| !c.is_alphanumeric();
    let word = |part: Option<&str>| part.is_some_and(|part| is(&TOTALS, part));
    begins && word(name.split(divides).next())
        || ends && word(name.rsplit(divides).next())
        || is_whole(name, first)
        || is_phrase(name)
}

/// Whether all of a name is a word for a sum or a mean.
fn is_whole(name: &str, first: u8) -> bool {
    let words = whole_names(first.to_ascii_lowercase());
    if words.is_empty() || name.is_ascii() {
        return words.iter().any(|it| it.eq_ignore_ascii_case(name));
    }
    let small = name.to_lowercase();
    small
        .bytes()
        .next()
        .is_some_and(|first| whole_names(first).contains(&small.as_str()))
}

/// Words for sums and means, in small letters, by the first byte: in English, German, French, Spanish, Italian,
/// Dutch, Portuguese and Polish.
fn whole_names(first: u8) -> &'static [&'static str] {
    match first {
        b'a' => &[
            "all",
            "average",
            "altogether",
            "aggregate",
            "alle gemeinden",
            "alle orte",
        ],
        b'c' => &["combined", "conjunto", "complessivo"],
        b'd' => &["durchschnitt"],
        b'e' => &["ensemble", "endsumme"],
        b'g' => &["gemiddelde", "gesamtwert"],
        b'i' => &["insieme"],
        b'm' => &[
            "mean",
            "median",
            "mediaan",
            "mediana",
            "mittelwert",
            "moyenne",
            "m\u{e9}diane",
            "m\u{e9}dia",
        ],
        b'n' => &["nationwide"],
        b'o' => &["overall", "ogo\u{142}em", "ogolem"],
        b'p' => &["promedio", "podsumowanie"],
        b'r' => &["razem"],
        b's' => &["sum", "summe", "somma", "statewide", "srednia"],
        b't' => &[
            "totali", "totalen", "todos", "todas", "tous", "toutes", "tutti", "tutte",
        ],
        b'w' => &["wszystkie", "wszystko"],
        b'z' => &["zusammen"],
        // Letters of Polish.
        0xc5 => &["\u{15b}rednia", "\u{142}\u{105}cznie"],
        _ => &[],
    }
}

/// Whether a name says of what it is all or the sum: `All towns`, `Sum of towns`, `Ensemble des communes`.
fn is_phrase(name: &str) -> bool {
    const SUMS: [&str; 9] = [
        "sum",
        "mean",
        "median",
        "average",
        "summe",
        "mittelwert",
        "durchschnitt",
        "somme",
        "ensemble",
    ];
    const OF: [&str; 7] = ["of", "over", "der", "aller", "des", "de", "\u{fc}ber"];
    const KINDS: [&str; 24] = [
        "towns",
        "cities",
        "villages",
        "counties",
        "municipalities",
        "districts",
        "regions",
        "states",
        "countries",
        "provinces",
        "communes",
        "departments",
        "areas",
        "places",
        "records",
        "rows",
        "units",
        "schools",
        "sites",
        "jurisdictions",
        "agencies",
        "tracts",
        "wards",
        "parishes",
    ];
    // A blank and a letter that few of these words begin with come before any comparison.
    let may_be = name
        .bytes()
        .next()
        .is_some_and(|it| b"smadeSMADE".contains(&it));
    let Some((first, rest)) = name.split_once(' ').filter(|_| may_be) else {
        return false;
    };
    let is = |words: &[&str], word: &str| words.iter().any(|it| it.eq_ignore_ascii_case(word));
    let second = rest.split(' ').next().unwrap_or_default();
    first.eq_ignore_ascii_case("all") && is(&KINDS, rest)
        || is(&SUMS, first) && second.len() < rest.len() && is(&OF, second)
}
