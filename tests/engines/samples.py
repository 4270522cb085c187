"""The samples of the repository, answered by engines and by `check`.

Usage: samples.py PROGRAM REPOSITORY ENGINE...
"""

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile

import engines
import yaml
from rulebooks import Book, Fact

PROGRAM, REPOSITORY = sys.argv[1], sys.argv[2]
ENGINES = sys.argv[3:]
# Where the records of each are, and whether engines can calculate its statistics.
SAMPLES = [("psp", ".", True), ("euro", "examples/euro", True), ("solidarity", "examples/solidarity", False)]


def flat(facts, before=""):
    """Facts by their dotted paths."""
    for name, value in (facts or {}).items():
        path = f"{before}{name}"
        if isinstance(value, dict) and "value" not in value:
            yield from flat(value, f"{path}.")
        else:
            yield path, value


def on(value, day):
    """What is stated on a day."""
    if isinstance(value, dict):
        return value.get("value")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        there = [one for one in value if str(one.get("from", "0001-01-01")) <= day <= str(one.get("to", "9999-12-31"))]
        return there[0]["value"] if there else None
    return value


def text(value):
    if value is None or value == "unknown":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def records(folder, facts, day):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), newline="") as file:
            if name.endswith(".csv"):
                for row in csv.DictReader(file):
                    yield [row["id"], *(row.get(fact) or None for fact in facts)]
                continue
            for document in yaml.safe_load_all(file):
                stated = dict(flat(document.get("facts")))
                record = document.get("id", name.removesuffix(".yaml"))
                yield [record, *(text(on(stated.get(fact), day)) for fact in facts)], document.get("assess", True)


def book(name, root):
    folder = os.path.join(root, "policies", name)
    with open(os.path.join(folder, "rulebook.yaml")) as file:
        rulebook = yaml.safe_load(file)
    types = {path: what["type"] for path, what in rulebook["facts"].items() if what["type"] != "list"}
    rows = []
    refers = "jurisdiction" in types.values()
    for found in records(os.path.join(folder, "jurisdictions"), list(types), str(rulebook["as_of"])):
        row, assessed = found if isinstance(found, tuple) else (found, True)
        # One that is only referred to is no part of the population.
        if assessed or refers:
            rows.append(row)
    scripts = os.listdir(os.path.join(root, "scripts", name))
    conditions = sorted(one.removesuffix(".rhai") for one in scripts if one.endswith(".rhai") and one != "decision.rhai")
    return Book([Fact(path, kind) for path, kind in types.items()], conditions, rows, False, False)


compared = wrong = 0
for name, folder, calculated in SAMPLES:
    root = os.path.join(REPOSITORY, folder)
    made = book(name, root)
    run = subprocess.run(
        [PROGRAM, "check", "--root", root, "--columns", ",".join(["id", "determination", *made.conditions]), "--no-tests"],
        capture_output=True, text=True)
    lines = list(csv.reader(io.StringIO(run.stdout)))
    # Behind the rows stands what might be tried.
    names, expected = lines[0], {row[0]: row for row in lines[1:] if len(row) == len(lines[0])}
    assert expected, run.stderr
    for engine in ENGINES:
        for statistics in ["engine", "literals"]:
            done = subprocess.run(
                [PROGRAM, "sql", "--root", root, "--dialect", engine, "--as", "select", "--statistics", statistics],
                capture_output=True, text=True)
            if statistics == "engine" and not calculated:
                assert "--statistics literals" in done.stderr and not done.stdout, done.stderr
                continue
            assert done.stdout, done.stderr
            found = {row[0]: list(row) for row in engines.RUN[engine](done.stdout, made, names)}
            for record, row in expected.items():
                compared += len(names) - 1
                for column, one, two in zip(names, row, found[record]):
                    if one != two:
                        wrong += 1
                        print(f"{name} {engine} {statistics}: {record} {column}: check says {one!r}, the engine {two!r}")

def determinations(root):
    run = subprocess.run([PROGRAM, "check", "--root", root, "--columns", "id,determination", "--no-tests"], capture_output=True, text=True)
    return dict(row for row in csv.reader(io.StringIO(run.stdout)) if len(row) == 2)


# Who changes, where the numbers of the Treaty count and not the Council's decision.
with tempfile.TemporaryDirectory() as other:
    now = os.path.join(REPOSITORY, "examples/euro")
    shutil.copytree(now, other, dirs_exist_ok=True)
    path = os.path.join(other, "policies/euro/rulebook.yaml")
    with open(path) as file:
        text_before = file.read().replace("value: applied", "value: letter")
    with open(path, "w") as file:
        file.write(text_before)
    before, after = determinations(other), determinations(now)
    expected = sorted([one, before[one], after[one]] for one in after if before[one] != after[one] and one != "id")
    assert expected
    for engine in ENGINES:
        for statistics in ["engine", "literals"]:
            done = subprocess.run(
                [PROGRAM, "sql", "--root", now, "--impact", other, "--dialect", engine, "--as", "select", "--statistics", statistics],
                capture_output=True, text=True)
            assert done.stdout, done.stderr
            found = sorted(map(list, engines.RUN[engine](done.stdout, book("euro", now), ["id", "before", "after"])))
            compared += len(expected)
            if found != expected:
                wrong += 1
                print(f"impact {engine} {statistics}: {found} instead of {expected}")
print(f"{compared} answers of samples compared, {wrong} differences")
sys.exit(1 if wrong or not compared else 0)
