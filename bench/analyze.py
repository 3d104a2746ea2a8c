"""An analysis of a large file with the built-in author: seconds, and the most memory of the worker and of its child.

python -m bench.analyze [rows]
"""

from __future__ import annotations

import csv
import io
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from overten.agent.author.model import builtin_model
from overten.agent.data.models import InputFile
from overten.agent.loop import run_slice
from overten.agent.models import Limits, TurnRequest

ROWS = 200_000
HEADER = ["order", "region", "product", "units", "price", "amount"]


def records(rows: int) -> Iterator[list[object]]:
    dice = random.Random(1)  # noqa: S311 - the same file each time
    for number in range(1, rows + 1):
        units, price = dice.randint(1, 9), round(dice.random() * 100, 2)
        yield [number, dice.choice(("North", "South", "East")), dice.choice("ABC"), units, price, units * price]


def csv_file(rows: int) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(HEADER)
    writer.writerows(records(rows))
    return output.getvalue().encode()


def xlsx_file(rows: int) -> bytes:
    """The last column is a formula, with its value."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("Orders")
            sheet.write_row(0, 0, HEADER)
            for row, (*cells, amount) in enumerate(records(rows), start=1):
                sheet.write_row(row, 0, cells)
                sheet.write_formula(row, 5, f"=D{row + 1}*E{row + 1}", None, amount)
        return path.read_bytes()


def analyzed(kind: str, data: bytes) -> str:
    """A line of the table of results."""
    request = TurnRequest(
        format="excel",
        prompt="Which region has the highest amount?",
        purpose="analyze",
        init_file="file_orders" if kind == "xlsx" else None,
        files=[InputFile(name="file_orders", label=f"orders.{kind}", kind=kind, field="/file_id")],
    )
    begun = time.monotonic()
    checkpoint = run_slice(
        request, None, builtin_model(), limits=Limits(), save=lambda _: None, progress=lambda *_: None,
        should_stop=lambda: False, inputs={"file_orders": data}.get,
    ).checkpoint  # fmt: skip
    seconds = time.monotonic() - begun
    if not (checkpoint.answer or "").startswith("**Sum of"):
        raise SystemExit(f"not answered: {checkpoint.answer}")
    worker, child = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return f"| {kind} | {len(data) / 1e6:.1f} | {seconds:.1f} | {worker} | {child} |"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print(f"{rows:,} rows of six columns\n")
    print("| file | MB | seconds | worker, MB | child, MB |\n|---|---|---|---|---|")
    # The smaller first: what a process has used at most stays with it.
    print(analyzed("csv", csv_file(rows)), flush=True)
    print(analyzed("xlsx", xlsx_file(rows)), flush=True)


if __name__ == "__main__":
    main()
