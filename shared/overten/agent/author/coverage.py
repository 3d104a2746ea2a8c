"""What of a request's numbers the finished workbook really works with, read off its operations."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overten.agent.author.draft import ASSUMPTIONS, is_calculated

if TYPE_CHECKING:
    from overten.agent.author.draft import Draft
    from overten.agent.author.figures import Figure
    from overten.documents.excel.operations import ExcelOperation

_SHOWN = 12


@dataclass(frozen=True)
class Coverage:
    """The numbers of a request, by what became of them; `unused` as a reader would write them."""

    used: int
    unused: tuple[str, ...]

    @property
    def is_partial(self) -> bool:
        """Whether most of the numbers found no place."""
        return len(self.unused) > self.used

    @property
    def unused_text(self) -> str:
        more = len(self.unused) - _SHOWN
        return ", ".join(self.unused[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def coverage(draft: Draft, replies: list[list[ExcelOperation]]) -> Coverage:
    """A number counts as used if a formula refers to its input, or if it stands in a table."""
    places = _places(draft, replies)
    used, unused = 0, []
    for figure in draft.brief.figures:
        # "3 nights at 129" may stand as one amount.
        products = (
            (figure.value, figure.quantity)
            if figure.quantity is not None and _claim(places, figure.value * figure.quantity)
            else ()
        )
        for value, name in _numbers(figure):
            if value in products or _claim(places, value):
                used += 1
            else:
                unused.append(name)
    return Coverage(used, tuple(unused))


def _numbers(figure: Figure) -> list[tuple[float, str]]:
    shown = f"{figure.value * 100:.10g}%" if figure.unit == "percent" else _shown(figure.value)
    label = figure.topic or figure.label
    numbers = [(figure.value, f"{shown} ({label})" if label else shown)]
    if figure.quantity is not None:
        numbers.append((figure.quantity, f"{_shown(figure.quantity)} ({figure.counted or label or 'quantity'})"))
    return numbers


def _shown(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


def _claim(places: Counter[float], value: float) -> bool:
    """Takes one place of this value; two equal figures need two places, unless one input serves both."""
    key = round(value, 9)
    if not places[key]:
        return False
    places[key] -= 1
    return True


def _places(draft: Draft, replies: list[list[ExcelOperation]]) -> Counter[float]:
    contents = [
        content
        for reply in replies
        for operation in reply
        if operation.op == "write_table"
        for row in operation.rows
        for content in row
    ]
    formulas = _formulas(replies)
    values: list[float] = [
        round(float(content), 9)
        for content in contents
        if isinstance(content, (int, float)) and not isinstance(content, bool)
    ]
    for row, line in enumerate(draft.inputs, draft.first_input_row):
        if isinstance(line.value, (int, float)) and line.given and not is_calculated(line):
            name = line.name or rf"{ASSUMPTIONS}!\$B\${row}"
            if re.search(rf"{name}(?!\w)" if line.name is None else rf"(?<![\w.]){name}(?!\w)", formulas):
                values.append(round(float(line.value), 9))
    return Counter(values)


def _formulas(replies: list[list[ExcelOperation]]) -> str:
    """All formulas of the workbook, wherever an operation carries them."""
    found: list[str] = []

    def collect(content: object) -> None:
        if isinstance(content, str) and content.startswith("="):
            found.append(content)
        elif isinstance(content, dict):
            for member in content.values():
                collect(member)
        elif isinstance(content, list):
            for member in content:
                collect(member)

    for reply in replies:
        for operation in reply:
            collect(operation.model_dump(mode="json"))
    return "\n".join(found)
