"""The user's files that recordings were made with."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

_REGIONS = ("North", "South", "East", "Online")
_PRODUCTS = (("Espresso", 14.5), ("Filter", 11.0), ("Decaf", 12.5))
_COSTS = {"Espresso": 8.7, "Filter": 6.05, "Decaf": 8.75}
_TARGETS = {"North": 30_000, "South": 27_000, "East": 25_000, "Online": None}


def _orders() -> list[list[Any]]:
    """Order, month, region, product, bags, price; the bags of one order are not known."""
    rows = []
    for number in range(48):
        region, (product, price) = _REGIONS[number % 4], _PRODUCTS[(number // 4) % 3]
        bags: Any = "n/a" if number == 21 else 120 + (number * 37) % 90 + (40 if region == "North" else 0)
        rows.append([f"O-{1001 + number}", f"2026-{1 + number // 8:02}", region, product, bags, price])
    return rows


def roastery() -> bytes:
    """A roastery's half-year: orders, targets and costs as inputs, a summary of formulas. Its errors: an
    amount of a text, which the sum and share of its region show too, and a share of a target that is missing."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    summary, orders, targets, costs = (book.add_worksheet(name) for name in ("Summary", "Orders", "Targets", "Costs"))
    orders.write_row("A1", ["Order", "Month", "Region", "Product", "Bags", "Price", "Amount"])
    rows = _orders()
    for line, row in enumerate(rows, 2):
        amount = "#VALUE!" if isinstance(row[4], str) else row[4] * row[5]
        orders.write_row(line - 1, 0, row)
        orders.write_formula(f"G{line}", f"=E{line}*F{line}", None, amount)
    targets.write_row("A1", ["Region", "Target H1"])
    for line, (region, target) in enumerate(_TARGETS.items(), 2):
        targets.write_row(f"A{line}", [region, target])
    costs.write_row("A1", ["Product", "Cost per bag"])
    for line, (product, cost) in enumerate(_COSTS.items(), 2):
        costs.write_row(f"A{line}", [product, cost])
    summary.write("A1", "H1 2026")
    summary.write_row("A3", ["Region", "Amount", "Target", "Achieved"])
    for line, region in enumerate(_REGIONS, 4):
        bought = [row for row in rows if row[2] == region]
        target = _TARGETS[region]
        amount: Any = sum(row[4] * row[5] for row in bought if row[4] != "n/a")
        share: Any = amount / target if target else "#DIV/0!"
        if any(row[4] == "n/a" for row in bought):
            amount = share = "#VALUE!"
        summary.write(f"A{line}", region)
        summary.write_formula(f"B{line}", f"=SUMIF(Orders!C$2:C$49,A{line},Orders!G$2:G$49)", None, amount)
        summary.write_formula(
            f"C{line}", f"=INDEX(Targets!B$2:B$5,MATCH(A{line},Targets!A$2:A$5,0))", None, target or 0
        )
        summary.write_formula(f"D{line}", f"=B{line}/C{line}", None, share)
    red = book.add_format({"bg_color": "#F4C7C3"})
    summary.conditional_format("D4:D7", {"type": "cell", "criteria": "<", "value": 0.9, "format": red})
    book.close()
    return output.getvalue()


PIPELINE = (
    b"quarter,segment,new_customers,lost_customers,mrr_eur,support_tickets\n"
    b"2025-Q3,Small,41,12,38200,310\n2025-Q3,Mid,14,2,61400,190\n2025-Q3,Large,2,0,48000,75\n"
    b"2025-Q4,Small,38,15,40900,345\n2025-Q4,Mid,17,1,73800,205\n2025-Q4,Large,3,0,71500,88\n"
    b"2026-Q1,Small,33,19,41600,402\n2026-Q1,Mid,21,2,91200,214\n2026-Q1,Large,3,1,88300,97\n"
    b"2026-Q2,Small,27,24,41100,455\n2026-Q2,Mid,26,2,112900,221\n2026-Q2,Large,4,0,119600,110\n"
)
