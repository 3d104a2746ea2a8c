from __future__ import annotations

import pytest

from overten.assets.names import inline_disposition, upload_name


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("sales.xlsx", "sales.xlsx"),
        ("C:\\Users\\me\\Umsätze 2026.XLSX", "Umsätze 2026.XLSX"),
        ("../../etc/passwd", "passwd"),
        ("a<b>:c|?.csv", "a b c.csv"),
        ("archive.tar.gz", "archive.tar.gz"),
        (".env", "file.env"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".csv", "x" * 120 + ".csv"),
        ("nul\0\r\nbyte.png", "nul byte.png"),
        ("\u202egnp.exe", "gnp.exe"),
    ],
)
def test_a_name_keeps_what_every_system_takes(wanted: str, name: str) -> None:
    assert upload_name(wanted, otherwise="file") == name


def test_an_image_is_shown_under_its_name() -> None:
    assert inline_disposition("Café.png").startswith('inline; filename="Cafe.png"')
