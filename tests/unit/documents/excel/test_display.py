from __future__ import annotations

import pytest

from overten.documents.excel.display import displayed, is_date_code
from overten.documents.excel.widths import text_width


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, "#,##0", "1,234"),
        (-5, "#,##0;(#,##0)", "(5)"),
        (0, '0;-0;"none"', "none"),
        (0.256, "0.0%", "25.6%"),
        (1_500_000, '0.0,,"m"', "1.5m"),
        (12, "€#,##0.00;-€#,##0.00", "€12.00"),
        (46_023, "d mmm yyyy", "1 Jan 2026"),
        (46_023, "mmm yyyy", "Jan 2026"),
        (12.5, None, "12.5"),
        (True, "0", "TRUE"),
        ("text", "0.00", "text"),
    ],
)
def test_a_cell_shows_its_value_under_its_format(value: float | str, code: str | None, shown: str) -> None:
    assert displayed(value, code) == shown


def test_letters_inside_quotes_do_not_make_a_date() -> None:
    assert is_date_code("d mmm yyyy")
    assert not is_date_code('#,##0 "days"')


def test_the_width_of_a_text_is_that_of_its_longest_line() -> None:
    assert text_width("WWWW\nii") == text_width("WWWW") > text_width("iiii")
    assert text_width("1234567890") == pytest.approx(10, abs=0.3)
    assert text_width("") == 0
