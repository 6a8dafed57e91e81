"""Writes drop batches with programs that are not jinqiao, as source units have them.

    python foreign_batches.py OUT_DIR

Polars and DuckDB write Parquet with typed columns, openpyxl writes workbooks with numbers, days and text. Every
batch holds power bills of one registered firm; the registration itself is a workbook. The bills of the three
programs are the same, but for the meter's account: `polars-001`, `duckdb-001`, `openpyxl-001` and so on.
"""

import datetime
import decimal
import hashlib
import json
import sys
from pathlib import Path

import duckdb
import openpyxl
import polars as pl

FIRM = "91500102MAC8YUW23Y"
BILLS = 500
CHANGED = datetime.datetime(2026, 9, 5, 8, 0, 0)

REGISTRATION = {
    "uscc": FIRM,
    "name": "涪陵青岚榨菜有限公司",
    "ent_type": "llc",
    "legal_rep_name": "周望舒",
    "legal_rep_id_hash": "1" * 64,
    "registered_capital": 1000000,
    "currency": "CNY",
    "established_on": datetime.date(2021, 3, 5),
    "term_to": None,
    "registered_address": "重庆市涪陵区江滨路1号",
    "division": 500102,
    "industry_code": 1371,
    "business_scope": "榨菜加工",
    "authority": "涪陵区市场监管局",
    "status": "active",
    "status_date": None,
    "op": "upsert",
    "source_updated_at": CHANGED,
}


def bills(program):
    """Bills whose amounts are sums of cents, some without a day of payment."""
    for number in range(1, BILLS + 1):
        yield {
            "uscc": FIRM,
            "supplier": "国网重庆",
            "meter_account": f"{program}-{number:03}",
            "month": datetime.date(2026, 1 + number % 8, 1),
            "tariff_kind": "general_commercial" if number % 3 else "large_industry",
            "contract_capacity_kva": None if number % 2 else 315.0,
            "usage_kwh": number * 0.1,
            "peak_kwh": None,
            "amount": decimal.Decimal(number * 7) / 100,
            "due_date": datetime.date(2026, 9, 25),
            "paid_on": None if number % 5 else datetime.date(2026, 9, 1),
            "arrears": decimal.Decimal(0),
            "power_cut": False,
            "illegal_use": number % 7 == 0,
            "op": "upsert",
            "source_updated_at": CHANGED,
        }


def write_manifest(folder, unit, item, seq, rows, file):
    digest = hashlib.new("sm3", (folder / file).read_bytes()).hexdigest()
    manifest = {
        "batch_id": f"{unit}-{item}-{seq}",
        "source_unit": unit,
        "item_id": item,
        "schema_version": 1,
        "seq": seq,
        "rows": rows,
        "file": file,
        "format": file.rsplit(".")[-1],
        "sm3": digest,
        "sent_at": "2026-09-10T08:00:00+08:00",
        "mode": "incremental",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def folder_in(out, name):
    folder = out / name
    folder.mkdir(parents=True)
    return folder


def write_workbook(path, rows):
    """Numbers that a person would type, days as days; decimals become binary fractions on the way."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([float(cell) if isinstance(cell, decimal.Decimal) else cell for cell in row.values()])
    book.save(path)


def write_polars(path):
    rows = list(bills("polars"))
    schema = {"amount": pl.Decimal(18, 4), "arrears": pl.Decimal(12, 2), "source_updated_at": pl.Datetime("us")}
    frame = pl.DataFrame(rows, schema_overrides=schema)
    frame = frame.with_columns(
        pl.col("tariff_kind").cast(pl.Categorical),
        pl.col("source_updated_at").dt.replace_time_zone("Asia/Shanghai"),
        pl.col("peak_kwh").cast(pl.Int32),
    )
    # By name, in whatever order.
    frame.select(sorted(frame.columns)).write_parquet(path, row_group_size=200)


def write_duckdb(path):
    """The same bills as DuckDB's own types have them."""
    duckdb.sql(
        f"""copy (
            select '{FIRM}' as uscc, '国网重庆' as supplier, format('duckdb-{{:03}}', n) as meter_account,
                make_date(2026, 1 + n % 8, 1) as month,
                (case when n % 3 > 0 then 'general_commercial' else 'large_industry' end)
                    ::enum ('general_commercial', 'large_industry') as tariff_kind,
                case when n % 2 = 0 then 315::double end as contract_capacity_kva,
                (n / 10)::decimal(12, 1) as usage_kwh, null::tinyint as peak_kwh,
                (n * 7 / 100)::decimal(18, 2) as amount, timestamp '2026-09-25 00:00:00' as due_date,
                case when n % 5 = 0 then date '2026-09-01' end as paid_on, 0::decimal(38, 6) as arrears,
                false as power_cut, n % 7 = 0 as illegal_use, 'upsert' as op,
                timestamp '2026-09-05 08:00:00' as source_updated_at
            from range(1, {BILLS} + 1) as numbers(n)
        ) to '{path}' (format parquet)"""
    )


def main():
    out = Path(sys.argv[1])
    folder = folder_in(out, "register")
    write_workbook(folder / "data.xlsx", [REGISTRATION])
    write_manifest(folder, "scjg", "ent_registration", 1, 1, "data.xlsx")
    for seq, (name, file, write) in enumerate(
        [
            ("polars", "data.parquet", write_polars),
            ("duckdb", "data.parquet", write_duckdb),
            ("openpyxl", "data.xlsx", lambda path: write_workbook(path, list(bills("openpyxl")))),
        ],
        start=1,
    ):
        folder = folder_in(out, name)
        write(folder / file)
        write_manifest(folder, "power", "power_bill", seq, BILLS, file)


if __name__ == "__main__":
    main()
