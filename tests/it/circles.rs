//! No files under `src` go round in a circle: whoever reads one need not have read it before.
//!
//! A file uses another when it names something that stands there. What a module only hands on
//! (`pub use`) it does not use, and whoever names it there uses the file where it stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::{code, names, sources};

/// A path that a file names, and the name it goes by there; `handed_on` where it is not used.
struct Use {
    path: Vec<String>,
    name: String,
    handed_on: bool,
}

/// The `use` statements, and what stands besides; `mod` names no more than what lies where.
fn use_statements(code: &str) -> (Vec<String>, String) {
    let (mut found, mut rest) = (Vec::new(), String::new());
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let mut start = line.trim_start();
        for public in ["pub(crate) ", "pub(super) ", "pub "] {
            start = start.trim_start_matches(public);
        }
        if start.starts_with("use ") {
            let mut statement = line.trim().to_owned();
            while !statement.ends_with(';') {
                statement += lines.next().map_or(";", str::trim);
            }
            found.push(statement);
        } else if !start.starts_with("mod ") {
            rest += line;
            rest.push('\n');
        }
    }
    (found, rest)
}

/// The paths of a `use`, its braces opened: `a::{b, c as d}` is `a::b` and `a::c`, named `d`.
pub(crate) fn open(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    if let Some((head, rest)) = tree.split_once('{') {
        let inner = rest.strip_suffix('}').unwrap_or(rest);
        let (mut parts, mut depth, mut part) = (Vec::new(), 0, String::new());
        for c in inner.chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if c == ',' && depth == 0 {
                parts.push(std::mem::take(&mut part));
            } else {
                part.push(c);
            }
        }
        parts.push(part);
        let parts = parts.iter().filter(|part| !part.trim().is_empty());
        return parts
            .flat_map(|part| open(&format!("{head}{}", part.trim())))
            .collect();
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut path: Vec<String> = path.trim().split("::").map(str::to_owned).collect();
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let last = path.last().cloned().unwrap_or_default();
    vec![(
        path,
        if alias.is_empty() {
            last
        } else {
            alias.trim().to_owned()
        },
    )]
}

/// Every path of this crate that a file names, from the root.
fn uses(module: &str, text: &str, modules: &BTreeMap<String, String>) -> Vec<Use> {
    let (statements, body) = use_statements(text);
    let child = |name: &str| modules.contains_key(&format!("{module}/{name}"));
    let from_root = |mut path: Vec<String>| {
        if path.first().is_some_and(|first| first == "crate") {
            path.remove(0);
            return Some(path);
        }
        let own = module.split('/').map(str::to_owned);
        child(path.first()?).then(|| own.chain(path).collect())
    };
    let mut found = Vec::new();
    for statement in statements {
        let (public, tree) = statement.split_once("use ").unwrap();
        for (path, name) in open(tree.trim_end_matches(';')) {
            let handed_on = !public.is_empty() && !names(&body, &name);
            found.extend(from_root(path).map(|path| Use {
                path,
                name,
                handed_on,
            }));
        }
    }
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for word in body
        .split(|c: char| !part(c))
        .filter(|word| word.contains("::"))
    {
        let path = word
            .trim_matches(':')
            .split("::")
            .map(str::to_owned)
            .collect();
        let path = from_root(path);
        found.extend(path.map(|path| Use {
            path,
            name: String::new(),
            handed_on: false,
        }));
    }
    found
}

/// The file where a path leads, through all modules that hand it on.
fn target(
    path: &[String],
    all: &BTreeMap<String, Vec<Use>>,
    seen: &mut BTreeSet<String>,
) -> String {
    let is_module = |length: &usize| all.contains_key(&path[..*length].join("/"));
    let length = (1..=path.len()).take_while(is_module).count();
    let module = path[..length].join("/");
    let handed_on = path.get(length).and_then(|name| {
        let mut uses = all.get(&module)?.iter();
        uses.find(|one| one.name == *name && seen.insert(format!("{module}::{name}")))
    });
    handed_on.map_or(module, |one| target(&one.path, all, seen))
}

/// By file: the files it uses.
fn arrows(sources: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<String>> {
    let all: BTreeMap<String, Vec<Use>> = sources
        .iter()
        .filter(|(module, _)| !["lib", "main"].contains(&module.as_str()))
        .map(|(module, text)| (module.clone(), uses(module, &code(text), sources)))
        .collect();
    let of = |(module, uses): (&String, &Vec<Use>)| {
        let used = uses.iter().filter(|one| !one.handed_on);
        let used = used.map(|one| target(&one.path, &all, &mut BTreeSet::new()));
        (
            module.clone(),
            used.filter(|used| used != module && !used.is_empty())
                .collect(),
        )
    };
    all.iter().map(of).collect()
}

/// All files that one uses, directly or not.
fn reached<'a>(
    from: &'a str,
    arrows: &'a BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<&'a String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(next) = open.pop() {
        let used = arrows.get(next).into_iter().flatten();
        open.extend(used.filter(|to| found.insert(*to)).map(String::as_str));
    }
    found
}

/// The files that lie on a circle, each with those on it that it uses.
fn circles(sources: &BTreeMap<String, String>) -> Vec<String> {
    let arrows = arrows(sources);
    let all: BTreeMap<&String, BTreeSet<&String>> = arrows
        .keys()
        .map(|file| (file, reached(file, &arrows)))
        .collect();
    let back =
        |file: &String, to: &String| all.get(to).is_some_and(|reached| reached.contains(file));
    let on_a_circle = arrows.iter().filter_map(|(file, used)| {
        let round: Vec<&str> = used
            .iter()
            .filter(|to| back(file, to))
            .map(String::as_str)
            .collect();
        (!round.is_empty()).then(|| format!("{file} uses {}", round.join(", ")))
    });
    on_a_circle.collect()
}

#[test]
fn no_files_go_round_in_a_circle() {
    let sources = sources();
    let count: usize = arrows(&sources).values().map(BTreeSet::len).sum();
    assert!(
        count > 700,
        "there are but {count} arrows: paths are not read"
    );
    let found = circles(&sources);
    assert!(found.is_empty(), "on a circle:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found() {
    let made = |texts: &[(&str, &str)]| -> BTreeMap<String, String> {
        texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    };
    let door = "mod b;\nmod c;\npub use b::B;\npub(crate) use c::{C, f as g};\n";
    let straight = [
        ("a", door),
        ("a/b", "use crate::a::C;\n"),
        ("a/c", "use std::fmt;\n"),
    ];
    assert_eq!(circles(&made(&straight)), Vec::<String>::new());
    // Through the door, by an import, by a path in the code, through braces.
    for back in [
        "use crate::a::B;\n",
        "fn c() { crate::a::b::b(); }\n",
        "use crate::{\n    a::{B, b},\n    z,\n};\n",
    ] {
        let round = [("a", door), ("a/b", "use crate::a::g;\n"), ("a/c", back)];
        assert_eq!(
            circles(&made(&round)),
            ["a/b uses a/c", "a/c uses a/b"],
            "{back}"
        );
    }
    // A module and its own child.
    let own = [
        ("a", "mod b;\nfn a() { b::b(); }\npub struct A;\n"),
        ("a/b", "use crate::a::A;\n"),
    ];
    assert_eq!(circles(&made(&own)), ["a uses a/b", "a/b uses a"]);
}
