//! "Did you mean": the nearest of the names that would have been right.

/// Advice naming the candidate nearest to `found`, or none when nothing is near.
pub(crate) fn did_you_mean<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(found, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// The same beside so many problems that were told already: of the hundredth like it nobody reads
/// more than that it is there, and each costs a look at all candidates.
pub(crate) fn did_you_mean_after<'a>(
    told: usize,
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    const MOST: usize = 100;
    (told < MOST)
        .then(|| did_you_mean(found, candidates))
        .flatten()
}

/// Names in backticks for a message: "`a`, `b` or `c`"; long lists are cut.
pub(crate) fn list_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut all = names.into_iter();
    let names: Vec<_> = all
        .by_ref()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    match (names.as_slice(), all.count()) {
        ([], _) => "nothing".to_owned(),
        ([only], _) => only.clone(),
        ([first @ .., last], 0) => format!("{} or {last}", first.join(", ")),
        (some, more) => format!("{} and {more} more", some.join(", ")),
    }
}

/// The first few of many names in backticks, and how many more there are.
pub(crate) fn some_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 3;
    let mut names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let count = names.len();
    names.truncate(MOST);
    let more = match count - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names.join(", "))
}

/// The best candidate by edit distance; ties go to the first by name.
fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = found.to_lowercase();
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_lowercase();
    let distance = |name: &str| {
        let whole = strsim::damerau_levenshtein(&lower, &name.to_lowercase());
        // A path whose last part is right is near, whatever the folders before it.
        if last(name) == last(&lower) {
            whole.min(1)
        } else {
            whole
        }
    };
    let limit = (found.chars().count() / 3).max(2);
    let scored = candidates.into_iter().map(|name| (distance(name), name));
    scored
        .filter(|(score, name)| *score <= limit && *score < name.chars().count())
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_name() {
        assert_eq!(
            nearest("detainers.honours", ["detainers.honors", "jail.operator"]),
            Some("detainers.honors")
        );
        assert_eq!(
            nearest("honors", ["jail.operator", "detainers.honors"]),
            Some("detainers.honors")
        );
        assert_eq!(nearest("zzz", ["detainers.honors"]), None);
    }
}
