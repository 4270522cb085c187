"""Runs a statement in each engine, over the records of a made-up rulebook."""

import datetime

PYTHON = {"boolean": lambda text: text == "true", "integer": int, "number": float,
          "date": datetime.date.fromisoformat, "choice": str, "text": str}


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
             "date": pa.date32(), "choice": pa.string(), "text": pa.string()}
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
    types = {"boolean": "BOOLEAN", "integer": "INTEGER", "number": "REAL", "date": "TEXT", "choice": "TEXT", "text": "TEXT"}
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


RUN = {"duckdb": duckdb, "sqlite": sqlite, "datafusion": datafusion, "polars": polars}
