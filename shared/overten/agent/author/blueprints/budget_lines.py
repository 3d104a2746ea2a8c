"""The lines of a budget: what the request gave, what each is a month, and whether it comes in or goes out."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overten.agent.author.draft import capitalised, whole
from overten.agent.author.lexicon import (
    BUSINESS_WORDS,
    COST_CENTRES,
    GROWTH_WORDS,
    INCOME,
    INCOME_WORDS,
    PAY_WORDS,
    PLAIN_STAFF,
    REVENUE,
    SALARIES,
)
from overten.agent.author.multipliers import put_amount, put_counts
from overten.agent.author.nouns import is_payer, is_staff, same_noun

if TYPE_CHECKING:
    from overten.agent.author.draft import Draft
    from overten.agent.author.figures import Figure

TOTAL_WORDS = "total|(?:\\w+ )*budget|overall|altogether|gesamt|presupuesto"
SHARE_OF_INCOME = r"saving|tax|tithe|sparen|ersparnis|[ée]pargne|ahorro|steuer|imp[ôo]t|impuesto|pension|profit"
SHARE_OF_COSTS = r"contingenc|buffer|reserve|puffer|unvorhergesehen|impr[ée]vu|imprevisto|overhead"
MAX_LINES = 30
YEARLY_FROM = 20_000
"""An amount without a period is read as a year's from here on, where the request gives no hint."""
A_MONTH = {
    "month": "",
    "year": "/12",
    "quarter": "/3",
    "semester": "/6",
    "week": "*52/12",
    "fortnight": "*26/12",
    "day": "*365/12",
    "hour": "",
}


@dataclass(frozen=True)
class Preset:
    """The lines of a budget nobody named any for, with placeholder amounts a month."""

    income: tuple[tuple[str, int], ...]
    costs: tuple[tuple[str, int], ...]
    household: bool


HOUSEHOLD = Preset(
    (("Net income", 3_000),),
    (
        ("Housing", 1_000),
        ("Groceries", 400),
        ("Utilities", 150),
        ("Transport", 150),
        ("Insurance", 100),
        ("Leisure", 200),
        ("Savings", 300),
    ),
    household=True,
)
COMPANY = Preset(
    (),
    (
        ("Salaries", 20_000),
        ("Marketing", 3_000),
        ("Software and tools", 1_500),
        ("Rent and office", 2_500),
        ("Travel", 1_000),
        ("Training", 500),
        ("Contingency", 1_000),
    ),
    household=False,
)


@dataclass(frozen=True)
class Line:
    """`monthly` is the formula of a month's cell, without "=". `to_enter` marks income that the request left open."""

    name: str
    monthly: str
    income: bool
    varies: bool = False
    to_enter: bool = False


def months_of(draft: Draft) -> int:
    """How many months the budget covers: 12 unless the request says otherwise, 24 at most."""
    periods = draft.brief.periods
    factor = {"month": 1, "quarter": 3, "year": 12}.get(periods.unit or "", 0)
    return min((periods.count or 0) * factor, 24) or 12


def take_total(draft: Draft) -> str | None:
    """The reference of a total that was given, such as "a budget of $50,000"."""
    unpriced = [f for f in draft.brief.figures if f.unit == "money" and not f.each and f.quantity is None]
    figure = draft.take(TOTAL_WORDS, "money", "count")
    if figure is None and len(unpriced) == 1 and len([f for f in draft.brief.figures if f.unit != "percent"]) == 1:
        figure = draft.take("", "money")
    if figure is None:
        return None
    note = f"Per {figure.per}" if figure.per else "For the whole period"
    months = months_of(draft)
    reference = draft.put("Total budget", whole(figure.value), "currency", given=True, name="TotalBudget", note=note)
    factor = {"month": f"*{months}", "year": "" if months == 12 else f"*{months}/12"}.get(figure.per or "", "")
    return f"{reference}{factor}"


def budget_lines(draft: Draft, preset: Preset, total: str | None) -> list[Line]:
    """The lines that were given; else shares of a given total; else the usual ones as marked assumptions."""
    put_counts(draft)
    growths = [_growth(draft, index) for index in _growth_indices(draft)]
    amounts = draft.amounts()[:MAX_LINES]
    lines = _unique([_given_line(draft, figure, preset, growths) for figure in amounts])
    if not lines:
        return _without_amounts(draft, preset, total)
    lines = _missing_income(draft, preset, lines, total) + lines
    return lines + _percent_lines(draft, lines)


def _unique(lines: list[Line]) -> list[Line]:
    names: dict[str, int] = {}
    unique = []
    for line in lines:
        names[line.name] = names.get(line.name, 0) + 1
        unique.append(replace(line, name=f"{line.name} {names[line.name]}") if names[line.name] > 1 else line)
    return unique


def _growth_indices(draft: Draft) -> list[int]:
    return [i for i, f in enumerate(draft.brief.figures) if f.unit == "percent" and f.speaks_of(GROWTH_WORDS)]


def _growth(draft: Draft, index: int) -> tuple[Figure | None, str]:
    """A growth of one amount, if it follows that amount in the same clause; else of all (None). With its factor."""
    figures = draft.brief.figures
    growth, before = figures[index], figures[index - 1] if index else None
    draft.taken.add(index)
    owner = before if before and not re.search(r"[,;.\n]", draft.brief.prompt[before.end : growth.start]) else None
    per = growth.per or "year"
    label = f"Growth of {owner.label} a {per}" if owner else f"Growth a {per}"
    rate = draft.put(label, growth.value, "percent", given=True)
    exponent = {"month": "(COLUMN()-2)", "quarter": "((COLUMN()-2)/3)"}.get(per, "((COLUMN()-2)/12)")
    return owner, f"*(1+{rate})^{exponent}"


def _given_line(draft: Draft, figure: Figure, preset: Preset, growths: list[tuple[Figure | None, str]]) -> Line:
    name = line_name(draft, figure)
    product, known_per = put_amount(draft, figure, name, _note(draft, figure, preset))
    per = known_per or _usual_period(draft, figure, preset)
    grown = "".join(factor for owner, factor in growths if owner is None or owner is figure)
    amount = f"{product}{A_MONTH.get(per, '')}{grown}"
    if figure.month:
        amount = f"IF(MONTH({{c}}$4)={figure.month},{product},0)"
    elif per == "once":
        amount = f"IF(COLUMN()=2,{product},0)"
    return Line(name, amount, _is_income(figure, preset), varies=bool(grown or figure.month or per == "once"))


def line_name(draft: Draft, figure: Figure) -> str:
    """What a line of an amount is called: staff at a price are salaries."""
    language = draft.brief.language
    if figure.counted and re.fullmatch(PLAIN_STAFF, figure.label, re.IGNORECASE):
        return SALARIES[language]
    if figure.counted and figure.label == figure.counted and is_staff(figure.label):
        return f"{SALARIES[language]}: {figure.label}"[:60]
    if figure.inflow and figure.label == figure.counted and language == "en":
        return f"Billed {figure.label}"[:60]
    if figure.inflow and not figure.speaks_of(f"{INCOME_WORDS}|{PAY_WORDS}"):
        return f"{INCOME[language]}: {figure.label}"[:60]
    return capitalised(figure.label)[:60]


def _is_income(figure: Figure, preset: Preset) -> bool:
    paid = preset.household and figure.speaks_of(PAY_WORDS)
    paying = bool(figure.counted) and figure.label == figure.counted and is_payer(figure.label)
    return figure.inflow or paid or paying or figure.speaks_of(INCOME_WORDS)


def _usual_period(draft: Draft, figure: Figure, preset: Preset) -> str:
    """What an amount without a period is meant for: what the request says of itself, else by size."""
    periods = draft.brief.periods
    if periods.unit == "month" or re.search(r"\bmonth|monat|mensu|mois\b", draft.brief.prompt, re.IGNORECASE):
        monthly = periods.unit == "month" or preset.household or figure.value < YEARLY_FROM
        return "month" if monthly else "year"
    if not preset.household and (periods.unit == "year" or (periods.start and periods.count is None)):
        return "year"
    return "year" if figure.value >= YEARLY_FROM else "month"


def _note(draft: Draft, figure: Figure, preset: Preset) -> str:
    if figure.month:
        return f"Once, in {month_name[figure.month]}"
    if figure.per == "once":
        return "Once, in the first month"
    if figure.per in A_MONTH:
        return f"A {figure.per}"
    if figure.each and any(p and same_noun(noun, each) for noun, _, p in draft.counts for each in figure.each):
        return ""
    return f"Read as an amount a {_usual_period(draft, figure, preset)}"


def is_business(prompt: str) -> bool:
    return re.search(rf"\b(?:{BUSINESS_WORDS})", prompt, re.IGNORECASE) is not None


def _missing_income(draft: Draft, preset: Preset, lines: list[Line], total: str | None) -> list[Line]:
    """Income is what balances a budget; where the request gives none, it is an open input, not a guess."""
    cost_centre = re.search(rf"\b(?:{COST_CENTRES})", draft.brief.prompt, re.IGNORECASE) is not None
    earns = preset.household or (is_business(draft.brief.prompt) and not cost_centre)
    if any(line.income for line in lines) or total or not earns:
        return []
    name = (INCOME if preset.household else REVENUE)[draft.brief.language]
    reference = draft.put(name, 0, "currency", given=False, note="A month. Not in your request: enter it here")
    return [Line(name, reference, income=True, to_enter=True)]


def _percent_lines(draft: Draft, lines: list[Line]) -> list[Line]:
    """Shares of the income ("savings 10%") or of the other costs ("contingency 5%")."""
    found: list[Line] = []
    for words, base in (
        (SHARE_OF_INCOME, [line for line in lines if line.income]),
        (SHARE_OF_COSTS, [line for line in lines if not line.income]),
    ):
        while base and (figure := draft.take(words, "percent")):
            name = capitalised(figure.label)
            of = "income" if base[0].income else "the other costs"
            share = draft.put(name, figure.value, "percent", given=True, note=f"Of {of}")
            whole_base = "+".join(f"({line.monthly})" for line in base)
            found.append(Line(name, f"({whole_base})*{share}", income=False, varies=any(b.varies for b in base)))
    return found


def _without_amounts(draft: Draft, preset: Preset, total: str | None) -> list[Line]:
    named = next(
        (draft.brief.lists[key] for key in ("categories", "departments", "items") if key in draft.brief.lists), ()
    )
    if total:
        shares = [f for f in draft.rest("percent") if f.label]
        return _shares(
            draft, total, tuple((f.label, f.value) for f in shares) or named or tuple(n for n, _ in preset.costs)
        )
    costs = [(capitalised(name), 1_000) for name in named] or list(preset.costs)
    return [_assumed_line(draft, name, amount, income=True) for name, amount in preset.income] + [
        _assumed_line(draft, name, amount, income=False) for name, amount in costs[:MAX_LINES]
    ]


def _assumed_line(draft: Draft, name: str, amount: int, *, income: bool) -> Line:
    return Line(name, draft.put(name, amount, "currency", given=False, note="A month"), income)


def _shares(draft: Draft, total: str, parts: tuple[tuple[str, float] | str, ...]) -> list[Line]:
    """Splits a total: by the shares that were given, else evenly; then the shares are assumptions."""
    months, parts = months_of(draft), parts[:MAX_LINES]
    even = round(1 / len(parts), 2)
    lines: list[Line] = []
    references: list[str] = []
    for part in parts:
        name, share = (part, None) if isinstance(part, str) else part
        if share is None and part is parts[-1]:
            rest = f"(1-{'-'.join(references)})" if references else "1"
            lines.append(Line(capitalised(name), f"{total}/{months}*{rest}", income=False))
            break
        note = "Of the total" if share is not None else "Of the total; the last line takes what is left"
        reference = draft.put(
            f"Share: {capitalised(name)}",
            even if share is None else share,
            "percent",
            given=share is not None,
            note=note,
        )
        references.append(reference)
        lines.append(Line(capitalised(name), f"{total}/{months}*{reference}", income=False))
    return lines
