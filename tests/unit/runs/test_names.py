from __future__ import annotations

from email.message import EmailMessage
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overten.runs.names import content_disposition, file_name_of


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Budget 2026", "Budget 2026.xlsx"),
        ("Budget.XLSX", "Budget.xlsx"),
        ("../../etc/passwd", "etc passwd.xlsx"),
        ('a<b>:"c"|?*', "a b c.xlsx"),
        ("Übersicht 予算", "Übersicht 予算.xlsx"),
        ("...", "Document.xlsx"),
        ("\u202egnp.exe", "gnp.exe.xlsx"),
        ("line\nbreak", "line break.xlsx"),
    ],
)
def test_names_become_names_any_system_takes(wanted: str, expected: str) -> None:
    assert file_name_of(wanted, "excel") == expected


@given(st.text(max_size=300))
def test_any_text_makes_a_safe_name(text: str) -> None:
    name = file_name_of(text, "excel")
    assert name.endswith(".xlsx")
    assert 5 < len(name) <= 130
    assert not set(name) & set('/\\\r\n\0"<>:|?*')


@given(st.text(min_size=1, max_size=60))
def test_a_browser_reads_the_name_back(text: str) -> None:
    name = file_name_of(text, "excel")
    header = content_disposition(name)
    header.encode("ascii")
    assert unquote(header.rsplit("UTF-8''", 1)[1]) == name
    parsed = EmailMessage()
    parsed["Content-Disposition"] = header
    assert parsed.get_content_disposition() == "attachment"
    assert str(parsed.get_filename()).endswith(".xlsx")
