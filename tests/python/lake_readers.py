"""Reads a lake with three programs that are not jinqiao, and compares what they find.

    python lake_readers.py LAKE_DIR EXPECTED.json

deltalake reads each table with its own engine, Polars through `scan_delta`, and DuckDB reads the data files
that the table's log names, since its Delta extension is a separate download. All versions of all records are
read: every tier, withdrawals included. Files that were written before an item got a field lack its column.

EXPECTED.json says what jinqiao itself believes is there:

    {"tables": {
        "ent_registration": {
            "rows": 123,                  rows in all tiers
            "columns": ["subject_key"],   names of all columns in the order of the table, without tier and bucket
            "types": {"units": "long"},   what the table's log says of these columns
            "key_version_md5": "5d41"     see below
        }
    }}

`key_version_md5` is the MD5 (hexadecimal, lower case) over one line for each row,
`natural_key` TAB `version` TAB `subject_key` LF, the lines sorted by their UTF-8 bytes. A table without rows
has the digest of nothing, d41d8cd98f00b204e9800998ecf8427e. Every table folder on disk must be expected and
every expected table must be on disk.

Besides, the sum of each column of whole numbers or decimals must be the same in all three programs. Sums of whole
numbers are compared modulo 2**64, because the programs differ in what they do when 64 bits do not suffice.

Ends with 0 when all agree, otherwise with 1 and one line for each difference.
"""

import hashlib
import json
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
from deltalake import DeltaTable, QueryBuilder

PARTITIONS = ["tier", "bucket"]
KEY_COLUMNS = "natural_key, version, subject_key"
WRAP = 2**64


def digest(keys, versions, subjects):
    """MD5 over the sorted lines of key, version and subject."""
    lines = sorted(f"{key}\t{version}\t{subject}\n".encode() for key, version, subject in zip(keys, versions, subjects))
    return hashlib.md5(b"".join(lines)).hexdigest()


def sums_of(columns, row):
    """The sums of a row of totals, nothing counting as 0, by column name."""
    sums = {}
    for name, total in zip(columns, row):
        total = Decimal(total or 0)
        sums[name] = int(total) % WRAP if total == int(total) else total.normalize()
    return sums


def number_columns(schema):
    """The names of the table's columns of whole numbers and of decimals."""
    kinds = ((field.name, str(getattr(field.type, "type", ""))) for field in schema.fields)
    return [name for name, kind in kinds if kind in ("integer", "long") or kind.startswith("decimal")]


def by_deltalake(table, names, numbers):
    engine = QueryBuilder().register("t", table)

    def fetch(query):
        return engine.execute(query).read_all()

    keys = fetch(f"select {KEY_COLUMNS} from t")
    totals = fetch("select " + ", ".join(f'sum("{name}")' for name in numbers) + " from t")
    row = [totals.column(place).to_pylist()[0] for place in range(len(numbers))]
    columns = [keys.column(place).to_pylist() for place in range(3)]
    return {
        "rows": keys.num_rows,
        "columns": names,
        "key_version_md5": digest(*columns),
        "sums": sums_of(numbers, row),
    }


def by_polars(folder, numbers):
    frame = pl.scan_delta(str(folder))
    schema = frame.collect_schema()
    names = [name for name in schema.names() if name not in PARTITIONS]
    keys = frame.select(KEY_COLUMNS.split(", ")).collect()
    wide = [pl.col(name).cast(pl.Decimal(38, 6) if schema[name].is_decimal() else pl.Int64).sum() for name in numbers]
    row = frame.select(wide).collect().row(0)
    return {
        "rows": keys.height,
        "columns": names,
        "key_version_md5": digest(*(keys[name].to_list() for name in keys.columns)),
        "sums": sums_of(numbers, row),
    }


def by_duckdb(table, names, numbers):
    files = sorted(table.file_uris())
    if not files:
        return {"rows": 0, "columns": names, "key_version_md5": digest([], [], []), "sums": sums_of(numbers, [0] * len(numbers))}
    connection = duckdb.connect()
    connection.execute("set threads to 2")
    source = connection.read_parquet(files, hive_partitioning=True, union_by_name=True)
    found = [name for name in source.columns if name not in PARTITIONS]
    keys = source.project(KEY_COLUMNS).fetchall()
    kinds = dict(zip(source.columns, map(str, source.types)))
    wide = {name: "decimal(38,6)" if kinds[name].startswith("DECIMAL") else "hugeint" for name in numbers}
    row = source.aggregate(", ".join(f'sum("{name}"::{kind})' for name, kind in wide.items())).fetchall()[0]
    return {
        "rows": len(keys),
        "columns": found,
        "key_version_md5": digest(*(zip(*keys) if keys else ([], [], []))),
        "sums": sums_of(numbers, row),
    }


def compare(name, folder, expected):
    """Differences of one table, each a sentence."""
    table = DeltaTable(str(folder))
    names = [field.name for field in table.schema().fields if field.name not in PARTITIONS]
    numbers = number_columns(table.schema())
    readings = {
        "deltalake": by_deltalake(table, names, numbers),
        "polars": by_polars(folder, numbers),
        "duckdb": by_duckdb(table, names, numbers),
    }
    types = {field.name: str(getattr(field.type, "type", "")) for field in table.schema().fields}
    problems = [
        f"{name}: the log says that {column} is {types.get(column)}, jinqiao says {kind}"
        for column, kind in expected.get("types", {}).items()
        if types.get(column) != kind
    ]
    for reader, found in readings.items():
        for what in ("rows", "columns", "key_version_md5"):
            if what in expected and found[what] != expected[what]:
                problems.append(f"{name}: {reader} finds {what} = {found[what]}, jinqiao says {expected[what]}")
    first = readings["deltalake"]["sums"]
    for reader in ("polars", "duckdb"):
        for column, total in readings[reader]["sums"].items():
            if total != first[column]:
                problems.append(f"{name}: {reader} sums {column} to {total}, deltalake to {first[column]}")
    return readings["deltalake"]["rows"], problems


def main(arguments):
    if len(arguments) != 2:
        print("usage: lake_readers.py LAKE_DIR EXPECTED.json", file=sys.stderr)
        return 2
    lake = Path(arguments[0])
    expected = json.loads(Path(arguments[1]).read_text(encoding="utf-8"))["tables"]
    on_disk = {path.parent.name: path.parent for path in sorted(lake.glob("*/_delta_log"))}
    problems = [f"{name}: expected, but not in {lake}" for name in expected if name not in on_disk]
    problems += [f"{name}: in {lake}, but not expected" for name in on_disk if name not in expected]
    rows = tables = 0
    for name, folder in on_disk.items():
        if name not in expected:
            continue
        try:
            found, differences = compare(name, folder, expected[name])
        except Exception as error:  # a table that cannot be read is a difference like any other
            found, differences = 0, [f"{name}: cannot be read: {type(error).__name__}: {error}"]
        rows += found
        tables += 1
        problems += differences
    for problem in problems:
        print(problem, file=sys.stderr)
    state = "differ from" if problems else "agree with"
    print(f"deltalake, polars and duckdb {state} jinqiao: {tables} tables, {rows} rows, {len(problems)} differences")
    return 1 if problems or not tables else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
