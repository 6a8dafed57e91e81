"""The peer of `jinqiao bench query`: DuckDB answers the same questions over the same files.

Argument: a JSON file {"tables": {name: [files]}, "queries": [sql], "rounds": n}.
Prints one JSON document: for each query its best seconds and its answer's rows, as text.
"""

import json
import sys
import time

import duckdb

work = json.load(open(sys.argv[1], encoding="utf-8"))
db = duckdb.connect()
db.execute("set threads = 2")
db.execute("set TimeZone = 'UTC'")
# Its progress bar would stand before the answer.
db.execute("set enable_progress_bar = false")
for name, files in work["tables"].items():
    listed = ", ".join(f"'{file}'" for file in files)
    db.execute(f"create view {name} as select * from read_parquet([{listed}], hive_partitioning = false) where op <> 'withdraw'")
answers = []
for query in work["queries"]:
    best = float("inf")
    for _ in range(work["rounds"]):
        started = time.perf_counter()
        rows = db.execute(query).fetchall()
        best = min(best, time.perf_counter() - started)
    answers.append({"seconds": best, "rows": [[None if cell is None else str(cell) for cell in row] for row in rows]})
print(json.dumps(answers))
