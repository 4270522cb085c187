//! SELECTs with names, which others read from.

/// A SELECT that others read from.
#[derive(Debug)]
pub(super) struct Select {
    /// The name, with the names of its columns if it has them.
    pub(super) name: String,
    pub(super) text: String,
}

/// Which SELECTs of a statement are meant, where it has two versions of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SelectVersion {
    /// There is only one version.
    Whole,
    Before,
    After,
}

impl SelectVersion {
    /// The name of a SELECT there.
    pub(super) fn name(self, name: &str) -> String {
        let part = match self {
            Self::Whole => "",
            Self::Before => "_before",
            Self::After => "_after",
        };
        format!("{part}{name}")
    }

    /// The SELECT that has the facts.
    pub(super) fn facts(self) -> String {
        self.name("_facts")
    }
}

/// The SELECTs that name expressions used more than once, in order.
pub(super) fn turned(
    turns: &[Vec<(String, String)>],
    (part, name, from): (SelectVersion, &str, Option<&Select>),
) -> Vec<Select> {
    let mut before = from.map_or_else(|| part.facts(), |select| select.name.clone());
    let named = turns.iter().enumerate();
    let named = named.filter(|(_, named)| !named.is_empty());
    let selects = named.map(|(turn, named)| {
        let named = named
            .iter()
            .map(|(name, what)| format!("({what}) AS {name}"));
        let named = named.collect::<Vec<_>>().join(",\n    ");
        let text = format!("SELECT *,\n    {named}\n  FROM {before}");
        before = part.name(&format!("{name}_{}", turn + 1));
        Select {
            name: before.clone(),
            text,
        }
    });
    selects.collect()
}

/// The columns of the statistic with this number.
pub(super) fn named(number: usize) -> [String; 2] {
    [format!("_stat_{number}"), format!("_stat_{number}_under")]
}
