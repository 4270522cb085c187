"""Runs a statement in each engine, over the records of a made-up rulebook."""

import datetime
import os

PYTHON = {"boolean": lambda text: text == "true", "integer": int, "number": float,
          "date": datetime.date.fromisoformat, "choice": str, "text": str, "jurisdiction": str}


def column(fact):
    return fact.path.replace(".", "_")


def typed(book, convert=PYTHON):
    kinds = [str, *(convert[fact.type] for fact in book.facts)]
    return [[None if text is None else kind(text) for kind, text in zip(kinds, row)] for row in book.rows]


def create(book, types, mark='"'):
    columns = [f"{mark}id{mark} {types['text']}"]
    columns += [f"{mark}{column(fact)}{mark} {types[fact.type]}" for fact in book.facts]
    return f"CREATE TABLE records ({', '.join(columns)})"


def insert(book):
    return f"INSERT INTO records VALUES ({', '.join('?' for _ in range(len(book.facts) + 1))})"


def chosen(rows, names, wanted):
    """The columns that are wanted, in their order."""
    places = [names.index(name) for name in wanted]
    return [[row[place] for place in places] for row in rows]


def arrow(book):
    import pyarrow as pa

    types = {"boolean": pa.bool_(), "integer": pa.int64(), "number": pa.float64(),
             "date": pa.date32(), "choice": pa.string(), "text": pa.string(),
             "jurisdiction": pa.string()}
    rows = typed(book)
    names = ["id", *(column(fact) for fact in book.facts)]
    kinds = [pa.string(), *(types[fact.type] for fact in book.facts)]
    return pa.table([pa.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)], names=names)


def duckdb(sql, book, wanted):
    import duckdb

    connection = duckdb.connect()
    records = arrow(book)
    connection.register("records", records)
    done = connection.execute(sql)
    return chosen(done.fetchall(), [one[0] for one in done.description], wanted)


def sqlite(sql, book, wanted):
    import sqlite3

    connection = sqlite3.connect(":memory:")
    types = {"boolean": "BOOLEAN", "integer": "INTEGER", "number": "REAL", "date": "TEXT", "choice": "TEXT", "text": "TEXT",
             "jurisdiction": "TEXT"}
    connection.execute(create(book, types))
    convert = {**PYTHON, "date": str, "boolean": lambda text: int(text == "true")}
    connection.executemany(insert(book), typed(book, convert))
    done = connection.execute(sql)
    return chosen(done.fetchall(), [one[0] for one in done.description], wanted)


def datafusion(sql, book, wanted):
    import datafusion

    context = datafusion.SessionContext()
    context.register_record_batches("records", [arrow(book).to_batches()])
    batches = context.sql(sql).collect()
    rows = [row for batch in batches for row in zip(*(one.to_pylist() for one in batch.columns))]
    return chosen(rows, batches[0].schema.names, wanted)


def polars(sql, book, wanted):
    import polars

    context = polars.SQLContext(records=polars.from_arrow(arrow(book)), eager=True)
    frame = context.execute(sql)
    return chosen(frame.rows(), frame.columns, wanted)


def postgres(sql, book, wanted):
    """In a server on a local socket, whose folder RULEBOOK_POSTGRES names."""
    import psycopg

    types = {"boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE PRECISION", "date": "DATE", "choice": "TEXT",
             "text": "TEXT", "jurisdiction": "TEXT"}
    with psycopg.connect(os.environ["RULEBOOK_POSTGRES"]) as connection:
        cursor = connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS records CASCADE")
        cursor.execute(create(book, types))
        cursor.executemany(insert(book).replace("?", "%s"), typed(book))
        cursor.execute(sql.encode())
        return chosen(cursor.fetchall(), [one.name for one in cursor.description], wanted)


SPARK = []


def spark(sql, book, wanted):
    from pyspark.sql import SparkSession
    from pyspark.sql import types as of

    if not SPARK:
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.ansi.enabled", os.environ.get("RULEBOOK_ANSI", "true"))
        builder = builder.config("spark.sql.shuffle.partitions", "2")
        SPARK.append(builder.getOrCreate())
        SPARK[0].sparkContext.setLogLevel("OFF")
    types = {"boolean": of.BooleanType(), "integer": of.LongType(), "number": of.DoubleType(), "date": of.DateType(),
             "choice": of.StringType(), "text": of.StringType(), "jurisdiction": of.StringType()}
    fields = [of.StructField("id", of.StringType())]
    fields += [of.StructField(column(fact), types[fact.type]) for fact in book.facts]
    SPARK[0].createDataFrame(typed(book), of.StructType(fields)).createOrReplaceTempView("records")
    frame = SPARK[0].sql(sql.rstrip().rstrip(";"))
    return chosen([list(row) for row in frame.collect()], frame.columns, wanted)


RUN = {"duckdb": duckdb, "sqlite": sqlite, "datafusion": datafusion, "polars": polars, "postgres": postgres, "spark": spark}
