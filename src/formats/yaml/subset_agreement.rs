//! Holds the subset to the reader of all of YAML: for tests, and for the fuzzer.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use crate::base::source::Source;
use crate::formats::yaml::full;
use crate::formats::yaml::node::{NodeKind, YamlNode};
use crate::formats::yaml::streaming_reader::{YamlPiece, all_pieces, has_plain_marks, pieces};
use crate::formats::yaml::subset::{Events, document};
use crate::formats::yaml::{parse, subset_nodes};

/// The result of one of both readers for a text.
type ReadText = Result<String, String>;

/// The number of documents in a text that the subset reads; or where both readers differ.
#[cfg_attr(
    not(fuzzing),
    expect(unreachable_pub, reason = "the fuzzer reaches it")
)]
pub fn compare(text: &str) -> Result<usize, String> {
    let source = Source::new("a.yaml", text);
    let (mut events, mut at, mut count) = (Events::default(), 0, 0);
    while at < text.len()
        && let Some(end) = document(text, at..text.len(), &mut events)
    {
        let part = at..end;
        same(
            "pieces",
            &all(text, part.clone()),
            &Ok(shown_pieces(pieces, text, part.clone()).1),
        )?;
        same(
            "nodes",
            &full_nodes(&source, part.clone()),
            &subset_nodes(&source, part),
        )?;
        (at, count) = (end, count + 1);
    }
    let whole = 0..text.len();
    if has_plain_marks(text) {
        let (full, problems) = full::documents(&source, whole.clone());
        if problems.is_empty() {
            let (nodes, problems) = parse(&source);
            let mixed = format!("{} {problems:?}", outline(&nodes));
            same(
                "documents",
                &Ok(format!("{} []", outline(&full))),
                &Ok(mixed),
            )?;
        }
        let mixed = shown_pieces(pieces, text, whole.clone());
        same(
            "all pieces",
            &all(text, whole),
            &mixed.0.then_some(mixed.1).ok_or_else(broken),
        )?;
    }
    Ok(count)
}

fn broken() -> String {
    "cannot be read".to_owned()
}

fn same(what: &str, full: &ReadText, subset: &ReadText) -> Result<(), String> {
    if full == subset {
        return Ok(());
    }
    let (full, subset) = (format!("{full:?}"), format!("{subset:?}"));
    let same = full.chars().zip(subset.chars()).take_while(|(a, b)| a == b);
    let from = same.count().saturating_sub(200);
    let shown = |text: &str| text.chars().skip(from).take(400).collect::<String>();
    let (full, subset) = (shown(&full), shown(&subset));
    Err(format!(
        "{what}\nby the full reader: {full}\nby the subset: {subset}"
    ))
}

fn all(text: &str, part: Range<usize>) -> ReadText {
    let (fine, shown) = shown_pieces(all_pieces, text, part);
    fine.then_some(shown).ok_or_else(broken)
}

/// The contents of nodes. The place of an empty literal scalar depends on what the reader of all of
/// YAML has read before it.
fn outline(nodes: &[YamlNode]) -> String {
    let each = nodes.iter().map(|node| match &node.kind {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Scalar { text, .. } => format!("{text:?}"),
        NodeKind::Sequence(items) => outline(items),
        NodeKind::Mapping(entries) => {
            let entries = entries.iter().map(|entry| {
                format!(
                    "{:?}: {}",
                    entry.key,
                    outline(std::slice::from_ref(&entry.value))
                )
            });
            entries.collect::<Vec<_>>().join(", ")
        }
    });
    format!("[{}]", each.collect::<Vec<_>>().join(", "))
}

type PieceReader = fn(&str, Range<usize>, &mut dyn FnMut(YamlPiece<'_>)) -> bool;

fn shown_pieces(read: PieceReader, text: &str, part: Range<usize>) -> (bool, String) {
    let (mut shown, mut document) = (String::new(), String::new());
    let mut is_collection = false;
    let fine = read(text, part, &mut |piece| {
        is_collection |= matches!(piece, YamlPiece::Open | YamlPiece::List);
        let ends = matches!(piece, YamlPiece::Document(_));
        let _ = match piece {
            YamlPiece::Open => write!(document, "{{"),
            YamlPiece::Close => write!(document, "}}"),
            YamlPiece::List => write!(document, "["),
            YamlPiece::ListEnd => write!(document, "]"),
            YamlPiece::Scalar { text, quoted } => write!(document, "({text:?} {quoted})"),
            // The start of an empty literal scalar depends on what was read before it.
            YamlPiece::Document(place) if !is_collection => write!(shown, "scalar<{}>", place.end),
            YamlPiece::Document(place) => write!(shown, "{document}<{place:?}>"),
            _ => write!(document, "?"),
        };
        if ends {
            document.clear();
            is_collection = false;
        }
    });
    (fine, shown)
}

fn full_nodes(source: &Arc<Source>, part: Range<usize>) -> ReadText {
    let (nodes, problems) = full::documents(source, part);
    let is_broken = |code: &str| matches!(code, "R110");
    match problems.iter().find(|one| is_broken(one.code.as_str())) {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(format!("{nodes:#?}{problems:#?}")),
    }
}

fn subset_nodes(source: &Arc<Source>, part: Range<usize>) -> ReadText {
    let (node, problems, _) =
        subset_nodes::read(source, part, &mut Events::default()).ok_or_else(broken)?;
    let nodes = Vec::from_iter(Some(node).filter(|_| problems.is_empty()));
    Ok(format!("{nodes:#?}{problems:#?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts that the subset reads, or refuses, as a whole.
    const TEXTS: &str = include_str!("both.txt");

    fn unmarked(text: &str) -> String {
        text.replace("<TAB>", "\t")
            .replace("<CR>", "\r")
            .replace("<END>\n", "")
    }

    #[test]
    fn what_is_written_by_hand_means_the_same() {
        for text in TEXTS.split("\n======\n") {
            let text = unmarked(text);
            compare(&text).unwrap_or_else(|why| panic!("{text:?}\n{why}"));
        }
    }

    #[test]
    fn spaces_behind_the_last_line_break_mean_the_same() {
        for style in ["|", ">", "|-", ">-", "|+", ">+"] {
            for spaces in 0..4 {
                let text = format!("a: {style}\n  x\n{}", " ".repeat(spaces));
                compare(&text).unwrap_or_else(|why| panic!("{text:?}\n{why}"));
            }
        }
    }

    #[test]
    fn what_fuzzing_found_means_the_same() {
        const FOUND: [&str; 4] = [
            include_str!("../../../fuzz/seeds/yaml/07.yaml"),
            include_str!("../../../fuzz/seeds/yaml/08.yaml"),
            include_str!("../../../fuzz/seeds/yaml/09.yaml"),
            include_str!("../../../fuzz/seeds/yaml/10.yaml"),
        ];
        for text in FOUND {
            compare(text).unwrap_or_else(|why| panic!("{text:?}\n{why}"));
        }
    }

    #[test]
    fn records_as_people_write_them_are_read_by_the_subset() {
        for (text, documents) in SAMPLES {
            assert_eq!(compare(text), Ok(*documents), "{text}");
        }
    }

    const SAMPLES: &[(&str, usize)] = &[
        (include_str!("../../../policies/psp/rulebook.yaml"), 1),
        (
            include_str!("../../../policies/psp/jurisdictions/operators.yaml"),
            17,
        ),
        (
            include_str!("../../../policies/psp/jurisdictions/chicago-il.yaml"),
            1,
        ),
        (
            include_str!("../../../policies/psp/jurisdictions/first-twelve.yaml"),
            12,
        ),
    ];

    /// Signs that mean something, or look like it.
    const SIGNS: &[&str] = &[
        " ",
        "  ",
        "\n",
        "\n\n",
        "\n  ",
        "\n    ",
        "- ",
        "-",
        ": ",
        ":",
        "#",
        " # c",
        "\"",
        "'",
        "''",
        "\\n",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ", ",
        "|",
        ">",
        "|-",
        ">+",
        "|\n",
        ">\n",
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "? ",
        "?",
        "---",
        "\n---\n",
        "...",
        "\n...\n",
        "%",
        "@",
        "`",
        "~",
        "null",
        "true",
        "12",
        "1.0",
        "<<",
        "<<: ",
        "\t",
        "\r\n",
        "\r",
        "é",
        "\u{a0}",
        "\u{85}",
        "\u{feff}",
        "\u{2028}",
        "\u{7f}",
        "\u{1}",
        "\0",
        "a",
        "key: v",
        "a: 1",
        "x y",
        "https://x.org/a?b#c",
        "2020-01-01",
        "0x1F",
        "-1",
        ".5",
        "\u{3000}",
    ];

    fn mutated() -> impl Strategy<Value = String> {
        let edits = prop::collection::vec(
            (
                0..SIGNS.len(),
                any::<prop::sample::Index>(),
                0..3_u8,
                0..6_usize,
            ),
            1..4,
        );
        (0..SAMPLES.len() + 6, edits).prop_map(|(sample, edits)| {
            let texts: Vec<&str> = TEXTS.split("\n======\n").collect();
            let text = match SAMPLES.get(sample) {
                Some((text, _)) => (*text).to_owned(),
                None => unmarked(texts[edits[0].2 as usize * 7 % texts.len()]),
            };
            // Long texts are cut: the relevant part is near the edit.
            let mut signs: Vec<String> = text.chars().take(1_500).map(String::from).collect();
            for (sign, at, kind, count) in edits {
                let at = at.index(signs.len() + 1);
                let end = (at + count).min(signs.len());
                let put = Some(SIGNS[sign].to_owned()).filter(|_| kind > 0);
                signs.splice(at..if kind == 1 { at } else { end }, put);
            }
            signs.concat()
        })
    }

    fn soup() -> impl Strategy<Value = String> {
        let line = (
            0..5_usize,
            prop::collection::vec(0..SIGNS.len(), 0..4),
            any::<bool>(),
        );
        prop::collection::vec(line, 1..8).prop_map(|lines| {
            let line = |(indent, signs, key): (usize, Vec<usize>, bool)| {
                let signs: String = signs.into_iter().map(|sign| SIGNS[sign]).collect();
                format!("{:indent$}{}{signs}\n", "", if key { "k: " } else { "" })
            };
            lines.into_iter().map(line).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn records_with_edits_by_chance_mean_the_same(text in mutated()) {
            prop_assert!(compare(&text).is_ok(), "{:?}\n{}", text, compare(&text).unwrap_err());
        }

        #[test]
        fn lines_by_chance_mean_the_same(text in soup()) {
            prop_assert!(compare(&text).is_ok(), "{:?}\n{}", text, compare(&text).unwrap_err());
        }
    }
}
