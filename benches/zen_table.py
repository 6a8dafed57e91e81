"""The peer of the decision tables: zen-engine evaluates the same 5,000 rules.

Argument: a JSON file as `cargo run --release -p jq-dmn --example table -- json` prints it.
Checks every answer against ours, then prints the median time of one evaluation in nanoseconds.
"""

import json
import statistics
import sys
import time
from decimal import Decimal

import zen

work = json.load(open(sys.argv[1], encoding="utf-8"))
columns = [("i1", "score"), ("i2", "sales"), ("i3", "industry")]
results = [("o1", "outcome"), ("o2", "limit"), ("o3", "rate")]
rules = [
    {
        "_id": str(at),
        "i1": f"[{row['score'][0]}..{row['score'][1]})",
        "i2": f"[{row['sales'][0]}..{row['sales'][1]})",
        "i3": json.dumps(row["industry"]),
        "o1": json.dumps(row["outcome"]),
        "o2": str(row["limit"]),
        "o3": row["rate"],
    }
    for at, row in enumerate(work["rows"])
]
table = {
    # It knows no unique tables; of rules that never overlap the first is the only one.
    "hitPolicy": "first",
    "inputs": [{"id": id, "type": "expression", "field": name, "name": name} for id, name in columns],
    "outputs": [{"id": id, "type": "expression", "field": name, "name": name} for id, name in results],
    "rules": rules,
}
nodes = [
    {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
    {"id": "table", "type": "decisionTableNode", "name": "table", "position": {"x": 0, "y": 0}, "content": table},
    {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
]
edges = [
    {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
    {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
]
decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges})))
asked = work["asked"]
for case in asked:
    result = decision.evaluate({name: case[name] for _, name in columns})["result"]
    for name in ("limit", "rate"):
        if Decimal(str(result[name])) != Decimal(case[name]):
            sys.exit(f"{case}: {result}")
inputs = [{name: case[name] for _, name in columns} for case in asked]
spent = []
for _ in range(5):
    started = time.perf_counter_ns()
    for case in inputs:
        decision.evaluate(case)
    spent.append((time.perf_counter_ns() - started) / len(inputs))
print(json.dumps({"rules": len(rules), "ns_per_evaluation": round(statistics.median(spent))}))
