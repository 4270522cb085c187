"""Criteria over a Parquet file, in DuckDB.

    rulebook sql --dialect duckdb --as select > criteria.sql
    python with_duckdb.py criteria.sql records.parquet results.parquet
"""

import sys

import duckdb

criteria, records, results = sys.argv[1:]
connection = duckdb.connect()
connection.read_parquet(records).create_view("records")
with open(criteria) as file:
    connection.sql(file.read().rstrip().rstrip(";")).write_parquet(results)
