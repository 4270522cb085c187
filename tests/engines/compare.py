"""Generated rulebooks and records, answered by `rulebook check` and by engines from `rulebook sql`.

Prints what differs, and how many answers were compared. Usage: compare.py PROGRAM FOLDER RULEBOOKS RECORDS ENGINE...
"""

import csv
import io
import os
import random
import re
import subprocess
import sys

import engines
import rulebooks

PROGRAM, FOLDER = sys.argv[1], sys.argv[2]
RULEBOOKS, RECORDS = int(sys.argv[3]), int(sys.argv[4])
ENGINES = sys.argv[5:]


def run(arguments, fine=(0,)):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
    if done.returncode not in fine:
        raise SystemExit(f"{arguments}\n{done.stdout[:2000]}\n{done.stderr[:4000]}")
    return done.stdout


def answers(root, conditions):
    names = ["id", "determination", "missing"]
    for condition in conditions:
        names += [condition, f"{condition}.missing"]
    # Records with values that do not fit end with 2.
    text = run(["check", "--root", root, "--columns", ",".join(names), "--no-tests"], fine=(0, 2))
    rows = list(csv.reader(io.StringIO(text)))
    return [row for row in rows[1:]]


UNKNOWN = ("unknown", "undetermined")


def is_cautious(book, name, one, two, said):
    """Unknown where `check` knows more: for calculations, and for several ways to one record."""
    if not book.statistics and not book.several_ways and name in book.conditions and name not in said:
        # The remarks of the statement promise an exact finding.
        return False
    if not book.cautious and not book.several_ways:
        return False
    if name.endswith("missing") and book.several_ways:
        return True
    if name.endswith("missing"):
        # Too many facts rather than too few.
        return set(filter(None, one.split("; "))) <= set(two.split("; "))
    return two in UNKNOWN


def cautioned(sql):
    """The conditions whose findings may be unknown for caution, as the remarks of a statement say."""
    found, condition = set(), None
    for line in sql.splitlines():
        words = re.match(r"-- (c\d+): ", line)
        condition = words[1] if words else condition
        if line.startswith("--   unknown for caution"):
            found.add(condition)
    return found


def differences(expected, found, names, engine, root, book, said):
    wrong = cautious = 0
    found = {row[0]: row for row in found}
    for row in expected:
        other = [("" if value is None else str(value)) for value in found[row[0]]]
        for name, one, two in zip(names, row, other):
            if name.endswith("missing"):
                one, two = ("; ".join(sorted(text.split("; "))) for text in (one, two))
            if one != two and is_cautious(book, name, one, two, said):
                cautious += 1
            elif one != two:
                wrong += 1
                if wrong <= 5:
                    print(f"{root} {engine}: {row[0]} {name}: check says {one!r}, the engine {two!r}")
    return wrong, cautious


def counts_differ(known, found, root, engine):
    """What does not fit is counted alike by all engines, and a NULL fits."""
    found = {row[0]: int(row[-1]) for row in found}
    known = known or found
    wrong = [(one, known[one], found[one]) for one in known if known[one] != found[one]]
    for one, first, other in wrong[:5]:
        print(f"{root} {engine}: {one} problems: the first engine says {first}, this one {other}")
    return known, len(wrong)


def takes_nulls(root):
    """A table made by `--ddl` takes a row of which nothing is known."""
    import sqlite3
    connection = sqlite3.connect(":memory:")
    text = run(["sql", "--root", root, "--dialect", "sqlite", "--ddl"], fine=(0, 2))
    connection.executescript(text)
    table = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    connection.execute(f"INSERT INTO {table} (id) VALUES ('nothing known')")


def main():
    wrong = compared = skipped = cautious = 0
    for number in range(RULEBOOKS):
        root = os.path.join(FOLDER, f"r{number}")
        book = rulebooks.write(root, random.Random(number), RECORDS)
        names = ["id", "determination", "missing"]
        for condition in book.conditions:
            names += [condition, f"{condition}_missing"]
        expected = answers(root, book.conditions)
        if "sqlite" in ENGINES:
            takes_nulls(root)
        problems = None
        ways = ["engine", "literals"] if book.statistics else ["engine"]
        for engine, statistics in [(engine, way) for way in ways for engine in ENGINES]:
            done = subprocess.run(
                [PROGRAM, "sql", "--root", root, "--dialect", engine, "--as", "select", "--missing", "--rows", "--statistics", statistics],
                capture_output=True, text=True)
            if not done.stdout:
                if "cannot be written as SQL" not in done.stderr:
                    raise SystemExit(f"{root}\n{done.stderr[:4000]}")
                skipped += 1
                why = next(line for line in done.stderr.splitlines() if "cannot be written as SQL" in line)
                print(f"{root} {engine} {statistics}: {why}", flush=True)
                continue
            try:
                found = engines.RUN[engine](done.stdout, book, [*names, "problems"])
            except Exception as error:
                print(f"{root} {engine}: {type(error).__name__}: {str(error)[:800]}")
                wrong += 1
                continue
            assert len(found) == len(expected), (len(found), len(expected))
            more = differences(expected, found, names, engine, root, book, cautioned(done.stdout))
            problems, miscounted = counts_differ(problems, found, root, engine)
            wrong, cautious = wrong + more[0] + miscounted, cautious + more[1]
            compared += len(expected) * (len(names) - 1)
    print(f"{compared} answers compared, {skipped} statements refused, {cautious} cautious, {wrong} differences")
    sys.exit(1 if wrong or not compared else 0)


main()
