//! "Did you mean": advice with the nearest of the names that would have been right.

use std::borrow::Cow;

/// Advice with the candidate nearest to `found`; `None` if nothing is near.
pub(crate) fn did_you_mean<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(found, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// Advice for a title, or another text by which people know a thing, in place of its id.
pub(crate) fn id_of_title<'a>(
    found: &str,
    titles: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<String> {
    let wanted = lower(found.trim());
    let mut titles = titles.into_iter();
    let is = |(_, title): &(&str, &str)| lower(title.trim()) == wanted;
    let (id, _) = titles.find(is)?;
    Some(format!("write `{id}`: that is what it is called by"))
}

/// Advice with the candidate nearest to `found`, as the problem after `told` others like it. `None`
/// if nothing is near, from the hundredth problem on, or if the comparisons so far are too many.
pub(crate) fn did_you_mean_after<'a>(
    told: usize,
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    const MOST: usize = 100;
    const MOST_LOOKS: usize = 1 << 20;
    let candidates = candidates.into_iter();
    let looks = candidates.size_hint().1.unwrap_or(0).saturating_mul(told);
    (told < MOST && looks < MOST_LOOKS)
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
    let mut all = names.into_iter();
    let first = all.by_ref().take(MOST);
    let names: Vec<_> = first.map(|name| format!("`{name}`")).collect();
    let more = match all.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names.join(", "))
}

/// Words of other tools and what they mean here: the name nearest by spelling may mean the
/// opposite.
const MEANT: [(&str, &str); 8] = [
    ("and", "all"),
    ("every", "all"),
    ("or", "any"),
    ("one", "any"),
    ("not eligible", "ineligible"),
    ("not_eligible", "ineligible"),
    ("unmet", "not met"),
    ("unknown", "undetermined"),
];

/// The best candidate, by meaning elsewhere or by edit distance; ties go to the first by name.
fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = lower(found);
    let meant = MEANT.iter().find(|(word, _)| *word == wanted);
    let limit = farthest(found);
    let mut best: Option<(usize, &str)> = None;
    for name in candidates {
        if meant.is_some_and(|(_, meant)| *meant == name) {
            return Some(name);
        }
        let most = best.map_or(limit, |(score, _)| score);
        let Some(score) = distance(&wanted, &lower(name), most) else {
            continue;
        };
        let is_better = best.is_none_or(|best| (score, name) < best);
        if is_better && score < name.chars().count() {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The largest edit distance at which a name counts as near: with four letters, one at most.
fn farthest(found: &str) -> usize {
    match found.chars().count() {
        ..=4 => 1,
        length => (length / 3).max(2),
    }
}

/// The name in lower case; most names are already.
fn lower(name: &str) -> Cow<'_, str> {
    let is_small = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if name.bytes().all(is_small) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
    }
}

/// Whether a word differs by one slip: two letters swapped, or one wrong, added or left out.
pub(crate) fn is_one_slip(found: &str, word: &str) -> bool {
    word.len() > 2 && distance(found, word, 1) == Some(1)
}

/// The edit distance of two names; `None` if it is above `most`.
fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    // Two long texts are not compared sign by sign: the work grows with both.
    const LONGEST: usize = 200;
    let last = |path: &str| path.rfind('.').map_or(0, |dot| dot + 1);
    let (from, to) = (last(one), last(other));
    // A path whose last part is right is near, whatever the folders before it.
    if one[from..] == other[to..] {
        return (one != other)
            .then_some(1)
            .or(Some(0))
            .filter(|far| *far <= most);
    }
    let (one, other) = without_common_ends(one, other);
    if at_least(one, other) > most || one.len().max(other.len()) > LONGEST {
        return None;
    }
    Some(strsim::damerau_levenshtein(one, other)).filter(|far| *far <= most)
}

/// Two texts without their common beginning and end: their edit distance is unchanged.
fn without_common_ends<'a>(one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let pairs = one.bytes().zip(other.bytes());
    let mut start = pairs.take_while(|(a, b)| a == b).count();
    while !one.is_char_boundary(start) || !other.is_char_boundary(start) {
        start -= 1;
    }
    let (one, other) = (&one[start..], &other[start..]);
    let pairs = one.bytes().rev().zip(other.bytes().rev());
    let mut end = pairs.take_while(|(a, b)| a == b).count();
    while !one.is_char_boundary(one.len() - end) || !other.is_char_boundary(other.len() - end) {
        end -= 1;
    }
    (&one[..one.len() - end], &other[..other.len() - end])
}

/// A lower bound of the edit distance of two texts, from the characters that only one has and from
/// their lengths.
fn at_least(one: &str, other: &str) -> usize {
    // A byte of ASCII is a sign; of others there may be four to a sign.
    let signs = |text: &str| -> u128 {
        let ascii = text.bytes().filter(u8::is_ascii);
        ascii.fold(0, |signs, byte| signs | 1 << byte)
    };
    let (signs_of_one, signs_of_other) = (signs(one), signs(other));
    let only =
        |some: u128, others: u128| usize::try_from((some & !others).count_ones()).unwrap_or(0);
    let longer = if one.is_ascii() && other.is_ascii() {
        one.len().abs_diff(other.len())
    } else {
        0
    };
    longer
        .max(only(signs_of_one, signs_of_other))
        .max(only(signs_of_other, signs_of_one))
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

    /// `and` is nearer to `any`, and `unmet` to `met`: what is near may be the opposite.
    #[test]
    fn a_word_of_other_tools_finds_what_it_means() {
        let decisions = ["all", "any", "at_least", "script"];
        assert_eq!(nearest("AND", decisions), Some("all"));
        assert_eq!(nearest("or", decisions), Some("any"));
        let kinds = ["eligible", "ineligible", "undetermined", "fault"];
        assert_eq!(nearest("not eligible", kinds), Some("ineligible"));
        assert_eq!(nearest("unknown", kinds), Some("undetermined"));
        assert_eq!(nearest("unmet", ["met", "not met"]), Some("not met"));
        // Where nobody has that name, letters count.
        assert_eq!(nearest("and", ["any"]), Some("any"));
    }

    /// Names are passed over only where they are farther than what counts.
    #[test]
    fn what_is_nearest_is_what_looking_at_all_finds() {
        let parts = [
            "", "a", "ab", "ba", "é", "J0", "j01", "x.", ".y", "0", "10", "01", "ß",
        ];
        let pairs = || {
            parts
                .iter()
                .flat_map(|a| parts.iter().map(move |b| format!("{a}{b}")))
        };
        let names: Vec<String> = pairs()
            .flat_map(|a| ["", "q", "ab"].map(|b| a.clone() + b))
            .collect();
        let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
        for found in pairs().map(|name| format!("{name}a0")) {
            let wanted = found.to_lowercase();
            let limit = farthest(&found);
            let scored = names.iter().map(|name| {
                let name_lower = name.to_lowercase();
                let whole = strsim::damerau_levenshtein(&wanted, &name_lower);
                let same_last = last(&name_lower) == last(&wanted);
                (if same_last { whole.min(1) } else { whole }, name.as_str())
            });
            let near =
                scored.filter(|(score, name)| *score <= limit && *score < name.chars().count());
            let expected = near.min().map(|(_, name)| name);
            assert_eq!(
                nearest(&found, names.iter().map(String::as_str)),
                expected,
                "{found}"
            );
        }
    }
}
