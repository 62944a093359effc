"""Reads a run's tables with DuckDB and Polars and compares them: rows, sums, types, and the JSON Schemas.

Usage: read_back.py RUN_DIRECTORY SCHEMA_DIRECTORY   (out/latest, schemas/output)
Needs: duckdb, polars, jsonschema. Prints one line a table; ends with 1 at the first difference.
"""

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import jsonschema
import polars as pl

PARQUET = ["findings", "households", "links", "payments"]
NUMBERS = {"amount": Decimal, "confidence": float}


def one(db, query):
    """The only row of a query."""
    return db.execute(query).fetchall()[0]


def same(what, *values):
    if any(value != values[0] for value in values[1:]):
        sys.exit(f"{what} differs: {values}")


def text(value):
    """A value as findings.csv writes it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value)


def compare_engines(run, db):
    """DuckDB and Polars see the same types, rows and sums of each Parquet file."""
    types = {
        "VARCHAR": pl.String, "BIGINT": pl.Int64, "DOUBLE": pl.Float64, "DATE": pl.Date,
        "BOOLEAN": pl.Boolean, "DECIMAL(18,2)": pl.Decimal(18, 2),
    }
    for name in PARQUET:
        path = run / f"{name}.parquet"
        frame = pl.read_parquet(path)
        columns = [row[:2] for row in db.execute(f"describe select * from '{path}'").fetchall()]
        same(f"types of {name}", dict(frame.schema), {column: types[ty] for column, ty in columns})
        same(f"rows of {name}", frame.height, one(db, f"select count(*) from '{path}'")[0])
        summed = [column for column, ty in columns if ty.startswith("DECIMAL")]
        for column in summed:
            total = one(db, f"select sum({column}) from '{path}'")[0]
            same(f"sum of {name}.{column}", frame[column].sum() or 0, total or 0)
        same(f"cells of {name}", frame.rows(), db.execute(f"select * from '{path}'").fetchall())
        print(f"{name}.parquet: {frame.height} rows, {len(columns)} columns, {len(summed)} sums")
    return {name: pl.read_parquet(run / f"{name}.parquet") for name in PARQUET}


def compare_findings(run, db, table):
    """findings.csv, .jsonl and .parquet say the same, cell by cell."""
    with open(run / "findings.csv", encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    lines = [json.loads(line, parse_float=Decimal) for line in open(run / "findings.jsonl", encoding="utf-8")]
    same("rows of findings", len(written), len(lines), table.height)
    same("columns of findings", table.columns, list(written[0]) if written else table.columns)
    for number, (cells, line, row) in enumerate(zip(written, lines, table.iter_rows(named=True)), 2):
        for column, cell in cells.items():
            # The mark that keeps spreadsheet programs from computing stands in the CSV only.
            cell = cell[1:] if cell[:2] in {"'=", "'+", "'-", "'@"} else cell
            value = line[column]
            if column in NUMBERS and value is not None:
                value = NUMBERS[column](value)
            same(f"line {number}, {column}", cell, text(value), text(row[column]))
    same("findings in DuckDB", one(db, f"select count(*) from read_json('{run}/findings.jsonl')")[0], len(lines))
    as_text = f"read_csv('{run}/findings.csv', all_varchar=true, nullstr='')"
    total = one(db, f"select sum(amount::decimal(18,2)) from {as_text}")[0]
    by_line = sum(line["amount"] or 0 for line in lines)
    same("sum of amount", total or 0, table["amount"].sum() or 0, by_line)
    print(f"findings.csv, .jsonl, .parquet: {len(lines)} rows agree in every cell")


def compare_tables(run, tables):
    """What one table says fits the others and the manifest."""
    manifest = json.load(open(run / "manifest.json", encoding="utf-8"))
    same("findings of the manifest", manifest["findings"]["total"], tables["findings"].height)
    households = set(tables["households"]["household"])
    for name in ["links", "payments"]:
        strangers = set(tables[name]["household"].drop_nulls()) - households
        same(f"households of {name} that are in none", strangers, set())
    files = tables["links"].filter(pl.col("how") == "file").height
    same("electronic files", files, tables["households"].height)
    print(f"links, payments: every household is one of the {len(households)}")
    return manifest


def check_schemas(run, schemas, manifest):
    def validator(name):
        schema = json.load(open(schemas / f"{name}.schema.json", encoding="utf-8"))
        return jsonschema.Draft202012Validator(schema)

    validator("manifest").validate(manifest)
    lines = validator("findings")
    for line in open(run / "findings.jsonl", encoding="utf-8"):
        lines.validate(json.loads(line))
    print("manifest.json and every line of findings.jsonl are as their schemas say")


def main(run, schemas):
    db = duckdb.connect()
    tables = compare_engines(run, db)
    compare_findings(run, db, tables["findings"])
    check_schemas(run, schemas, compare_tables(run, tables))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
