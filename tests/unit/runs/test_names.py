from __future__ import annotations

import re
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
        ("الميزانية", "الميزانية.xlsx"),
        ("👩\u200d🚀 crew", "👩\u200d🚀 crew.xlsx"),
        ("CON", "CON document.xlsx"),
        ("aux.backup", "aux.backup document.xlsx"),
        ("Contract", "Contract.xlsx"),
        ("half \ud83d of a rocket", "half of a rocket.xlsx"),
    ],
)
def test_names_become_names_any_system_takes(wanted: str, expected: str) -> None:
    assert file_name_of(wanted, "excel") == expected


@given(st.text(max_size=300))
def test_any_text_makes_a_safe_name(text: str) -> None:
    name = file_name_of(text, "excel")
    assert name.endswith(".xlsx")
    assert 5 < len(name) <= 130
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\\r\n\0"<>:|?*')


def test_a_long_name_is_cut_between_characters() -> None:
    name = file_name_of("予" * 200, "excel")
    assert name == "予" * 80 + ".xlsx"


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ("Budget 2026.xlsx", "Budget 2026.xlsx", "Budget%202026.xlsx"),
        ("予算.xlsx", "document.xlsx", "%E4%BA%88%E7%AE%97.xlsx"),
        ("Größe.xlsx", "Groe.xlsx", "Gr%C3%B6%C3%9Fe.xlsx"),
        ("ميزانية.xlsx", "document.xlsx", "%D9%85%D9%8A%D8%B2%D8%A7%D9%86%D9%8A%D8%A9.xlsx"),
        ("🚀.xlsx", "document.xlsx", "%F0%9F%9A%80.xlsx"),
        ('a"b\\c.xlsx', "a b c.xlsx", "a%22b%5Cc.xlsx"),
        ("a\r\nSet-Cookie: x=1.xlsx", "a Set-Cookie: x=1.xlsx", "a%0D%0ASet-Cookie%3A%20x%3D1.xlsx"),
        ("50%41 off; it's.xlsx", "50 41 off; it's.xlsx", "50%2541%20off%3B%20it%27s.xlsx"),
        ("half \ud83d.xlsx", "half .xlsx", "half%20.xlsx"),
    ],
)
def test_the_header_has_the_name_in_both_forms(name: str, plain: str, extended: str) -> None:
    assert content_disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"


@given(st.text(max_size=60))
def test_no_name_breaks_out_of_the_header(text: str) -> None:
    header = content_disposition(text)
    assert re.fullmatch(r"attachment; filename=\"[ !#-$&-\[\]-~]+\"; filename\*=UTF-8''[A-Za-z0-9_.~%-]*", header), (
        header
    )


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
