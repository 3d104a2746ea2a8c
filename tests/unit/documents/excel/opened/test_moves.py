from __future__ import annotations

import pytest

from overten.documents.excel.opened.moves import Shift, renamed, translated, without_sheet

INSERTED = Shift("Data", "rows", 5, 2)
DELETED = Shift("Data", "rows", 5, -2)


@pytest.mark.parametrize(
    ("formula", "inserted", "deleted"),
    [
        ("=A4+A5", "=A4+A7", "=A4+#REF!"),
        ("=SUM(A1:A10)", "=SUM(A1:A12)", "=SUM(A1:A8)"),
        ("=SUM(A5:A6)", "=SUM(A7:A8)", "=SUM(#REF!)"),
        ("=$A$5:B$9", "=$A$7:B$11", "=$A$5:B$7"),
        ("=SUM(A:A,5:9)", "=SUM(A:A,7:11)", "=SUM(A:A,5:7)"),
        ('=Other!A5&"A5"', '=Other!A5&"A5"', '=Other!A5&"A5"'),
        ("=LOG10(B9)+T[[#This Row],[A9]]", "=LOG10(B11)+T[[#This Row],[A9]]", "=LOG10(B7)+T[[#This Row],[A9]]"),
        ("=[1]Data!A9+'[1]Data'!A9", "=[1]Data!A9+'[1]Data'!A9", "=[1]Data!A9+'[1]Data'!A9"),
    ],
)
def test_references_follow_lines_that_move(formula: str, inserted: str, deleted: str) -> None:
    assert INSERTED.formula(formula, "Data") == inserted
    assert DELETED.formula(formula, "data") == deleted


def test_only_references_to_the_sheet_follow() -> None:
    assert INSERTED.formula("=A9+Data!A9", "Summary") == "=A9+Data!A11"


def test_a_renamed_sheet_is_quoted_where_its_name_needs_it() -> None:
    assert renamed("=Data!A1+'Data'!B2+Data2!A1", "Data", "My data") == "='My data'!A1+'My data'!B2+Data2!A1"
    assert renamed("=SUM('Jan:Dec'!A1)", "Dec", "Nov 30") == "=SUM('Jan:Nov 30'!A1)"


def test_references_to_a_deleted_sheet_break() -> None:
    assert without_sheet("=Data!A1+Data!Rate+Other!A1", "Data") == "=#REF!+#REF!+Other!A1"


def test_a_shared_formula_reads_anew_in_each_cell() -> None:
    assert translated("A1+$B$2*C$3", 2, 1) == "B3+$B$2*D$3"
    assert translated("A1", -1, 0) == "#REF!"
