"""Writes the same few records as Parquet files, in every way that pyarrow and polars have of writing them.

Usage: write.py FOLDER [COUNT], with COUNT for a single large file instead."""

import datetime
import decimal
import pathlib
import sys

import polars
import pyarrow as pa
import pyarrow.parquet as pq

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

if len(sys.argv) > 2:
    count = int(sys.argv[2])
    many = {"id": [f"r{i}" for i in range(count)]}
    many |= {f"n.f{k}": [(i * k) % 200 for i in range(count)] for k in range(20)}
    pq.write_table(pa.table(many), folder / "many.parquet")
    sys.exit()

day = datetime.date
moment = datetime.datetime
columns = {
    "id": pa.array(["r0", "r1", "r2"]),
    "name": pa.array(["R, \"0\"", None, "Ŕ 2"]).dictionary_encode(),
    "a": pa.array([{"yes": True, "many": 11}, None, {"yes": None, "many": -3}],
                  pa.struct([("yes", pa.bool_()), ("many", pa.int64())])),
    "b.share": pa.array([50.5, None, 3.0], pa.float64()),
    "b.half": pa.array([0.25, None, 1e-7], pa.float32()),
    "b.money": pa.array([decimal.Decimal("48.00"), None, decimal.Decimal("-0.05")], pa.decimal128(20, 2)),
    "b.small": pa.array([decimal.Decimal("1.5"), None, decimal.Decimal("-1.5")], pa.decimal128(5, 1)),
    "c.tiny": pa.array([255, None, 0], pa.uint8()),
    "c.huge": pa.array([18446744073709551615, None, 0], pa.uint64()),
    "c.short": pa.array([-7, None, 7], pa.int16()),
    "since": pa.array([day(2017, 8, 3), None, day(1969, 12, 31)], pa.date32()),
    "from": pa.array([moment(2017, 8, 3), None, moment(1969, 12, 31, 23, 59, 1)], pa.timestamp("ms")),
    "until": pa.array([moment(2017, 8, 3), None, moment(1969, 12, 31, 23, 59, 1)], pa.timestamp("us")),
    "words": pa.array(["x", None, "two\nlines"]),
    # What pandas writes for the numbers of rows.
    "__index_level_0__": pa.array([0, 1, 2]),
}
table = pa.table(columns)
for compression in ["none", "snappy", "gzip", "lz4", "zstd"]:
    for version in ["1.0", "2.0"]:
        pq.write_table(table, folder / f"{compression}-{version}.parquet", compression=compression, data_page_version=version)
pq.write_table(table, folder / "groups.parquet", row_group_size=1)
pq.write_table(table, folder / "plain.parquet", use_dictionary=False)
pq.write_table(table, folder / "old.parquet", use_deprecated_int96_timestamps=True)
pq.write_table(table, folder / "sums.parquet", store_decimal_as_integer=True)
polars.from_arrow(table).write_parquet(folder / "polars.parquet")

pq.write_table(table.slice(0, 0), folder / "empty-of-rows.parquet")
pq.write_table(pa.table({"id": ["x"], "l": [[1, 2]], "m": [[1]]}), folder / "wrong-lists.parquet")
pq.write_table(pa.table({"id": ["x", "y"], "b": [None, b"\xff\xfe"]}), folder / "wrong-bytes.parquet")
pq.write_table(pa.table({"id": ["x"], "b": pa.array([0.5], pa.float16())}), folder / "wrong-half.parquet")
pq.write_table(pa.table({"__index_level_0__": [0, 1]}), folder / "wrong-nothing.parquet")
pq.write_table(table, folder / "wrong-brotli.parquet", compression="brotli")
