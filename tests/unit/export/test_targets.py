"""Which pairs there are, and that asking for them costs nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from overten.export.targets import MEDIA_TYPES, TARGETS, WrongTarget, check_pair, needs_office, options_of


def test_the_pairs_are_those_of_the_contract() -> None:
    assert {source: " ".join(targets) for source, targets in TARGETS.items()} == {
        "xlsx": "pdf csv png html",
        "docx": "pdf html txt odt",
        "pptx": "pdf png odp",
        "xls": "pdf csv xlsx html",
        "doc": "pdf docx html txt",
        "ppt": "pdf pptx png",
    }
    assert all(target in MEDIA_TYPES for targets in TARGETS.values() for target in targets)


def test_a_wrong_pair_lists_the_valid_targets() -> None:
    assert check_pair("xlsx", "csv") == ("xlsx", "csv")
    with pytest.raises(WrongTarget, match=r"A docx file .* to 'csv', only to pdf, html, txt, odt\."):
        check_pair("docx", "csv")
    with pytest.raises(WrongTarget, match="xlsx, docx, pptx, xls, doc, ppt"):
        check_pair("rtf", "pdf")


def test_values_and_text_need_no_office() -> None:
    without = {(s, t) for s, targets in TARGETS.items() for t in targets if not needs_office(s, t)}
    assert without == {("xlsx", "csv"), ("xls", "csv"), ("docx", "txt")}


def test_pages_are_for_slides_and_sheets_for_workbooks() -> None:
    assert options_of("pptx", "png") == (True, False)
    assert options_of("xlsx", "csv") == (False, True)
    assert options_of("docx", "pdf") == (False, False)


def test_asking_imports_nothing_heavy() -> None:
    code = (
        "import sys; import overten.export.targets, overten.export.models; "
        "print(*(m for m in ('lxml', 'PIL', 'pypdfium2', 'nh3', 'openpyxl', 'boto3') if m in sys.modules))"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="shared", check=False)
    assert (asked.returncode, asked.stdout.strip()) == (0, "")
