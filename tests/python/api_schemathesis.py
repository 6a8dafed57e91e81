"""Asks the API thousands of right and wrong questions made from its own description, and counts how often it fails.

    python api_schemathesis.py BASE_URL [--client bank01] [--secret jinqiao-demo] [--seconds 45] [--seed N]

Runs schemathesis over BASE_URL/api/openapi.json with a token of a bank's program. Ids that a stranger could not
guess (orders, loans, subjects, employees) are taken from what the program may read and put into the description, so
that the questions get past the first 404 into the acts themselves. The platform is changed by it: run it against a
demo city that nobody needs any more.

Prints one JSON summary and ends with 1 when any answer had a status of 500 or above, when an answer did not look as it is
described, or when an address was not asked at all.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

# What is checked of each answer. Whether wrong input must be refused with this or that status is for the tests of
# the platform itself, which know what is wrong; here nothing may break and everything must look as described.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# Questions per address and phase; the time is spent evenly.
EXAMPLES = 25
IDS_MAX = 6


def main():
    args = arguments()
    token = get_token(args)
    document = fetch(args.base, "/api/openapi.json", token)
    known = lookup(args.base, token)
    fill(document, known)
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder) / "openapi.json", Path(folder) / "events.ndjson"
        path.write_text(json.dumps(document), encoding="utf-8")
        ended = run(args, token, path, report)
        summary = read(report, document)
    summary["known"] = {name: len(values) for name, values in known.items()}
    summary["exit"] = ended.returncode
    print(json.dumps(summary, ensure_ascii=False, indent=2))
    if ended.returncode != 0 or summary["server_errors"] or summary["not_asked"]:
        print(ended.stdout[-8_000:], file=sys.stderr)
        return 1
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", help="address of the running platform, such as http://127.0.0.1:8080")
    parser.add_argument("--client", default="bank01")
    parser.add_argument("--secret", default="jinqiao-demo")
    parser.add_argument("--seconds", type=int, default=45, help="about how long it takes")
    parser.add_argument("--seed", type=int, default=1, help="the same seed asks the same questions")
    return parser.parse_args()


def get_token(args):
    form = urllib.parse.urlencode(
        {"grant_type": "client_credentials", "client_id": args.client, "client_secret": args.secret}
    )
    with urllib.request.urlopen(f"{args.base}/oauth/token", form.encode(), timeout=30) as answer:
        return json.load(answer)["access_token"]


def fetch(base, path, token):
    request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def lookup(base, token):
    """Ids that the program may know."""
    orders = fetch(base, "/api/v1/orders?limit=50", token)["orders"]
    by_state = {order["state"]: order for order in orders}
    chosen = list(by_state.values())[:IDS_MAX]
    loans = []
    for order in chosen:
        detail = fetch(base, f"/api/v1/orders/{order['order_id']}", token)
        loans += [loan["loan_id"] for loan in detail["loans"]]
    asked = fetch(base, "/api/v1/consent-requests?limit=5", token)["requests"]
    products = fetch(base, "/api/v1/products", token)["products"]
    items = fetch(base, "/api/v1/catalog/items", token)["items"]
    bought = {order["product_id"] for order in orders}
    read = {",".join(product["items"]) for product in products if product["id"] in bought}
    # The platform's own today, which in a demo city is not the machine's.
    today = date.fromisoformat(max(order["changed_at"] for order in orders)[:10]) if orders else date.today()
    return {
        "order": [order["order_id"] for order in chosen],
        "loan": loans[:IDS_MAX],
        "request": [request["request_id"] for request in asked],
        "subject": sorted({order["subject"] for order in orders})[:IDS_MAX],
        "clerk": sorted({order["officer"] for order in orders if order["officer"]})[:2]
        + sorted({order["approver"] for order in orders if order["approver"]})[:2],
        "product": [product["id"] for product in products[:IDS_MAX]],
        "item": [item["id"] for item in items[:IDS_MAX]],
        "items": sorted(read),
        "today": [today.isoformat()],
        "soon": [(today + timedelta(days=30)).isoformat()],
    }


def fill(document, known):
    """Offers the known ids beside any other text, wherever the description takes one."""
    # schemathesis writes no archives; the tests of batches do.
    archive = document["paths"]["/api/v1/batches"]["post"]["requestBody"]["content"]
    archive["application/octet-stream"] = archive.pop("application/zip")
    for path, methods in document["paths"].items():
        of_path = {
            "/api/v1/orders/": known["order"],
            "/api/v1/loans/": known["loan"],
            "/api/v1/products/": known["product"],
            "/api/v1/consent-requests/": known["request"],
            "/api/v1/catalog/items/": known["item"],
        }
        ids = next((ids for start, ids in of_path.items() if path.startswith(start)), [])
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                in_parameters = {
                    "id": ids,
                    "uscc": known["subject"],
                    "order": known["order"],
                    "items": known["items"],
                    "purpose": ["pre_loan"],
                }
                offer(parameter, "schema", in_parameters.get(parameter["name"], []))
    in_bodies = {
        "clerk": known["clerk"],
        "code": ["R08", "R15"],
        "valid_until": known["soon"],
        "drawn_on": known["today"],
        "paid_on": known["today"],
        "amount_fen": [1_000_000, 5_000_000],
        "rate_ppm": [40_000],
        "months": [12],
        "seen_version": [None],
    }
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        # Only what is sent; answers are compared with what they are described as.
        for member, values in in_bodies.items() if "clerk" in schema.get("properties", {}) else ():
            offer(schema["properties"], member, values)
    asked = schemas["NewConsentRequest"]["properties"]
    for name in ("subject", "product", "order"):
        offer(asked, name, known[name])
    offer(asked["items"], "items", known["item"])
    bulk = schemas["NewBulkReading"]["properties"]
    offer(bulk["subjects"], "items", known["subject"])
    offer(bulk["items"], "items", known["item"])


def offer(holder, name, values):
    if values and name in holder:
        holder[name] = {"anyOf": [{"enum": values}, holder[name]]}


def run(args, token, path, report):
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", str(path),
        "--url", args.base,
        "--header", f"Authorization: Bearer {token}",
        "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing",
        "--max-examples", str(EXAMPLES),
        "--max-time", str(args.seconds),
        "--seed", str(args.seed),
        # One thread: two that parse Python at once can upset CPython 3.11 (its "AST constructor recursion depth mismatch").
        "--workers", "1",
        "--request-timeout", "20",
        "--continue-on-failure",
        "--suppress-health-check", "all",
        "--warnings", "off",
        "--generation-database", "none",
        "--report", "ndjson",
        "--report-ndjson-path", str(report),
        "--no-color",
    ]  # fmt: skip
    # Half as long again is more than it may take: then something hangs.
    return subprocess.run(
        command, cwd=path.parent, capture_output=True, text=True, timeout=args.seconds * 2 + 60, check=False
    )


def answers(event):
    """Address, status and request of every question that an event of the run tells of."""
    recorder = event.get("ScenarioFinished", {}).get("recorder", {})
    interactions = recorder.get("interactions", {})
    for interaction in interactions.values() if isinstance(interactions, dict) else interactions:
        request, response = interaction["request"], interaction["response"] or {}
        yield recorder["label"], response.get("status_code", 0), f"{request['method']} {request['uri']}"


def read(report, document):
    """What was asked and answered."""
    statuses, good, asked, errors = Counter(), Counter(), set(), []
    for line in report.read_text(encoding="utf-8").splitlines():
        for label, status, sent in answers(json.loads(line)):
            statuses[status] += 1
            asked.add(label)
            if status < 400:
                good[label] += 1
            # No answer at all is a failure as well.
            if (status >= 500 or status == 0) and len(errors) < 20:
                errors.append({"operation": label, "status": status, "sent": sent})
    described = {
        f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods
    }
    return {
        "addresses": len(described),
        "not_asked": sorted(described - asked),
        "questions": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "never_done": sorted(described - set(good)),
        "server_errors": errors,
    }


if __name__ == "__main__":
    sys.exit(main())
