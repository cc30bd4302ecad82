"""The countries and years of a run, as the workflow and its report read them."""

import csv
from pathlib import Path


def read_countries(path):
    """The lines of the table of countries, without the columns that a line leaves empty."""
    path = Path(path)
    if not path.exists():
        raise ValueError(f"{path}: no such file; the key countries of the configuration names the table of countries")
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        table = csv.DictReader(lines, delimiter="\t")
        rows = [{key: value for key, value in row.items() if value} for row in table]
    if "country" not in (table.fieldnames or []):
        raise ValueError(f"{path}: no column country; columns are separated by tabs")
    return rows


def year_list(text):
    """2015-2017,2020 as a list of years."""
    years = []
    for part in str(text).split(","):
        first, _, last = part.partition("-")
        if last and last < first:
            raise ValueError(f"years: {part}: the first year is after the last")
        years.extend(range(int(first), int(last or first) + 1))
    return years
