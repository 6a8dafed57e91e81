"""The peer of `jinqiao bench ingest`: DuckDB takes the same file in.

Typed read, key check (no key twice), latest-wins upsert into an empty table, sorted zstd Parquet.
Arguments: data file, schema as JSON {"columns": [[name, type]], "key": [...], "subject": name}, output file.
Prints one JSON document: rows and seconds.
"""

import json
import sys
import time

import duckdb

path, schema, out = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
columns = ", ".join(f"'{name}': '{kind}'" for name, kind in schema["columns"])
key = ", ".join(f'"{name}"' for name in schema["key"])
started = time.perf_counter()
db = duckdb.connect()
db.execute("set threads = 2")
# Its progress bar would stand before the answer.
db.execute("set enable_progress_bar = false")
db.execute(
    f"create table delivered as select * from read_csv('{path}', header = true, auto_detect = false, "
    f"columns = {{{columns}}}, nullstr = '', ignore_errors = true)"
)
doubles = db.execute(
    f"select count(*) from (select {key} from delivered group by all having count(*) > 1)"
).fetchone()[0]
db.execute(
    f"create table newest as select * from delivered qualify "
    f"row_number() over (partition by {key} order by source_updated_at desc) = 1"
)
db.execute(
    f"copy (select * from newest order by \"{schema['subject']}\", {key}) to '{out}' "
    f"(format parquet, compression zstd)"
)
rows = db.execute("select count(*) from newest").fetchone()[0]
print(json.dumps({"rows": rows, "doubles": doubles, "seconds": time.perf_counter() - started}))
