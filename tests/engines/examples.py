"""Runs the examples of how engines are used. Usage: examples.py PROGRAM FOLDER EXAMPLES."""

import csv
import io
import os
import random
import shutil
import subprocess
import sys

import engines
import pyarrow.parquet
import rulebooks

program, folder, examples = sys.argv[1:]
root = os.path.join(folder, "root")
book = rulebooks.write(root, random.Random(5), 300)
records, results = os.path.join(folder, "records.parquet"), os.path.join(folder, "results.parquet")
pyarrow.parquet.write_table(engines.arrow(book), records)
text = subprocess.run(
    [program, "check", "--root", root, "--columns", "id,determination", "--no-tests"], capture_output=True, text=True).stdout
expected = {row[0]: row[1] for row in list(csv.reader(io.StringIO(text)))[1:]}
assert len(expected) == 300
scripts = sorted(name for name in os.listdir(examples) if name.startswith("with_"))
assert scripts
for script in scripts:
    dialect = script.removeprefix("with_").removesuffix(".py")
    # dbt has an engine below it.
    dialect = "duckdb" if dialect == "dbt" else dialect
    criteria = os.path.join(folder, f"{dialect}.sql")
    with open(criteria, "w") as file:
        subprocess.run([program, "sql", "--root", root, "--dialect", dialect, "--as", "select"], stdout=file, stderr=subprocess.DEVNULL)
    subprocess.run([sys.executable, os.path.join(examples, script), criteria, records, results], check=True)
    found = pyarrow.parquet.read_table(results).to_pylist()
    assert {row["id"]: row["determination"] for row in found} == expected, script
    shutil.rmtree(results) if os.path.isdir(results) else os.remove(results)
print(f"{len(scripts)} examples run")
