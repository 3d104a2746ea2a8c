"""The schema validator sees a bounded part of a file; the rest is checked cell by cell."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from overten.documents.excel import audit as audit_module
from overten.documents.excel.audit import MAX_ELEMENTS, audit, skeleton
from overten.documents.excel.package import open_package
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Sheet, Workbook
from overten.documents.excel.write import write_xlsx

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def long_file() -> bytes:
    sheet = Sheet(name="Long")
    for row in range(1, 3_001):
        sheet.cells[row] = {1: f"text {row}", 2: row, 3: f"=B{row}*2"}
    return write_xlsx(Workbook(sheets=[sheet]))


@pytest.fixture(scope="module")
def wide_file() -> bytes:
    sheet = Sheet(name="Wide", cells={row: dict.fromkeys(range(1, 2_001), 1) for row in (1, 2, 3)})
    return write_xlsx(Workbook(sheets=[sheet]))


def elements(data: bytes) -> int:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return sum(archive.read(name).count(b"<") for name in archive.namelist())


def altered(data: bytes, old: bytes, new: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == SHEET:
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("shape", ["long_file", "wide_file"])
def test_the_skeleton_of_a_big_file_is_small_and_valid(shape: str, request: pytest.FixtureRequest) -> None:
    data = request.getfixturevalue(shape)
    assert elements(data) > MAX_ELEMENTS >= elements(skeleton(data))
    assert audit(data) == []
    assert verify(data) == []


def test_a_small_file_is_audited_as_it_is(workbook: Workbook) -> None:
    data = write_xlsx(workbook)
    assert skeleton(data) == data


def test_a_fault_of_the_schema_is_found(long_file: bytes) -> None:
    found = audit(altered(long_file, b"<sheetData>", b"<nonsense/><sheetData>"))
    assert {finding.code for finding in found} == {"invalid_package"}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'<c r="B1500"><v>1500</v>', b'<c r="B1500"><v>x</v>', "malformed_cell"),
        (b'<c r="B1500">', b'<c r="B1501">', "malformed_cell"),
        (b'<c r="B1500">', b'<c r="B1500" s="99">', "style_index"),
        (b"<v>1499</v></c><c r=\"B1500\"", b"<v>99999</v></c><c r=\"B1500\"", "malformed_cell"),
    ],
)  # fmt: skip
def test_a_fault_in_the_middle_of_a_long_sheet_is_found(long_file: bytes, old: bytes, new: bytes, code: str) -> None:
    codes = {finding.code for finding in verify(altered(long_file, old, new))}
    assert code in codes


def test_one_cell_in_the_farthest_corner_costs_nothing() -> None:
    sheet = Sheet(name="Far", cells={1: {1: 1}, 1_048_576: {16_384: 2}})
    package = open_package(write_xlsx(Workbook(sheets=[sheet])))
    assert set(package.sheets[0].filled) == {(1, 1), (1_048_576, 16_384)}


def test_many_findings_of_one_kind_are_told_as_a_few_and_a_count() -> None:
    sheet = Sheet(name="Wrong", cells={row: {1: "=1/0"} for row in range(1, 61)})
    found = [one for one in verify(write_xlsx(Workbook(sheets=[sheet]))) if one.code == "formula_error"]
    assert len(found) == 25
    assert found[0].location == "Wrong!A1"
    assert found[-1].message == "=1/0 gives #DIV/0! (and 35 more like it)"


def test_a_large_part_is_audited_by_a_row_of_each_shape(monkeypatch: pytest.MonkeyPatch, long_file: bytes) -> None:
    monkeypatch.setattr(audit_module, "LARGE_PART_BYTES", 10_000)
    monkeypatch.setattr(audit_module, "_SAMPLED", 1)
    assert audit(long_file) == []
    odd = altered(long_file, b'<c r="B1500"><v>1500</v></c>', b'<c r="B1500"><nonsense/></c>')
    assert [finding.code for finding in audit(odd)] == ["invalid_package"]
    with zipfile.ZipFile(BytesIO(skeleton(long_file))) as archive:
        assert archive.read(SHEET).count(b"<row ") == 40
