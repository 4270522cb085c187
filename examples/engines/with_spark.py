"""Criteria over a Parquet file, in Spark.

    rulebook sql --dialect spark --as select > criteria.sql
    spark-submit with_spark.py criteria.sql records.parquet results.parquet
"""

import sys

from pyspark.sql import SparkSession

criteria, records, results = sys.argv[1:]
spark = SparkSession.builder.appName("criteria").getOrCreate()
spark.read.parquet(records).createOrReplaceTempView("records")
with open(criteria) as file:
    found = spark.sql(file.read().rstrip().rstrip(";"))
found.write.parquet(results)
spark.stop()
