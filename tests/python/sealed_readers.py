"""Reads a sealed table of a lake with three programs that have no keys.

    python sealed_readers.py TABLE_DIR ROWS SEALED_COLUMN LEGIBLE_COLUMN

Each must find as many rows as are expected by the legible column, and must refuse the sealed one rather than give
anything for it.
"""

import sys

import duckdb
import polars as pl
import pyarrow.parquet as pq
from deltalake import DeltaTable

table, rows, sealed, legible = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
files = DeltaTable(table).file_uris()
listed = ", ".join(f"'{file}'" for file in files)


def with_duckdb(column):
    query = f"select count(*), count({column}) from read_parquet([{listed}], hive_partitioning = false)"
    return duckdb.sql(query).fetchall()[0][0]


def with_polars(column):
    return pl.scan_parquet(files, hive_partitioning=False).select(column).collect().height


def with_pyarrow(column):
    return sum(pq.ParquetFile(file).read([column]).num_rows for file in files)


wrong = []
for name, read in (("duckdb", with_duckdb), ("polars", with_polars), ("pyarrow", with_pyarrow)):
    found = read(legible)
    if found != rows:
        wrong.append(f"{name} finds {found} rows, not {rows}")
    try:
        wrong.append(f"{name} reads {read(sealed)} values of {sealed}, which is sealed")
    except Exception as refused:  # each has errors of its own
        print(f"{name}: {refused}")
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
