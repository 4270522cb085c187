"""Criteria over a Parquet file, in DataFusion.

    rulebook sql --dialect datafusion --as select > criteria.sql
    python with_datafusion.py criteria.sql records.parquet results.parquet
"""

import sys

import datafusion
import pyarrow as pa
import pyarrow.parquet

criteria, records, results = sys.argv[1:]
context = datafusion.SessionContext()
context.register_parquet("records", records)
with open(criteria) as file:
    found = context.sql(file.read())
pyarrow.parquet.write_table(pa.Table.from_batches(found.collect()), results)
