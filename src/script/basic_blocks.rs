//! Blocks of Basic: `Select Case`, `For i = 1 To 3 ... Next`, `Do While ... Loop`,
//! `Dim n As Integer`. And numbers and labels before lines: `Step 1:`, `1)`.

use crate::script::literals_in_foreign_notation::rewritten;
use crate::script::scan::TokenKind;
use crate::script::slip::{Slip, Words};

/// The last token of the line of a token.
fn line_end(words: &Words<'_>, index: usize) -> Option<usize> {
    words.ahead(index).find(|at| words.ends_line(*at))
}

/// `Select Case j.kind`, with its cases.
pub(super) fn select_case(words: &Words<'_>, index: usize) -> Option<Slip> {
    let begins = words.any(index, &["select"]) && words.any(index + 1, &["case"]);
    if !begins || !words.begins_line(index) {
        return None;
    }
    let end = words
        .ahead(index + 2)
        .find(|at| words.any(*at, &["end"]) && words.any(at + 1, &["select"]))?;
    let head = line_end(words, index)?;
    let is_case = |at: &usize| words.any(*at, &["case"]) && words.begins_line(*at);
    let starts: Vec<usize> = (head + 1..end).filter(is_case).collect();
    let first = *starts.first()?;
    if first != head + 1 || head < index + 2 {
        return None;
    }
    let mut cases = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let next = starts.get(at + 1).copied().unwrap_or(end);
        let colon = (*start..next).find(|at| words.is(*at, ":"));
        let line = line_end(words, *start)?;
        // `Case 1: met("a")`, all on one line.
        let (label_end, body) = match colon.filter(|colon| *colon <= line) {
            Some(colon) => (colon.checked_sub(1)?, colon + 1),
            None => (line, line + 1),
        };
        if body >= next {
            return None;
        }
        let label = label(words, start + 1, label_end)?;
        let body = rewritten(words, body, next - 1, true);
        let body = if body.contains('\n') {
            format!("{{ {body} }}")
        } else {
            body
        };
        cases.push(format!("{label} => {body}"));
    }
    let value = words.text(index + 2, head);
    let written = format!("switch {value} {{ {} }}", cases.join(", "));
    let message = format!("`{}` means nothing here", words.text(index, head));
    Some(words.slip(index, end + 1, message, format!("write `{written}`")))
}

/// The labels of a case in Rhai; `None` if one is a comparison.
fn label(words: &Words<'_>, first: usize, last: usize) -> Option<String> {
    if first > last {
        return None;
    }
    if words.any(first, &["else"]) {
        return Some("_".to_owned());
    }
    let mut written = Vec::new();
    let mut start = first;
    let commas = (first..=last).filter(|at| words.is(*at, ","));
    for end in commas.chain([last + 1]) {
        let range = words.any(start + 1, &["to"]);
        let width = if range { 3 } else { 1 };
        if end != start + width || !words.is_value(start) || !words.is_value(end - 1) {
            return None;
        }
        let one = |at: usize| rewritten(words, at, at, true);
        written.push(if range {
            format!("{}..={}", one(start), one(end - 1))
        } else {
            one(start)
        });
        start = end + 1;
    }
    Some(written.join(" | "))
}

/// A line of a loop of Basic, or one that gives a name a type.
pub(super) fn basic_line(words: &Words<'_>, index: usize) -> Option<Slip> {
    if !words.begins_line(index) || words.kind(index) != Some(TokenKind::Word) {
        return None;
    }
    let last = line_end(words, index)?;
    // A line with a brace is Rhai, or is reported as such.
    if (index..=last).any(|at| matches!(words.at(at), "{" | "}")) || words.is(last + 1, "{") {
        return None;
    }
    let written = for_line(words, index, last)
        .or_else(|| while_line(words, index, last))
        .or_else(|| end_line(words, index, last))
        .or_else(|| dim_line(words, index, last))?;
    words.means_nothing(index, last, format!("write `{written}`"))
}

/// `For i = 1 To 3` and `For Each x In j.counts`.
fn for_line(words: &Words<'_>, index: usize, last: usize) -> Option<String> {
    if !words.any(index, &["for"]) {
        return None;
    }
    let each = words.any(index + 1, &["each"]);
    let name = index + 1 + usize::from(each);
    if words.kind(name) != Some(TokenKind::Word) || name + 2 > last {
        return None;
    }
    if each && words.any(name + 1, &["in"]) {
        let list = words.text(name + 2, last);
        return Some(format!("for {} in {list} {{", words.at(name)));
    }
    let to = (name + 2..last).find(|at| words.any(*at, &["to"]))?;
    let steps = (to..=last).any(|at| words.any(at, &["step"]));
    let (from, until) = (words.text(name + 2, to - 1), words.text(to + 1, last));
    let plain = words.is(name + 1, "=") && !from.is_empty() && !steps;
    plain.then(|| format!("for {} in {from}..={until} {{", words.at(name)))
}

/// `Do While n < 3`, `While n < 3`, `Do Until n = 3`.
fn while_line(words: &Words<'_>, index: usize, last: usize) -> Option<String> {
    let word = index + usize::from(words.any(index, &["do"]));
    let begins = word > index || words.is(index, "While") || words.is(index, "WHILE");
    if !begins || word >= last {
        return None;
    }
    let test = rewritten(words, word + 1, last, true);
    if words.any(word, &["while"]) {
        return Some(format!("while {test} {{"));
    }
    (words.any(word, &["until"])).then(|| format!("while !({test}) {{"))
}

/// `Next i`, `Loop`, `Wend`.
fn end_line(words: &Words<'_>, index: usize, last: usize) -> Option<String> {
    let alone = last == index;
    let named = last == index + 1 && words.kind(last) == Some(TokenKind::Word);
    let ends = words.any(index, &["next"]) && (alone || named)
        || alone && (words.any(index, &["wend"]) || matches!(words.at(index), "Loop" | "LOOP"));
    ends.then(|| "}".to_owned())
}

/// `Dim n As Integer`.
fn dim_line(words: &Words<'_>, index: usize, last: usize) -> Option<String> {
    let begins = words.any(index, &["dim"]) && words.any(index + 2, &["as"]);
    if !begins || last != index + 3 {
        return None;
    }
    let first = match words.at(last).to_lowercase().as_str() {
        "boolean" => "false",
        "string" => "\"\"",
        "date" => "date(\"2000-01-01\")",
        _ => "0",
    };
    Some(format!("let {} = {first};", words.at(index + 1)))
}

/// `Step 1: j.a > 3`, `1) j.a > 3` and `a) j.a > 3`: the prefix of a line. The slip covers the
/// whole line if the rest of it is words.
pub(super) fn labelled(words: &Words<'_>, index: usize) -> Option<Slip> {
    const CASES: [&str; 3] = ["case", "default", "when"];
    if !words.begins_line(index) || words.in_brackets(index) {
        return None;
    }
    let is_word = words.kind(index) == Some(TokenKind::Word) && !words.any(index, &CASES);
    let is_number = |at: usize| words.kind(at) == Some(TokenKind::Number);
    let named = is_word && is_number(index + 1) && words.is(index + 2, ":");
    let letter = is_word && words.at(index).len() == 1;
    let lettered = (letter || is_number(index)) && words.is(index + 1, ")");
    let counted = is_number(index)
        && words.at(index).ends_with('.')
        && words.kind(index + 1) == Some(TokenKind::Word);
    let label = if named {
        index + 2
    } else if lettered {
        index + 1
    } else if counted {
        index
    } else {
        return None;
    };
    let last = line_end(words, index)?;
    let is_code = |at: usize| match words.kind(at) {
        Some(TokenKind::Symbol) => !matches!(words.at(at), "," | "." | "-" | ":"),
        Some(TokenKind::Word) => matches!(
            words.at(at),
            "if" | "let" | "return" | "for" | "else" | "switch" | "j" | "params" | "stats"
        ),
        _ => false,
    };
    if label == last || !(label + 1..=last).any(is_code) {
        let message = format!("`{}` is a remark, and no code", words.text(index, last));
        let help = format!("write `// {}`", words.text(index, last));
        return Some(words.slip(index, last, message, help));
    }
    let text = words.text(index, label);
    let name = text.trim_end_matches(':');
    let message = format!("`{text}` means nothing here: no line has a number or a name");
    let help = format!("delete it, or write it as a remark on a line of its own: `// {name}`");
    Some(words.slip(index, label, message, help))
}
