//! Cases that need no Rust: each page of `tests/cases/` holds the files of a root, a fence each,
//! and below them what commands of `rulebook` show for it.
//!
//! The word behind the language of a fence is the path of its file. In a fence marked `escaped`
//! bytes that a page cannot hold are written as in Rust (`\r`, `\0`, `\x1b`, `\u{feff}`), and a `\`
//! at the end of a line takes its end away. A `console` fence begins with a command; below it stand
//! what it writes to both streams and its exit code. In one marked `compact` what fits on a line of
//! JSON stands on one. `UPDATE_CASES=1 cargo test` writes what is shown; review it like code.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What a page may be long: who reads one is to see all of it.
const MOST_LINES: usize = 120;

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// What is there for people alone.
    Prose(String),
    /// A file of the root: how the fence begins, its path, its bytes, and its text as it is written.
    File {
        info: String,
        path: PathBuf,
        bytes: Vec<u8>,
        written: String,
    },
    /// A command, and what is expected of it.
    Run {
        marks: Vec<String>,
        command: String,
        expected: String,
    },
}

/// A page of `tests/cases/`.
pub(crate) struct Case {
    page: PathBuf,
    text: String,
    pieces: Vec<Piece>,
}

impl Case {
    /// Every case there is, in order of name. A page that cannot be read ends the test, with its
    /// place.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
        let mut pages: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        pages.sort();
        let read = |page: PathBuf| {
            let name = page.file_name().unwrap().to_string_lossy().into_owned();
            assert!(name.ends_with(".md"), "{name}: a case is one page");
            let text = std::fs::read_to_string(&page).unwrap();
            let pieces = pieces(&text).unwrap_or_else(|error| panic!("{name}:{error}"));
            Self { page, text, pieces }
        };
        pages.into_iter().map(read).collect()
    }

    pub(crate) fn name(&self) -> String {
        self.page
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    }

    /// Its files in a folder of their own, which goes with the value.
    pub(crate) fn root(&self) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        for piece in &self.pieces {
            if let Piece::File { path, bytes, .. } = piece {
                let place = root.path().join(path);
                std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                std::fs::write(place, bytes).unwrap();
            }
        }
        root
    }

    /// The page with what its commands show now.
    fn shown(&self) -> String {
        let root = self.root();
        let show = |piece: &Piece| match piece {
            Piece::Run { marks, command, .. } => {
                let compact = marks.iter().any(|mark| mark == "compact");
                let found = run(root.path(), command);
                let shown = if compact { compacted(&found) } else { found };
                fence("console", marks, &format!("$ {command}\n{shown}"))
            }
            Piece::Prose(text) => text.clone(),
            Piece::File { info, written, .. } => fence(info, &[], written),
        };
        self.pieces.iter().map(show).collect()
    }
}

/// What a command writes to both streams, and its exit code.
fn run(root: &Path, command: &str) -> String {
    let arguments = command.split_whitespace().skip(1);
    let output = Command::new(env!("CARGO_BIN_EXE_rulebook"))
        .args(arguments)
        .arg("--root")
        .arg(root)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!(
        "{}{}exit {}\n",
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap_or(-1)
    )
}

/// The pieces of a page, or the line of what cannot be understood, and why.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut prose = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let wrong = |why: &str| format!("{}: {why}", number + 1);
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            prose.push_str(line);
            prose.push('\n');
            continue;
        }
        let mut body = String::new();
        loop {
            let (_, line) = lines
                .next()
                .ok_or_else(|| wrong("the fence does not end"))?;
            if line.len() == ticks && line.bytes().all(|byte| byte == b'`') {
                break;
            }
            body.push_str(line);
            body.push('\n');
        }
        pieces.push(Piece::Prose(std::mem::take(&mut prose)));
        let piece = fenced(line.trim_start_matches('`'), body).map_err(|why| wrong(&why))?;
        if let Piece::File { path, .. } = &piece {
            let same =
                |one: &Piece| matches!(one, Piece::File { path: other, .. } if other == path);
            if pieces.iter().any(same) {
                return Err(wrong("this file stands on the page already"));
            }
        }
        pieces.push(piece);
    }
    pieces.push(Piece::Prose(prose));
    Ok(pieces)
}

/// What a fence holds.
fn fenced(info: &str, body: String) -> Result<Piece, String> {
    let mut words = info.split_whitespace();
    if words.next() == Some("console") {
        let marks: Vec<String> = words.map(str::to_owned).collect();
        if let Some(mark) = marks.iter().find(|mark| *mark != "compact") {
            return Err(format!("a command has no mark `{mark}`"));
        }
        let (command, expected) = body.split_once('\n').unwrap_or((&body, ""));
        let command = command.strip_prefix("$ ");
        let command = command.filter(|command| command.starts_with("rulebook "));
        return Ok(Piece::Run {
            marks,
            command: command.ok_or("expected `$ rulebook ...`")?.to_owned(),
            expected: expected.to_owned(),
        });
    }
    let path = PathBuf::from(words.next().ok_or("expected the path of a file")?);
    let below = |part: Component| matches!(part, Component::Normal(_));
    if !path.components().all(below) {
        return Err("a file lies below the root".to_owned());
    }
    let bytes = match words.collect::<Vec<_>>()[..] {
        [] => body.clone().into_bytes(),
        ["escaped"] => unescaped(&body)?,
        _ => return Err("the one mark of a file is `escaped`".to_owned()),
    };
    Ok(Piece::File {
        info: info.to_owned(),
        path,
        bytes,
        written: body,
    })
}

/// The bytes that a text with escapes stands for.
fn unescaped(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        let sign = after.chars().next().ok_or("`\\` at the end")?;
        rest = &after[sign.len_utf8()..];
        match sign {
            '\n' => {}
            '\\' => bytes.push(b'\\'),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            '0' => bytes.push(0),
            'x' => {
                let digits = rest.get(..2).ok_or("`\\x` needs two digits")?;
                bytes.push(u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?);
                rest = &rest[2..];
            }
            'u' => {
                let inner = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                let (digits, after) = inner.ok_or("`\\u` needs `{...}`")?;
                let code = u32::from_str_radix(digits, 16).map_err(|error| error.to_string())?;
                let sign = char::from_u32(code).ok_or("there is no such sign")?;
                bytes.extend(sign.to_string().bytes());
                rest = after;
            }
            other => return Err(format!("there is no escape `\\{other}`")),
        }
    }
    bytes.extend(rest.bytes());
    Ok(bytes)
}

/// A fence with more ticks than what it holds has anywhere.
fn fence(info: &str, marks: &[String], body: &str) -> String {
    let longest = body.split(|sign| sign != '`').map(str::len).max();
    let ticks = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    let mut head = format!("{ticks}{info}");
    for mark in marks {
        write!(head, " {mark}").unwrap();
    }
    format!("{head}\n{body}{ticks}\n")
}

/// JSON with as much on a line as fits; nothing but line ends and the spaces behind them goes.
fn compacted(text: &str) -> String {
    const WIDTH: usize = 118;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let opens = |line: &str| line.ends_with(['{', '[']);
    let lines: Vec<&str> = text.lines().collect();
    let mut shown: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let end = (at + 1..lines.len()).find(|&end| indent(lines[end]) == indent(line));
        let whole = end.filter(|_| opens(line)).map(|end| {
            let inner: Vec<&str> = lines[at + 1..end].iter().map(|line| line.trim()).collect();
            (
                end,
                format!("{line}{}{}", inner.join(" "), lines[end].trim()),
            )
        });
        let (end, line) = whole
            .filter(|(_, whole)| whole.len() <= WIDTH)
            .unwrap_or((at, line.to_owned()));
        at = end + 1;
        // Beside what stands before it at the same depth, where that ends in a comma.
        match shown.last_mut() {
            Some(last)
                if last.ends_with(',')
                    && !opens(&line)
                    && indent(last) == indent(&line)
                    && last.len() + line.trim().len() < WIDTH =>
            {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => shown.push(line),
        }
    }
    shown
        .iter()
        .flat_map(|line| [line.as_str(), "\n"])
        .collect()
}

#[test]
fn each_case_shows_what_it_should() {
    let cases = Case::all();
    assert!(cases.len() > 40, "the cases are gone");
    let wrong: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = cases
            .iter()
            .map(|case| scope.spawn(|| check(case)))
            .collect();
        all.into_iter()
            .filter_map(|one| one.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn check(case: &Case) -> Option<String> {
    let (name, shown) = (case.name(), case.shown());
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&case.page, &shown).unwrap();
        return None;
    }
    let long = shown.lines().count();
    if long > MOST_LINES {
        return Some(format!(
            "{name} has {long} lines, and may have {MOST_LINES}"
        ));
    }
    let runs = |piece: &Piece| matches!(piece, Piece::Run { .. });
    if !case.pieces.iter().any(runs) {
        return Some(format!("{name} runs no command, so it tests nothing"));
    }
    (shown != case.text).then(|| {
        let mut lines = shown.lines().zip(case.text.lines()).zip(1..);
        let differ = lines.find(|((shown, expected), _)| shown != expected);
        let line = differ.map_or("end".to_owned(), |(_, line)| line.to_string());
        format!("{name}:{line} is not what is shown now:\n{shown}")
    })
}

#[test]
fn a_page_holds_any_bytes() {
    let page = "# T\n\n````yaml a/b.yaml escaped\na: \\x1b\\u{feff}\\r\n\\\\ \\xff\\0```\\\n````\n";
    let read = pieces(page).unwrap();
    let Piece::File { bytes, .. } = &read[1] else {
        panic!("{read:?}");
    };
    assert_eq!(bytes, b"a: \x1b\xef\xbb\xbf\r\n\\ \xff\0```");
}

#[test]
fn what_a_page_says_wrongly_is_pointed_at() {
    let wrong = [
        ("```yaml\n```\n", "1: expected the path of a file"),
        ("\n```yaml a.yaml\n", "2: the fence does not end"),
        ("```yaml ../a.yaml\n```\n", "1: a file lies below the root"),
        (
            "```yaml a.yaml twice\n```\n",
            "1: the one mark of a file is `escaped`",
        ),
        (
            "```yaml a.yaml escaped\n\\q\n```\n",
            "1: there is no escape `\\q`",
        ),
        (
            "```yaml a\n```\n```yaml a\n```\n",
            "3: this file stands on the page already",
        ),
        ("```console\n$ ls\n```\n", "1: expected `$ rulebook ...`"),
        (
            "```console quick\n$ rulebook check\n```\n",
            "1: a command has no mark `quick`",
        ),
    ];
    for (page, expected) in wrong {
        assert_eq!(pieces(page).unwrap_err(), expected);
    }
}

#[test]
fn compact_json_is_the_same_json() {
    let pretty =
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {}\n}\nexit 0\n";
    let compact = "{\"a\": [ 1, { \"b\": null } ], \"c\": {}}\nexit 0\n";
    assert_eq!(compacted(pretty), compact);
}
