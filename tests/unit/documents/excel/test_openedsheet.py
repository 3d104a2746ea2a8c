"""Rows of large sheets are matched as a whole; what is found is the same as when each is parsed."""

from __future__ import annotations

from io import BytesIO

import pytest

from overten.documents.excel import openedsheet
from overten.documents.excel.grid import Area
from overten.documents.excel.openedsheet import FilledCells, Limits, OpenedSheet

LIMITS = Limits(styles=5, strings=10, dates=frozenset({2}))
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cols><col min="1" max="2" width="20.71"/></cols><sheetData>'
)
TAIL = "</sheetData><pageMargins left='1' right='1' top='1' bottom='1' header='0' footer='0'/></worksheet>"


def plain_rows(count: int = 40) -> list[str]:
    return [
        f'<row r="{row}"><c r="A{row}" s="1" t="s"><v>{row % 10}</v></c><c r="B{row}"><v>{row * 1.5}</v></c>'
        f'<c r="C{row}" s="2"><v>{46000 + row}</v></c><c r="D{row}" s="3" t="inlineStr"><is><t>a &amp; b</t></is></c>'
        f'<c r="E{row}"><f>B{row}*2&amp;""</f><v>{row * 3}</v></c>'
        + (f'<c r="F{row}" s="4"/>' if row % 3 else f'<c r="F{row}" s="4" t="b"><v>1</v></c>')
        + "</row>"
        for row in range(1, count + 1)
    ]


def opened(rows: list[str]) -> OpenedSheet:
    sheet = OpenedSheet("Data", LIMITS)
    sheet.read(BytesIO((HEAD + "".join(rows) + TAIL).encode()))
    return sheet


def both(rows: list[str], monkeypatch: pytest.MonkeyPatch) -> list[OpenedSheet]:
    """The sheet as read by patterns, and as parsed row by row."""
    fast = opened(rows)
    monkeypatch.setattr(openedsheet, "_MAX_PATTERNS", 0)
    return [fast, opened(rows)]


FAULTS = {
    "none": ("", ""),
    "a number that is none": ("<v>30.0</v>", "<v>3O</v>"),
    "a string that is not there": ('<c r="A20" s="1" t="s"><v>0</v>', '<c r="A20" s="1" t="s"><v>10</v>'),
    "a string of a negative index": ('<c r="A20" s="1" t="s"><v>0</v>', '<c r="A20" s="1" t="s"><v>-1</v>'),
    "a style that is not there": ('<c r="B20">', '<c r="B20" s="9">'),
    "a cell of another row": ('<c r="B20">', '<c r="B21">'),
    "a row twice": ('<row r="20">', '<row r="19">'),
    "a boolean that is none": ('<c r="F21" s="4" t="b"><v>1</v>', '<c r="F21" s="4" t="b"><v>yes</v>'),
    "a formula without its value": ("</f><v>60</v>", "</f>"),
    "an error": ('<c r="B20"><v>30.0</v>', '<c r="B20" t="e"><v>#N/A</v>'),
    "a row with settings": ('<row r="20">', '<row r="20" ht="30" customHeight="1">'),
    "an empty row": ('<row r="20">', '<row r="20"/><row r="20">'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_matching_finds_what_parsing_finds(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = FAULTS[fault]
    document = "".join(plain_rows())
    assert old in document
    sheets = both([document.replace(old, new, 1)], monkeypatch)
    fast, slow = [
        {
            "filled": set(sheet.filled), "cached": sheet.cached, "uncached": sheet.uncached, "styles": sheet.bad_styles,
            "malformed": sorted(sheet.malformed), "first": sheet.first_of_style, "widest": sheet.widest.places(),
            "widths": sheet.widths,
        }
        for sheet in sheets
    ]  # fmt: skip
    assert fast == slow


def test_most_rows_are_never_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    read_row = OpenedSheet._read_row
    monkeypatch.setattr(OpenedSheet, "_read_row", lambda sheet, row: (parsed.append(row), read_row(sheet, row)))
    assert len(set(opened(plain_rows(500)).filled)) == 500 * 5 + 166
    assert len(parsed) < 5


@pytest.mark.parametrize("bad", ["a & b", "a \x07 b", "a < b"])
def test_text_that_is_no_xml_is_refused(bad: str) -> None:
    rows = plain_rows()
    rows[30] = rows[30].replace("a &amp; b", bad)
    with pytest.raises(ValueError, match="Data"):
        opened(rows)


def test_filled_cells_are_found_by_area() -> None:
    filled = FilledCells()
    filled.add(5, 1 << 3)
    filled.add(900_000, 1 << 16_384)
    assert filled.first_in(Area(1, 1, 1_048_576, 3)) == (5, 3)
    assert filled.first_in(Area(6, 1, 1_048_576, 16_384)) == (900_000, 16_384)
    assert filled.first_in(Area(5, 4, 899_999, 16_384)) is None
