"""Criteria over a Parquet file, in Polars.

    rulebook sql --dialect polars --as select > criteria.sql
    python with_polars.py criteria.sql records.parquet results.parquet
"""

import sys

import polars

criteria, records, results = sys.argv[1:]
context = polars.SQLContext(records=polars.scan_parquet(records))
with open(criteria) as file:
    context.execute(file.read()).collect().write_parquet(results)
