from __future__ import annotations

import pytest

from overten.documents.excel.shift import Shift, copied, rewritten

INSERT = Shift("rows", 5, 2, inserts=True)
DELETE = Shift("rows", 5, 2, inserts=False)
INSERT_COLUMNS = Shift("columns", 3, 1, inserts=True)
DELETE_COLUMNS = Shift("columns", 3, 1, inserts=False)


@pytest.mark.parametrize(
    ("shift", "formula", "moved"),
    [
        (INSERT, "=A4+A5+$A$6", "=A4+A7+$A$8"),
        (INSERT, "=SUM(A1:A5)", "=SUM(A1:A7)"),
        (INSERT, "=SUM(A1:A4)", "=SUM(A1:A4)"),
        (INSERT, "=SUM(A5:A9)", "=SUM(A7:A11)"),
        (INSERT, "=SUM(A:A)+SUM(4:6)", "=SUM(A:A)+SUM(4:8)"),
        (INSERT, "=Other!A9+Data!A9+'Data'!A9", "=Other!A9+Data!A11+'Data'!A11"),
        (INSERT, '=IF(A9>1,"A9","it\'s A9")&A9', '=IF(A11>1,"A9","it\'s A9")&A11'),
        (INSERT, "=LOG10(A9)+TaxRate9x+_A9", "=LOG10(A11)+TaxRate9x+_A9"),
        (INSERT, "=SUM(Sales[A9])+A9", "=SUM(Sales[A9])+A11"),
        (INSERT, "=LET(x9,A9,x9*2)", "=LET(x9,A11,x9*2)"),
        (INSERT, "=SUM(A9#)", "=SUM(A11#)"),
        (INSERT, "=OFFSET(A9,1,1):B9", "=OFFSET(A11,1,1):B11"),
        (INSERT, "=SUM(First:Last!A9)", "=SUM(First:Last!A9)"),
        (INSERT, "=A1048576", "=#REF!"),
        (DELETE, "=A4+A7", "=A4+A5"),
        (DELETE, "=A5", "=#REF!"),
        (DELETE, "=Data!A6*2", "=Data!#REF!*2"),
        (DELETE, "=SUM(A1:A6)", "=SUM(A1:A4)"),
        (DELETE, "=SUM(A5:A9)", "=SUM(A5:A7)"),
        (DELETE, "=SUM(A5:A6)", "=SUM(#REF!)"),
        (DELETE, "=SUM(A:A)+SUM(5:9)", "=SUM(A:A)+SUM(5:7)"),
        (INSERT_COLUMNS, "=B1+C1+$D$1+SUM(A:C)+SUM(1:1)", "=B1+D1+$E$1+SUM(A:D)+SUM(1:1)"),
        (DELETE_COLUMNS, "=B1+C1+$D$1+SUM(A:C)", "=B1+#REF!+$C$1+SUM(A:B)"),
    ],
)
def test_references_move_as_in_excel(shift: Shift, formula: str, moved: str) -> None:
    assert rewritten(formula, shift.change("Data", own=True)) == moved


def test_a_formula_elsewhere_moves_only_where_it_names_the_sheet() -> None:
    assert rewritten("=A9+data!A9", INSERT.change("Data", own=False)) == "=A9+data!A11"


@pytest.mark.parametrize(
    ("rows", "columns", "moved"),
    [(1, 0, "=A2+$A$1+A$1+$A2"), (0, 2, "=C1+$A$1+C$1+$A1"), (-1, 0, "=#REF!+$A$1+A$1+#REF!"),
     (0, 0, "=A1+$A$1+A$1+$A1")],
)  # fmt: skip
def test_a_copied_formula_moves_what_has_no_dollar_sign(rows: int, columns: int, moved: str) -> None:
    assert copied("=A1+$A$1+A$1+$A1", rows, columns) == moved


def test_what_is_put_in_and_taken_out_again_leaves_every_reference_as_it_was() -> None:
    for at in range(1, 12):
        for formula in ("=A1+B5", "=SUM(A3:B9)", "=SUM(4:6)", "=$A$7*Data!C2", "=SUM(B:D)"):
            grown = rewritten(formula, Shift("rows", at, 3, inserts=True).change("Data", own=True))
            assert rewritten(grown, Shift("rows", at, 3, inserts=False).change("Data", own=True)) == formula
