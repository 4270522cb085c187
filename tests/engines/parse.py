"""Parses the statements of all dialects. Usage: parse.py PROGRAM FOLDER RULEBOOKS."""

import os
import random
import subprocess
import sys

import rulebooks
import sqlglot

# DataFusion has no grammar of its own there; its SQL is close to that of PostgreSQL.
DIALECTS = {"duckdb": "duckdb", "sqlite": "sqlite", "postgres": "postgres", "spark": "spark", "datafusion": "postgres",
            "polars": "duckdb", "bigquery": "bigquery", "snowflake": "snowflake"}

parsed = 0
for number in range(int(sys.argv[3])):
    root = os.path.join(sys.argv[2], f"r{number}")
    rulebooks.write(root, random.Random(number), 5)
    for dialect, grammar in DIALECTS.items():
        for form in ["view", "select", "table"]:
            statistics = "literals" if form == "table" else "engine"
            sql = subprocess.run(
                [sys.argv[1], "sql", "--root", root, "--dialect", dialect, "--as", form, "--missing", "--rows",
                 "--statistics", statistics],
                capture_output=True, text=True).stdout
            if not sql:
                # It is refused: a calculation that cannot be written.
                continue
            found = [one for one in sqlglot.parse(sql, read=grammar) if one]
            assert len(found) == 1, (root, dialect, form, len(found), sql[:400])
            wanted = sqlglot.exp.Select if form == "select" else sqlglot.exp.Create
            assert isinstance(found[0], wanted), (root, dialect, form, type(found[0]))
            parsed += 1
        ddl = subprocess.run([sys.argv[1], "sql", "--root", root, "--dialect", dialect, "--ddl"], capture_output=True, text=True).stdout
        found = sqlglot.parse_one(ddl, read=grammar)
        assert isinstance(found, sqlglot.exp.Create), (root, dialect, ddl)
        reasons = subprocess.run(
            [sys.argv[1], "sql", "--root", root, "--dialect", dialect, "--reasons"], capture_output=True, text=True).stdout
        assert isinstance(sqlglot.parse_one(reasons, read=grammar), sqlglot.exp.Create), (root, dialect, reasons)
        parsed += 2
print(f"{parsed} statements parsed")
assert parsed
