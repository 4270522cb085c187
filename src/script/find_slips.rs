//! Finds words and operators of other languages in a script, and brackets that nothing closes.
//!
//! They are looked for if the interpreter cannot read a script: it names the first token it does
//! not understand, not what was meant. What can be read and is never meant (`2024-02-29`) is
//! reported in any case. All slips of a script are reported at once, so that correcting them gives
//! a script that runs.

use rhai::ParseError;

use crate::base::diagnostic::{Diagnostic, unseen};
use crate::script::basic_blocks::labelled;
use crate::script::chained_comparison::chain;
use crate::script::defined_names::own_names;
use crate::script::foreign_letters::foreign_letters;
use crate::script::literals_in_foreign_notation::{badly_written, swallowed};
use crate::script::marks_of_other_tools::{fenced, merged, remark_of_another, sheet_day};
use crate::script::missing_braces::{bare_branches, opens, other_branch};
use crate::script::other_language_functions::ASK_STATED;
use crate::script::other_language_phrases::phrase;
use crate::script::rewrite_text_for_interpreter::PreparedText;
use crate::script::scan::{TokenKind, left_end};
use crate::script::slip::{Slip, Words};
use crate::script::switch_slips::{
    bad_labels, condition_of_rest, divides_labels, in_cases, in_list_of_cases,
};
use crate::script::unmatched_brackets::unclosed;
use crate::script::unquoted_texts::{quoted_elsewhere, unquoted_reason};
use crate::script::valid_but_unintended::never_meant;
use crate::script::value_as_condition::{cased, lone_value, values_before};
use crate::script::verdict_functions::ENDINGS;

/// The slips of a script that cannot be read, for the reason that the interpreter gives.
pub(super) fn slips(prepared: &PreparedText, error: &ParseError) -> Vec<Diagnostic> {
    let text = prepared.source.text();
    let words = Words::new(text, prepared.tokens());
    let mut found = badly_written(&words);
    found.extend(bad_labels(prepared, &words, error));
    let own = own_names(&words);
    // The texts between typographic quotation marks, in order.
    let mut quoted = Vec::new();
    let mut index = 0;
    while index < words.tokens.len() && !words.is_spent() {
        let whole = sheet_day(&words, index)
            .or_else(|| merged(&words, index))
            .or_else(|| fenced(&words, index));
        if let Some(slip) = whole.or_else(|| labelled(&words, index)) {
            let end = slip.range.end;
            found.push(slip);
            while words
                .tokens
                .get(index + 1)
                .is_some_and(|next| next.range.start < end)
            {
                index += 1;
            }
        } else if let Some(last) = remark_of_another(&words, index) {
            let message = format!("`{}` means nothing here", words.text(index, last));
            let help = "a remark begins with `//`".to_owned();
            found.push(words.slip(index, last, message, help));
            while !words.ends_line(index) {
                index += 1;
            }
        } else if let Some(last) = quoted_elsewhere(&words, index) {
            let inner = words.text(index, last);
            let inner = inner.trim_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric());
            let message = format!("`{}` means nothing here", words.text(index, last));
            let help = format!("write `\"{}\"`", inner.replace('"', "'"));
            let slip = words.slip(index, last, message, help);
            quoted.push(slip.range.clone());
            found.push(slip);
            index = last;
        } else if let Some((first, last)) = unquoted_reason(&words, index) {
            let reason = words.text(first, last);
            let message = format!("`{reason}` is no text: a reason stands in quotation marks");
            let help = format!("write `\"{}\"`", reason.replace('"', "'"));
            found.push(words.slip(first, last, message, help));
            index = last;
        } else {
            found.extend(divided(&words, index));
            found.extend(phrase(&words, index));
            found.extend(lone_value(&words, index));
            found.extend(values_before(&words, index));
            found.extend(cased(&words, index));
            found.extend(match words.kind(index) {
                Some(TokenKind::Word) if words.is(index, "_") => condition_of_rest(&words, index),
                Some(TokenKind::Word) if !own.contains(words.at(index)) => word(&words, index),
                Some(TokenKind::Symbol) => sign(&words, index),
                _ => None,
            });
        }
        index += 1;
    }
    found.extend(bare_branches(&words));
    let within = |slip: &Slip| {
        let next = quoted.partition_point(|range| range.start <= slip.range.start);
        let before = next.checked_sub(1).map(|at| &quoted[at]);
        before.is_some_and(|range| range.contains(&slip.range.start))
    };
    let signs = typographic(&words)
        .into_iter()
        .chain(foreign_letters(&words));
    found.extend(signs.filter(|slip| !within(slip)));
    found.extend(never_meant(&words));
    if let Some(open) = swallowed(&words) {
        // In a text that began too early, nothing else is a slip.
        let start = open.range.start;
        found.retain(|slip| slip.range.end <= start);
        found.push(open);
    }
    if found.is_empty() {
        found.extend(unclosed(&words));
    }
    words.told(&prepared.source, found)
}

/// `j.a // 2`: the rest of the line is a comment.
fn divided(words: &Words<'_>, index: usize) -> Option<Slip> {
    let end = words.tokens[index].range.end;
    let gap = words
        .tokens
        .get(index + 1)
        .map_or(words.source.len(), |next| next.range.start);
    let gap = &words.source[end..gap];
    let line = gap.split('\n').next().unwrap_or_default();
    let rest = line.trim_start().strip_prefix("//")?.trim_start();
    let by = rest.split([' ', ')', ';']).next().unwrap_or_default();
    let value = by.starts_with(|c: char| c.is_ascii_digit()) || by.starts_with("j.");
    if !value || !(words.in_condition(index) || rest.ends_with([')', ';', '}'])) {
        return None;
    }
    let first = left_end(words.source, words.tokens, index + 1);
    if first > index {
        return None;
    }
    let start = end + line.find("//").unwrap_or_default();
    let help = format!(
        "write `div({}, {by})` for the whole part",
        words.text(first, index)
    );
    let message = "`//` begins a remark here, and divides nothing".to_owned();
    Some(words.slip_at(start..start + 2, message, help))
}

/// Slips in a script that can be read.
pub(super) fn misread(prepared: &PreparedText) -> Vec<Diagnostic> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let mut found = never_meant(&words);
    found.extend(words.each().filter_map(|index| chain(&words, index)));
    words.told(&prepared.source, found)
}

/// The outcomes of a decision, in a condition.
pub(super) fn of_decision(prepared: &PreparedText) -> Vec<Diagnostic> {
    let words = Words::new(prepared.source.text(), prepared.tokens());
    let found = words.each().filter_map(|index| {
        let meant = match words.at(index) {
            "eligible" => "met",
            "ineligible" => "not_met",
            _ => return None,
        };
        let before = index.checked_sub(1).map_or("", |at| words.at(at));
        let called = words.is(index + 1, "(") && !matches!(before, "." | "?." | "::" | "fn");
        let message = format!(
            "`{}` ends a decision, and this is a condition",
            words.at(index)
        );
        let word = words.kind(index) == Some(TokenKind::Word);
        (called && word).then(|| {
            words.slip(
                index,
                index,
                message,
                format!("write `{meant}` in its place"),
            )
        })
    });
    let found = found.collect();
    words.told(&prepared.source, found)
}

/// Advice for a word of another language.
fn meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "and" | "AND" | "And" | "und" | "et" => "&&",
        "or" | "OR" | "Or" | "oder" | "ou" => "||",
        "not" | "NOT" | "Not" | "nicht" | "non" => "!",
        "elif" | "elsif" | "elseif" | "elseIf" | "ElseIf" | "ELSEIF" | "ELIF" | "ELSIF" => {
            "else if"
        }
        "IF" | "If" | "wenn" | "Wenn" | "falls" | "si" | "Si" | "als" => "if",
        "sonst" | "Sonst" | "sinon" | "Sinon" => "else",
        "IN" => "in",
        "RETURN" | "Return" => "return",
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "def" | "function" | "func" | "sub" => "fn",
        "var" => "let",
        "is" | "IS" | "eq" | "equals" => "==",
        "case" | "when" | "match" | "select" => "switch",
        "default" => "_",
        "mod" | "MOD" => "%",
        "xor" | "XOR" => "!=",
        _ => return None,
    })
}

fn word(words: &Words<'_>, index: usize) -> Option<Slip> {
    let written = words.at(index);
    if index > 0 && matches!(words.at(index - 1), "." | "?." | "::") || words.is(index + 1, "::") {
        return None;
    }
    let message = format!("`{written}` means nothing here");
    let slip = |help: String| Some(words.slip(index, index, message.clone(), help));
    if words.any(index, &["if"]) && second_of_two(words, index) {
        return None;
    }
    match written {
        "else" | "ELSE" | "Else" => {
            let closed = words.is(index.wrapping_sub(1), "}");
            if words.any(index + 1, &["if"]) && !closed && other_branch(words, index) != "else if" {
                let help = "write `} else if` in its place".to_owned();
                let message = "a branch stands between braces".to_owned();
                return Some(words.slip(index, index + 1, message, help));
            }
            if closed && index > 1 && follows_another(words, index - 1) {
                let message = "an `else` stands before this one, and takes all that is left";
                let help = "write `else if ...` with a condition in the place of the first, or delete \
                            one of the two branches";
                return Some(words.slip(index, index, message.to_owned(), help.to_owned()));
            }
            let opens = matches!(words.at(index + 1), "{" | ":") || words.any(index + 1, &["if"]);
            if words.is(index + 1, "if") && words.is(index + 2, "{") {
                let message = "no condition stands behind `if`".to_owned();
                let help = "write `else` in its place, or a condition behind `if`".to_owned();
                return Some(words.slip(index, index + 1, message, help));
            }
            if opens && index > 1 && words.is(index - 1, ";") && words.is(index - 2, "}") {
                let message = "`;` ends the branches here, and `else` goes on with them".to_owned();
                return Some(words.slip(index - 1, index - 1, message, "delete it".to_owned()));
            }
            let help = match (closed, opens) {
                (false, false) => "write `} else {` in its place",
                (true, false) => "write `else {` in its place",
                _ if written != "else" => return slip("write `else` in its place".to_owned()),
                _ => return None,
            };
            let message = "a branch stands between braces".to_owned();
            Some(words.slip(index, index, message, help.to_owned()))
        }
        "then" | "THEN" | "Then" | "begin" | "BEGIN" => slip(opens(words, index)),
        "end" | "END" | "End" | "endif" | "ENDIF" | "EndIf" | "fi" | "done" => {
            let last = index + usize::from(second_of_two(words, index + 1));
            let closed = words.is(index.wrapping_sub(1), "}") && words.bracket(index).is_none();
            if closed {
                return words.means_nothing(index, last, "delete it".to_owned());
            }
            words.means_nothing(index, last, "write `}` in its place".to_owned())
        }
        "null" | "NULL" | "None" | "nil" | "undefined" => slip(ASK_STATED.to_owned()),
        _ => match meant(written)? {
            "!" => {
                let last = denied_end(words, index);
                let several = (index + 1..=last).any(|at| {
                    let word = words.at(at);
                    matches!(word, "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "=")
                });
                if several {
                    let what = words.text(index + 1, last);
                    slip(format!(
                        "write `!(...)` around what is denied, as in `!({what})`"
                    ))
                } else {
                    slip("write `!` in its place".to_owned())
                }
            }
            "else if" => slip(format!(
                "write `{}` in its place",
                other_branch(words, index)
            )),
            "||" if divides_labels(words, index) => slip("write `|` in its place".to_owned()),
            other => slip(format!("write `{other}` in its place")),
        },
    }
}

/// Whether a word is the second of `END IF`, or of an `ELSE IF` that closes a branch.
fn second_of_two(words: &Words<'_>, index: usize) -> bool {
    let Some(before) = index.checked_sub(1).filter(|_| words.any(index, &["if"])) else {
        return false;
    };
    let closes = words.any(before, &["else"])
        && !words.is(before.wrapping_sub(1), "}")
        && other_branch(words, before) != "else if";
    closes || words.any(before, &["end"]) && !words.ends_line(before)
}

/// Whether the branch that ends with a brace is an `else`.
fn follows_another(words: &Words<'_>, close: usize) -> bool {
    let opens = |at: &usize| words.is(*at, "{") && words.bracket(*at) == words.bracket(close);
    let open = Words::before(close).rev().find(opens);
    let before = open.and_then(|open| open.checked_sub(1));
    before.is_some_and(|before| words.any(before, &["else"]))
}

/// The last token of the expression that a word for `!` negates.
fn denied_end(words: &Words<'_>, index: usize) -> usize {
    const ENDS: [&str; 7] = ["&&", "||", "{", ";", ",", ")", "then"];
    let ends = |at: &usize| {
        let word = words.at(*at);
        let joins = matches!(meant(word), Some("&&" | "||"));
        let level = words.bracket(*at) == words.bracket(index);
        at > &index && level && (joins || ENDS.contains(&word))
            || words.tokens.len() == *at
            || (word == ")"
                && words.bracket(index).is_some()
                && words.bracket(*at) != words.bracket(index))
    };
    (index + 1..=words.tokens.len())
        .find(ends)
        .map_or(index, |end| end - 1)
}

fn sign(words: &Words<'_>, index: usize) -> Option<Slip> {
    let pair = words
        .touch(index, 2)
        .then(|| (words.at(index), words.at(index + 1)));
    let write = |last: usize, sign: &str| {
        let message = format!("`{}` means nothing here", words.text(index, last));
        Some(words.slip(index, last, message, format!("write `{sign}` in its place")))
    };
    if words.in_condition(index) {
        match (words.at(index), words.at(index + 1)) {
            ("<" | "<=", "=") => return write(index + 1, "<="),
            (">" | ">=", "=") => return write(index + 1, ">="),
            ("!", "=") => return write(index + 1, "!="),
            ("=", "=") => return write(index + 1, "=="),
            _ => {}
        }
    }
    match pair {
        Some(("=", "<")) => return write(index + 1, "<="),
        Some(("<", ">")) => return write(index + 1, "!="),
        Some(("==", "=")) => return write(index + 1, "=="),
        Some(("!=", "=")) => return write(index + 1, "!="),
        Some((":", "=")) => return named(words, index).or_else(|| write(index + 1, "=")),
        Some(("-", ">")) if in_cases(words, index) => return write(index + 1, "=>"),
        Some(("-", ">")) if words.touch(index, 3) => return write(index + 1, "."),
        Some(("=", "~")) => return no_pattern(words, index, index + 1),
        _ => {}
    }
    match words.at(index) {
        "->" if in_cases(words, index) => write(index, "=>"),
        "->" => write(index, "."),
        "=~" => no_pattern(words, index, index),
        ":" if in_cases(words, index) && !in_list_of_cases(words, index) => write(index, "=>"),
        "," if divides_labels(words, index) => write(index, "|"),
        ".." if words.is(index + 1, ".")
            && words.is(index.wrapping_sub(1), "{")
            && words.is(index + 2, "}") =>
        {
            let message = "an outcome is missing here".to_owned();
            let help = "write `met(\"why\")`, `not_met(\"why\")` or `not_applicable(\"why\")`";
            Some(words.slip(index, index + 1, message, help.to_owned()))
        }
        ".." if words.is(index + 1, ".") && words.touch(index, 2) => {
            let help = "write `..=` where the end is part of the range, `..` where it is not";
            words.means_nothing(index, index + 1, help.to_owned())
        }
        "=>" if words.in_condition(index) && opens_outcome(words, index) => {
            let help = "write `{` in its place, and `}` where the branch ends".to_owned();
            let message = "`=>` opens no branch here".to_owned();
            Some(words.slip(index, index, message, help))
        }
        "=>" if words.in_condition(index) || at_least(words, index) => write(index, ">="),
        "=" if words.in_condition(index) && !names_a_value(words, index) => write(index, "=="),
        ":" if words.ends_line(index) && opens_branch(words, index) => {
            let message = "`:` opens no branch here".to_owned();
            let help = "write `{` in its place, and `}` where the branch ends".to_owned();
            Some(words.slip(index, index, message, help))
        }
        "?" => {
            let message = "`? :` does not exist here".to_owned();
            let help = "write `if ... { ... } else { ... }`".to_owned();
            Some(words.slip(index, index, message, help))
        }
        _ => None,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is one of several that may be none"
)]
fn no_pattern(words: &Words<'_>, first: usize, last: usize) -> Option<Slip> {
    let message = format!("`{}` means nothing here", words.text(first, last));
    let help = "look into a text by `.contains(\"...\")`, `.starts_with(\"...\")` or \
                `.ends_with(\"...\")`";
    Some(words.slip(first, last, message, help.to_owned()))
}

/// `n := 3`, at the start of a statement.
fn named(words: &Words<'_>, index: usize) -> Option<Slip> {
    let name = index.checked_sub(1)?;
    let starts = words.begins_line(name) || matches!(words.at(name.wrapping_sub(1)), ";" | "{");
    let is_name = words.kind(name) == Some(TokenKind::Word);
    let written = words.text(name, index + 1);
    let message = format!("`{written}` means nothing here");
    let help = format!("write `let {} =` in its place", words.at(name));
    (starts && is_name).then(|| words.slip(name, index + 1, message, help))
}

/// Whether a `=` gives a value a name, whatever that is: `let if = 3`.
fn names_a_value(words: &Words<'_>, index: usize) -> bool {
    let before = index.checked_sub(2).map_or("", |at| words.at(at));
    matches!(before, "let" | "const")
}

/// `j.a => 3`, where it is neither a case nor a function without a name.
fn at_least(words: &Words<'_>, index: usize) -> bool {
    let first = left_end(words.source, words.tokens, index);
    let is_fact = words.is(first, "j") || words.is(first, "params");
    is_fact && first + 1 < index && !in_cases(words, index)
}

fn opens_outcome(words: &Words<'_>, index: usize) -> bool {
    ENDINGS.contains(&words.at(index + 1)) || words.is(index + 1, "return")
}

fn opens_branch(words: &Words<'_>, index: usize) -> bool {
    let before = |at: usize| words.at(at);
    matches!(before(index.wrapping_sub(1)), "else" | "ELSE") || words.in_condition(index)
}

/// Typographic signs: `≥`, `“`, and invisible characters.
fn typographic(words: &Words<'_>) -> Vec<Slip> {
    let mut found = Vec::new();
    for (index, token) in words.tokens.iter().enumerate() {
        let written = words.at(index);
        let Some(c) = written
            .chars()
            .next()
            .filter(|_| token.kind != TokenKind::Text)
        else {
            continue;
        };
        let sign = match c {
            '≥' | '⩾' => ">=",
            '≤' | '⩽' => "<=",
            '≠' => "!=",
            '−' | '–' | '—' | '‐' | '‑' => "-",
            '×' | '·' | '∗' => "*",
            '÷' => "/",
            '∧' => "&&",
            '∨' => "||",
            '¬' => "!",
            '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '‹' | '›' | '´' => {
                "\""
            }
            _ => match narrow(c) {
                Some(sign) => &sign.to_string(),
                None => continue,
            },
        };
        let message = format!("`{c}` means nothing here");
        let range = token.range.start..token.range.start + c.len_utf8();
        let help = format!("write `{sign}` in its place");
        found.push(words.slip_at(range, message, help));
    }
    let mut at = 0;
    let mut tokens = words.tokens.iter().peekable();
    // Between tokens and within names they are invisible; in a text they are part of it.
    for (offset, c) in words.source.char_indices() {
        while tokens.peek().is_some_and(|token| token.range.end <= offset) {
            tokens.next();
        }
        let within = tokens.peek().filter(|token| token.range.contains(&offset));
        let text = within.is_some_and(|token| {
            !matches!(
                token.kind,
                TokenKind::Symbol | TokenKind::Word | TokenKind::Number
            )
        });
        if offset < at || text || c.is_ascii() {
            continue;
        }
        let Some(name) = unseen(c) else { continue };
        at = offset + c.len_utf8();
        let help = if c.is_whitespace() {
            "write an ordinary space in its place"
        } else {
            "delete it"
        };
        let message = format!("there is {name} here");
        found.push(words.slip_at(offset..at, message, help.to_owned()));
    }
    found
}

/// The sign that another one is a wide form of, as `＞` of `>`.
fn narrow(c: char) -> Option<char> {
    let wide = matches!(c, '\u{ff01}'..='\u{ff5e}');
    let sign = u32::from(c).checked_sub(0xfee0).and_then(char::from_u32);
    sign.filter(|sign| wide && sign.is_ascii_punctuation())
}
