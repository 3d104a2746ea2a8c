# ruff: noqa: E501 - rows of a model read best on one line each
"""A three-statement model of a software company: inputs with scenarios, 36 months, statements, dashboard, checks."""

from __future__ import annotations

import re
from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

_MONTHS = 36
_FIRST = 4  # column D is the first month, column C the opening balance
_THOUSANDS = "#,##0,;(#,##0,);–"


def _letters(column: int) -> str:
    return chr(64 + column) if column <= 26 else chr(64 + (column - 1) // 26) + chr(65 + (column - 1) % 26)


_LAST = _letters(_FIRST + _MONTHS - 1)

# Key, label, unit, formula of the opening column, formula of a month, number format, look. [key] is this month's cell
# of a row, [<key] that of the month before.
_ROWS: list[tuple[str, str, str, str | None, str | None, str, str]] = [
    ("", "Customers", "", None, None, "", "heading"),
    ("new", "New customers", "no.", None, "=ROUND(NewCustomers*(1+NewGrowth)^([n]-1),0)", "#,##0", "calculation"),
    ("lost", "Lost customers", "no.", None, "=-ROUND([<cust]*Churn,0)", "#,##0;(#,##0);–", "calculation"),
    ("cust", "Customers at month end", "no.", "=OpeningCustomers", "=[<cust]+[new]+[lost]", "#,##0", "total"),
    ("arpa", "Revenue per customer and month", "€", "=RevenuePerCustomer", "=RevenuePerCustomer*(1+PriceRise)^([year]-FirstYear)", "#,##0.00", "calculation"),
    ("arr", "Annual recurring revenue", "€k", "=[cust]*[arpa]*12", "=[cust]*[arpa]*12", _THOUSANDS, "total"),
    ("", "", "", None, None, "", ""),
    ("", "Profit and loss", "", None, None, "", "heading"),
    ("rev", "Revenue", "€k", None, "=AVERAGE([<cust],[cust])*[arpa]", _THOUSANDS, "calculation"),
    ("host", "Hosting", "€k", None, "=-AVERAGE([<cust],[cust])*HostingCost", _THOUSANDS, "calculation"),
    ("supp", "Support and payment fees", "€k", None, "=-[rev]*SupportShare", _THOUSANDS, "calculation"),
    ("gross", "Gross profit", "€k", None, "=SUM([rev]:[supp])", _THOUSANDS, "total"),
    ("rd", "Research and development", "€k", None, "=-(DevStaff+ROUND(DevHires*[n]/12,0))*DevSalary/12*(1+WageRise)^([year]-FirstYear)", _THOUSANDS, "calculation"),
    ("sm", "Sales and marketing staff", "€k", None, "=-(SalesStaff+ROUND(SalesHires*[n]/12,0))*SalesSalary/12*(1+WageRise)^([year]-FirstYear)", _THOUSANDS, "calculation"),
    ("ads", "Acquisition spend", "€k", None, "=-[new]*AcquisitionCost", _THOUSANDS, "calculation"),
    ("ga", "General and administration", "€k", None, "=-AdminStaff*AdminSalary/12*(1+WageRise)^([year]-FirstYear)-OfficeCost", _THOUSANDS, "calculation"),
    ("ebitda", "EBITDA", "€k", None, "=SUM([gross]:[ga])", _THOUSANDS, "total"),
    ("dep", "Depreciation", "€k", None, "=-IF([n]<=AssetLife,OpeningAssets/AssetLife,0)+SUM($C[#capex]:[<capex])/AssetLife", _THOUSANDS, "calculation"),
    ("int", "Interest", "€k", None, "=-[<debt]*InterestRate/12", _THOUSANDS, "calculation"),
    ("tax", "Income tax", "€k", None, "=-MAX(0,MIN([ebitda]+[dep]+[int],[cum]))*TaxRate", _THOUSANDS, "calculation"),
    ("net", "Net income", "€k", None, "=SUM([ebitda]:[tax])", _THOUSANDS, "total"),
    ("cum", "Memo: result before tax since start", "€k", "=-LossCarried", "=[<cum]+[ebitda]+[dep]+[int]", _THOUSANDS, "note"),
    ("", "", "", None, None, "", ""),
    ("", "Cash flow", "", None, None, "", "heading"),
    ("c_net", "Net income", "€k", None, "=[net]", _THOUSANDS, "calculation"),
    ("c_dep", "Depreciation", "€k", None, "=-[dep]", _THOUSANDS, "calculation"),
    ("c_rec", "Change in receivables", "€k", None, "=[<rec]-[rec]", _THOUSANDS, "calculation"),
    ("c_pay", "Change in payables", "€k", None, "=[pay]-[<pay]", _THOUSANDS, "calculation"),
    ("c_def", "Change in deferred revenue", "€k", None, "=[def]-[<def]", _THOUSANDS, "calculation"),
    ("oper", "Operating cash flow", "€k", None, "=SUM([c_net]:[c_def])", _THOUSANDS, "total"),
    ("capex", "Capital expenditure", "€k", None, "=-Capex", _THOUSANDS, "calculation"),
    ("repay", "Loan repayment", "€k", None, "=-IF([n]>GraceMonths,MIN([<debt],Repayment),0)", _THOUSANDS, "calculation"),
    ("flow", "Net cash flow", "€k", None, "=SUM([oper]:[repay])", _THOUSANDS, "total"),
    ("", "", "", None, None, "", ""),
    ("", "Balance sheet", "", None, None, "", "heading"),
    ("cash", "Cash", "€k", "=OpeningCash", "=[<cash]+[flow]", _THOUSANDS, "calculation"),
    ("rec", "Receivables", "€k", "=OpeningCustomers*RevenuePerCustomer*DaysReceivable/30", "=[rev]*DaysReceivable/30", _THOUSANDS, "calculation"),
    ("ppe", "Equipment", "€k", "=OpeningAssets", "=[<ppe]-[capex]+[dep]", _THOUSANDS, "calculation"),
    ("assets", "Total assets", "€k", "=SUM([cash]:[ppe])", "=SUM([cash]:[ppe])", _THOUSANDS, "total"),
    ("pay", "Payables", "€k", "=OpeningPayables", "=-([host]+[supp]+[ads])*DaysPayable/30", _THOUSANDS, "calculation"),
    ("def", "Deferred revenue", "€k", "=[arr]/12*PrepaidShare*5.5", "=[arr]/12*PrepaidShare*5.5", _THOUSANDS, "calculation"),
    ("debt", "Loan", "€k", "=OpeningLoan", "=[<debt]+[repay]", _THOUSANDS, "calculation"),
    ("equity", "Equity", "€k", "=[assets]-SUM([pay]:[debt])", "=[<equity]+[net]", _THOUSANDS, "calculation"),
    ("liab", "Total liabilities and equity", "€k", "=SUM([pay]:[equity])", "=SUM([pay]:[equity])", _THOUSANDS, "total"),
    ("diff", "Check: difference", "€", "=ROUND([assets]-[liab],2)", "=ROUND([assets]-[liab],2)", "#,##0.00;(#,##0.00);–", "note"),
]  # fmt: skip
_HEAD = 4
_ROW = {key: _HEAD + 3 + index for index, (key, *_) in enumerate(_ROWS) if key} | {"n": _HEAD + 1, "year": _HEAD + 2}


def _cell(template: str | None, column: int) -> str | None:
    if template is None:
        return None
    text = re.sub(r"\[#(\w+)\]", lambda m: str(_ROW[m[1]]), template)
    text = re.sub(r"\[<(\w+)\]", lambda m: f"{_letters(column - 1)}{_ROW[m[1]]}", text)
    return re.sub(r"\[(\w+)\]", lambda m: f"{_letters(column)}{_ROW[m[1]]}", text)


def _line(key: str) -> str:
    """A row of the model over all months."""
    return f"Model!$D${_ROW[key]}:${_LAST}${_ROW[key]}"


def _model() -> list[dict[str, Any]]:
    months = range(_FIRST, _FIRST + _MONTHS)
    rows: list[list[Any]] = [
        ["Monthly model"], ["Opening balances and 36 months. € thousand unless the unit says otherwise. Nothing to type here: all comes from Inputs."], [],
        ["", "Unit", "Opening", "=FirstMonth", *[f"=EOMONTH({_letters(c - 1)}{_HEAD},1)" for c in months[1:]]],
        ["Month", "no.", None, *[c - _FIRST + 1 if c == _FIRST else f"={_letters(c - 1)}{_HEAD + 1}+1" for c in months]],
        ["Year", "", None, *[f"=YEAR({_letters(c)}{_HEAD})" for c in months]],
    ]  # fmt: skip
    styles: list[dict[str, Any]] = [
        {"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}},
        {"range": f"A{_HEAD}:{_LAST}{_HEAD}", "style": {"name": "header"}},
        {"range": f"C{_HEAD}:{_LAST}{_HEAD}", "style": {"align": "right", "number_format": "mmm yy"}},
        {"range": f"A{_HEAD + 1}:{_LAST}{_HEAD + 2}", "style": {"name": "note", "number_format": "0"}},
    ]  # fmt: skip
    for index, (_, label, unit, opening, monthly, code, look) in enumerate(_ROWS):
        number = _HEAD + 3 + index
        rows.append([label or None, unit or None, _cell(opening, 3), *[_cell(monthly, c) for c in months]])
        if look == "heading":
            styles.append({"range": f"A{number}:{_LAST}{number}", "style": {"name": "heading"}})
        elif look:
            styles.append({"range": f"A{number}:{_LAST}{number}", "style": {"name": look}})
            styles.append({"range": f"B{number}", "style": {"font_color": "#4A5560"}})
            styles.append({"range": f"C{number}:{_LAST}{number}", "style": {"number_format": code, "align": "right"}})
            if look == "calculation":
                styles.append({"range": f"A{number}", "style": {"indent": 1}})
    return [
        {"op": "write_block", "sheet": "Model", "anchor": "A1", "rows": rows, "styles": styles},
        {"op": "set_columns", "sheet": "Model", "widths": {"A": 36, "B": 6, f"C:{_LAST}": 9.3}},
        {"op": "freeze_panes", "sheet": "Model", "cell": f"D{_HEAD + 1}"},
        {"op": "set_print", "sheet": "Model", "landscape": True, "repeat_rows": _HEAD},
        {"op": "set_sheet", "sheet": "Model", "groups": [{"lines": f"{_HEAD + 1}:{_HEAD + 2}"}]},
    ]  # fmt: skip


_DRIVERS: list[tuple[str, str, list[float], str, str]] = [
    ("NewCustomers", "New customers in the first month", [42, 52, 34], "#,##0", "Run rate of the last quarter"),
    ("NewGrowth", "Growth of new customers a month", [0.014, 0.021, 0.004], "0.0%", "Three-year average: 1.6%"),
    ("Churn", "Customers lost a month", [0.014, 0.011, 0.019], "0.0%", "Last twelve months: 1.5%"),
    ("RevenuePerCustomer", "Revenue per customer and month", [480, 495, 465], "€#,##0", "List price less discounts"),
    ("PriceRise", "Price rise a year, from the second", [0.04, 0.05, 0.02], "0.0%", "Contracts allow up to 6%"),
    ("AcquisitionCost", "Acquisition spend per new customer", [2900, 2700, 3300], "€#,##0", "Paid channels and partners"),
]  # fmt: skip
_GROUPS: list[tuple[str, list[tuple[str, str, float | str, str, str]]]] = [
    ("Opening balance, 31 December 2026", [
        ("OpeningCustomers", "Customers", 1150, "#,##0", "Billing system"), ("OpeningCash", "Cash", 3_200_000, "€#,##0", "Bank statements"),
        ("OpeningAssets", "Equipment", 420_000, "€#,##0", "Fixed asset register"), ("OpeningPayables", "Payables", 190_000, "€#,##0", "Ledger"),
        ("OpeningLoan", "Loan", 1_500_000, "€#,##0", "Repaid from month 13 on"), ("LossCarried", "Tax losses carried forward", 900_000, "€#,##0", "Assessment of 2025")]),
    ("Cost of service", [("HostingCost", "Hosting per customer and month", 58, "€#,##0", "Cloud contract to 2028"), ("SupportShare", "Support and payment fees, of revenue", 0.06, "0.0%", "")]),
    ("Staff", [
        ("DevStaff", "Developers at the start", 26, "#,##0", ""), ("DevHires", "Developers hired a year", 3, "#,##0", "Evenly over the year"), ("DevSalary", "Cost of a developer a year", 96_000, "€#,##0", "With social security"),
        ("SalesStaff", "Sales and marketing at the start", 14, "#,##0", ""), ("SalesHires", "Sales and marketing hired a year", 3, "#,##0", ""), ("SalesSalary", "Cost of a salesperson a year", 84_000, "€#,##0", "With commission"),
        ("AdminStaff", "Administration", 9, "#,##0", "No hires planned"), ("AdminSalary", "Cost of an administrator a year", 78_000, "€#,##0", ""), ("WageRise", "Wage rise a year", 0.035, "0.0%", "")]),
    ("Other", [
        ("OfficeCost", "Office and tools a month", 31_000, "€#,##0", "Lease to 2029"), ("Capex", "Capital expenditure a month", 14_000, "€#,##0", ""), ("AssetLife", "Life of equipment, months", 36, "#,##0", "Straight line"),
        ("DaysReceivable", "Days customers take to pay", 24, "#,##0", ""), ("DaysPayable", "Days until suppliers are paid", 30, "#,##0", ""), ("PrepaidShare", "Revenue billed a year ahead", 0.38, "0%", "5.5 months on average"),
        ("GraceMonths", "Months before the loan is repaid", 12, "#,##0", ""), ("Repayment", "Loan repayment a month", 50_000, "€#,##0", ""), ("InterestRate", "Interest a year", 0.062, "0.0%", ""), ("TaxRate", "Income tax", 0.25, "0%", "")]),
]  # fmt: skip


def _inputs() -> list[dict[str, Any]]:
    rows: list[list[Any]] = [
        ["Inputs"], ["Blue cells are for you to change; everything else follows."], [],
        ["Scenario", "Base", None, None, None, "Choose Base, Upside or Downside"],
        ["First month", "2027-01-31", None, None, None, "End of the first month"], ["First year", "=YEAR(FirstMonth)"], [],
        ["Drivers by scenario", "Live", "Base", "Upside", "Downside", "Basis"],
    ]  # fmt: skip
    names = {"Scenario": "B4", "FirstMonth": "B5", "FirstYear": "B6"}
    styles: list[dict[str, Any]] = [
        {"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}},
        {"range": "A4:A6", "style": {"name": "label"}}, {"range": "B4", "style": {"name": "input", "align": "right", "bold": True}},
        {"range": "B5", "style": {"name": "input", "kind": "date"}}, {"range": "B6", "style": {"name": "calculation", "number_format": "0", "align": "right"}},
        {"range": "F4:F6", "style": {"name": "note"}},
        {"range": "A8:F8", "style": {"name": "header"}}, {"range": "B8:E8", "style": {"align": "right"}},
    ]  # fmt: skip
    for name, label, values, code, note in _DRIVERS:
        number = len(rows) + 1
        rows.append([label, f"=XLOOKUP(Scenario,$C$8:$E$8,C{number}:E{number})", *values, note])
        names[name] = f"B{number}"
        styles += [
            {"range": f"A{number}", "style": {"name": "label"}}, {"range": f"B{number}", "style": {"name": "calculation", "number_format": code, "bold": True}},
            {"range": f"C{number}:E{number}", "style": {"name": "input", "number_format": code}}, {"range": f"F{number}", "style": {"name": "note"}},
        ]  # fmt: skip
    for group, members in _GROUPS:
        rows.append([])
        number = len(rows) + 1
        rows.append([group])
        styles.append({"range": f"A{number}:F{number}", "style": {"name": "heading"}})
        for name, label, value, code, note in members:
            number = len(rows) + 1
            rows.append([label, value, None, None, None, note or None])
            names[name] = f"B{number}"
            styles += [
                {"range": f"A{number}", "style": {"name": "label"}}, {"range": f"B{number}", "style": {"name": "input", "number_format": code}},
                {"range": f"F{number}", "style": {"name": "note"}},
            ]  # fmt: skip
    last = len(rows)
    return [
        {"op": "write_block", "sheet": "Inputs", "anchor": "A1", "rows": rows, "styles": styles, "names": names},
        {"op": "add_validation", "sheet": "Inputs", "range": "B4", "type": "list", "choices": ["Base", "Upside", "Downside"], "message": "Every sheet follows the scenario chosen here."},
        {"op": "add_validation", "sheet": "Inputs", "range": "C10:E11", "type": "decimal", "minimum": 0, "maximum": 0.2, "message": "A share a month, 0% to 20%"},
        {"op": "set_columns", "sheet": "Inputs", "widths": {"A": 38, "B:E": 13, "F": 32}},
        {"op": "freeze_panes", "sheet": "Inputs", "cell": "A5"},
        {"op": "set_print", "sheet": "Inputs"},
        {"op": "annotate", "sheet": "Inputs", "items": [{"cell": "B4", "note": "The scenario chooses the column of drivers below by XLOOKUP."}], "author": "Finance"},
        {"op": "add_conditional_format", "sheet": "Inputs", "range": f"C9:E{8 + len(_DRIVERS)}", "rule": {"type": "formula", "formula": "=C$8=$B$4", "style": "warning"}},
        {"op": "set_sheet", "sheet": "Inputs", "tab_color": "#1B4FCC"},
    ] if last else []  # fmt: skip


_STATEMENT: list[tuple[str, str | None, str]] = [
    ("Profit and loss", None, "heading"), ("Revenue", "rev", ""), ("Hosting", "host", ""), ("Support and payment fees", "supp", ""), ("Gross profit", "gross", "total"),
    ("Research and development", "rd", ""), ("Sales and marketing staff", "sm", ""), ("Acquisition spend", "ads", ""), ("General and administration", "ga", ""), ("EBITDA", "ebitda", "total"),
    ("Depreciation", "dep", ""), ("Interest", "int", ""), ("Income tax", "tax", ""), ("Net income", "net", "total"),
    ("Cash flow", None, "heading"), ("Operating cash flow", "oper", ""), ("Capital expenditure", "capex", ""), ("Loan repayment", "repay", ""), ("Net cash flow", "flow", "total"),
    ("Balance sheet at year end", None, "heading"), ("Cash", "cash", "b"), ("Receivables", "rec", "b"), ("Equipment", "ppe", "b"), ("Total assets", "assets", "bt"),
    ("Payables", "pay", "b"), ("Deferred revenue", "def", "b"), ("Loan", "debt", "b"), ("Equity", "equity", "b"), ("Total liabilities and equity", "liab", "bt"),
]  # fmt: skip
_AT: dict[str, int] = {}


def _statements() -> list[dict[str, Any]]:
    rows: list[list[Any]] = [
        ["Annual statements"],
        ["='Inputs'!B4&\" case · € thousand\""],
        [],
        ["", "=FirstYear", "=B4+1", "=C4+1", None, "Trend"],
    ]
    styles: list[dict[str, Any]] = [
        {"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}},
        {"range": "A4:F4", "style": {"name": "header", "number_format": "0"}}, {"range": "B4:D4", "style": {"align": "right"}}, {"range": "F4", "style": {"align": "center"}},
    ]  # fmt: skip
    sparks = []
    for label, key, look in _STATEMENT:
        number = len(rows) + 1
        if key is None:
            rows += [[], [label]] if number > 5 else [[label]]
            styles.append({"range": f"A{len(rows)}:F{len(rows)}", "style": {"name": "heading"}})
            continue
        if look.startswith("b"):
            cells = [f"=XLOOKUP(DATE({c}$4,12,31),Model!$D${_HEAD}:${_LAST}${_HEAD},{_line(key)})" for c in "BCD"]
        else:
            cells = [f"=SUMIFS({_line(key)},{_line('year')},{c}$4)" for c in "BCD"]
        rows.append([label, *cells])
        _AT[key] = number
        styles.append(
            {"range": f"A{number}:F{number}", "style": {"name": "total" if look in {"total", "bt"} else "calculation"}}
        )
        styles.append({"range": f"B{number}:D{number}", "style": {"number_format": _THOUSANDS}})
        if look not in {"total", "bt"}:
            styles.append({"range": f"A{number}", "style": {"indent": 1}})
        if key in {"rev", "gross", "ebitda", "net", "oper", "flow", "cash", "equity"}:
            sparks.append(
                {
                    "op": "add_sparklines",
                    "sheet": "Statements",
                    "range": f"F{number}",
                    "data": _line(key).replace("$", ""),
                    "kind": "column",
                }
            )
    return [
        {"op": "write_block", "sheet": "Statements", "anchor": "A1", "rows": rows, "styles": styles},
        *sparks,
        {"op": "set_columns", "sheet": "Statements", "widths": {"A": 34, "B:D": 13, "E": 2, "F": 22}},
        {"op": "freeze_panes", "sheet": "Statements", "cell": "B5"},
        {"op": "set_print", "sheet": "Statements"},
    ]  # fmt: skip


_TILES = [
    ("B", "Recurring revenue, end of 2029", f"=Model!{_LAST}{_ROW['arr']}", "€0.0,,\"m\"", f'=TEXT((Model!{_LAST}{_ROW["arr"]}/Model!C{_ROW["arr"]})^(1/3)-1,"0%")&" growth a year"', "arr", "column"),
    ("D", "EBITDA margin, 2029", f"=SUMIFS({_line('ebitda')},{_line('year')},FirstYear+2)/SUMIFS({_line('rev')},{_line('year')},FirstYear+2)", "0.0%", f'="Break-even in "&TEXT(MINIFS(Model!$D${_HEAD}:${_LAST}${_HEAD},{_line("ebitda")},">0"),"mmmm yyyy")', "ebitda", "column"),
    ("F", "Lowest cash balance", f"=MIN({_line('cash')})", "€0.0,,\"m\"", f'="in "&TEXT(INDEX(Model!$D${_HEAD}:${_LAST}${_HEAD},MATCH(MIN({_line("cash")}),{_line("cash")},0)),"mmmm yyyy")', "cash", "column"),
    ("H", "Lifetime value to acquisition cost", "=LET(margin,1-SupportShare-HostingCost/RevenuePerCustomer,life,1/Churn,cost,AcquisitionCost+SalesStaff*SalesSalary/12/NewCustomers,RevenuePerCustomer*margin*life/cost)", "0.0\"x\"", '="Payback after "&TEXT((AcquisitionCost+SalesStaff*SalesSalary/12/NewCustomers)/(RevenuePerCustomer*(1-SupportShare)-HostingCost),"0")&" months"', "new", "column"),
]  # fmt: skip


def _dashboard() -> list[dict[str, Any]]:
    fill = "#F2F5FA"
    operations: list[dict[str, Any]] = [
        {"op": "write_block", "sheet": "Dashboard", "anchor": "B1", "rows": [["Aurelio Software: plan 2027 to 2029"], ['=Scenario&" case · change it in Inputs · "&IF(Checks!$C$10=0,"all checks pass","see Checks")']],
         "styles": [{"range": "B1", "style": {"name": "title"}}, {"range": "B2", "style": {"name": "subtitle"}}]},
    ]  # fmt: skip
    for first, label, formula, code, below, key, kind in _TILES:
        operations += [
            {"op": "write_block", "sheet": "Dashboard", "anchor": f"{first}4", "rows": [[label], [formula], [below]], "styles": [
                {"range": f"{first}4:{first}8", "style": {"fill": fill}},
                {"range": f"{first}4", "style": {"font_color": "#4A5560", "font_size": 10, "fill": fill, "indent": 1, "border": "top", "border_style": "thick", "border_color": "#22577A"}},
                {"range": f"{first}5", "style": {"number_format": code, "bold": True, "font_size": 22, "font_color": "#22577A", "fill": fill, "align": "left", "indent": 1}},
                {"range": f"{first}6", "style": {"font_color": "#66717D", "font_size": 10, "fill": fill, "indent": 1}}]},
            {"op": "add_sparklines", "sheet": "Dashboard", "range": f"{first}8", "data": _line(key).replace("$", ""), "kind": kind},
        ]  # fmt: skip
    months = f"Model!D{_HEAD}:{_LAST}{_HEAD}"
    years = "Statements!B4:D4"
    at = _AT
    operations += [
        {"op": "add_chart", "sheet": "Dashboard", "anchor": "B10", "kind": "area", "title": "Annual recurring revenue", "columns": 7, "rows": 14, "number_format": "€0,,\"m\"",
         "series": [{"values": _line("arr").replace("$", ""), "categories": months, "name": "Recurring revenue"}], "alt_text": "Area chart of annual recurring revenue by month"},
        {"op": "add_chart", "sheet": "Dashboard", "anchor": "F10", "kind": "line", "title": "Cash and loan at month end", "columns": 7, "rows": 14, "number_format": "€0.0,,\"m\"",
         "series": [{"values": _line("cash").replace("$", ""), "categories": months, "name": "Cash"}, {"values": _line("debt").replace("$", ""), "categories": months, "name": "Loan"}], "y_min": 0},
        {"op": "add_chart", "sheet": "Dashboard", "anchor": "B25", "kind": "column", "title": "Revenue and EBITDA", "columns": 7, "rows": 14, "number_format": "€0.0,,\"m\"", "data_labels": True, "gridlines": False,
         "series": [{"values": f"Statements!B{at['rev']}:D{at['rev']}", "categories": years, "name": "Revenue"}, {"values": f"Statements!B{at['ebitda']}:D{at['ebitda']}", "categories": years, "name": "EBITDA"}]},
        {"op": "add_chart", "sheet": "Dashboard", "anchor": "F25", "kind": "column", "title": "New and lost customers a month", "columns": 7, "rows": 14,
         "series": [{"values": _line("new").replace("$", ""), "categories": months, "name": "New"}, {"values": _line("lost").replace("$", ""), "categories": months, "name": "Lost"}]},
        {"op": "set_columns", "sheet": "Dashboard", "widths": {"A": 1.57, "B": 30.14, "C": 1.57, "D": 30.14, "E": 1.57, "F": 30.14, "G": 1.57, "H": 30.14}},
        {"op": "set_print", "sheet": "Dashboard", "landscape": True},
    ]  # fmt: skip
    return operations


_CHECKS = [
    ("Balance sheet balances in every month", f"=SUMPRODUCT(ABS({_line('diff')}))", "Sum of all differences, €"),
    ("Cash flow explains the change in cash", f"=ROUND(Model!{_LAST}{_ROW['cash']}-Model!C{_ROW['cash']}-SUM({_line('flow')}),2)", "Difference over 36 months, €"),
    ("Statements repeat the model's net income", f"=ROUND(SUM({_line('net')})-SUM(Statements!B{{net}}:D{{net}}),2)", "Difference, €"),
    ("Cash never runs out", f"=COUNTIF({_line('cash')},\"<0\")", "Months below zero"),
    ("Drivers of the scenario are complete", f"=COUNTBLANK(Inputs!C9:E{8 + len(_DRIVERS)})", "Empty cells"),
]  # fmt: skip


def _checks() -> list[dict[str, Any]]:
    first = 5
    rows: list[list[Any]] = [
        ["Checks"],
        ["Every line must say OK before the model is used."],
        [],
        ["Check", "Result", "Failed", "Measure"],
    ]
    for index, (label, formula, measure) in enumerate(_CHECKS):
        number = first + index
        rows.append(
            [
                label,
                f'=IF(ABS(E{number})<0.5,"OK","Check")',
                f'=IF(B{number}="OK",0,1)',
                measure,
                formula.replace("{net}", str(_AT["net"])),
            ]
        )
    rows.append(["All checks", '=IF(C10=0,"OK","Check")', "=SUM(C5:C9)", None, None])
    rows[3].append("Value")
    return [
        {"op": "write_block", "sheet": "Checks", "anchor": "A1", "rows": rows, "styles": [
            {"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}, {"range": "A4:E4", "style": {"name": "header"}}, {"range": "C4", "style": {"align": "right"}}, {"range": "E4", "style": {"align": "right"}},
            {"range": "B4:B10", "style": {"align": "center"}}, {"range": "A5:E9", "style": {"name": "calculation"}}, {"range": "B5:B9", "style": {"align": "center"}}, {"range": "D5:D9", "style": {"name": "note"}}, {"range": "E5:E9", "style": {"number_format": "#,##0.00;(#,##0.00);0.00"}},
            {"range": "A10:E10", "style": {"name": "total"}}, {"range": "B10", "style": {"align": "center"}}]},
        {"op": "add_conditional_format", "sheet": "Checks", "range": "B5:B10", "rule": {"type": "cell", "operator": "=", "value": "OK", "style": "good"}},
        {"op": "add_conditional_format", "sheet": "Checks", "range": "B5:B10", "rule": {"type": "cell", "operator": "=", "value": "Check", "style": "bad"}},
        {"op": "set_columns", "sheet": "Checks", "widths": {"A": 42, "B": 11, "C": 9, "D": 30, "E": 14}},
        {"op": "set_sheet", "sheet": "Checks", "tab_color": "#1E6B3A"},
    ]  # fmt: skip


OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Aurelio Software: plan 2027 to 2029", "accent_color": "#22577A", "secondary_color": "#E08A2E", "currency_symbol": "€"},
    {"op": "create_sheet", "sheet": "Dashboard"},
    *_inputs(),
    *_model(),
    *_statements(),
    *_checks(),
    *_dashboard(),
]  # fmt: skip

PIECE = Piece(
    name="saas-model",
    format="excel",
    title="Financial model",
    prompt=(
        "Three-statement plan for our subscription software company, 36 months from January 2027: three scenarios to "
        "switch between, profit and loss, cash flow and balance sheet that balance, annual statements, a dashboard for "
        "the board and checks. 1,150 customers at €480 a month today, €3.2m cash, €1.5m loan."
    ),
    native="Named inputs with validation, scenario switch by XLOOKUP, live formulas throughout, sparklines, charts, conditional formats, checks.",
    operations=OPERATIONS,
    look=Look(primary_color="#22577A", secondary_color="#E08A2E", font="Calibri"),
    pages=[1, 2, 3, 5, 6],
    width_px=900,
    across=2,
    trimmed=True,
)
