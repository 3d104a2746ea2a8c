"""A worksheet part is cut by patterns: whatever it holds, that takes time in proportion to its length."""

from __future__ import annotations

import time

import pytest

from overten.documents.excel.opened.sheetxml import MAIN, SheetXml
from overten.documents.ooxml.errors import DamagedPackage


def sheet(rows: bytes) -> bytes:
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN.encode(), rows)


@pytest.mark.parametrize(
    "endless", [b'<row r="1">', b"<row ", b'<row r="1"><c r="A1">', b"<row r='", b'<c r="A1" '], ids=repr
)
def test_what_never_ends_is_refused_at_once(endless: bytes) -> None:
    def seconds(count: int) -> float:
        began = time.process_time()
        with pytest.raises(DamagedPackage):
            SheetXml(sheet(endless * count), "sheet1.xml")
        return time.process_time() - began

    # Ten times the length, in the time of a square, would take a hundred times as long.
    assert seconds(200_000) < 30 * max(seconds(20_000), 0.01)


def test_rows_of_a_sound_sheet_are_found() -> None:
    found = list(SheetXml(sheet(b'<row r="2"><c r="A2"><v>1</v></c></row><row/>'), "sheet1.xml").rows())
    assert [(row.number, row.cells) for row in found] == [(2, b'<c r="A2"><v>1</v></c>'), (3, b"")]
