//! YAML: from text to nodes with places. Everything is read this way except records in bulk
//! (`yaml/streaming_reader`).
//!
//! Scalars keep the author's spelling (`NO`, `0123`, `1.10`), because only the schema knows what a
//! value is meant to be. Duplicate keys are found here, all of them; merge keys (`<<`) are refused;
//! anchors and aliases work within limits. Nothing outside this module names the YAML crate.

mod error_advice;
mod full;
mod layout_slips;
mod mapping_with_known_keys;
mod node;
mod quoted_text;
mod signs_of_yaml;
mod streaming_reader;
mod subset;
#[cfg(any(test, fuzzing))]
mod subset_agreement;
mod subset_nodes;

use std::ops::Range;
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Source;
use crate::formats::yaml::subset::Events;

pub(crate) use full::MAX_DEPTH;
pub(crate) use mapping_with_known_keys::{
    Section, after_comma, ends_at_comma, in_latin, one_or_many, text_of, touching,
};
pub(crate) use node::{
    Entries, Entry, NodeKind, YamlNode, lower_first, shorten, too_long_value, too_many_values,
};
pub(crate) use quoted_text::{in_quotation_marks, quoted};
pub(crate) use streaming_reader::{
    YamlPiece, has_plain_marks, last_mark, next_mark, parts, pieces,
};
#[cfg(fuzzing)]
pub use subset_agreement::compare;

/// The documents of a file, and every problem found; a document with a problem is left out. An
/// unreadable part affects no more than its own document.
pub(crate) fn parse(source: &Arc<Source>) -> (Vec<YamlNode>, Vec<Diagnostic>) {
    let all = 0..source.text().len();
    if has_plain_marks(source.text()) {
        each_document(source, all)
    } else {
        full::documents(source, all)
    }
}

/// The documents of a part of a file, one by one: by the subset, or by the reader of all of YAML.
fn each_document(source: &Arc<Source>, part: Range<usize>) -> (Vec<YamlNode>, Vec<Diagnostic>) {
    let text = &source.text()[..part.end];
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    let (mut events, mut at) = (Events::default(), part.start);
    while at < part.end {
        if let Some((node, problems, end)) = subset_nodes::read(source, at..part.end, &mut events) {
            found.extend(Some(node).filter(|_| problems.is_empty()));
            diagnostics.extend(problems);
            at = end;
            continue;
        }
        let end = next_mark(text, at).unwrap_or(part.end);
        let (more, problems) = full::documents(source, at..end);
        found.extend(more);
        diagnostics.extend(problems);
        at = end;
    }
    (found, diagnostics)
}

/// The only document of a part of a file.
pub(crate) fn part(
    source: &Arc<Source>,
    part: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<YamlNode> {
    let (nodes, problems) = if has_plain_marks(&source.text()[part.clone()]) {
        each_document(source, part)
    } else {
        full::documents(source, part)
    };
    diagnostics.extend(problems);
    nodes.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let source = Source::new("a.yaml", text);
        let (nodes, diagnostics) = parse(&source);
        let nodes: Vec<_> = nodes
            .iter()
            .map(|node| format!("{} {}", node.describe(), node.span.text()))
            .collect();
        let diagnostics: Vec<_> = diagnostics
            .iter()
            .map(|d| format!("{} {}", d.code.as_str(), d.message))
            .collect();
        [nodes, diagnostics].concat().join("\n")
    }

    #[test]
    fn a_scalar_keeps_its_spelling_and_place() {
        for text in [
            "NO",
            "0123",
            "1.10",
            "18446744073709551616",
            "2017-08-03",
            "yes",
            ".nan",
            "1_000",
            "0x1F",
        ] {
            assert_eq!(shown(text), format!("`{text}` {text}"));
        }
        assert_eq!(shown("\"null\""), "the quoted text `null` \"null\"");
        assert_eq!(shown("[~]"), "a list ~");
    }

    #[test]
    fn every_duplicate_key_is_reported() {
        assert_eq!(
            shown("a: 1\na: 2\nb: {c: 1, c: 2}"),
            "R111 the key `a` stands here a second time\nR111 the key `c` stands here a second time"
        );
    }

    #[test]
    fn depth_and_aliases_are_bounded() {
        assert!(shown(&"[".repeat(1000)).starts_with("R110"));
        let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        let level = |level: usize| {
            format!(
                "a{level}: &a{level} [{}]\n",
                vec![format!("*a{}", level - 1); 10].join(", ")
            )
        };
        let bomb: String = std::iter::once(first).chain((1..12).map(level)).collect();
        assert!(shown(&bomb).starts_with("R110"), "{}", shown(&bomb));
    }

    #[test]
    fn a_tag_is_called_a_tag() {
        for (text, tag) in [("a: !mine 1", "!mine"), ("- x\n- !t\n", "!t")] {
            let (_, diagnostics) = parse(&Source::new("a.yaml", text));
            let [one] = &*diagnostics else {
                panic!("{diagnostics:?}")
            };
            assert_eq!(
                one.message,
                format!("`{tag}` is a tag, and tags are not read")
            );
            assert_eq!(one.span().unwrap().text(), tag);
        }
    }
}
