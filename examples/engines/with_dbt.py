"""Criteria as a model of dbt, over a Parquet file, with DuckDB below.

    rulebook sql --dialect duckdb --as select > criteria.sql
    python with_dbt.py criteria.sql records.parquet results.parquet

In a project of your own the model is what `model` makes here, a file in `models/`.
"""

import os
import sys
import tempfile

import duckdb
from dbt.cli.main import dbtRunner

PROJECT = """name: criteria
profile: criteria
model-paths: [models]
models: {criteria: {+materialized: table}}
"""
PROFILE = "criteria: {target: here, outputs: {here: {type: duckdb, path: %s}}}\n"


def model(sql):
    """A model with the criteria as they are: dbt would take braces in a text for its own."""
    if "endraw" in sql:
        raise SystemExit("`endraw` stands in the criteria: dbt would end what is raw there")
    return "{% raw %}\n" + sql.rstrip().rstrip(";") + "\n{% endraw %}\n"


criteria, records, results = (os.path.abspath(path) for path in sys.argv[1:])
with tempfile.TemporaryDirectory() as folder:
    database = os.path.join(folder, "criteria.duckdb")
    with duckdb.connect(database) as connection:
        connection.sql(f"CREATE TABLE records AS SELECT * FROM read_parquet('{records}')")
    os.mkdir(os.path.join(folder, "models"))
    with open(criteria) as file:
        files = {"dbt_project.yml": PROJECT, "profiles.yml": PROFILE % database, "models/eligibility.sql": model(file.read())}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    done = dbtRunner().invoke(["run", "--quiet", "--project-dir", folder, "--profiles-dir", folder])
    if not done.success:
        raise SystemExit(f"dbt ended with an error: {done.exception or done.result}")
    with duckdb.connect(database) as connection:
        connection.table("eligibility").write_parquet(results)
