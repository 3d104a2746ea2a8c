from __future__ import annotations

import pytest

from overten.documents.excel import formulas
from overten.documents.excel.formulas import filled_down

FILLED_DOWN_THREE_ROWS = {
    "=B2*0.94": "=B5*0.94",
    "=IF(A2=1,1200,C1)": "=IF(A5=1,1200,C4)",
    "=SUM(B2:D4)": "=SUM(B5:D7)",
    "=SUM($B$2:B2)": "=SUM($B$2:B5)",
    "=$B2+B$2+$B$2": "=$B5+B$2+$B$2",
    "=SUM(A:A)+SUM(2:2)+SUM($2:3)": "=SUM(A:A)+SUM(5:5)+SUM($2:6)",
    "=Rates!B2*'Plan B2'!C3": "=Rates!B5*'Plan B2'!C6",
    "=Rates!A1:Rates!B2": "=Rates!A4:Rates!B5",
    "=[@Qty]*B2+SUM(Sales[B2])": "=[@Qty]*B5+SUM(Sales[B2])",
    '="B2 "&B2': '="B2 "&B5',
    "=LOG10(B2)+TaxRate2": "=LOG10(B5)+TaxRate2",
    "=LET(x1,B2,x1*x1)": "=LET(x1,B5,x1*x1)",
    "=SUM(B2#)": "=SUM(B5#)",
    "=B1048575": "=#REF!",
    "=1.5E3": "=1.5E3",
}


@pytest.mark.parametrize("formula", FILLED_DOWN_THREE_ROWS)
def test_filling_down_moves_relative_rows_only(formula: str) -> None:
    assert filled_down(formula, 3) == FILLED_DOWN_THREE_ROWS[formula]
    assert filled_down(formula, 0) == formula


@pytest.mark.parametrize(
    ("formula", "form"),
    [
        ("=BYROW(B2:C4,SUM)", "_xlfn.BYROW(B2:C4,_xleta.SUM)"),
        ("=GROUPBY(T[K],T[V],SUM)", "_xlfn.GROUPBY(T[K],T[V],_xleta.SUM)"),
        ("=MAP(B2:B4,LAMBDA(v,v+1))", "_xlfn.MAP(B2:B4,_xlfn.LAMBDA(_xlpm.v,_xlpm.v+1))"),
        ("=REGEXTEST(A1,B1)", "_xlfn.REGEXTEST(A1,B1)"),
    ],
)
def test_newer_functions_carry_their_prefixes(formula: str, form: str) -> None:
    assert formulas.file_form(formula, None) == form


@pytest.mark.parametrize(
    ("formula", "spills"),
    [
        ('=XLOOKUP("b",T[K],T[V])', False),
        ('=XLOOKUP("b",T[K],T[[V]:[W]])', True),
        ('=XLOOKUP("b",A2:A9,B2:C9)', True),
        ("=XLOOKUP(A2:A9,B2:B9,C2:C9)", True),
        ("=XLOOKUP(A2,B1:F1,B2:F2)", False),
    ],
)
def test_a_lookup_of_several_cells_spills(formula: str, spills: bool) -> None:
    assert formulas.is_array(formula) == spills


def test_sort_is_given_the_index_it_takes_anyway() -> None:
    assert formulas.completed("=TAKE(SORT(FILTER(A1:A9,B1:B9>1),,-1),2)") == "=TAKE(SORT(FILTER(A1:A9,B1:B9>1),1,-1),2)"
    assert formulas.completed("=SORTBY(A1:A9,,1)") == "=SORTBY(A1:A9,,1)"
